"""OpenShift router: HAProxy with the headers of the router's template, where mutual TLS is configured.

    certificate = base64 DER of the leaf; empty without one
    verify      = an OpenSSL error number; "0" is no error, which is also what no certificate gives

The template asks for quotes (`%{+Q}`); HAProxy writes none in headers, so a quoted value is malformed. There is no
header for the chain. On routes without mutual TLS, and on plain HTTP, routers before the fix of CVE-2026-46579 pass on
what the client sent under these names: the application must not be reachable by such a route.
"""

from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Verdict
from mtlsguard.dialects.encodings import to_base64
from mtlsguard.dialects.haproxy import read


def write(leaf: bytes, _chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"verify": "0", "certificate": to_base64(leaf)}


OPENSHIFT = Dialect(
    name="openshift",
    producer="OpenShift router",
    fields=(Field("certificate", "x-ssl-client-der"), Field("verify", "x-ssl-client-verify")),
    verdict=Verdict.FIELD,
    absent={"verify": "0", "certificate": ""},
    read=read,
    write=write,
    hint=SIGNATURE,
)

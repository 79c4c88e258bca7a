"""The ASGI `tls` extension: a server that ended TLS itself says who the client is.

    certificate = the entries of client_cert_chain, leaf first, as PEM blocks run together
    error       = client_cert_error: missing or None where the server does not object
    name        = client_cert_name: a name without a certificate is half an answer

Version 0.2 of the extension says PEM in str; drafts of another one say DER, or one key only. So `collect` is tolerant
about shapes: PEM as str or bytes, DER as bytes, a single certificate in the place of an iterable, an iterable that can
be read once only, line ends of either kind, missing keys; `proxy.headers` renames them. What is in a certificate is
read as strictly as everywhere, and the name, which the certificate has as well, not at all. No extension, or an empty
chain without error and name, is no certificate.
"""

from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import (
    UNREADABLE,
    Dialect,
    Field,
    Interface,
    Native,
    Presented,
    Times,
    Values,
    Verdict,
    only,
)
from mtlsguard.dialects.encodings import pem_blocks, to_pem
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason

_ABOUT_CLIENTS = "client_cert"  # so starts every key of the extension, and of its drafts, that describes a client
# Behind the frame and the first octets of the leaf: its serial number and issuer. The end of the text is the last
# authority's, which many clients share.
_SERIAL = slice(40, 136)


def collect(scope: Mapping[str, Any], keys: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """What the extension says, in fields that are left out where it says nothing."""
    extensions = scope.get("extensions")
    tls = extensions.get("tls") if isinstance(extensions, Mapping) else None
    if not isinstance(tls, Mapping):
        return []
    error, name = tls.get(keys["error"]), tls.get(keys["name"])
    chain = b"".join(_pem(entry) for entry in _entries(tls.get(keys["certificate"])))
    found = [("certificate", chain or None)]
    found += [("error", None if error is None else _octets(error)), ("name", _octets(name) if name else None)]
    return [(keys[role], value) for role, value in found if value is not None]


def without_certificate(extensions: Mapping[str, Any], keys: Collection[str] = ()) -> dict[str, Any]:
    """The same extensions, in which nothing describes a client's certificate any more, under `keys` neither."""
    tls = extensions["tls"]
    if not isinstance(tls, Mapping):
        return {**extensions, "tls": {}}
    kept = {key: value for key, value in tls.items() if not str(key).startswith(_ABOUT_CLIENTS) and key not in keys}
    return {**extensions, "tls": kept}


def _entries(chain: object) -> Iterable[object]:
    if isinstance(chain, (str, bytes)):
        return (chain,)
    # One more than may be, so that a chain that is too long is seen to be so.
    return islice(chain, MAX_CHAIN + 2) if isinstance(chain, Iterable) else () if chain is None else (chain,)


def _pem(entry: object) -> bytes:
    octets = _octets(entry).strip().replace(b"\r\n", b"\n")
    if isinstance(entry, bytes) and not octets.startswith(b"-----BEGIN"):
        return to_pem(entry).encode("ascii")
    return octets + b"\n"


def _octets(value: object) -> bytes:
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return value if isinstance(value, bytes) else UNREADABLE


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    text = only(values, "certificate")
    if "error" in values:
        return Deny(Reason.PROXY_NOT_VERIFIED)
    if text is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE) if "name" in values else Absent()
    if text.count(b"-----BEGIN") > MAX_CHAIN + 1:
        return Deny(Reason.OVERSIZED)
    ders = pem_blocks(text)
    return Presented(ders[0], ders[1:]) if ders else Deny(Reason.MALFORMED_HEADER)


def write(leaf: bytes, chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"certificate": "".join(to_pem(der) for der in (leaf, *chain))}


ASGI_TLS = Dialect(
    name="asgi-tls",
    producer="ASGI server with the tls extension",
    fields=(
        Field("certificate", "client_cert_chain"),
        Field("error", "client_cert_error", Times.LISTED),
        Field("name", "client_cert_name", Times.LISTED),
    ),
    verdict=Verdict.PRESENCE,
    absent={},
    read=read,
    write=write,
    hint=_SERIAL,
    native=Native(Interface.ASGI, collect),
)

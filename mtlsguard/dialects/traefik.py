"""Traefik 2.9.4 and later: `X-Forwarded-Tls-Client-Cert` of the middleware passTLSClientCert with `pem: true`.

    certificate = base64 DER, separated by ","     every certificate that the client sent, leaf first, no blanks

Missing without a certificate. There is no verdict, and no other header is read: `...-Cert-Info` has the same names in
a text that cannot be taken apart safely. Older versions escaped the text, which is malformed here.
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import Dialect, Field, Presented, Times, Values, Verdict, only
from mtlsguard.dialects.encodings import base64_der, to_base64
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason

_SERIAL = slice(16, 64)  # near the start: at the end of the text stands the last issuer, not the leaf


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    text = only(values, "certificate")
    if text is None:
        return Absent()
    if text.count(b",") > MAX_CHAIN:
        return Deny(Reason.OVERSIZED)
    leaf, *chain = [base64_der(member) for member in text.split(b",")]
    if leaf is None or None in chain:
        return Deny(Reason.MALFORMED_HEADER)
    return Presented(leaf, tuple(der for der in chain if der is not None))


def write(leaf: bytes, chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"certificate": ",".join(to_base64(der) for der in (leaf, *chain))}


TRAEFIK = Dialect(
    name="traefik",
    producer="Traefik",
    fields=(Field("certificate", "x-forwarded-tls-client-cert", Times.LISTED),),
    verdict=Verdict.NONE,
    absent={},
    read=read,
    write=write,
    hint=_SERIAL,
)

"""Caddy: `header_up X-SSL-Client-Cert {tls_client_certificate_der_base64}`, without a matcher.

    certificate = base64 DER of the leaf; empty without one

The field always comes, so a request without it went through a route that does not set it, where a client's own field
would pass: incomplete. Caddy sends no verdict and no chain: intermediates must be configured under
trust.intermediates. No other field is read: Caddy's fingerprint, e3b0c442..., is there without a certificate too.
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Values, Verdict, only
from mtlsguard.dialects.encodings import base64_der, to_base64
from mtlsguard.reason import Reason


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    text = only(values, "certificate")
    if text is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    if text == b"":
        return Absent()
    der = base64_der(text)
    return Presented(der) if der is not None else Deny(Reason.MALFORMED_HEADER)


def write(leaf: bytes, _chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"certificate": to_base64(leaf)}


CADDY = Dialect(
    name="caddy",
    producer="Caddy",
    fields=(Field("certificate", "x-ssl-client-cert"),),
    verdict=Verdict.NONE,
    absent={"certificate": ""},
    read=read,
    write=write,
    hint=SIGNATURE,
)

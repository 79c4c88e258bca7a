"""Kong, plugin tls-metadata-headers with `inject_client_cert_details`.

    certificate = PEM of the leaf, percent-escaped in capitals, ending in %0A; the field is missing without one

The plugin checks nothing and sends no verdict and, under this name, no chain. From version 3.8 on it also appends
an element to the X-Forwarded-Client-Cert that the client sent: that one is not read. Whether it removes a client's
own X-Client-Cert where there is no certificate is not documented; a request-transformer in front of it must.
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Values, Verdict, only
from mtlsguard.dialects.encodings import escaped_pem, to_escaped_pem
from mtlsguard.reason import Reason


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    text = only(values, "certificate")
    if text is None:
        return Absent()
    der = escaped_pem(text)
    return Presented(der) if der is not None else Deny(Reason.MALFORMED_HEADER)


def write(leaf: bytes, _chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"certificate": to_escaped_pem(leaf)}


KONG = Dialect(
    name="kong",
    producer="Kong (tls-metadata-headers)",
    fields=(Field("certificate", "x-client-cert"),),
    verdict=Verdict.NONE,
    absent={},
    read=read,
    write=write,
    hint=SIGNATURE,
)

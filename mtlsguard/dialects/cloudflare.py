"""Cloudflare's certificate forwarding (Access): `Cf-Client-Cert-Der-Base64` and `Cf-Client-Cert-Sha256`.

    certificate = base64 DER of the leaf
    fingerprint = SHA-256 of that DER, lower-case hex

Both or neither. There is no verdict. The vendor says both that the fields come with every request of a connection and
that they come with its first one only: where the second holds, the others arrive without a certificate and are answered
as such. Not confirmed: the letter case of the hex, what a client's own fields of these names become, and what arrives
without a certificate (read here: neither field).
"""

from hashlib import sha256

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Values, Verdict, only
from mtlsguard.dialects.encodings import base64_der, to_base64
from mtlsguard.reason import Reason


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    text, digest = only(values, "certificate"), only(values, "fingerprint")
    if text is None and digest is None:
        return Absent()
    if text is None or digest is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    der = base64_der(text)
    if der is None:
        return Deny(Reason.MALFORMED_HEADER)
    return Presented(der) if sha256(der).hexdigest().encode() == digest else Deny(Reason.AMBIGUOUS_HEADER)


def write(leaf: bytes, _chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"certificate": to_base64(leaf), "fingerprint": sha256(leaf).hexdigest()}


CLOUDFLARE = Dialect(
    name="cloudflare",
    producer="Cloudflare (certificate forwarding)",
    fields=(Field("certificate", "cf-client-cert-der-base64"), Field("fingerprint", "cf-client-cert-sha256")),
    verdict=Verdict.NONE,
    absent={},
    read=read,
    write=write,
    hint=SIGNATURE,
)

"""AWS CloudFront with viewer mutual TLS: `CloudFront-Viewer-Cert-Present` and `CloudFront-Viewer-Cert-Pem`.

    present     = "1" / "0"                                    on every request
    certificate = PEM of the leaf, percent-escaped in capitals, ending in %0A; missing without one

Both must be named in the origin request policy. "1" says that there was a certificate and nothing about its validity:
in passthrough mode nothing was verified. Hence no verdict; the certificate is always verified here. Not confirmed:
that the escaping spares no character (the vendor says "URL-encoded", without the exception for plus, slash and equals
that it makes for its load balancer).
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Values, Verdict, only
from mtlsguard.dialects.encodings import escaped_pem, to_escaped_pem
from mtlsguard.reason import Reason


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    present, text = only(values, "present"), only(values, "certificate")
    if present is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    if present == b"0":
        return Absent() if text is None else Deny(Reason.AMBIGUOUS_HEADER)
    if present != b"1":
        return Deny(Reason.MALFORMED_HEADER)
    if text is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    der = escaped_pem(text)
    return Presented(der) if der is not None else Deny(Reason.MALFORMED_HEADER)


def write(leaf: bytes, _chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"present": "1", "certificate": to_escaped_pem(leaf)}


AWS_CLOUDFRONT = Dialect(
    name="aws-cloudfront",
    producer="AWS CloudFront",
    fields=(Field("certificate", "cloudfront-viewer-cert-pem"), Field("present", "cloudfront-viewer-cert-present")),
    verdict=Verdict.NONE,
    absent={"present": "0"},
    read=read,
    write=write,
    hint=SIGNATURE,
)

"""AWS Application Load Balancer, mutual TLS in verify mode: `X-Amzn-Mtls-Clientcert-Leaf`.

    certificate = PEM of the leaf; blanks and line feeds percent-escaped, plus, slash and equals as they are

Missing without a certificate. The load balancer ends handshakes whose certificate it cannot verify, so presence is its
verdict; a listener may be told to accept expired certificates. Plus is never a blank. The other fields of this mode
(serial number, issuer, subject, validity) are not read, and intermediates are not sent: they must be configured under
trust.intermediates. The listener may rename the field.
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Values, Verdict, only
from mtlsguard.dialects.encodings import half_escaped_pem, to_half_escaped_pem
from mtlsguard.reason import Reason


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    text = only(values, "certificate")
    if text is None:
        return Absent()
    der = half_escaped_pem(text)
    return Presented(der) if der is not None else Deny(Reason.MALFORMED_HEADER)


def write(leaf: bytes, _chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"certificate": to_half_escaped_pem(leaf)}


AWS_ALB_VERIFY = Dialect(
    name="aws-alb-verify",
    producer="AWS Application Load Balancer (verify)",
    fields=(Field("certificate", "x-amzn-mtls-clientcert-leaf"),),
    verdict=Verdict.PRESENCE,
    absent={},
    read=read,
    write=write,
    hint=SIGNATURE,
)

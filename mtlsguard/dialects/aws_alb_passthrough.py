"""AWS Application Load Balancer, mutual TLS in passthrough mode: `X-Amzn-Mtls-Clientcert`.

    certificate = every certificate that the client sent, leaf first, run together; each as in aws-alb-verify

Missing without a certificate. Nothing was verified: the client has shown that it owns the key, and no more. The
vendor's text leaves plus, slash and equals as they are, its own example of this field escapes the equals; what is read
here is what the text says, and what users of verify mode saw.
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import Dialect, Field, Presented, Values, Verdict, only
from mtlsguard.dialects.encodings import half_escaped_pems, to_half_escaped_pem
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason

_SERIAL = slice(48, 112)  # behind the first frame: at the end of the text stands the last issuer, not the leaf


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    text = only(values, "certificate")
    if text is None:
        return Absent()
    if text.count(b"-----BEGIN") > MAX_CHAIN + 1:
        return Deny(Reason.OVERSIZED)
    members = half_escaped_pems(text)
    return Presented(members[0], members[1:]) if members is not None else Deny(Reason.MALFORMED_HEADER)


def write(leaf: bytes, chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"certificate": "".join(to_half_escaped_pem(der) for der in (leaf, *chain))}


AWS_ALB_PASSTHROUGH = Dialect(
    name="aws-alb-passthrough",
    producer="AWS Application Load Balancer (passthrough)",
    fields=(Field("certificate", "x-amzn-mtls-clientcert"),),
    verdict=Verdict.NONE,
    absent={},
    read=read,
    write=write,
    hint=_SERIAL,
)

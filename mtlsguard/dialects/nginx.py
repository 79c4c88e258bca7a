"""nginx: `$ssl_client_escaped_cert` and `$ssl_client_verify`.

    certificate = PEM of the leaf, percent-escaped in capitals, ending in %0A; the field is missing without one
    verify      = "SUCCESS" / "NONE" / "FAILED:" text         always there

nginx has no variable for the chain: intermediates must be configured under trust.intermediates.
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Values, Verdict, only
from mtlsguard.dialects.encodings import escaped_pem, to_escaped_pem
from mtlsguard.reason import Reason


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    verdict, text = only(values, "verify"), only(values, "certificate")
    if verdict is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    if verdict.startswith(b"FAILED:"):
        return Deny(Reason.PROXY_NOT_VERIFIED)
    if verdict == b"NONE":
        return Absent() if text is None else Deny(Reason.AMBIGUOUS_HEADER)
    if verdict != b"SUCCESS":
        return Deny(Reason.MALFORMED_HEADER)
    if text is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    der = escaped_pem(text)
    return Presented(der) if der is not None else Deny(Reason.MALFORMED_HEADER)


def write(leaf: bytes, _chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"verify": "SUCCESS", "certificate": to_escaped_pem(leaf)}


NGINX = Dialect(
    name="nginx",
    producer="nginx",
    fields=(Field("certificate", "x-ssl-client-cert"), Field("verify", "x-ssl-client-verify")),
    verdict=Verdict.FIELD,
    absent={"verify": "NONE"},
    read=read,
    write=write,
    hint=SIGNATURE,
)

"""Google Cloud Application Load Balancer: custom request headers from its `client_cert_*` variables.

    present     = "true" / "false"                             {client_cert_present}
    verify      = "true" / "false"                             {client_cert_chain_verified}
    error       = empty, or words separated by ","             {client_cert_error}
    certificate = ":" base64 DER ":"                           {client_cert_leaf}
    chain       = the same, separated by ","; without leaf     {client_cert_chain}

The operator sets all five; the load balancer overwrites the client's. An empty field counts as a missing one. A
certificate is admitted only if present and verify are true and error is empty, all together. What is too large for the
load balancer is sent empty and named in error (`..._exceeded_size_limit`), which is a refusal, never absence. Without a
certificate error may hold `client_cert_not_provided`. Whether an empty field is sent or left out is not confirmed.
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects import rfc9440
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Times, Values, Verdict, filled, only
from mtlsguard.reason import Reason

_NOT_PROVIDED = b"client_cert_not_provided"
_TOO_LARGE = b"_exceeded_size_limit"
_BOOLEANS = frozenset({b"true", b"false"})


def read(values: Values, hops: int) -> Presented | Absent | Deny:
    values = filled(values)
    present, verified = only(values, "present"), only(values, "verify")
    if present is None or verified is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    if not {present, verified} <= _BOOLEANS:
        return Deny(Reason.MALFORMED_HEADER)
    error = only(values, "error")
    if present == b"false":
        contradicted = verified == b"true" or "certificate" in values or "chain" in values
        return Deny(Reason.AMBIGUOUS_HEADER) if contradicted or error not in {None, _NOT_PROVIDED} else Absent()
    if verified == b"false" or error is not None:
        too_large = verified == b"true" and error is not None and _TOO_LARGE in error
        return Deny(Reason.OVERSIZED if too_large else Reason.PROXY_NOT_VERIFIED)
    return rfc9440.read(values, hops) if "certificate" in values else Deny(Reason.INCOMPLETE_EVIDENCE)


def write(leaf: bytes, chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"present": "true", "verify": "true", "error": "", **rfc9440.write(leaf, chain)}


GCP = Dialect(
    name="gcp",
    producer="Google Cloud Application Load Balancer",
    fields=(
        Field("certificate", "x-client-cert-leaf"),
        Field("chain", "x-client-cert-chain", Times.LISTED),
        Field("present", "x-client-cert-present"),
        Field("verify", "x-client-cert-chain-verified"),
        Field("error", "x-client-cert-error", Times.LISTED),
    ),
    verdict=Verdict.FIELD,
    absent={"present": "false", "verify": "false", "error": "client_cert_not_provided", "certificate": ""},
    read=read,
    write=write,
    hint=SIGNATURE,
)

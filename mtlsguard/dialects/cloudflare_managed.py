"""Cloudflare: `Client-Cert` and `Client-Cert-Chain` by transform rules, and the managed transform's verdicts.

    presented   = "true" / "false"                             Cf-Cert-Presented
    verify      = "true" / "false"                             Cf-Cert-Verified
    revoked     = "true" / "false"                             Cf-Cert-Revoked
    certificate = ":" base64 DER ":"                           cf.tls_client_auth.cert_rfc9440
    chain       = the same, separated by ","                   cf.tls_client_auth.cert_chain_rfc9440

The managed transform "Add TLS client auth headers" sends the three verdicts on every request. A revoked certificate
stays verified, and the last two fields are filled whatever came of the verification: a certificate is admitted only if
it was presented and verified and not revoked. An empty field counts as a missing one. What is too large for Cloudflare
is left empty, which is incomplete, never absence. The operator's rules must remove the client's own fields.
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects import rfc9440
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Times, Values, Verdict, filled, only
from mtlsguard.reason import Reason

_TRUE, _FALSE = b"true", b"false"


def read(values: Values, hops: int) -> Presented | Absent | Deny:
    values = filled(values)
    presented, verified, revoked = verdicts = [only(values, role) for role in ("presented", "verify", "revoked")]
    if None in verdicts:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    if not {_TRUE, _FALSE}.issuperset(verdicts):
        return Deny(Reason.MALFORMED_HEADER)
    if presented == _FALSE:
        contradicted = _TRUE in verdicts or "certificate" in values or "chain" in values
        return Deny(Reason.AMBIGUOUS_HEADER) if contradicted else Absent()
    if (verified, revoked) != (_TRUE, _FALSE):
        return Deny(Reason.PROXY_NOT_VERIFIED)
    return rfc9440.read(values, hops) if "certificate" in values else Deny(Reason.INCOMPLETE_EVIDENCE)


def write(leaf: bytes, chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"presented": "true", "verify": "true", "revoked": "false", **rfc9440.write(leaf, chain)}


CLOUDFLARE_MANAGED = Dialect(
    name="cloudflare-managed",
    producer="Cloudflare (managed transform and RFC 9440 fields)",
    fields=(
        Field("certificate", "client-cert"),
        Field("chain", "client-cert-chain", Times.SPLIT),
        Field("presented", "cf-cert-presented"),
        Field("verify", "cf-cert-verified"),
        Field("revoked", "cf-cert-revoked"),
    ),
    verdict=Verdict.FIELD,
    absent={"presented": "false", "verify": "false", "revoked": "false", "certificate": ""},
    read=read,
    write=write,
    hint=SIGNATURE,
)

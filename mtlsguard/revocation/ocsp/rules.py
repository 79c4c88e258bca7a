"""What is asked of an answer, what an answer is, and why one does not count."""

from dataclasses import dataclass, field
from enum import Enum, StrEnum

from mtlsguard.certificate import Candidate
from mtlsguard.revocation.contract import Link, Source, Status
from mtlsguard.revocation_policy import Nonce

MAX_ANSWER = 65_536  # octets; honest ones have 0.5 to 5 KB


class CertIdHash(StrEnum):
    """By which hash a request names the issuer. RFC 5019 and 9654 responders are sure to know SHA-1, which proves
    nothing here: it only points at an issuer whose key is known."""

    SHA1 = "sha1"
    SHA256 = "sha256"


class Fault(StrEnum):
    """Why an answer does not count. The values are stable: they are the last_error of a responder's health."""

    NO_ISSUER = "no-issuer"
    OVERSIZED = "oversized"
    MALFORMED = "malformed"
    TRY_LATER = "try-later"
    REFUSED = "refused"
    CRITICAL_EXTENSION = "critical-extension"
    WRONG_NONCE = "wrong-nonce"
    OTHER_CERTIFICATE = "other-certificate"
    UNAUTHORISED = "unauthorised"
    DELEGATE_EXPIRED = "delegate-expired"
    DELEGATE_UNDETERMINED = "delegate-undetermined"
    WEAK_SIGNATURE = "weak-signature"
    WRONG_SIGNATURE = "wrong-signature"
    NOT_YET = "not-yet"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class OcspRules:
    """Seconds. `max_age` is how long an answer without nextUpdate counts after its thisUpdate. `responders` are local
    responders' certificates (RFC 6960 section 4.2.2.2, first case). `delegates` answers for delegates' certificates:
    from CRLs and deny lists, never by OCSP again.
    """

    clock_skew: float = 60.0
    max_age: float = 1_800.0
    nonce: Nonce = Nonce.IF_RETURNED
    cert_id: CertIdHash = CertIdHash.SHA1
    responders: tuple[Candidate, ...] = field(default=(), repr=False)
    delegates: Source | None = field(default=None, repr=False)


class Signer(Enum):
    """Whose word it is (RFC 6960 section 4.2.2.2)."""

    ISSUER = "issuer"
    DELEGATE = "delegate"
    LOCAL = "local"


@dataclass(frozen=True, slots=True)
class OcspAnswer:
    """About one certificate, signed by who may, fresh when it was read. POSIX seconds; holds while `now < until`, and
    while `delegate`, which signed it, is not revoked itself."""

    status: Status
    this_update: float
    produced_at: float
    until: float
    signer: Signer
    delegate: Link | None = field(default=None, repr=False)

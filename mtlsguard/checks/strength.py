"""Key and signature of the leaf. The path builder holds authorities to the same rules."""

from mtlsguard.certificate import Candidate
from mtlsguard.decision import Deny
from mtlsguard.keys import SIGNATURES, acceptable_key
from mtlsguard.policy import Policy
from mtlsguard.reason import Reason


def key(candidate: Candidate, _policy: Policy, _now: float) -> Deny | None:
    return None if acceptable_key(candidate.key) else Deny(Reason.UNACCEPTABLE_KEY)


def signature(candidate: Candidate, _policy: Policy, _now: float) -> Deny | None:
    return None if candidate.signature_oid in SIGNATURES else Deny(Reason.WEAK_SIGNATURE)

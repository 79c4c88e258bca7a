"""The leaf's own time (RFC 5280 section 4.1.2.5); its authorities' is part of building the path."""

from mtlsguard.certificate import Candidate
from mtlsguard.decision import Deny
from mtlsguard.policy import Policy
from mtlsguard.reason import Reason


def validity(candidate: Candidate, policy: Policy, now: float) -> Deny | None:
    """Both ends are inclusive and whole seconds; the skew is granted on both."""
    second, skew = int(now), policy.validity.clock_skew
    if second + skew < candidate.not_before:
        return Deny(Reason.NOT_YET_VALID)
    if second - skew > candidate.not_after or candidate.not_before > candidate.not_after:
        return Deny(Reason.EXPIRED)
    return None


def lifetime(candidate: Candidate, policy: Policy, _now: float) -> Deny | None:
    limit = policy.validity.max_lifetime
    if limit and candidate.not_after - candidate.not_before > limit:
        return Deny(Reason.LIFETIME_TOO_LONG)
    return None

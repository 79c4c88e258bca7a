"""What a check is: a question about a certificate or its path with no side effects.

A check answers None when it has no objection and a Deny with its own reason otherwise. It never admits.
Candidate checks are cheap and run before any signature is computed; path checks get a VerifiedPath, which
only `chain` makes. `now` is POSIX seconds.
"""

from collections.abc import Callable

from mtlsguard.certificate import Candidate
from mtlsguard.chain import VerifiedPath
from mtlsguard.decision import Deny
from mtlsguard.policy import Policy

CandidateCheck = Callable[[Candidate, Policy, float], Deny | None]
PathCheck = Callable[[VerifiedPath, Policy, float], Deny | None]

"""Every check, in the order in which they run: the first objection is the answer."""

from mtlsguard.checks.contract import CandidateCheck, PathCheck
from mtlsguard.checks.email_constraints import email_constraints
from mtlsguard.checks.issuer import issuer, serial
from mtlsguard.checks.strength import key, signature
from mtlsguard.checks.usage import extensions, usage
from mtlsguard.checks.validity import lifetime, validity

CANDIDATE_CHECKS: tuple[CandidateCheck, ...] = (validity, lifetime, key, signature, usage, extensions)
PATH_CHECKS: tuple[PathCheck, ...] = (email_constraints, issuer, serial)

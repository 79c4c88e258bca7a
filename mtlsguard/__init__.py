"""Verified client identities behind a proxy that terminates mutual TLS."""

from mtlsguard.config import ConfigError
from mtlsguard.decision import Absent, Allow, Decision, Deny, Identity
from mtlsguard.engine import Guard
from mtlsguard.loading import guard_from
from mtlsguard.policy import Policy
from mtlsguard.reason import Reason

__version__ = "0.1.0"

__all__ = [
    "Absent",
    "Allow",
    "ConfigError",
    "Decision",
    "Deny",
    "Guard",
    "Identity",
    "Policy",
    "Reason",
    "guard_from",
]

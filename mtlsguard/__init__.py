"""Verified client identities behind a proxy that terminates mutual TLS."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mtlsguard.config import ConfigError
    from mtlsguard.decision import Absent, Allow, Decision, Deny, Identity
    from mtlsguard.guard import Guard
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

# Looked up when asked for: the pytest plugin lies in this package, and must cost nothing where nobody uses it.
_HOMES = {
    "Absent": "mtlsguard.decision",
    "Allow": "mtlsguard.decision",
    "ConfigError": "mtlsguard.config",
    "Decision": "mtlsguard.decision",
    "Deny": "mtlsguard.decision",
    "Guard": "mtlsguard.guard",
    "Identity": "mtlsguard.decision",
    "Policy": "mtlsguard.policy",
    "Reason": "mtlsguard.reason",
    "guard_from": "mtlsguard.loading",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

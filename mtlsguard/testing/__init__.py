"""For tests of applications behind the guard: certificates made on the spot, in every proxy's dialect."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mtlsguard.testing.clients import client
    from mtlsguard.testing.issued import Issued
    from mtlsguard.testing.pki import Pki
    from mtlsguard.testing.presenting import peer_of, present, present_to

__all__ = ["Issued", "Pki", "client", "peer_of", "present", "present_to"]

# Looked up when asked for: the pytest plugin lies in this package, and must cost nothing where nobody uses it.
_HOMES = {
    "Issued": "mtlsguard.testing.issued",
    "Pki": "mtlsguard.testing.pki",
    "client": "mtlsguard.testing.clients",
    "peer_of": "mtlsguard.testing.presenting",
    "present": "mtlsguard.testing.presenting",
    "present_to": "mtlsguard.testing.presenting",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

"""For tests of applications behind the guard: certificates made on the spot, in every proxy's dialect."""

from mtlsguard.testing.issued import Issued
from mtlsguard.testing.pki import Pki
from mtlsguard.testing.presenting import present

__all__ = ["Issued", "Pki", "present"]

"""What a revocation source is: a value in memory that answers for one certificate of a path at one moment.

A source never waits and never raises about what it was given: files, URLs and responders are read at the edges, long
before a request asks. It answers REVOKED or GOOD only on proof that holds now, and UNKNOWN in every other case.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from cryptography import x509

from mtlsguard.certificate import Candidate

FOREVER = float("inf")


class Status(Enum):
    """RFC 6960 section 2.2, for all kinds of sources."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """Holds while `now < until`, POSIX seconds. For UNKNOWN: no later than the moment when time alone may change it."""

    status: Status
    until: float = FOREVER


@dataclass(frozen=True, slots=True)
class Link:
    """One certificate of a path, with all that is asked about it.

    `issuer` is the certificate above it in the path, whose key signed it: None for the anchor, and where no path was
    built because the operator pinned the leaf or took the proxy's word. `issuer_name` is DER. `points` and `access` are
    the extensions cRLDistributionPoints and authorityInfoAccess (RFC 5280 sections 4.2.1.13 and 4.2.2.1). `not_after`
    is inclusive.
    """

    serial: int = field(repr=False)
    issuer_name: bytes = field(repr=False)
    issuer: Candidate | None = field(repr=False)
    is_ca: bool
    points: x509.CRLDistributionPoints | None = field(repr=False)
    access: x509.AuthorityInformationAccess | None = field(repr=False)
    not_after: int = field(repr=False)


class Source(Protocol):
    """One kind of proof. Thread-safe; what it holds is replaced whole, so that one answer sees one state."""

    def answer(self, link: Link, now: float) -> Answer:
        """Bounded in time whatever the link's extensions say."""
        ...

"""What an endpoint asks of a client when rule and decorators are taken together, and which of two asks is looser."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from mtlsguard.access import Gate
from mtlsguard.policy import Access
from mtlsguard.requirement import Requirement


class Level(StrEnum):
    """As `Access`, and CLOSED where nobody passes."""

    PUBLIC = "public"
    OPTIONAL = "optional"
    VERIFIED = "verified"
    CLOSED = "closed"


_STRICTNESS = {level: at for at, level in enumerate(Level)}
_LEVELS = {
    Access.PUBLIC: Level.PUBLIC,
    Access.OPTIONAL: Level.OPTIONAL,
    Access.VERIFIED: Level.VERIFIED,
}


@dataclass(frozen=True, slots=True)
class Ask:
    """`roles`: of each of these sets the client needs one role."""

    level: Level
    roles: frozenset[frozenset[str]] = frozenset()

    @property
    def anonymous(self) -> bool:
        """Does a client without a certificate pass?"""
        return self.level in {Level.PUBLIC, Level.OPTIONAL}

    def looser_than(self, other: "Ask") -> bool:
        """Is `other` guarded, and does this one let in everybody who passes there, and more?"""
        return other.level is Level.VERIFIED and _admits(self, other) and not _admits(other, self)

    def __str__(self) -> str:
        if not self.roles:
            return self.level.value
        return " and ".join(sorted(" or ".join(sorted(any_of)) for any_of in self.roles))


def ask_of(gate: Gate, requirements: Iterable[Requirement]) -> Ask:
    """A public route attaches no identity, so a decorator on it refuses everybody."""
    asked = tuple(requirements)
    level = _LEVELS[gate.access]
    if gate.refusal is not None or (asked and level is Level.PUBLIC):
        return Ask(Level.CLOSED)
    roles = frozenset(filter(None, [gate.require, *(one.roles for one in asked)]))
    return Ask(Level.VERIFIED if asked else level, roles)


def _admits(one: Ask, other: Ask) -> bool:
    """Does everybody who passes `other` pass `one` too?"""
    if _STRICTNESS[one.level] > _STRICTNESS[other.level]:
        return False
    return all(any(theirs <= own for theirs in other.roles) for own in one.roles)

"""What the engine answers: values, never exceptions."""

from dataclasses import dataclass, field
from typing import NoReturn, final

from mtlsguard.reason import Reason


@dataclass(frozen=True, slots=True, repr=False)
class Revealed:
    """What `Identity.reveal` hands out on purpose: the certificate (DER) and its SHA-256 in hex."""

    name: str
    fingerprint: str
    certificate: bytes


@final
class Identity:
    """Who the client is. Shows nothing of itself when printed; `reveal()` is the explicit way in.

    `kind` is the configured identity.name ("spiffe", "dns", ...), `name` its one value, `roles` what the
    rules give it, `pseudonym` a keyed short name that is the same for the same certificate within one
    deployment and safe to log.
    """

    __slots__ = ("_revealed", "kind", "name", "pseudonym", "roles")

    kind: str
    name: str
    roles: frozenset[str]
    pseudonym: str

    _revealed: Revealed

    def __init__(self, kind: str, roles: frozenset[str], pseudonym: str, revealed: Revealed) -> None:
        values = {"kind": kind, "name": revealed.name, "roles": roles, "pseudonym": pseudonym, "_revealed": revealed}
        for slot, value in values.items():
            object.__setattr__(self, slot, value)

    def has(self, role: str) -> bool:
        return role in self.roles

    def reveal(self) -> Revealed:
        """The certificate itself, asked for by name; nothing else hands it out."""
        return self._revealed

    def __repr__(self) -> str:
        return f"<Identity {self.kind} {self.pseudonym}>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Identity):
            return NotImplemented
        return (self.kind, self._revealed) == (other.kind, other._revealed)

    def __hash__(self) -> int:
        return hash((self.kind, self.name))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("an identity is immutable")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("an identity is immutable")

    def __reduce__(self) -> NoReturn:
        raise TypeError("an identity is per request: it is not pickled, copied or kept")


@dataclass(frozen=True, slots=True)
class Absent:
    """No evidence from anybody who could speak for a client: there is no certificate."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A public route: whatever evidence there is was not read. `noticed`: it came from nobody we trust."""

    noticed: Reason | None = None


@dataclass(frozen=True, slots=True)
class Deny:
    """A refusal. `pseudonym` tells operators which certificate, where one was read."""

    reason: Reason
    pseudonym: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Allow:
    """A verified client. True for `valid_from <= now < valid_until`, both POSIX seconds, and no longer.

    `remembered`: this was decided for an earlier request with the same evidence.
    """

    identity: Identity
    valid_from: float
    valid_until: float
    remembered: bool = field(default=False, compare=False)


Decision = Allow | Absent | Unread | Deny


@final
@dataclass(frozen=True, slots=True)
class Waiting:
    """Whether the client's certificate is revoked has been asked, and the answer may come soon.

    The edge may wait for what was asked about (`awaited`) and then ask the engine again; `otherwise` holds if it
    does not, or if no answer came.
    """

    otherwise: Allow | Deny
    awaited: tuple[object, ...] = field(repr=False)


def settled(decision: Decision | Waiting) -> Decision:
    """What holds where nobody waits any longer."""
    return decision.otherwise if type(decision) is Waiting else decision

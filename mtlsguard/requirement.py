"""What an endpoint asks of a client beside the route rules: the value behind every adapter's decorator.

A requirement only adds to what the rules of the configuration ask; it opens nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from mtlsguard.decision import Deny, Identity
from mtlsguard.reason import Reason

_MARK = "__mtlsguard__"
_DEEPEST = 32  # decorators around one endpoint

E = TypeVar("E", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Requirement:
    """A verified identity, with at least one of `roles` where there are any."""

    roles: frozenset[str] = frozenset()

    def refusal(self, identity: Identity | None) -> Deny | None:
        """Why this client may not pass; None where it may."""
        if identity is None:
            return Deny(Reason.NO_CERTIFICATE)
        if self.roles and self.roles.isdisjoint(identity.roles):
            return Deny(Reason.FORBIDDEN, identity.pseudonym)
        return None


def require(*roles: str) -> Requirement:
    """TypeError for what is no role's name: a decorator used without parentheses, an empty text, a list."""
    given: tuple[object, ...] = roles
    if not all(isinstance(role, str) and role for role in given):
        raise TypeError("roles are texts: require('billing', 'audit'), or require() for any verified identity")
    return Requirement(frozenset(roles))


def mark(endpoint: E, requirement: Requirement) -> E:
    """Leaves the requirement on the endpoint, where `requirements` finds it."""
    setattr(endpoint, _MARK, requirement)
    return endpoint


def requirements(endpoint: object) -> tuple[Requirement, ...]:
    """All requirements around an endpoint, outermost first: through decorators, partials and bound methods."""
    found: list[Requirement] = []
    for _ in range(_DEEPEST):
        own = getattr(endpoint, "__dict__", {}).get(_MARK)
        if isinstance(own, Requirement) and own not in found:
            found.append(own)
        inner = endpoint.func if isinstance(endpoint, partial) else getattr(endpoint, "__wrapped__", None)
        inner = getattr(endpoint, "__func__", None) if inner is None else inner
        if inner is None:
            break
        endpoint = inner
    return tuple(found)

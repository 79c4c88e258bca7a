"""What a rule about a proxy's configuration is: a pure function from a parsed configuration to its hits.

A rule has a stable id, a level, and one sentence that says what an attacker or an accident makes of it. A hit
says where, what, and which lines to write instead. Hits repeat names and variables, never literal values: a
value may be the proxy secret.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from mtlsguard.dialects import EVIDENCE_HEADERS, spoken
from mtlsguard.dialects.contract import Verdict
from mtlsguard.dialects.nginx import NGINX
from mtlsguard.policy import ProxyPolicy

M = TypeVar("M")


class Level(StrEnum):
    """ERROR: a client can forge, or nothing works. WARNING: a layer is missing or data leaks. ADVICE: look at it."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Place:
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Hit:
    """`fix` holds literal lines for the configuration. `level` is for a hit that weighs less than its rule."""

    place: Place
    what: str
    fix: tuple[str, ...]
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    place: Place
    level: Level
    rule: str
    what: str
    why: str
    fix: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """What the guard behind the proxy expects. Names are in lower case with dashes.

    `required`: the headers that its dialect reads; empty where nobody has said which dialect it is.
    `certificates`: every header that may hold certificate data. `dialect` is None where nobody has said.
    """

    certificates: frozenset[str] = EVIDENCE_HEADERS
    required: tuple[str, ...] = ()
    dialect: str | None = None
    verdict: Verdict = NGINX.verdict
    secret: str | None = None
    hops: int = 1

    @classmethod
    def of(cls, policy: ProxyPolicy) -> "Expected":
        dialect = spoken(policy)
        names = [policy.headers.get(field.role, field.header).lower() for field in dialect.fields]
        secret = policy.secret.header.lower() if policy.secret else None
        headers = () if dialect.native else tuple(names)
        return cls(EVIDENCE_HEADERS | {*headers}, headers, dialect.name, dialect.verdict, secret, policy.hops)

    def carries(self, header: str) -> bool:
        """Does a header of this name hold what must come from the proxy alone?"""
        return header in self.certificates or header == self.secret


@dataclass(frozen=True, slots=True)
class Rule(Generic[M]):
    """`check` is a pure function: no file is opened and nothing is remembered."""

    id: str
    level: Level
    why: str
    check: Callable[[M, Expected], Iterable[Hit]]


def apply(rules: Iterable[Rule[M]], model: M, expected: Expected) -> list[Finding]:
    """Every finding once, by file and line."""
    found = {
        Finding(hit.place, hit.level or rule.level, rule.id, hit.what, rule.why, hit.fix): None
        for rule in rules
        for hit in rule.check(model, expected)
    }
    return sorted(found, key=lambda one: (one.place.file, one.place.line, one.rule, one.what))

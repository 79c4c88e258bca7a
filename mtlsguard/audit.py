"""EDGE: one event per decision, and counters. Nothing secret in either.

An event says outcome, reason, dialect, adapter and the keyed pseudonym of the certificate, where one was
read: never a name, serial, fingerprint, address or path. Remembered allowances are counted; an event for
each of them too is `audit.allowed = "every"`. Refusals are limited per reason, so that a flood of them fills
no disk: an event that comes after others were left out says how many.
"""

import logging
from itertools import count

from mtlsguard.decision import Absent, Allow, Decision, Deny, Unread
from mtlsguard.engine import Snapshot
from mtlsguard.journal import tell
from mtlsguard.policy import AuditAllowed, AuditPolicy

EVENT = "mtlsguard.decision"
_EVERY = AuditAllowed.EVERY  # as in the engine: not looked up for every request

Outcome = tuple[str, str]


class Counter:
    """Counts without a lock and without losing any: `next` on `itertools.count` is one step for all threads."""

    __slots__ = ("_count", "_reads", "add")

    def __init__(self) -> None:
        self._count = count()
        self._reads = 0
        self.add = self._count.__next__

    def value(self) -> int:
        """Reading takes a number too, which later readings leave out."""
        seen = self.add() - self._reads
        self._reads += 1
        return seen


class Limit:
    """A token bucket. `now` may go backwards; that gives no tokens."""

    __slots__ = ("_last", "_policy", "_tokens", "left_out")

    def __init__(self, policy: AuditPolicy, now: float) -> None:
        self._policy = policy
        self._tokens = float(policy.burst)
        self._last = now
        self.left_out = 0

    def passes(self, now: float) -> bool:
        gained = max(0.0, now - self._last) * self._policy.per_second
        self._tokens = min(self._policy.burst, self._tokens + gained)
        self._last = now
        if self._tokens < 1:
            self.left_out += 1
            return False
        self._tokens -= 1
        return True


class Audit:
    """Of one adapter. `counts()` is what a metric exporter reads."""

    def __init__(self, adapter: str) -> None:
        self.adapter = adapter
        self._counters: dict[Outcome, Counter] = {}
        self._limits: dict[Outcome, Limit] = {}
        self._count_allowed = self._counters.setdefault(("allow", ""), Counter()).add

    def record(self, decision: Decision, snapshot: Snapshot, now: float) -> None:
        if isinstance(decision, Allow):
            self._count_allowed()
            if not decision.remembered or snapshot.policy.audit.allowed is _EVERY:
                self._emit(logging.INFO, ("allow", ""), snapshot, decision.identity.pseudonym, 0)
            return
        self._record_rare(decision, snapshot, now)

    def _record_rare(self, decision: Absent | Unread | Deny, snapshot: Snapshot, now: float) -> None:
        key, known_as = _outcome(decision)
        self._counters.setdefault(key, Counter()).add()
        if not key[1]:  # nobody claimed anything: counted, not told
            return
        limit = self._limits.setdefault(key, Limit(snapshot.policy.audit, now))
        if limit.passes(now):
            left_out, limit.left_out = limit.left_out, 0
            self._emit(logging.WARNING, key, snapshot, known_as, left_out)

    def counts(self) -> dict[Outcome, int]:
        """(outcome, reason) -> how often; the reason is empty where there is none."""
        return {key: value for key, counter in list(self._counters.items()) if (value := counter.value())}

    def _emit(self, level: int, key: Outcome, snapshot: Snapshot, known_as: str | None, left_out: int) -> None:
        fields: dict[str, str | int] = {
            "outcome": key[0],
            "dialect": snapshot.dialect.name,
            "adapter": self.adapter,
        }
        fields |= {"reason": key[1]} if key[1] else {}
        fields |= {"certificate": known_as} if known_as else {}
        fields |= {"left_out": left_out} if left_out else {}
        tell(level, EVENT, fields)


def _outcome(decision: Absent | Unread | Deny) -> tuple[Outcome, str | None]:
    if isinstance(decision, Deny):
        return ("deny", decision.reason.value), decision.pseudonym
    if isinstance(decision, Unread):
        return ("unread", decision.noticed.value if decision.noticed else ""), None
    return ("absent", ""), None

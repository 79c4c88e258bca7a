"""A memory of what is proven: look-ups take no lock, and what is newer is never replaced by what is older.

A replayed answer that is still fresh, but older than the one held, changes nothing. Revoked stays revoked beyond its
nextUpdate, until a newer answer says good. All the rest counts within its time and no longer, and not once the
delegate that signed it is revoked.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from mtlsguard.revocation.contract import Answer, Link, Source, Status
from mtlsguard.revocation.ocsp.rules import OcspAnswer

_SOONEST = 5.0  # seconds between two questions about the same certificate
_FORGOTTEN = 8  # one of so many, where there is no room for more
_NOTHING = Answer(Status.UNKNOWN)
_REVOKED = Answer(Status.REVOKED)
# Of contradicting answers of the same moment the worse one counts.
_RANK = {Status.GOOD: 0, Status.UNKNOWN: 1, Status.REVOKED: 2}


class Key(NamedTuple):
    """SHA-256 of the issuer's SubjectPublicKeyInfo, its DER name in the certificate, the serial number."""

    issuer_key: bytes
    issuer_name: bytes
    serial: int

    def __repr__(self) -> str:
        return "<Key>"


def key_of(link: Link) -> Key | None:
    """None without an issuer: nobody can be asked then."""
    if link.issuer is None:
        return None
    return Key(sha256(link.issuer.spki).digest(), link.issuer_name, link.serial)


@dataclass(frozen=True, slots=True)
class Plan:
    """When a certificate is asked about again: after a part of the time that its answer holds, between `earliest` and
    `latest` by chance, so that many do not come due at once. Seconds: after `longest` at the latest; after `unknown`
    where the responder did not know it; not at all once nobody has presented it for `idle`.
    """

    earliest: float = 0.5
    latest: float = 0.8
    longest: float = 3_600.0
    unknown: float = 60.0
    idle: float = 3_600.0

    def again(self, answer: OcspAnswer, now: float, jitter: float) -> float:
        part = self.earliest + (self.latest - self.earliest) * jitter
        left = min(max(answer.until - now, 0.0) * part, self.longest)
        if answer.status is Status.UNKNOWN:
            left = min(left, self.unknown)
        return now + max(left, _SOONEST)


@dataclass(slots=True)
class _Entry:
    """`again`: when to ask anew. `wanted`: when somebody last wanted to know."""

    link: Link = field(repr=False)
    answer: OcspAnswer
    again: float
    wanted: float


class OcspAnswers:
    """A source. Holds `size` answers at most; where there is no room those go that nobody has wanted for longest,
    revoked ones last. `writing`: a lock, which `put` takes. `delegates`: as in `OcspRules`; asked at each look-up, for
    what is revoked later."""

    def __init__(
        self,
        size: int = 16_384,
        plan: Plan | None = None,
        *,
        writing: AbstractContextManager[object],
        delegates: Source | None = None,
    ) -> None:
        self._size = size
        self._plan = plan or Plan()
        self._writing = writing
        self._delegates = delegates
        self._entries: dict[Key, _Entry] = {}

    def follow_on(self, old: "OcspAnswers", *, revoked_only: bool) -> None:
        """With what `old` has. `revoked_only`: where the rules are others now, by which it was proven."""
        known = dict(old._entries)  # noqa: SLF001 - another of its own kind
        self._entries = {key: entry for key, entry in known.items() if _is_revoked(entry) or not revoked_only}

    def answer(self, link: Link, now: float) -> Answer:
        key = key_of(link)
        entry = None if key is None else self._entries.get(key)
        if entry is None:
            return _NOTHING
        entry.wanted = now
        if self._is_void(entry.answer, now):
            return _NOTHING
        return _counting(entry, now)

    def put(self, link: Link, answer: OcspAnswer, now: float, jitter: float = 0.5) -> bool:
        """True: decisions that let this certificate in may now be wrong. `jitter`: from 0 to 1, of the plan."""
        key = key_of(link)
        if key is None:
            return False
        with self._writing:
            old = self._entries.get(key)
            again = self._plan.again(answer, now, jitter)
            void = old is not None and self._is_void(old.answer, now)
            if old is not None and not void and not _replaces(answer, old.answer):
                old.again = again
                return False
            before = _counting(old, now).status if old and not void else None
            self._entries[key] = _Entry(link, answer, again, old.wanted if old else now)
            if len(self._entries) > self._size:
                self._forget(key)
        return answer.status is not Status.GOOD and answer.status is not before

    def missing(self, link: Link, now: float) -> bool:
        """Nothing is held that counts now, and somebody could be asked."""
        key = key_of(link)
        if key is None:
            return False
        entry = self._entries.get(key)
        if entry is None or self._is_void(entry.answer, now):
            return True
        return not _is_revoked(entry) and now >= entry.answer.until

    def due(self, now: float) -> list[Link]:
        """What to ask about anew, so that no answer ends before the next one is here. Nothing is planned for later than
        `Plan` allows: what seems to be was planned before the clock was set back, and is due."""
        latest = now + max(self._plan.longest, _SOONEST)
        idle_since = now - self._plan.idle
        entries = list(self._entries.values())
        due = [entry for entry in entries if not now < entry.again <= latest]
        return [entry.link for entry in due if entry.wanted > idle_since]

    def write_under(self, writing: AbstractContextManager[object]) -> None:
        """Another lock: after a fork nobody is left who would open the old one."""
        self._writing = writing

    def __len__(self) -> int:
        return len(self._entries)

    def _is_void(self, answer: OcspAnswer, now: float) -> bool:
        """Signed by a delegate that is known to be revoked by now. What it said against somebody is still heard."""
        if answer.status is Status.REVOKED or answer.delegate is None or self._delegates is None:
            return False
        return self._delegates.answer(answer.delegate, now).status is Status.REVOKED

    def _forget(self, newest: Key) -> None:
        entries = sorted(self._entries.items(), key=lambda item: (_is_revoked(item[1]), item[1].wanted))
        for key, _ in entries[: max(1, self._size // _FORGOTTEN)]:
            if key != newest:
                del self._entries[key]


def _counting(entry: _Entry, now: float) -> Answer:
    if _is_revoked(entry):
        return _REVOKED
    answer = entry.answer
    return Answer(answer.status, answer.until) if now < answer.until else _NOTHING


def _is_revoked(entry: _Entry) -> bool:
    return entry.answer.status is Status.REVOKED


def _replaces(new: OcspAnswer, old: OcspAnswer) -> bool:
    if old.status is Status.REVOKED and new.status is Status.UNKNOWN:
        return False  # not to know a certificate any more is no proof that it is good again
    if (new.this_update, new.produced_at) != (old.this_update, old.produced_at):
        return (new.this_update, new.produced_at) > (old.this_update, old.produced_at)
    return _RANK[new.status] >= _RANK[old.status]

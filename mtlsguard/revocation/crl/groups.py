"""The lists of one issuer's name and one scope, old and new, complete and delta: what they say of a certificate.

What a list says against a certificate weighs more than what it says for it. Only a current, complete list of the
certificate's scope can acquit. A list that is too old, or was made for other certificates, still accuses, if nothing
else is known: a revocation is for ever, and the CA has signed it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from mtlsguard.certificate import Candidate
from mtlsguard.revocation.contract import FOREVER, Link
from mtlsguard.revocation.crl.entries import Entry
from mtlsguard.revocation.crl.lists import CrlList, Rules
from mtlsguard.revocation.crl.scope import Point, Scope

_MOST_BRIDGES = 256  # a complete list comes every few deltas


class Weight(Enum):
    """What a finding is worth."""

    NOTHING = 0
    ACQUITS = 1
    ACCUSES = 2  # counts where nothing acquits
    CONDEMNS = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """`reasons`: for which it acquits. `until`: when time alone may change it, POSIX seconds."""

    weight: Weight = Weight.NOTHING
    reasons: int = 0
    until: float = FOREVER


@dataclass(frozen=True, slots=True)
class Group:
    """Newest first. `suspects` contradict a list of the same number: what they say for a certificate is not heard."""

    scope: Scope
    complete: tuple[CrlList, ...] = field(default=(), repr=False)
    deltas: tuple[CrlList, ...] = field(default=(), repr=False)
    suspects: tuple[CrlList, ...] = field(default=(), repr=False)

    def finding(self, link: Link, authority: Candidate, now: float, rules: Rules) -> Finding:
        """By the lists that this authority's key has signed."""
        base = _newest(self.complete, authority, now, rules)
        delta = _newest(self.deltas, authority, now, rules)
        if base and delta and not _adds(delta[0], base[0]):
            delta = []
        suspects = [one for one in self.suspects if one.signed_by(authority)]
        until = min((moment for one in self._all() for moment in _moments(one, now, rules)), default=FOREVER)
        accusers = _accusers(base, delta, link, now, rules)
        accusers += [one for one in suspects if one.says(link) is not Entry.ABSENT]
        if accusers:
            current = any(one.is_current(now, rules) for one in accusers) and self.scope.includes(link)
            return Finding(Weight.CONDEMNS if current else Weight.ACCUSES, until=until)
        if base and base[0].is_current(now, rules) and self.scope.includes(link):
            return Finding(Weight.ACQUITS, self.scope.reasons, until)
        return Finding(until=until)

    def _all(self) -> tuple[CrlList, ...]:
        return (*self.complete, *self.deltas, *self.suspects)


def _newest(lists: Iterable[CrlList], authority: Candidate, now: float, rules: Rules) -> list[CrlList]:
    """The newest that has begun and is signed; several where they contradict each other under one number."""
    found: list[CrlList] = []
    for one in lists:
        if found and one.rank != found[0].rank:
            break
        if one.begins(rules) <= now and one.signed_by(authority):
            found.append(one)
    return found


def _accusers(base: list[CrlList], delta: list[CrlList], link: Link, now: float, rules: Rules) -> list[CrlList]:
    """Those that list the certificate. removeFromCRL counts in a delta list only, and only where all its rules hold."""
    against = [one for one in delta if one.says(link) is Entry.REVOKED]
    if against:
        return against
    removed = any(one.says(link) is Entry.REMOVED for one in delta)
    if removed and base and all(one.is_current(now, rules) and _updates(one, base[0]) for one in delta):
        return []
    return [one for one in base if one.says(link) is not Entry.ABSENT]


def _adds(delta: CrlList, base: CrlList) -> bool:
    """Is it newer than the complete list? One that is not says nothing new (section 6.3.3 (c), 5.2.4)."""
    return base.outline.number is None or (delta.outline.number or 0) > base.outline.number


def _updates(delta: CrlList, base: CrlList) -> bool:
    """May the two be taken together? Issuer and scope are those of the group (sections 5.2.4, 6.3.3 (c))."""
    number, begins_at = base.outline.number, delta.outline.base
    return (
        number is not None
        and begins_at is not None
        and number >= begins_at
        and delta.outline.key_id == base.outline.key_id
    )


def _moments(one: CrlList, now: float, rules: Rules) -> list[float]:
    """When it begins and when it ends, as far as that is to come."""
    return [moment for moment in (one.begins(rules), one.ends(rules)) if moment > now]


@dataclass(frozen=True, slots=True)
class Shelf:
    """All groups of one issuer's name, found by a name of a distribution point however many there are."""

    groups: tuple[Group, ...] = field(repr=False)
    _everywhere: list[Group] = field(default_factory=list, init=False, repr=False)
    _by_name: dict[bytes, list[Group]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for group in self.groups:
            if group.scope.names is None:
                self._everywhere.append(group)
            for name in group.scope.names or ():
                self._by_name.setdefault(name, []).append(group)

    def near(self, points: tuple[Point, ...]) -> list[Group]:
        """Those that may speak of a certificate with these points, each once."""
        names = {name for point in points for name in point.names}
        found = {id(group): group for name in names for group in self._by_name.get(name, ())}
        return [*self._everywhere, *found.values()]


def bridging(known: Iterable[CrlList], used: Iterable[CrlList]) -> tuple[CrlList, ...]:
    """Of deltas that were `known`, those that say what no list says that is `used`: newer than the complete one that is
    here, while the newest delta adds to one that is not (section 5.2.4).
    """
    deltas = dict.fromkeys(one for one in known if one.outline.is_delta)
    if not deltas:
        return ()
    complete: dict[object, int] = {}
    newest: dict[object, CrlList] = {}
    for one in used:
        place, number = (one.outline.issuer_key, one.outline.scope), one.outline.number or 0
        if not one.outline.is_delta:
            complete[place] = max(number, complete.get(place, 0))
        elif place not in newest or one.rank > newest[place].rank:
            newest[place] = one
    found: list[CrlList] = []
    for one in deltas:
        place, number = (one.outline.issuer_key, one.outline.scope), one.outline.number or 0
        here = complete.get(place, 0)
        if place in newest and (newest[place].outline.base or 0) > here < number and one is not newest[place]:
            found.append(one)
    return tuple(found[-_MOST_BRIDGES:])


Heap = tuple[list[CrlList], list[CrlList], list[CrlList]]


def shelved(lists: Iterable[CrlList], suspects: Iterable[CrlList]) -> dict[bytes, Shelf]:
    """By the key of the issuer's name."""
    heaps: dict[tuple[bytes, Scope], Heap] = {}

    def heap(one: CrlList) -> Heap:
        return heaps.setdefault((one.outline.issuer_key, one.outline.scope), ([], [], []))

    for one in sorted(lists, key=lambda one: one.rank, reverse=True):
        heap(one)[one.outline.is_delta].append(one)
    for one in suspects:
        heap(one)[2].append(one)
    found: dict[bytes, list[Group]] = {}
    for (issuer_key, scope), (complete, deltas, doubtful) in heaps.items():
        found.setdefault(issuer_key, []).append(Group(scope, tuple(complete), tuple(deltas), tuple(doubtful)))
    return {issuer_key: Shelf(tuple(groups)) for issuer_key, groups in found.items()}

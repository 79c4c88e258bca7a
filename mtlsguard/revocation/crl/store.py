"""All lists of one guard as a source: what they say of a certificate, and which of them are not heard, and why.

A store is a value. The next one is made of the lists that there are now, and knows the highest number that each
authority has signed: an older list that is offered again says nothing for anybody (RFC 5280 section 6.3.3, and the
rule of section 5.2.3 that numbers never go down).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from mtlsguard.certificate import Candidate
from mtlsguard.revocation.contract import FOREVER, Answer, Link, Status
from mtlsguard.revocation.crl.groups import Finding, Group, Shelf, Weight, bridging, shelved
from mtlsguard.revocation.crl.lists import CrlList, Rank, Rules
from mtlsguard.revocation.crl.scope import ALL_REASONS, Point, points_of
from mtlsguard.revocation.names import name_key

_UNKNOWN = Answer(Status.UNKNOWN)
_REVOKED = Answer(Status.REVOKED)
_AGAINST = (Weight.ACCUSES, Weight.CONDEMNS)


class Refusal(StrEnum):
    """Why a list that is sound by itself is not heard; stable words."""

    NOBODY = "signed-by-nobody-known"  # the configured authority of that name did not sign it; one in a path may have
    ROLLBACK = "rollback"  # its authority has signed a newer one
    CONTRADICTION = "contradiction"  # another list has the same number and other content


# What they say against a certificate is heard, what they say for it is not. A list that nobody known signed is none of
# them: a path may bring a new key of that name, for whose certificates the list then speaks.
_DOUBTFUL = frozenset({Refusal.ROLLBACK, Refusal.CONTRADICTION})


@dataclass(frozen=True, slots=True)
class Newest:
    """What has been seen of one series of lists: those of one key, one scope and one kind."""

    rank: Rank
    digest: bytes = field(repr=False)


Numbers = Mapping[str, Newest]


@dataclass(frozen=True, slots=True, eq=False)
class CrlStore:
    """`numbers` is plain data by an opaque key, to be kept over a restart. `refused`: lists that are not heard.
    `superseded`: those beside which a newer one lies; they say nothing more. `bridges`: deltas that were there before
    and still accuse, because the list to which the newest delta adds is not there yet."""

    rules: Rules
    lists: tuple[CrlList, ...] = field(default=(), repr=False)
    numbers: Numbers = field(default_factory=dict, repr=False)
    refused: tuple[tuple[CrlList, Refusal], ...] = field(default=(), repr=False)
    superseded: frozenset[CrlList] = field(default=frozenset(), repr=False)
    bridges: tuple[CrlList, ...] = field(default=(), repr=False)
    _shelves: Mapping[bytes, Shelf] = field(default_factory=dict, repr=False)

    def next(self, lists: Iterable[CrlList], authorities: Iterable[Candidate], now: float) -> "CrlStore":
        """`lists`: all that there are now. `authorities`: the configured ones, whose signature makes a number count."""
        offered = tuple(lists)
        by_name = _by_name(authorities)
        series = {one: _series(one, by_name) for one in offered}
        numbers = _raised(self.numbers, series, now, self.rules)
        reached = _reached(numbers, series)
        used: list[CrlList] = []
        suspects: list[CrlList] = []
        refused: list[tuple[CrlList, Refusal]] = []
        superseded: list[CrlList] = []
        for one, key in series.items():
            refusal = _refusal(one, key, numbers) if key else _unsigned(one, by_name)
            if refusal is Refusal.ROLLBACK and key in reached:
                superseded.append(one)  # it lies beside the newer one: nothing to tell
                continue
            (suspects if refusal in _DOUBTFUL else used).append(one)
            if refusal is not None:
                refused.append((one, refusal))
        bridges = bridging((*self.bridges, *self.lists, *superseded), used)
        shelves = shelved(used, [*suspects, *bridges])
        return CrlStore(self.rules, offered, numbers, tuple(refused), frozenset(superseded), bridges, shelves)

    def answer(self, link: Link, now: float) -> Answer:
        """By lists that the very key signed which signed the certificate."""
        authority = link.issuer
        if authority is None or not _may_sign(authority):
            return _UNKNOWN
        shelf = self._shelves.get(name_key(link.issuer_name))
        if shelf is None:
            return _UNKNOWN
        points = points_of(link)
        reasons, until, accused = 0, FOREVER, False
        for group in shelf.near(points):
            common = _reasons_for(group, points)
            finding = group.finding(link, authority, now, self.rules) if common else Finding()
            if finding.weight is Weight.CONDEMNS:
                return _REVOKED
            accused = accused or finding.weight is Weight.ACCUSES
            reasons |= finding.reasons & common
            until = min(until, finding.until)
        if reasons & ALL_REASONS == ALL_REASONS:
            return Answer(Status.GOOD, until)
        return _REVOKED if accused else self._far(shelf, link, authority, now)

    def _far(self, shelf: Shelf, link: Link, authority: Candidate, now: float) -> Answer:
        """Nothing acquits: then a list of any scope accuses. Serial numbers are the issuer's, not a list's."""
        findings = [group.finding(link, authority, now, self.rules) for group in shelf.groups]
        if any(finding.weight in _AGAINST for finding in findings):
            return _REVOKED
        return Answer(Status.UNKNOWN, min(finding.until for finding in findings))

    @property
    def entries(self) -> int:
        return sum(one.entries.count for one in self.lists)

    @property
    def fresh_until(self) -> float | None:
        """When the first of the lists ends that no newer one of its kind replaces."""
        newest: dict[object, CrlList] = {}
        for one in self.lists:
            key = (one.outline.issuer_key, one.outline.scope, one.outline.is_delta, one.outline.key_id)
            if key not in newest or one.rank > newest[key].rank:
                newest[key] = one
        ends = [one.ends(self.rules) for one in newest.values()]
        return min(ends) if ends else None


def _by_name(authorities: Iterable[Candidate]) -> dict[bytes, list[Candidate]]:
    found: dict[bytes, list[Candidate]] = {}
    for authority in authorities:
        found.setdefault(name_key(authority.subject), []).append(authority)
    return found


def _may_sign(authority: Candidate) -> bool:
    """RFC 5280 section 6.3.3 (f)."""
    return authority.key_usage is None or authority.key_usage.crl_sign


def _series(one: CrlList, by_name: Mapping[bytes, list[Candidate]]) -> str:
    """An opaque key; empty where no configured authority signed the list, so that its number does not count."""
    outline = one.outline
    for authority in by_name.get(outline.issuer_key, ()):
        if _may_sign(authority) and one.signed_by(authority):
            said = (authority.spki, outline.issuer_key, repr(_plain(one)).encode())
            return sha256(b"".join(sha256(part).digest() for part in said)).hexdigest()
    return ""


def _plain(one: CrlList) -> tuple[object, ...]:
    scope = one.outline.scope
    names = sorted(scope.names) if scope.names is not None else None
    return names, scope.only.value, scope.reasons, scope.indirect, one.outline.is_delta


def _raised(known: Numbers, series: Mapping[CrlList, str], now: float, rules: Rules) -> Numbers:
    """Lists that have not begun do not count yet: until then the one before them is in force."""
    numbers = dict(known)
    for one, key in series.items():
        if key and one.begins(rules) <= now and (key not in numbers or one.rank > numbers[key].rank):
            numbers[key] = Newest(one.rank, one.digest)
    return numbers


def _refusal(one: CrlList, key: str, numbers: Numbers) -> Refusal | None:
    newest = numbers.get(key)
    if newest is None or one.rank > newest.rank:
        return None
    if one.rank < newest.rank:
        return Refusal.ROLLBACK
    return None if one.digest == newest.digest else Refusal.CONTRADICTION


def _unsigned(one: CrlList, by_name: Mapping[bytes, list[Candidate]]) -> Refusal | None:
    """Of an authority that nobody configured: nothing is wrong, it is for the paths that bring its certificate."""
    return Refusal.NOBODY if one.outline.issuer_key in by_name else None


def _reached(numbers: Numbers, series: Mapping[CrlList, str]) -> set[str]:
    """The series in which a list as new as the newest that was ever seen is offered."""
    return {key for one, key in series.items() if key in numbers and one.rank == numbers[key].rank}


def _reasons_for(group: Group, points: tuple[Point, ...]) -> int:
    """For which reasons this group speaks of a certificate with these distribution points (6.3.3 (b) (2) (i))."""
    names, reasons = group.scope.names, 0
    for point in points:
        delegated = point.issuers is not None
        if not delegated and (names is None or names & point.names):
            reasons |= point.reasons
    return reasons & group.scope.reasons

"""Certificate revocation lists of one guard: from files, folders and addresses, and in place.

Each place keeps its last good lists. A file that goes away takes none with it: they end by their own time.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from mtlsguard.certificate import Candidate
from mtlsguard.config import Problem
from mtlsguard.config.bundle import revocation_lists
from mtlsguard.health import SourceHealth
from mtlsguard.marks import Marks
from mtlsguard.refresh.addresses import Address, follow_on
from mtlsguard.refresh.condition import Condition
from mtlsguard.refresh.watching import Watched
from mtlsguard.revocation.crl.entries import EntryIndex
from mtlsguard.revocation.crl.faults import Fault
from mtlsguard.revocation.crl.lists import CrlList, Rules, digest_of
from mtlsguard.revocation.crl.outline import Outline, outline
from mtlsguard.revocation.crl.store import CrlStore, Refusal

_ENDINGS = (".crl", ".pem", ".der")

Index = Callable[[bytes, Outline], EntryIndex]


def lists_in(octets: bytes, index: Index) -> tuple[CrlList, ...] | str:
    """All lists in PEM or DER, or a sentence about what is wrong with one of them; never what stands there."""
    ders = revocation_lists(octets)
    if isinstance(ders, str):
        return ders
    found: list[CrlList] = []
    for der in ders:
        read = _list_in(der, index)
        if isinstance(read, str):
            return f"list {len(found) + 1}: {read}"
        found.append(read)
    return tuple(found)


def _list_in(der: bytes, index: Index) -> CrlList | str:
    found = outline(der)
    if isinstance(found, Fault):
        return found.value
    entries = index(der, found)
    return entries.fault or CrlList(found, entries, digest_of(der, found))


def ends_of(octets: bytes) -> float | str | None:
    """When the first of the lists ends, from their outlines alone."""
    ders = revocation_lists(octets)
    outlines = ders if isinstance(ders, str) else [outline(der) for der in ders]
    if isinstance(outlines, str):
        return outlines
    faults = [found for found in outlines if isinstance(found, Fault)]
    if faults:
        return faults[0].value
    ends = [found.next_update for found in outlines if isinstance(found, Outline) and found.next_update is not None]
    return float(min(ends)) if ends else None


class Place:
    """What one entry of revocation.crls, `entry`, leads to. `lists`: its last good ones."""

    def __init__(self, entry: str | bytes, condition: Condition, index: Index) -> None:
        self.entry = entry
        self.condition = condition
        self._index = index
        self._read: dict[str, tuple[bytes, tuple[CrlList, ...]]] = {}
        self.gone: frozenset[str] = frozenset()
        self._offered: bytes | None = None
        self._before: dict[str, tuple[CrlList, ...]] = {}  # of names whose new content nobody has judged yet
        self._doubtful: frozenset[bytes] = frozenset()  # SHA-256 of contents beside which the lists before stay

    @property
    def lists(self) -> list[CrlList]:
        return [one for _, lists in self._read.values() for one in lists]

    def take(self, name: str, octets: bytes) -> str:
        """Empty where it is good, new or not; else a sentence, and the lists that were there stay."""
        digest = sha256(octets).digest()
        if name in self._read and self._read[name][0] == digest:
            return ""
        found = lists_in(octets, self._index)
        if isinstance(found, str):
            return found
        if name in self._read:
            self._before.setdefault(name, self._read[name][1])
        self._read = {**self._read, name: (digest, found)}
        return ""

    def uses(self, octets: bytes) -> bool:
        """Is this what is read now, and as good as what was there before? False, too, until it has been judged."""
        digest = sha256(octets).digest()
        read = any(digest == known for known, _ in self._read.values())
        return read and not self._before and digest not in self._doubtful

    def take_once(self, name: str, octets: bytes | None) -> None:
        """As `take`, for who comes again and again with the very same octets; what is wrong is told."""
        if octets is None or octets is self._offered:
            return
        problem = self.take(name, octets)
        self._offered = octets
        if problem:
            self.condition.bad("unusable", [problem])

    def forget(self, superseded: Container[CrlList]) -> None:
        """Files that are gone take with them what a newer list has replaced."""
        for name in self.gone:
            digest, lists = self._read[name]
            rest = tuple(one for one in lists if one not in superseded)
            self._read = {**self._read, name: (digest, rest)}
        self._read = {name: read for name, read in self._read.items() if read[1] or name not in self.gone}
        self.gone = frozenset()

    def miss(self, names: Container[str]) -> None:
        """`names`: all that there are now."""
        self.gone = frozenset(name for name in self._read if name not in names)

    def follow_on(self, old: "Place") -> None:
        """As if what was read here had been read by `old`, of the same entry."""
        came, self._before = self._read, {}
        self._read = dict(old._read)  # noqa: SLF001 - another of its own kind
        for name, read in came.items():
            known = self._read.get(name)
            if known is not None and known[0] != read[0]:
                self._before[name] = known[1]
            if known is None or known[0] != read[0]:
                self._read[name] = read

    def take_back(self, refused: Mapping[CrlList, Refusal], doubted: Container[CrlList]) -> bool:
        """Of each name the lists stay whose successors, which came last, are refused, or older where nobody configured
        is to tell; all else that came is used, and what contradicts them is heard beside them. `doubted`: what was
        refused before. False: nothing stays."""
        stays, doubtful = False, set()
        for name, before in self._before.items():
            digest, came = self._read[name]
            kept = [one for one in before if one not in doubted and _outlives(one, came, refused)]
            if kept:
                heard = [one for one in came if refused.get(one) is not Refusal.ROLLBACK]
                self._read = {**self._read, name: (digest, (*kept, *heard))}
                stays = True
                doubtful.add(digest)
        if self._before:
            self._doubtful = frozenset(doubtful)
        self._before = {}
        return stays


def _outlives(one: CrlList, came: Iterable[CrlList], refused: Mapping[CrlList, Refusal]) -> bool:
    """A list that a path's own key has signed is no worse for being signed by nobody configured."""
    successors = [other for other in came if _kind(other) == _kind(one)]
    return any(other in refused or (one.is_proven and one.rank > other.rank) for other in successors)


def _kind(one: CrlList) -> object:
    return one.outline.issuer_key, one.outline.scope, one.outline.is_delta


class Files:
    """A file, or a folder with files that end in .crl, .pem or .der."""

    def __init__(self, path: str, place: Place) -> None:
        self.place = place
        self._path = path
        self._watched = Watched([path])
        self._failed = False

    def look(self, *, everything: bool) -> None:
        if everything or self._watched.look():
            self.read()

    def catch_up(self) -> None:
        if self._watched.differs():
            self.read()

    def read(self) -> list[str]:
        """Sentences about what is wrong."""
        before, self._failed = self._watched.before_reading(), False
        names = self._names(before)
        problems = [problem for name in names if (problem := self._take(name))]
        self.place.miss(names)
        if not problems and not self.place.lists:
            problems = ["no list is there"]
        self._watched.accept(before, failed=self._failed)
        if problems:
            self.place.condition.bad("unusable", problems)
        return problems

    def _names(self, before: Marks) -> list[str]:
        if not Path(self._path).is_dir():
            return [self._path]
        return [name for name in before if name != self._path and name.endswith(_ENDINGS) and not _is_hidden(name)]

    def _take(self, name: str) -> str:
        try:
            problem = self.place.take(name, Path(name).read_bytes())
        except OSError as error:
            problem, self._failed = error.strerror or type(error).__name__, True
        return f"{Path(name).name}: {problem}" if problem else ""


def _is_hidden(name: str) -> bool:
    return Path(name).name.startswith(".")


class Lists:
    """All places, and the store that is made of them."""

    def __init__(self, rules: Rules, clock: Callable[[], float], index: Index) -> None:
        self.store = CrlStore(rules)
        self._clock = clock
        self._index = index
        self.places: list[Place] = []
        self._files: list[Files] = []
        self._addresses: list[tuple[Address, Place]] = []
        self._authorities: tuple[Candidate, ...] = ()
        self._used: list[CrlList] = []

    def place(self, entry: str | bytes) -> Place:
        """A new one, named after its position."""
        place = Place(entry, Condition("crl", f"crl-{len(self.places) + 1}", self._clock), self._index)
        self.places.append(place)
        return place

    def add_files(self, path: str) -> None:
        self._files.append(Files(path, self.place(path)))

    def add_address(self, address: Address, place: Place) -> None:
        self._addresses.append((address, place))

    @property
    def addresses(self) -> list[Address]:
        return [address for address, _ in self._addresses]

    def begin(self) -> list[Problem]:
        problems = [
            Problem("revocation.crls", f"lists: {problem}") for files in self._files for problem in files.read()
        ]
        self.combine()
        return problems

    def look(self, *, everything: bool) -> None:
        for files in self._files:
            files.look(everything=everything)
        self.combine()

    def catch_up(self) -> None:
        for files in self._files:
            files.catch_up()
        self.combine()

    def believe(self, authorities: Iterable[Candidate], known: CrlStore | None = None) -> None:
        """Whose signatures make numbers count; `known`: what an earlier state has seen."""
        self._authorities = tuple(authorities)
        if known is not None:
            self.store = CrlStore(self.store.rules, numbers=known.numbers, refused=known.refused)
        self._used = []

    def follow_on(self, old: "Lists") -> None:
        """With the lists that `old` has from the same entries: what is away now, or older, takes none of them."""
        before = {place.entry: place for place in old.places}
        for place in self.places:
            if place.entry in before:
                place.follow_on(before[place.entry])
        follow_on(self.addresses, old.addresses)

    def combine(self) -> bool:
        """A new store where any list is new."""
        for address, place in self._addresses:
            place.take_once(address.url, address.octets)
        lists = [one for place in self.places for one in place.lists]
        if lists == self._used and self._used and not any(place.gone for place in self.places):
            return False
        known, store = self.store, self.store.next(lists, self._authorities, self._clock())
        refused, doubted = dict(store.refused), {one for one, _ in known.refused}
        words = {place: _refusals(place, refused) for place in self.places}
        taken_back = [place for place in self.places if place.take_back(refused, doubted)]
        words |= {place: words[place] or [Refusal.ROLLBACK.value] for place in taken_back}
        if taken_back:
            lists = [one for place in self.places for one in place.lists]
            store = known.next(lists, self._authorities, self._clock())
        changed, self.store = lists != self._used, store
        for place in self.places:
            place.forget(store.superseded)
        self._used = [one for place in self.places for one in place.lists]
        for place in self.places:
            self._tell(place, words[place], changed=changed)
        return True

    def health(self) -> tuple[SourceHealth, ...]:
        return tuple(place.condition.health() for place in self.places)

    def _tell(self, place: Place, refusals: list[str], *, changed: bool) -> None:
        if refusals:
            place.condition.bad(refusals[0], refusals[1:])
        elif place.lists:
            fresh = min(one.ends(self.store.rules) for one in place.lists)
            place.condition.good(sum(one.entries.count for one in place.lists), fresh, changed=changed)


def _refusals(place: Place, refused: Mapping[CrlList, Refusal]) -> list[str]:
    return sorted({refused[one].value for one in place.lists if one in refused})

"""The entries of a list -> two tables of serial numbers, in slices."""

from collections.abc import Callable
from dataclasses import dataclass, field

from mtlsguard.revocation.names import name_key
from mtlsguard.revocation.serials import Shelves, nothing
from mtlsguard.revocation.tlv import Buffer

from .one import Fault, One, Said, UnusableError, entry_at, said
from .shapes import Shapes

ORDINAL = 2  # octets by which a record of an indirect list names its issuer
_MAX_OCTETS = 20 << 32  # of entries of the shortest kind, so many that 32 bits can number them
_MAX_ISSUERS = 1 << 8 * ORDINAL
_SLICE = 32_768  # octets; half a millisecond or so
_FIRST = 1_024  # octets of the first run after an entry that no shape fits
_ALONE = 512  # octets of a run that are as much work as an entry read alone
_WORTHWHILE = 16_384  # octets of entries from which on patterns pay for being compiled
_TAILS, _LONG_TAIL = 1_024, 512  # extensions that are remembered, and the octets of one from which on they are not


@dataclass(slots=True)
class Collected:
    """What a list says. `issuers`: their keys and ordinals in an indirect list, None for a direct one.

    `removed` are the serial numbers whose reason is removeFromCRL (RFC 5280 section 5.3.1).
    """

    revoked: Shelves = field(repr=False)
    removed: Shelves = field(repr=False)
    issuers: dict[bytes, int] | None = field(default=None, repr=False)
    fault: str = ""


def collect(
    der: Buffer, start: int, end: int, indirect_default: bytes | None, pause: Callable[[], None] = nothing
) -> Collected:
    """What `read_entries` says of its arguments, which are the same, goes here too. Never raises about a list."""
    reader = _Reader(indirect_default)
    try:
        _read(der, start, end, reader, pause)
    except UnusableError as unusable:
        return Collected(Shelves(), Shelves(), fault=str(unusable.fault))
    return reader.collected


def _read(der: Buffer, start: int, end: int, reader: "_Reader", pause: Callable[[], None]) -> None:
    if end - start >= _MAX_OCTETS:
        raise UnusableError(Fault.TOO_MANY_ENTRIES)
    at, size, work, learning = start, _FIRST, 0, end - start >= _WORTHWHILE
    while at < end:
        octets = der[at : min(at + size, end)]
        taken = reader.many(octets)
        at, work = at + taken, work + taken
        size = min(2 * size, _SLICE)
        if 2 * taken < len(octets) or not taken:
            at, work, size = reader.alone(der, at, end, learning), work + _ALONE, _FIRST
        if work >= _SLICE:
            work = 0
            pause()


class _Reader:
    """Where the reading of one list is. An entry belongs to the issuer that was named last (section 5.3.3)."""

    __slots__ = ("_prefix", "_shapes", "_tails", "collected")

    def __init__(self, default: bytes | None) -> None:
        prefix = 0 if default is None else ORDINAL
        self.collected = Collected(Shelves(prefix), Shelves(prefix), None if default is None else {})
        self._prefix = b"" if default is None else self._named(default)
        self._shapes = Shapes()
        self._tails: dict[bytes, Said] = {}

    def many(self, octets: bytes) -> int:
        """Adds the entries of known shape that `octets` begin with; how many octets they are."""
        serials, taken = self._shapes.run(octets)
        if serials:
            self.collected.revoked.add(serials, self._prefix)
        return taken

    def alone(self, der: Buffer, at: int, end: int, learning: bool) -> int:  # noqa: FBT001 - a fact, no policy
        """Adds the entry at `at`; where the next one is. Raises UnusableError."""
        one = entry_at(der, at, end)
        told = self._said(one.tail)
        if told.issuer is not None:
            self._prefix = self._named(told.issuer)
        self._add(one, told)
        if learning and told == Said():
            self._shapes.learn(one.end - at, one)
        return one.end

    def _add(self, one: One, told: Said) -> None:
        shelves = self.collected.removed if told.removed else self.collected.revoked
        shelves.add([one.serial], self._prefix)

    def _said(self, tail: bytes) -> Said:
        told = self._tails.get(tail)
        if told is None:
            told = said(tail)
            if len(tail) < _LONG_TAIL and len(self._tails) < _TAILS:
                self._tails[tail] = told
        return told

    def _named(self, issuer: bytes) -> bytes:
        issuers = self.collected.issuers
        if issuers is None:
            raise UnusableError(Fault.ISSUER_IN_DIRECT_LIST)
        ordinal = issuers.setdefault(name_key(issuer), len(issuers))
        if ordinal >= _MAX_ISSUERS:
            raise UnusableError(Fault.TOO_MANY_ISSUERS)
        return ordinal.to_bytes(ORDINAL, "big")

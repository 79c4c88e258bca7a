"""Many serial numbers in few octets: a table that is looked up where it lies, in memory or in a mapped file.

A table is its records, then its offsets. A record is a prefix and one serial number in two's complement, sign-extended
to the width of the longest. The leading bits of a record's CRC-32 say on which shelf it stands; shelves follow one
another, with at most eight records on each on average. An offset is the number of the first record of a shelf,
32 bits in the machine's own order, and one more marks the end. Exact: the whole record is compared.
"""

import mmap
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zlib import crc32

Octets = bytes | bytearray | mmap.mmap

_ON_A_SHELF = 3  # bits: eight
_HASH = 32
_COARSE = 9  # bits by which records are sorted as they come: so few shelves that their ends stay in the cache
_NEGATIVE = b"\x80"
_OFFSET = array("I").itemsize


def nothing() -> None:
    """For callers who need no pause."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How many records, and octets in each."""

    count: int
    width: int

    @property
    def bits(self) -> int:
        """Of the hash, by which a shelf is found."""
        return (self.count >> _ON_A_SHELF).bit_length()

    @property
    def octets(self) -> int:
        return self.count * self.width + ((1 << self.bits) + 1) * _OFFSET


class Serials:
    """A table inside a buffer, which is neither copied nor changed.

    `holds(serial, prefix)`: is it there? Any integer; `prefix` as it was given to `Shelves.add`.
    """

    __slots__ = ("holds", "layout")

    def __init__(self, buffer: Octets, at: int, layout: Layout) -> None:
        self.layout = layout
        self.holds = _look_up(buffer, at, layout)


def _look_up(buffer: Octets, start: int, layout: Layout) -> Callable[[int, bytes], bool]:
    """A closure: a look-up takes as long as a cache takes to miss, and attributes would add a fifth to that."""
    find, width, shift = buffer.find, layout.width, _HASH - layout.bits
    offsets = memoryview(buffer)[start + layout.count * width : start + layout.octets].cast("I")

    def holds(serial: int, prefix: bytes = b"") -> bool:
        try:
            record = serial.to_bytes(width - len(prefix), "big", signed=True)
        except OverflowError:  # longer than the longest
            return False
        if prefix:
            record = prefix + record
        shelf = crc32(record) >> shift
        at, end = start + offsets[shelf] * width, start + offsets[shelf + 1] * width
        found = find(record, at, end)
        while found >= 0 and (found - at) % width:  # the end of one record and the start of the next
            found = find(record, found + 1, end)
        return found >= 0

    return holds


class Shelves:
    """Serial numbers on their way into a table. All of them have prefixes of one length."""

    __slots__ = ("_prefix", "_records", "_width", "count")

    def __init__(self, prefix: int = 0) -> None:
        self.count = 0
        self._prefix, self._width = prefix, 1
        self._records = _empty(_COARSE)

    @property
    def layout(self) -> Layout:
        return Layout(self.count, self._prefix + self._width)

    def add(self, serials: list[bytes], prefix: bytes = b"") -> None:
        """Each in two's complement, big-endian, in as few octets as it needs."""
        widest = max(map(len, serials), default=0)
        if widest > self._width:
            self._widen(widest)
        self.count += len(serials)
        self._place(_extended(serials, self._width, prefix))

    def _place(self, records: list[bytes]) -> None:
        shelves, shift = self._records, _HASH - _COARSE
        for record, hashed in zip(records, map(crc32, records), strict=True):
            shelves[hashed >> shift] += record

    def _widen(self, width: int) -> None:
        """Rare: the longest serial number is among the first of most lists."""
        old, before = self._records, self._prefix + self._width
        self._records, self._width = _empty(_COARSE), width
        for shelf in old:
            for record in _cut(shelf, before):
                self._place(_extended([record[self._prefix :]], width, record[: self._prefix]))

    def table(self, pause: Callable[[], None] = nothing) -> Iterator[bytes]:
        """The octets of the table in pieces, in order, `pause` called between them. Empties the shelves."""
        width, fine = self.layout.width, max(0, self.layout.bits - _COARSE)
        offsets, placed = array("I"), 0
        if not self.count:
            yield bytes(self.layout.octets)
            return
        self._records.reverse()
        while self._records:
            shelves = _sorted(self._records.pop(), width, fine)
            for shelf in shelves:
                offsets.append(placed)
                placed += len(shelf) // width
            yield b"".join(shelves)
            pause()
        offsets = offsets[:: 1 << max(0, _COARSE - self.layout.bits)]
        offsets.append(placed)
        yield offsets.tobytes()


def _extended(serials: list[bytes], width: int, prefix: bytes) -> list[bytes]:
    if max(serials, default=b"") < _NEGATIVE:
        records = [serial.rjust(width, b"\x00") for serial in serials]
    else:
        records = [serial.rjust(width, b"\xff" if serial >= _NEGATIVE else b"\x00") for serial in serials]
    return [prefix + record for record in records] if prefix else records


def _empty(bits: int) -> list[bytearray]:
    return [bytearray() for _ in range(1 << bits)]


def _sorted(records: bytearray, width: int, bits: int) -> list[bytearray]:
    """What stands on one coarse shelf, on the fine ones that it is divided into."""
    if not bits:
        return [records]
    shelves = _empty(bits)
    cut, shift, mask = _cut(records, width), _HASH - _COARSE - bits, (1 << bits) - 1
    for record, hashed in zip(cut, map(crc32, cut), strict=True):
        shelves[hashed >> shift & mask] += record
    return shelves


def _cut(records: bytearray, width: int) -> list[bytes]:
    whole = bytes(records)
    return [whole[at : at + width] for at in range(0, len(whole), width)]

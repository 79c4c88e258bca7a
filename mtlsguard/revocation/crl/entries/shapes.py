"""Whole runs of entries at once, by patterns learned from the list itself.

The entries of a list have few shapes: a length or two of serial number, one form of date, none or one of a few
extensions. A shape becomes a pattern after one entry of it was read strictly, and it matches nothing that the strict
reading would judge otherwise; what matches no pattern is read strictly. So patterns save time and decide nothing.
"""

import re
from re import DOTALL, escape

from .one import DATES, MAX_SERIAL, REMOVE_FROM_CRL, One

MOST = 32  # shapes; entries of others are read one at a time
_SHORT = 0x80  # first length that takes more than one octet
_NEGATIVE = 0x80
_HEADER = 4  # octets before the serial number: tag and length of the entry, tag and length of the number

# The extensions whose value varies between entries of one shape: the reason, but for the one that means something
# else, and the invalidity date. By the second octet, which is the length of the extension.
_VARYING = {
    0x0A: rb"\x30\x0a\x06\x03\x55\x1d\x15\x04\x03\x0a\x01[^\x%02x]" % REMOVE_FROM_CRL,
    0x18: rb"\x30\x18\x06\x03\x55\x1d\x18\x04\x11" + DATES[0x18],
}
_EXTENSION = re.compile(b"|".join(_VARYING.values()), DOTALL)
_EXTENSIONS = re.compile(b"(?:" + b"|".join(_VARYING.values()) + b")+", DOTALL)


class Shapes:
    """Grows while a list is read."""

    __slots__ = ("_entry", "_known", "_run")

    def __init__(self) -> None:
        self._known: list[bytes] = []
        self._entry: re.Pattern[bytes] | None = None
        self._run: re.Pattern[bytes] | None = None

    def learn(self, length: int, one: One) -> None:
        """`length`: octets of the entry. Only for entries whose extensions say nothing but that it is revoked."""
        if length >= _SHORT or len(self._known) == MOST:
            return
        head = bytes((length - 2, 0x02, len(one.serial)))
        shape = escape(head) + _serial(one.serial) + DATES[one.date] + _tail(one.tail)
        if shape in self._known:
            return
        self._known.append(shape)
        entry = rb"\x30(?:" + b"|".join(self._known) + b")"
        self._entry = re.compile(entry, DOTALL)
        # The second branch takes all that is left, so that matches never leave a gap.
        self._run = re.compile(entry + b"|.+", DOTALL)

    def run(self, octets: bytes) -> tuple[list[bytes], int]:
        """The serial numbers of the entries that `octets` begin with, and how many octets those entries are."""
        if self._run is None or self._entry is None:
            return [], 0
        found = self._run.findall(octets)
        taken = len(octets)
        if found and not self._entry.fullmatch(found[-1]):
            taken -= len(found.pop())
        return [entry[_HEADER : _HEADER + entry[_HEADER - 1]] for entry in found], taken


def _serial(serial: bytes) -> bytes:
    """Any of that length and sign, in as few octets as DER needs."""
    length, negative = len(serial), serial[0] >= _NEGATIVE
    if length == 1:
        return rb"[\x80-\xff]" if negative else rb"[\x00-\x7f]"
    padded = rb"\xff[\x00-\x7f]" if negative else rb"\x00[\x80-\xff]"
    plain = rb"[\x80-\xfe]." if negative else rb"[\x01-\x7f]."
    start = padded if length == MAX_SERIAL else b"(?:" + padded + b"|" + plain + b")"
    return start + b".{%d}" % (length - 2)


def _tail(tail: bytes) -> bytes:
    """Extensions of other kinds, or marked critical, stand for themselves only."""
    if not _EXTENSIONS.fullmatch(tail, 2):
        return escape(tail)
    return escape(tail[:2]) + b"".join(_VARYING[extension[1]] for extension in _EXTENSION.findall(tail, 2))

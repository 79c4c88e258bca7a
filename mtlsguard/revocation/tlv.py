"""One DER element at a time (X.690 sections 8.1 and 10.1), strict: a second spelling of a length is no DER.

Reads from bytes and from a mapped file alike: an index gives a number, a slice a copy. Whoever reads catches
`DerError`, names nothing of what it read, and turns it into a value.
"""

import mmap
from typing import NamedTuple

Buffer = bytes | mmap.mmap

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
SEQUENCE, SET = 0x30, 0x31

_LONG = 0x80
_MULTI_OCTET_TAG = 0x1F
_MAX_LENGTH_OCTETS = 6  # 256 TB


class DerError(Exception):
    """Says nothing of the octets."""


class Element(NamedTuple):
    """Offsets into the buffer: of the whole element `at:end`, of its content `start:end`."""

    tag: int
    at: int
    start: int
    end: int


def element(der: Buffer, at: int, limit: int, tag: int | None = None) -> Element:
    """The element at `at`, all of it before `limit`; DerError if it is not DER, or not `tag` where one is given."""
    if limit - at < 2:  # noqa: PLR2004 - a tag and a length
        raise DerError
    found, length, start = der[at], der[at + 1], at + 2
    if found & _MULTI_OCTET_TAG == _MULTI_OCTET_TAG or (tag is not None and found != tag):
        raise DerError
    if length >= _LONG:
        start += length - _LONG
        if not _LONG < length <= _LONG + _MAX_LENGTH_OCTETS or start > limit:
            raise DerError
        octets = der[at + 2 : start]
        length = int.from_bytes(octets, "big")
        if octets[0] == 0 or length < _LONG:
            raise DerError
    if length > limit - start:
        raise DerError
    return Element(found, at, start, start + length)


def elements(der: Buffer, start: int, end: int, most: int) -> list[Element]:
    """All elements between `start` and `end`, none cut off; DerError if there are more than `most`."""
    found: list[Element] = []
    while start < end:
        if len(found) == most:
            raise DerError
        found.append(element(der, start, end))
        start = found[-1].end
    return found


def whole(der: Buffer, tag: int | None = None) -> Element:
    """The one element that the buffer is, with nothing behind it."""
    found = element(der, 0, len(der), tag)
    if found.end != len(der):
        raise DerError
    return found


def inner(der: Buffer, outer: Element, tag: int | None = None) -> Element:
    """The one element that `outer` holds."""
    found = element(der, outer.start, outer.end, tag)
    if found.end != outer.end:
        raise DerError
    return found


def unsigned(der: Buffer, integer: Element, most: int = 21) -> int:
    """An INTEGER of at most `most` octets, not negative, in the one way DER has for it."""
    octets = der[integer.start : min(integer.end, integer.start + most + 1)]
    if not 0 < len(octets) <= most or octets[0] >= _LONG:
        raise DerError
    if octets[0] == 0 and len(octets) > 1 and octets[1] < _LONG:
        raise DerError
    return int.from_bytes(octets, "big")


def flag(der: Buffer, boolean: Element) -> bool:
    """A BOOLEAN that is TRUE: DER leaves out a FALSE that is the default, as all are that are read here."""
    if der[boolean.start : boolean.end] != b"\xff":
        raise DerError
    return True


def written(tag: int, content: bytes) -> bytes:
    """The element itself."""
    size = len(content)
    if size < _LONG:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG | len(length))) + length + content

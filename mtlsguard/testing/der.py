"""DER, the few pieces a certificate is made of (X.690), with none of the checks a real encoder has.

Every function returns the bytes of one whole element. What is nonsense here is nonsense on purpose: tests
need negative serial numbers, inverted dates and duplicate extensions.
"""

from datetime import UTC, datetime

from cryptography.x509 import ObjectIdentifier

INTEGER = 0x02
NULL = b"\x05\x00"
TRUE = b"\x01\x01\xff"
UTF8_STRING = 0x0C
PRINTABLE_STRING = 0x13
IA5_STRING = 0x16
SEQUENCE = 0x30
SET = 0x31

_FIRST_YEAR_OF_UTC_TIME = 1950
_FIRST_YEAR_OF_GENERALIZED_TIME = 2050
_SHORT_LENGTH = 0x80


def tlv(tag: int, content: bytes) -> bytes:
    """One element: tag, definite length, content."""
    size = len(content)
    if size < _SHORT_LENGTH:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, _SHORT_LENGTH | len(length)]) + length + content


def sequence(*elements: bytes) -> bytes:
    return tlv(SEQUENCE, b"".join(elements))


def context(number: int, *elements: bytes) -> bytes:
    """`[number] EXPLICIT`."""
    return tlv(0xA0 | number, b"".join(elements))


def integer(value: int) -> bytes:
    """Two's complement in as few octets as it needs; negative and zero like any other."""
    magnitude = value if value >= 0 else ~value
    return tlv(INTEGER, value.to_bytes(magnitude.bit_length() // 8 + 1, "big", signed=True))


def bit_string(octets: bytes) -> bytes:
    return tlv(0x03, b"\x00" + octets)


def octet_string(octets: bytes) -> bytes:
    return tlv(0x04, octets)


def oid(identifier: ObjectIdentifier) -> bytes:
    first, second, *rest = (int(arc) for arc in identifier.dotted_string.split("."))
    return tlv(0x06, b"".join(_base128(arc) for arc in (first * 40 + second, *rest)))


def _base128(arc: int) -> bytes:
    octets = [arc & 0x7F]
    while arc := arc >> 7:
        octets.append(0x80 | arc & 0x7F)
    return bytes(reversed(octets))


def time(moment: datetime) -> bytes:
    """A `Time` as RFC 5280 section 4.1.2.5 wants it: UTCTime from 1950 to 2049, else GeneralizedTime."""
    if _FIRST_YEAR_OF_UTC_TIME <= _utc(moment).year < _FIRST_YEAR_OF_GENERALIZED_TIME:
        return utc_time(moment)
    return generalized_time(moment)


def utc_time(moment: datetime) -> bytes:
    return tlv(0x17, f"{_utc(moment):%y%m%d%H%M%SZ}".encode())


def generalized_time(moment: datetime) -> bytes:
    moment = _utc(moment)
    return tlv(0x18, f"{moment.year:04}{moment:%m%d%H%M%SZ}".encode())


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone is not a moment: say datetime(..., tzinfo=UTC)")
    return moment.astimezone(UTC)


def children(element: bytes) -> list[bytes]:
    """The elements inside a constructed element, each whole."""
    start, end = _content(element, 0)
    found = []
    while start < end:
        stop = _content(element, start)[1]
        found.append(element[start:stop])
        start = stop
    return found


def content(element: bytes) -> bytes:
    """What is inside an element: the octets after its tag and length."""
    start, end = _content(element, 0)
    return element[start:end]


def replaced(element: bytes, index: int, new: bytes) -> bytes:
    """The same constructed element with its child at `index` exchanged; `b""` takes it out."""
    parts = children(element)
    parts[index] = new
    return tlv(element[0], b"".join(parts))


def _content(buffer: bytes, at: int) -> tuple[int, int]:
    length = buffer[at + 1]
    start = at + 2
    if length >= _SHORT_LENGTH:
        octets = length & 0x7F
        length = int.from_bytes(buffer[start : start + octets], "big")
        start += octets
    return start, start + length

"""One entry of a list, strictly (RFC 5280 sections 5.1.2.6 and 5.3)."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from mtlsguard.revocation.tlv import (
    BOOLEAN,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    Buffer,
    DerError,
    element,
    elements,
    whole,
)

MAX_SERIAL = 21  # octets: twenty of magnitude (section 4.1.2.2) and one of sign
_MAX_EXTENSIONS = 32
_MAX_NAMES = 64

# The date decides nothing: a listed certificate is revoked whatever it says. So its form is checked, not the calendar.
_IN_A_YEAR = rb"[01][0-9][0-3][0-9][0-2][0-9][0-5][0-9][0-6][0-9]Z"
DATES = {0x17: rb"\x17\x0d[0-9]{2}" + _IN_A_YEAR, 0x18: rb"\x18\x0f[0-9]{4}" + _IN_A_YEAR}
_DATE = re.compile(b"|".join(DATES.values()))
_GENERALIZED_TIME = re.compile(DATES[0x18])
_ARCS = re.compile(rb"(?:(?:[\x81-\xff][\x80-\xff]*)?[\x00-\x7f])+")

_REASON, _INVALIDITY, _ISSUER = b"\x55\x1d\x15", b"\x55\x1d\x18", b"\x55\x1d\x1d"
_REASON_CODE = b"\x0a\x01"  # ENUMERATED of one octet
REMOVE_FROM_CRL = 8
_TRUE = b"\xff"
_DIRECTORY_NAME = 0xA4


class Fault(StrEnum):
    """Why no answer can be had from a list's entries."""

    MALFORMED = "malformed-entry"
    SERIAL_TOO_LONG = "serial-too-long"
    UNKNOWN_CRITICAL = "unknown-critical-entry-extension"
    ISSUER_IN_DIRECT_LIST = "certificate-issuer-in-direct-list"
    AMBIGUOUS_ISSUER = "ambiguous-certificate-issuer"
    TOO_MANY_ISSUERS = "too-many-certificate-issuers"
    TOO_MANY_ENTRIES = "too-many-entries"


class UnusableError(Exception):
    """Says nothing of the octets but the fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class One:
    """`serial` is two's complement, `tail` the element crlEntryExtensions or empty, `end` where the next entry is."""

    serial: bytes = field(repr=False)
    date: int
    tail: bytes = field(repr=False)
    end: int


@dataclass(frozen=True, slots=True)
class Said:
    """What the extensions of an entry say. `issuer` is DER of the Name in certificateIssuer (section 5.3.3)."""

    removed: bool = False
    issuer: bytes | None = field(default=None, repr=False)


def entry_at(der: Buffer, at: int, end: int) -> One:
    """Raises UnusableError."""
    try:
        entry = element(der, at, end, SEQUENCE)
        serial = element(der, entry.start, entry.end, INTEGER)
        date = element(der, serial.end, entry.end)
    except DerError:
        raise UnusableError(Fault.MALFORMED) from None
    if date.end - date.at > MAX_SERIAL or not _DATE.fullmatch(der[date.at : date.end]):
        raise UnusableError(Fault.MALFORMED)
    if serial.end - serial.start > MAX_SERIAL:
        raise UnusableError(Fault.SERIAL_TOO_LONG)
    return One(_integer(der[serial.start : serial.end]), date.tag, der[date.end : entry.end], entry.end)


def _integer(octets: bytes) -> bytes:
    """DER writes an integer in as few octets as it needs (X.690 section 8.3.2)."""
    if not octets or (len(octets) > 1 and octets[0] in (0, 0xFF) and octets[0] >> 7 == octets[1] >> 7):
        raise UnusableError(Fault.MALFORMED)
    if len(octets) == MAX_SERIAL and octets[0] not in (0, 0xFF):
        raise UnusableError(Fault.SERIAL_TOO_LONG)
    return octets


def said(tail: bytes) -> Said:
    """Raises UnusableError. A reason that RFC 5280 does not know is one all the same: the certificate is listed."""
    if not tail:
        return Said()
    try:
        found = _extensions(tail)
        removed = _reason(found) == REMOVE_FROM_CRL
        issuer = _issuer(found[_ISSUER]) if _ISSUER in found else None
    except DerError:
        raise UnusableError(Fault.MALFORMED) from None
    if not _GENERALIZED_TIME.fullmatch(found.get(_INVALIDITY, b"\x18\x0f00000000000000Z")):
        raise UnusableError(Fault.MALFORMED)
    return Said(removed, issuer)


def _extensions(tail: bytes) -> dict[bytes, bytes]:
    outer = whole(tail, SEQUENCE)
    found: dict[bytes, bytes] = {}
    unknown = False
    for extension in elements(tail, outer.start, outer.end, _MAX_EXTENSIONS):
        name, critical, value = _extension(tail, extension.tag, extension.start, extension.end)
        unknown |= critical and name not in (_REASON, _INVALIDITY, _ISSUER)
        if name in found:
            raise DerError
        found[name] = value
    if not found:
        raise DerError
    if unknown:
        raise UnusableError(Fault.UNKNOWN_CRITICAL)
    return found


def _extension(tail: bytes, tag: int, start: int, end: int) -> tuple[bytes, bool, bytes]:
    if tag != SEQUENCE:
        raise DerError
    parts = elements(tail, start, end, 3)
    if len(parts) < 2:  # noqa: PLR2004 - a name and a value
        raise DerError
    name, *flag, value = parts
    octets = tail[name.start : name.end]
    if name.tag != OID or value.tag != OCTET_STRING or not _ARCS.fullmatch(octets):
        raise DerError
    for critical in flag:  # one at most, and never a written-out default
        if critical.tag != BOOLEAN or tail[critical.start : critical.end] != _TRUE:
            raise DerError
    return octets, bool(flag), tail[value.start : value.end]


def _reason(found: dict[bytes, bytes]) -> int:
    value = found.get(_REASON, _REASON_CODE + b"\x00")
    if len(value) != len(_REASON_CODE) + 1 or not value.startswith(_REASON_CODE):
        raise DerError
    return value[-1]


def _issuer(value: bytes) -> bytes:
    """The one directory name of a GeneralNames; names of other kinds may stand beside it."""
    names = whole(value, SEQUENCE)
    directory = [one for one in elements(value, names.start, names.end, _MAX_NAMES) if one.tag == _DIRECTORY_NAME]
    if len(directory) != 1:
        raise UnusableError(Fault.AMBIGUOUS_ISSUER)
    name = element(value, directory[0].start, directory[0].end, SEQUENCE)
    if name.end != directory[0].end:
        raise DerError
    return value[name.at : name.end]

"""The index of a list's entries: one run of octets, the same in memory and in a file, looked up where it lies.

A head of fixed size, the fault if there is one, the keys of an indirect list's issuers, then the two tables.
"""

import sys
from collections.abc import Callable, Iterator
from enum import Enum
from struct import Struct, error

from mtlsguard.revocation.names import name_key
from mtlsguard.revocation.serials import Layout, Octets, Serials, nothing

from .reading import ORDINAL, Collected

VERSION = 2
_MAGIC = b"MTLSGCRL"
# Magic, version, octet order, digest of the list, octets of the fault, is it indirect?, octets of the issuers' keys;
# count and width of both tables.
_HEAD = Struct("=8sII32sIIQQIQI")
_ORDER = 1 if sys.byteorder == "little" else 2
_LENGTH = Struct("=I")
SOURCE = 32  # octets of a SHA-256


class Entry(Enum):
    """What a list says of one serial number. REMOVED: its reason is removeFromCRL, which only a delta list may say.

    In a complete list REMOVED is to be read as REVOKED.
    """

    ABSENT = "absent"
    REVOKED = "revoked"
    REMOVED = "removed"


_REVOKED, _ABSENT = Entry.REVOKED, Entry.ABSENT  # to ask an Enum takes as long as a cache takes to miss


class EntryIndex:
    """Immutable. `count`: entries; `fault`: empty, or why the list cannot be used; `octets`: what it takes."""

    __slots__ = ("_issuers", "_only", "_removed", "_revoked", "count", "fault", "octets")

    def __init__(
        self, revoked: Serials, removed: Serials, issuers: dict[bytes, bytes] | None, fault: str, octets: int
    ) -> None:
        self._revoked, self._issuers = revoked, issuers
        self._removed = removed if removed.layout.count else None
        self.count = revoked.layout.count + removed.layout.count
        self.fault = fault
        self.octets = octets
        # Nearly every list is direct and removes nothing: then there is one question.
        self._only = None if fault or issuers is not None or self._removed is not None else revoked.holds

    def find(self, issuer: bytes | None, serial: int) -> Entry:
        """`issuer`: None for a direct list, for an indirect one DER of the name of the certificate's issuer.

        Listed as revoked and as removed is revoked. ValueError for a list with a fault, which knows nothing, and where
        an issuer is given for a direct list or none for an indirect one: mistakes of the caller.
        """
        if self._only is not None and issuer is None:
            return _REVOKED if self._only(serial, b"") else _ABSENT
        if self.fault or (issuer is None) != (self._issuers is None):
            raise ValueError("a list with a fault, or of the other kind")
        prefix = b"" if issuer is None or self._issuers is None else self._issuers.get(name_key(issuer))
        if prefix is None:
            return Entry.ABSENT
        if self._revoked.holds(serial, prefix):
            return Entry.REVOKED
        return Entry.REMOVED if self._removed is not None and self._removed.holds(serial, prefix) else Entry.ABSENT


def octets_of(collected: Collected) -> int:
    """How many octets `pieces` will give."""
    tables = collected.revoked.layout.octets + collected.removed.layout.octets
    return _HEAD.size + len(collected.fault) + len(_keys(collected.issuers)) + tables


def pieces(collected: Collected, source: bytes, pause: Callable[[], None] = nothing) -> Iterator[bytes]:
    """The octets of the index, once: the shelves are emptied. `source`: SHA-256 of the list."""
    fault, keys = collected.fault.encode("ascii"), _keys(collected.issuers)
    indirect = int(collected.issuers is not None)
    revoked, removed = collected.revoked.layout, collected.removed.layout
    tables = (revoked.count, revoked.width, removed.count, removed.width)
    yield _HEAD.pack(_MAGIC, VERSION, _ORDER, source, len(fault), indirect, len(keys), *tables)
    yield fault + keys
    yield from collected.revoked.table(pause)
    yield from collected.removed.table(pause)


def _keys(issuers: dict[bytes, int] | None) -> bytes:
    return b"".join(_LENGTH.pack(len(key)) + key for key in issuers or ())


def opened(octets: Octets, end: int, source: bytes) -> EntryIndex | None:
    """The index that is `octets[:end]` and nothing else, made of the list `source`; None if it is not one."""
    try:
        magic, version, order, made_of, fault, indirect, keys, *tables = _HEAD.unpack_from(octets)
    except error:
        return None
    if (magic, version, order, made_of) != (_MAGIC, VERSION, _ORDER, source):
        return None
    revoked, removed = Layout(*tables[:2]), Layout(*tables[2:])
    issuers = _HEAD.size + fault
    first = issuers + keys
    second = first + revoked.octets
    if second + removed.octets != end or end > len(octets) or min(revoked.width, removed.width) <= indirect * ORDINAL:
        return None
    return EntryIndex(
        Serials(octets, first, revoked),
        Serials(octets, second, removed),
        _issuers(octets[issuers:first]) if indirect else None,
        str(octets[_HEAD.size : issuers], "ascii", "replace"),
        end,
    )


def _issuers(keys: bytes | bytearray) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    at = 0
    while at + _LENGTH.size <= len(keys):
        (length,) = _LENGTH.unpack_from(keys, at)
        at += _LENGTH.size + length
        found[bytes(keys[at - length : at])] = len(found).to_bytes(ORDINAL, "big")
    return found


def in_memory(collected: Collected, pause: Callable[[], None] = nothing) -> EntryIndex:
    """The index in memory of this process."""
    octets = bytearray(octets_of(collected))
    at, source = 0, bytes(SOURCE)
    for piece in pieces(collected, source, pause):
        octets[at : at + len(piece)] = piece
        at += len(piece)
    index = opened(octets, len(octets), source)
    if index is None:
        raise AssertionError("an index that was just made")
    return index

"""A follower's own copy of the shared deny list: what it has ever heard, joined, and the list that requests ask."""

from collections.abc import Container, Iterator
from enum import Enum
from hashlib import sha1
from typing import NamedTuple

from mtlsguard.revocation.denylist import KEY_OCTETS, DenyList, Freshness
from mtlsguard.revocation.records import joined, read, written

OVERSIZED = b"!"  # stands, with the SHA-1 of it, for a value too large to be a record


class Taken(Enum):
    KNOWN = "known"
    CHANGED = "changed"
    MALFORMED = "malformed"


class Owed(NamedTuple):
    """A record for the server. `instead_of`: SHA-1, in hexadecimal, of the junk in its place; what has replaced the
    junk meanwhile is not overwritten, only joined."""

    record: bytes
    instead_of: bytes = b""

    def __repr__(self) -> str:
        return "<Owed>"


class SharedCopy:
    """Belongs to one thread; the lists that `current` gives out are anybody's.

    Records are kept as they are written: octets cost the garbage collector nothing. `owed` are records that the
    server should have and has not, or has older.
    """

    def __init__(self, freshness: Freshness) -> None:
        self.owed: dict[bytes, Owed] = {}
        self._records: dict[bytes, bytes] = {}
        self._list = DenyList(freshness)
        self._turned: dict[bytes, bool] = {}

    def __len__(self) -> int:
        return len(self._records)

    @property
    def records(self) -> Iterator[tuple[bytes, bytes]]:
        yield from self._records.items()

    @property
    def is_dirty(self) -> bool:
        return bool(self._turned)

    def take(self, key: bytes, theirs: bytes, history: str = "") -> Taken:
        """One record of the server's. What is not one changes nothing."""
        own = self._records.get(key)
        if own == theirs:
            self.owed.pop(key, None)
            return Taken.KNOWN
        record = read(theirs) if len(key) == KEY_OCTETS else None
        if record is None:
            return self._malformed(key, own, theirs)
        known = read(own) if own is not None else None
        result = record if known is None else joined(record, known, history)
        kept = written(result)
        self._owe(key, kept, theirs)
        if kept == own:
            return Taken.KNOWN
        # In this order: where it ends in between, as in a child that was forked, the record is taken once more.
        if result.revoked != (known is not None and known.revoked):
            self._turn(key, result.revoked)
        self._records[key] = kept
        return Taken.CHANGED

    def lacking(self, seen: Container[bytes]) -> None:
        """After all of the server's records have been taken: it is owed those that it did not name."""
        for key, own in self._records.items():
            if key not in seen:
                self.owed[key] = Owed(own)

    def current(self) -> DenyList:
        """The list with all that was taken so far; the same object while nothing turned."""
        if self._turned:
            added = [key for key, revoked in self._turned.items() if revoked]
            removed = [key for key, revoked in self._turned.items() if not revoked]
            self._list = self._list.changed(added, removed)
            self._turned = {}
        return self._list

    def _malformed(self, key: bytes, own: bytes | None, junk: bytes) -> Taken:
        if own is not None:
            told = junk[1:] if junk.startswith(OVERSIZED) else sha1(junk, usedforsecurity=False).hexdigest().encode()
            self.owed[key] = Owed(own, told)
        return Taken.MALFORMED

    def _owe(self, key: bytes, kept: bytes, theirs: bytes) -> None:
        if kept == theirs:
            self.owed.pop(key, None)
        else:
            self.owed[key] = Owed(kept)

    def _turn(self, key: bytes, revoked: bool) -> None:  # noqa: FBT001 - a record's own flag
        """Twice is back: the list sees only what differs from it."""
        if self._turned.pop(key, revoked) == revoked:
            self._turned[key] = revoked

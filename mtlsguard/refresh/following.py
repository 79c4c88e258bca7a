"""EDGE: keeping a copy of the shared deny list in step with the store, as long as one connection lasts.

A copy is read whole first, and then follows the stream. The changes are counted, so that a lost one is noticed; the
history tells a store that began anew; the size tells records that went without a word. Each of them leads to reading
all again, which joins: the copy loses nothing by it, and the store gets back what it lacks.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from mtlsguard.refresh.resp import RefusedError
from mtlsguard.refresh.sharing import Change, Position, Store
from mtlsguard.revocation.shared import SharedCopy, Taken

_ROUNDS = 3  # of reading all, until the store and the copy owe each other nothing
_BETWEEN = 0.5  # seconds, at least, from one reading of all to the next


class Event(StrEnum):
    """LOST and RECOVERED: the connection. STALE: the copy is too old, the written rule holds.

    RESYNCED: all was read again, for the reason told. RESTORED: the store lacked so many records and got them back;
    NOT_RESTORED: it refused them. MALFORMED: so many values in the store are no records. FAULT: an error of ours.
    STATE: the private copy on disk could not be used or written.
    """

    LOST = "lost"
    RECOVERED = "recovered"
    STALE = "stale"
    RESYNCED = "resynced"
    RESTORED = "restored"
    NOT_RESTORED = "not-restored"
    MALFORMED = "malformed"
    FAULT = "fault"
    STATE = "state"


Tell = Callable[[Event, str], None]


class Following:
    """`start`, then `step` again and again. What the store answers ends it by LostError or RefusedError."""

    def __init__(self, store: Store, copy: SharedCopy, tell: Tell) -> None:
        self._store = store
        self._copy = copy
        self._tell = tell
        self._at = Position()
        self._junk = 0
        self._read_at = 0.0
        self._took = 0.0

    def start(self) -> None:
        self._read_all()

    def step(self, milliseconds: int) -> None:
        """Takes what has changed, waiting for it at most so long, and makes sure that nothing was missed."""
        at = self._store.position()
        if fault := self._parted(at):
            self._resync(fault)
            return
        changes = self._store.changes(self._at.last, milliseconds)
        if at.seq > self._at.seq and not changes:
            self._resync("gap")
            return
        for change in changes:
            if change.key and change.seq != self._at.seq + 1:
                self._resync("gap")
                return
            self._take(change)
        self._give_back()

    def check(self) -> None:
        """Reads all again where that was long ago: a value that was overwritten without a word is found by it."""
        if time.monotonic() - self._read_at > max(60.0, 50 * self._took):
            self._read_all()

    def _parted(self, at: Position) -> str:
        """Why the copy cannot go on from where it is; empty if it can."""
        if at.history != self._at.history:
            return "epoch" if at.history.startswith(self._at.history) else "emptied"
        if at.seq < self._at.seq:
            return "older"
        return "size" if at.seq == self._at.seq and at.size != self._at.size else ""

    def _take(self, change: Change) -> None:
        if not change.key:
            self._at = replace(self._at, last=change.place)
            self._tell(Event.MALFORMED, "1")
            return
        if self._copy.take(change.key, change.record, self._at.history) is Taken.MALFORMED:
            self._tell(Event.MALFORMED, "1")
        self._at = replace(self._at, seq=change.seq, last=change.place, size=change.size)

    def _resync(self, reason: str) -> None:
        time.sleep(max(0.0, self._read_at + _BETWEEN - time.monotonic()))  # whatever the store makes of its counters
        self._read_all()
        self._tell(Event.RESYNCED, reason)

    def _read_all(self) -> None:
        began = time.monotonic()
        restored = 0
        for _ in range(_ROUNDS):
            self._read_once()
            given = self._give_back()
            if not given:
                break
            restored += given
        self._read_at = time.monotonic()
        self._took = self._read_at - began
        if restored:
            self._tell(Event.RESTORED, str(restored))

    def _read_once(self) -> None:
        """The position first: what changes meanwhile is met again in the stream."""
        self._at = self._store.position()
        seen: set[bytes] = set()
        junk = 0
        for key, record in self._store.records():
            seen.add(key)
            junk += self._copy.take(key, record, self._at.history) is Taken.MALFORMED
        self._copy.lacking(seen)
        if junk > self._junk:
            self._tell(Event.MALFORMED, str(junk))
        self._junk = junk

    def _give_back(self) -> int:
        owed, self._copy.owed = self._copy.owed, {}
        if not owed:
            return 0
        try:
            return self._store.join(list(owed.items()))
        except RefusedError as error:  # read only, or full: the copy itself is as it should be
            self._tell(Event.NOT_RESTORED, error.kind)
            return 0

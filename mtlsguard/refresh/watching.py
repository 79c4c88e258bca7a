"""Notices that files changed: rewritten, renamed over, or behind a link that was turned to another folder.

Polling `stat` sees all of that on every file system, which notifications do not. A change counts once two looks in
a row see the same: whoever is still writing gets the time to finish.
"""

import math
import time
from collections.abc import Iterable

from mtlsguard.marks import Marks, marks

_TICK = 50_000_000  # nanoseconds; file systems count in steps of up to 10 ms
_AHEAD = 10_000_000_000  # nanoseconds by which a file server's clock may be ahead; dates beyond are just dates
_AGAIN = 5.0  # seconds after which a file that could not be read is read again, changed or not


class Watched:
    """A set of files and folders. Folders are looked into, not below; hidden files count as well: links do."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = tuple(sorted(paths))
        self._seen: Marks | None = None
        self._before: Marks | None = None
        self._again = math.inf

    def look(self) -> bool:
        """Has anything changed since `accept`, and come to rest since the last look?"""
        now = marks(self._paths)
        changed = now != self._seen and now == self._before
        self._before = now
        return changed or time.monotonic() >= self._again

    def differs(self) -> bool:
        """Has anything changed since `accept`, at rest or not?"""
        return marks(self._paths) != self._seen or time.monotonic() >= self._again

    def before_reading(self) -> Marks:
        """For `accept`, once what is read now has been used."""
        return marks(self._paths)

    def accept(self, read: Marks, *, failed: bool = False) -> None:
        """What was read: a file that changed meanwhile has another mark, and is seen to have changed.

        A file so young could change once more within the same tick of the file system's clock: it is read again. So
        is, after a while, what `failed` for a reason that no mark shows, such as too many open files.
        """
        now = time.time_ns()
        young = any(mark is not None and -_AHEAD <= now - mark[0] <= _TICK for mark in read.values())
        self._seen = None if young else read
        self._again = time.monotonic() + _AGAIN if failed else math.inf

"""Notices that files changed: rewritten, renamed over, or behind a link that was turned to another folder.

Polling `stat` sees all of that on every file system, which notifications do not. A change counts once two looks in
a row see the same: whoever is still writing gets the time to finish.
"""

import time
from collections.abc import Iterable

from mtlsguard.marks import Marks, marks

_TICK = 50_000_000  # nanoseconds; file systems count in steps of up to 10 ms


class Watched:
    """A set of files and folders. Folders are looked into, not below; hidden files count as well: links do."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = tuple(sorted(paths))
        self._seen: Marks | None = None
        self._before: Marks | None = None

    def look(self) -> bool:
        """Has anything changed since `accept`, and come to rest since the last look?"""
        now = marks(self._paths)
        changed = now != self._seen and now == self._before
        self._before = now
        return changed

    def differs(self) -> bool:
        """Has anything changed since `accept`, at rest or not?"""
        return marks(self._paths) != self._seen

    def before_reading(self) -> Marks:
        """For `accept`, once what is read now has been used."""
        return marks(self._paths)

    def accept(self, read: Marks) -> None:
        """What was read: a file that changed meanwhile has another mark, and is seen to have changed.

        A file so young could change once more within the same tick of the file system's clock: it is read again.
        """
        youngest = max((mark[0] for mark in read.values() if mark is not None), default=0)
        self._seen = read if time.time_ns() - youngest > _TICK else None

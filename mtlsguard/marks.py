"""EDGE: what tells one state of a file from another without reading it."""

import os
from collections.abc import Iterable
from stat import S_ISDIR

# None where there is no such file.
Mark = tuple[int, int, int, int] | None
Marks = dict[str, Mark]

_MOST_FILES = 100_000  # in the folders together


def marks(paths: Iterable[str]) -> Marks:
    """Of files, and of folders with what is in them, but not below."""
    found: Marks = {}
    for path in paths:
        mark = _mark(path)
        found[path] = mark
        if mark is not None and S_ISDIR(mark[3]):
            found |= _inside(path, _MOST_FILES - len(found))
    return found


def _inside(folder: str, most: int) -> Marks:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.path for entry, _ in zip(entries, range(max(0, most)), strict=False))
    except OSError:
        return {}
    return {name: _mark(name) for name in names}


def _mark(path: str) -> Mark:
    """Through links: what a link leads to is what is read."""
    try:
        stat = os.stat(path)  # noqa: PTH116 - called for every file four times a second
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino ^ (stat.st_dev << 32), stat.st_mode

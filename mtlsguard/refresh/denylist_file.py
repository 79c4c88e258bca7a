"""EDGE: the deny list in a file, read whole or not at all, and changed by commands without ever being half written."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from mtlsguard.revocation.denyfile import MOST_LINE, MOST_LINES, MOST_PROBLEMS, Entry, Problem, line_of, parse_line
from mtlsguard.revocation.denylist import DenyList

_NEW = b"# Certificates that are refused at once: SERIAL ISSUER, such as 0x1f03 CN=Issuing CA,O=Example\n"
_ORDINARY = 0o644
# To read from the disk releases the interpreter for a moment: too short for another thread to wake up, long enough
# that it does not ask for its turn. Large reads are rare; and every few lines the others get a real moment.
_AT_ONCE = 1 << 20
_LINES, _REST = 256, 0.0005


@dataclass(frozen=True, slots=True)
class Broken:
    """The file is not a deny list. Whoever has an older copy goes on with it."""

    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """`entries` is how many certificates the file names now."""

    changed: bool
    entries: int


@dataclass(slots=True)
class _Content:
    lines: list[bytes] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def read_denylist(path: Path) -> DenyList | Broken:
    """Line by line, so that other threads run meanwhile, however long the file is. OSError where there is none."""
    problems: list[Problem] = []
    with path.open("rb", buffering=_AT_ONCE) as file:
        before = _state(file)
        found = DenyList.of(entry.key for _, entry in _parsed(file, problems) if entry)
        if not problems and _state(file) != before:
            problems.append(Problem(0, "a file that nobody writes to while it is read"))
    return Broken(tuple(problems)) if problems else found


def entries_of(path: Path) -> list[Entry] | Broken:
    """For people. Doubles are shown as they stand."""
    content = _read(path)
    return content if isinstance(content, Broken) else content.entries


def add(path: Path, entry: Entry, note: str = "") -> Edited | Broken:
    """Nothing is written where the certificate is listed already. A missing file is made."""

    def change(content: _Content) -> list[bytes] | None:
        if any(known.key == entry.key for known in content.entries):
            return None
        said = [f"# {datetime.now(UTC):%Y-%m-%d} {note}\n".encode()] if note else []
        content.entries.append(entry)
        return [*(content.lines or [_NEW]), *said, line_of(entry)]

    return _edit(path, change)


def remove(path: Path, key: bytes) -> Edited | Broken:
    """Takes out every line that names the certificate; all others stay as they are."""

    def change(content: _Content) -> list[bytes] | None:
        kept = [entry for entry in content.entries if entry.key != key]
        if len(kept) == len(content.entries):
            return None
        content.entries = kept
        return [line for line in content.lines if not _names(line, key)] or [_NEW]

    return _edit(path, change)


def _names(line: bytes, key: bytes) -> bool:
    entry = parse_line(line)
    return isinstance(entry, Entry) and entry.key == key


def _parsed(file: BinaryIO, problems: list[Problem]) -> Iterator[tuple[bytes, Entry | None]]:
    number = 0
    while line := file.readline(MOST_LINE):
        number += 1
        if number % _LINES == 0:
            time.sleep(_REST)
        entry = parse_line(line) if number <= MOST_LINES else f"at most {MOST_LINES} lines"
        if isinstance(entry, str):
            problems.append(Problem(number, entry))
            if len(problems) == MOST_PROBLEMS or number > MOST_LINES or not line.endswith(b"\n"):
                return
        else:
            yield line, entry
    if number == 0:
        problems.append(Problem(0, "at least a comment: an empty file looks like one that was cut off"))


def _state(file: BinaryIO) -> tuple[int, int]:
    status = os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def _read(path: Path) -> _Content | Broken:
    problems: list[Problem] = []
    content = _Content()
    with path.open("rb", buffering=_AT_ONCE) as file:
        for line, entry in _parsed(file, problems):
            content.lines.append(line)
            if entry:
                content.entries.append(entry)
    return Broken(tuple(problems)) if problems else content


def _edit(path: Path, change: Callable[[_Content], list[bytes] | None]) -> Edited | Broken:
    """Under a lock, so that two commands at once both happen; through links, so that the file they lead to changes."""
    path = path.resolve()
    with _locked(path):
        content = _read(path) if path.exists() else _Content()
        if isinstance(content, Broken):
            return content
        lines = change(content)
        if lines is not None:
            _replace(path, lines)
        return Edited(lines is not None, len({entry.key for entry in content.entries}))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """The lock file stays: whoever removed it would part two that wait for it. A dead holder's lock is free."""
    lock = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _replace(path: Path, lines: list[bytes]) -> None:
    """Readers see the old file or the new one. Mode and owner stay; OSError, and no change, where they cannot."""
    temporary = path.with_name(f".{path.name}.new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _ORDINARY)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if path.exists():
                _inherit(file.fileno(), path.stat())
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _inherit(descriptor: int, status: os.stat_result) -> None:
    ours = os.fstat(descriptor)
    if (ours.st_uid, ours.st_gid) != (status.st_uid, status.st_gid):
        os.fchown(descriptor, status.st_uid, status.st_gid)
    os.fchmod(descriptor, status.st_mode & 0o7777)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""EDGE: the index of a long list as a file that all workers of a machine map and share.

Built once, under a lock, by a process of its own, so that nothing is taken from the requests of the service; whole or
not at all; and checked before it is used. Whatever goes wrong with the file, the list is indexed in memory instead.

    python -m mtlsguard.refresh.indexing LIST INDEX     what that process runs
"""

import fcntl
import mmap
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from mtlsguard.refresh.kept import private
from mtlsguard.revocation.crl.entries import EntryIndex, read_entries
from mtlsguard.revocation.crl.entries.index import VERSION, opened, pieces
from mtlsguard.revocation.crl.entries.reading import collect
from mtlsguard.revocation.crl.outline import Outline, outline
from mtlsguard.revocation.serials import nothing
from mtlsguard.revocation.tlv import Buffer

LONG = 1024 * 1024  # octets of entries from which on a file is worth it: some 25,000 of them
_DIGEST = 32
_REST = 0.0005  # seconds for others between two slices in this process
_PATIENCE = 900.0  # seconds for the process that builds: a minute for ten million entries, and some
_WAIT = 120.0  # seconds for another process that builds; one that was stopped meanwhile holds the lock for good
_POLL = 0.05
_UNUSED = 7 * 86_400.0  # seconds after which an index that nobody opened goes
_NICE = 10

Tell = Callable[[str], None]


def shared_directory() -> Path:
    """Where none is configured: of this user alone, or it is not used."""
    return Path(tempfile.gettempdir()) / f"mtlsguard-{os.geteuid()}"


class Indexing:
    """Makes the index of a list: see `lists.Index`. `tell` gets a word where the file could not be used."""

    def __init__(self, directory: Path | None = None, tell: Tell = lambda _word: None, long: int = LONG) -> None:
        self._configured = directory
        self._tell = tell
        self._long = long

    @property
    def _directory(self) -> Path:
        """Asked for with the first long list only: to find the system's folder for temporary files, files are made."""
        return self._configured or shared_directory()

    def __call__(self, der: bytes, found: Outline) -> EntryIndex:
        start, end = found.entries
        if end - start < self._long:
            return _in_memory(der, found)
        index = self._shared(der, found)
        return index if index is not None else _in_memory(der, found)

    def _shared(self, der: bytes, found: Outline) -> EntryIndex | None:
        if word := private(self._directory):
            self._tell(word)
            return None
        source = sha256(der).digest()
        path = self._directory / f"crl-{source.hex()}-{VERSION}.index"
        if (index := mapped(path, source)) is not None:
            return index
        try:
            with _alone(self._directory):
                return mapped(path, source) or self._build(der, found, path, source)
        except OSError as error:
            self._tell(type(error).__name__)
            return None

    def _build(self, der: bytes, found: Outline, path: Path, source: bytes) -> EntryIndex | None:
        _forget_unused(self._directory)
        if not _built_beside(der, path):
            with _whole(path) as new:
                write(new, der, found, source, _rest)
        index = mapped(path, source)
        if index is None:
            self._tell("damaged")
        return index


def mapped(path: Path, source: bytes) -> EntryIndex | None:
    """The index in the file, if that is whole and was made of the list with the SHA-256 `source`."""
    try:
        with open(path, "rb", opener=_no_links) as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        os.utime(path)
    except (OSError, ValueError):
        return None
    end = len(content) - _DIGEST
    if end <= 0 or _digest_of(content, end) != content[end:]:
        return None
    return opened(content, end, source)


def write(path: Path, der: Buffer, found: Outline, source: bytes, pause: Callable[[], None] = nothing) -> None:
    """OSError for a full disk."""
    collected = collect(der, *found.entries, found.indirect_default, pause)
    digest = sha256()
    with open(path, "wb", opener=_no_links) as file:
        for piece in pieces(collected, source, pause):
            digest.update(piece)
            file.write(piece)
        file.write(digest.digest())
        file.flush()
        os.fsync(file.fileno())


def _in_memory(der: bytes, found: Outline) -> EntryIndex:
    """In this thread, with rests in which others run."""
    return read_entries(der, *found.entries, indirect_default=found.indirect_default, pause=_rest)


def _rest() -> None:
    time.sleep(_REST)


def _digest_of(content: mmap.mmap, end: int) -> bytes:
    with memoryview(content) as view, view[:end] as checked:
        return sha256(checked).digest()


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """One process at a time; the system gives the lock back when its holder is killed. TimeoutError while held."""
    lock = os.open(directory / "index.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        end = time.monotonic() + _WAIT
        while not _locked(lock):
            if time.monotonic() >= end:
                raise TimeoutError
            time.sleep(_POLL)
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)  # closing is not enough: a worker that was forked meanwhile holds it too
        os.close(lock)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A new name that becomes `path` once it is finished, and is gone if it is not."""
    new = path.with_suffix(f".{os.getpid()}.new")
    try:
        yield new
        new.replace(path)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise


def _built_beside(der: bytes, path: Path) -> bool:
    """By a process of its own. False where there can be none, as in an interpreter that is part of a server."""
    if not Path(sys.executable or "").name.startswith("python"):
        return False
    try:
        with _whole(path) as new, tempfile.NamedTemporaryFile(dir=path.parent, suffix=".new") as file:
            file.write(der)
            file.flush()
            line = [sys.executable, "-P", "-m", __name__, file.name, str(new)]
            subprocess.run(line, env=_environment(), check=True, timeout=_PATIENCE, capture_output=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _environment() -> dict[str, str]:
    """The same modules as here, wherever they were found."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}


def _forget_unused(directory: Path) -> None:
    """A file that is mapped somewhere lives on without its name."""
    before = time.time() - _UNUSED
    for path in [*directory.glob("crl-*.index"), *directory.glob("*.new")]:
        with suppress(OSError):
            if path.lstat().st_mtime < before:
                path.unlink()


def _no_links(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def main(arguments: Sequence[str]) -> int:
    """Of the process that builds."""
    source, target = arguments
    os.nice(_NICE)
    der = Path(source).read_bytes()
    found = outline(der)
    if not isinstance(found, Outline):
        return 1
    write(Path(target), der, found, sha256(der).digest())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""EDGE: the last copy of the shared deny list on disk, for a worker that starts while the store is down.

In a directory that belongs to the service alone; written anew and renamed; believed only if it is whole.
"""

import fcntl
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

_MAGIC = b"mtlsguard deny list 1\n"
_MOST_OCTETS = 1 << 30
_KEY = 64  # hexadecimal digits
_PRIVATE, _OTHERS = 0o600, 0o077


class StateError(Exception):
    """The state cannot be used. The message is a word."""


@dataclass(frozen=True, slots=True)
class State:
    """`heard`: POSIX seconds, when the store was heard of last."""

    heard: float
    records: dict[bytes, bytes] = field(repr=False)


def state_path(directory: str, url: str, prefix: str) -> Path:
    return Path(directory) / f"denylist-{sha256(f'{prefix} {url}'.encode()).hexdigest()[:16]}"


def read_state(path: Path) -> State | None:
    """None where there is none yet; StateError for what is not ours, not private, or not whole."""
    try:
        return _parsed(_octets(path))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(type(error).__name__) from None


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """While a worker joins the state of its neighbours with its own. Makes the directory if need be."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_public(path.parent.stat(), "Directory")
    lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, _PRIVATE)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def write_state(path: Path, heard: float, records: Iterable[tuple[bytes, bytes]]) -> None:
    """Whole or not at all. OSError for a full disk."""
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    digest = sha256()
    try:
        with os.fdopen(os.open(temporary, flags, _PRIVATE), "wb") as file:
            for line in _lines(heard, records):
                digest.update(line)
                file.write(line)
            file.write(digest.hexdigest().encode())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _lines(heard: float, records: Iterable[tuple[bytes, bytes]]) -> Iterator[bytes]:
    yield _MAGIC
    yield f"{heard:.3f}\n".encode()
    for key, record in records:
        yield key.hex().encode() + b" " + record + b"\n"


def _octets(path: Path) -> bytes:
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW), "rb") as file:
        status = os.fstat(file.fileno())
        _refuse_public(status, "File")
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MOST_OCTETS:
            raise StateError("File")
        return file.read()


def _refuse_public(status: os.stat_result, what: str) -> None:
    if status.st_uid != os.geteuid() or status.st_mode & _OTHERS:
        raise StateError(f"{what}NotPrivate")


def _parsed(octets: bytes) -> State:
    content, digest = octets[:-64], octets[-64:]
    if not content.startswith(_MAGIC) or sha256(content).hexdigest().encode() != digest:
        raise StateError("Damaged")
    _, heard, *lines = content.split(b"\n")[:-1]
    try:
        return State(float(heard), {bytes.fromhex(line[:_KEY].decode()): line[_KEY + 1 :] for line in lines})
    except ValueError:
        raise StateError("Damaged") from None

"""What was fetched last, on disk: a service that starts while a server is away goes on with it.

The folder is the service's own: nobody else may write there, or they could hand it lists and bundles.
"""

import os
import stat
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

_PRIVATE = 0o700
_MOST = 512 * 1024 * 1024


def private(directory: Path) -> str:
    """Makes the folder if it is missing. Empty where it is private to this user, else a word that says why not."""
    try:
        directory.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        found = directory.lstat()
    except OSError as error:
        return type(error).__name__
    if not stat.S_ISDIR(found.st_mode):
        return "not-a-folder"
    if found.st_uid != os.geteuid():
        return "owned-by-another"
    return "open-to-others" if found.st_mode & 0o077 else ""


def keep(directory: Path, url: str, octets: bytes) -> str:
    """Whole or not at all; the digest before the content tells a damaged file. A word where it cannot be done."""
    if word := private(directory):
        return word
    name = _name(directory, url)
    new = name.with_name(f"{name.name}.{os.getpid()}.new")
    try:
        with open(new, "wb", opener=_opener) as file:
            file.write(sha256(octets).digest() + octets)
            file.flush()
            os.fsync(file.fileno())
        new.replace(name)
    except OSError as error:
        with suppress(OSError):
            new.unlink()
        return type(error).__name__
    return ""


def kept(directory: Path, url: str) -> bytes | None:
    if private(directory):
        return None
    name = _name(directory, url)
    try:
        if name.is_symlink() or name.stat().st_size > _MOST:
            return None
        content = name.read_bytes()
    except OSError:
        return None
    size = sha256().digest_size
    octets = content[size:]
    return octets if sha256(octets).digest() == content[:size] else None


def _name(directory: Path, url: str) -> Path:
    """The address is no part of the name: others may list the folder's backups."""
    return directory / f"fetched-{sha256(url.encode()).hexdigest()[:32]}"


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)

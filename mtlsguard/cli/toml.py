"""A file of TOML for a command that needs one part of it and opens nothing that it names."""

import tomllib
from pathlib import Path
from typing import Any

from mtlsguard.cli.terminal import CommandError


def table_of(path: Path) -> dict[str, Any]:
    """What the file holds. No error repeats what stands in it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise CommandError(f"{path}: this is no TOML; `mtlsguard check-config` says where") from None

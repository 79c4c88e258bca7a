"""The key by which commands name certificates."""

import argparse
from pathlib import Path

from mtlsguard.cli.terminal import CommandError
from mtlsguard.config import ConfigError
from mtlsguard.loading import has_own_key, load

_SHORTEST, _LONGEST = 16, 64


def add_key(parser: argparse.ArgumentParser) -> None:
    given = parser.add_mutually_exclusive_group()
    given.add_argument("--config", metavar="FILE", type=Path, help="a configuration with audit.key")
    given.add_argument("--key-file", metavar="FILE", type=Path, help="a file with the octets of audit.key")


def key_of(arguments: argparse.Namespace) -> bytes | None:
    """None where neither is given."""
    if arguments.key_file is not None:
        return _read(arguments.key_file)
    if arguments.config is None:
        return None
    try:
        policy = load(arguments.config).policy
    except ConfigError as error:
        raise CommandError(str(error)) from None
    if not has_own_key(policy):
        raise CommandError("the configuration has no audit.key: names from other processes cannot be found again")
    return policy.audit.key


def _read(path: Path) -> bytes:
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise CommandError(f"{path.name}: {error.strerror}") from None
    if not _SHORTEST <= len(key) <= _LONGEST:
        raise CommandError(f"a key has {_SHORTEST} to {_LONGEST} octets")
    return key

"""EDGE: the user's own logging configuration, put into force in this process, and what its handlers would let out."""

import importlib
import json
import logging.config
import sys
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mtlsguard.canary import Leak, check_logging
from mtlsguard.cli.terminal import CommandError

FORMS = "MODULE, MODULE:MAPPING, MODULE:FUNCTION, or a file (.json, .toml, .ini) as logging.config takes it"

_DELAYED = ("FileHandler", "RotatingFileHandler", "TimedRotatingFileHandler", "WatchedFileHandler")
_FILES: dict[str, Callable[[Path], Any]] = {
    ".json": lambda path: json.loads(path.read_text()),
    ".toml": lambda path: tomllib.loads(path.read_text()),
    ".ini": lambda path: lambda: logging.config.fileConfig(path, disable_existing_loggers=False),
}


def leaks_of(named: str) -> tuple[Leak, ...]:
    """CommandError where there is nothing of that name, or logging refuses it."""
    path = Path(named)
    try:
        found = _FILES[path.suffix](path) if path.suffix in _FILES and path.is_file() else _imported(named)
        if isinstance(found, Mapping):
            logging.config.dictConfig(_opening_no_file(found))
        elif callable(found):
            found()
    except (ValueError, TypeError, AttributeError, ImportError, RuntimeError, KeyError, OSError) as error:
        raise CommandError(f"logging does not take the configuration in {named}: {error}") from None
    return check_logging()


def _imported(named: str) -> object:
    """A module configures logging when it is imported."""
    sys.path.insert(0, str(Path.cwd()))
    module, _, attribute = named.partition(":")
    try:
        found: object = importlib.import_module(module)
    except ImportError as error:
        raise CommandError(f"{module} cannot be imported: {error}; --logging takes {FORMS}") from None
    if attribute:
        found = getattr(found, attribute, None)
        if not isinstance(found, Mapping) and not callable(found):
            raise CommandError(f"{module} has no mapping and no function {attribute}")
    return found


def _opening_no_file(config: Mapping[str, Any]) -> dict[str, Any]:
    """The handlers that write files open them with the first record, which never comes."""
    handlers = {name: _delayed(one) for name, one in config.get("handlers", {}).items()}
    return {"version": 1, **config, "handlers": handlers}


def _delayed(handler: Mapping[str, Any]) -> Mapping[str, Any]:
    kind = handler.get("class")
    standard = isinstance(kind, str) and kind.startswith("logging.") and kind.rpartition(".")[2] in _DELAYED
    return {**handler, "delay": True} if standard else handler

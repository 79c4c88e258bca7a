"""EDGE: names of files and variables -> their octets -> Policy and Guard."""

import logging
import os
import tomllib
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cryptography

from mtlsguard.config import ConfigError, Notes, Problem, Unreadable, policy_from
from mtlsguard.dialects.contract import Interface
from mtlsguard.engine import Guard
from mtlsguard.policy import Policy

Configuration = str | Path | Mapping[str, Any] | Policy | Guard

_CERTIFICATE_FILES = {".pem", ".crt", ".cer", ".der"}
_OLDEST_VERIFIER = 49  # as in the package's metadata, which an installation can override
_MOST_OCTETS = 64 * 1024 * 1024
_LOGGER = logging.getLogger("mtlsguard")
# One key per process: without audit.key pseudonyms compare within one process only.
_PROCESS_KEY = os.urandom(32)


@dataclass(frozen=True, slots=True)
class Loaded:
    policy: Policy
    warnings: tuple[Problem, ...]


def guard_from(configuration: Configuration, interface: Interface | None = None) -> Guard:
    """A Guard for any of the forms. ConfigError, with every problem, before the first request is served.

    `interface`: what the server speaks that the guard will stand behind, where that is known.
    """
    guard = _guard_from(configuration)
    native = guard.current.dialect.native
    if interface is not None and native is not None and native.interface is not interface:
        expected = f"a dialect for {interface.value.upper()}"
        raise ConfigError([Problem("proxy.dialect", expected, f"{native.interface.value.upper()} servers speak this")])
    return guard


def _guard_from(configuration: Configuration) -> Guard:
    if isinstance(configuration, Guard):
        return configuration
    if isinstance(configuration, Policy):
        return Guard(configuration)
    loaded = load(configuration)
    for warning in loaded.warnings:
        _LOGGER.warning("mtlsguard.configuration %s", warning)
    return Guard(loaded.policy)


def load(configuration: str | Path | Mapping[str, Any]) -> Loaded:
    """Relative names count from the file's folder; in a mapping, from the current one."""
    notes = Notes()
    if int(cryptography.__version__.partition(".")[0]) < _OLDEST_VERIFIER:
        notes.problem("cryptography", f"version {_OLDEST_VERIFIER} or newer", "older verifiers accept wrong paths")
    if isinstance(configuration, Mapping):
        resolved = _Resolver(Path(), notes).resolve(configuration)
    else:
        path = Path(configuration)
        mapping = _toml(path)
        _refuse_written_secret(mapping, notes)
        resolved = _Resolver(path.parent, notes).resolve(mapping)
    return Loaded(policy_from(resolved, notes, _PROCESS_KEY), tuple(notes.warnings))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        problem = Problem(str(path), "a file that can be read", error.strerror or "")
    except UnicodeDecodeError:
        problem = Problem(str(path), "UTF-8 text")
    except tomllib.TOMLDecodeError as error:
        problem = Problem(str(path), "TOML", _position(error))
    raise ConfigError([problem])


def _position(error: tomllib.TOMLDecodeError) -> str:
    """Line and column only: the message may quote what stands there."""
    message = str(error)
    at = message.rfind("(at ")
    return message[at + 1 : -1] if at >= 0 else ""


def _refuse_written_secret(mapping: Mapping[str, Any], notes: Notes) -> None:
    proxy = mapping.get("proxy")
    secret = proxy.get("secret") if isinstance(proxy, Mapping) else None
    if isinstance(secret, Mapping) and {"value", "values"} & secret.keys():
        notes.problem("proxy.secret", "file or env", "a secret written into a configuration file is no secret")


class _Resolver:
    """Puts octets in the place of names, in a copy, and notes what cannot be read."""

    def __init__(self, folder: Path, notes: Notes) -> None:
        self._folder = folder
        self._notes = notes

    def resolve(self, mapping: Mapping[str, Any]) -> dict[str, Any]:
        resolved = dict(mapping)
        for section, change in {"trust": self._trust, "proxy": self._proxy, "audit": self._audit}.items():
            table = resolved.get(section)
            if isinstance(table, Mapping):
                resolved[section] = change(dict(table))
        return resolved

    def _trust(self, table: dict[str, Any]) -> dict[str, Any]:
        for key in ("anchors", "intermediates"):
            entries = table.get(key)
            if isinstance(entries, (list, tuple)):
                table[key] = [found for entry in entries for found in self._certificates(f"trust.{key}", entry)]
        return table

    def _proxy(self, table: dict[str, Any]) -> dict[str, Any]:
        secret = table.get("secret")
        if isinstance(secret, Mapping) and "values" not in secret:
            changed = {key: copy(value) for key, value in secret.items() if key not in {"file", "env", "value"}}
            octets = self._octets("proxy.secret", secret)
            if octets is not None:
                changed["values"] = octets.split() if isinstance(octets, bytes) else [octets]
            table["secret"] = changed
        return table

    def _audit(self, table: dict[str, Any]) -> dict[str, Any]:
        key = table.get("key")
        if isinstance(key, Mapping):
            octets = self._octets("audit.key", key)
            table["key"] = octets.strip() if isinstance(octets, bytes) else octets
        return table

    def _octets(self, place: str, table: Mapping[str, Any]) -> bytes | Unreadable | None:
        """What `file`, `env` or (in Python) `value` hold; None where none of them is given."""
        given = [key for key in ("file", "env", "value") if key in table]
        if len(given) > 1:
            self._notes.problem(place, "one of file and env, not both")
            return Unreadable()
        if not given:
            return None
        value = table[given[0]]
        if given[0] == "file" and isinstance(value, (str, Path)):
            return self._read(place, self._folder / value)
        if given[0] == "value" and isinstance(value, (str, bytes)):
            return value.encode() if isinstance(value, str) else value
        if given[0] == "env" and isinstance(value, str) and value in os.environ:
            return os.environ[value].encode()
        self._notes.problem(f"{place}.{given[0]}", "the name of a file, or of a variable that is set")
        return Unreadable()

    def _certificates(self, place: str, entry: object) -> list[object]:
        if isinstance(entry, str) and not entry.lstrip().startswith("-----BEGIN"):
            entry = Path(entry)
        if not isinstance(entry, Path):
            return [entry]
        path = self._folder / entry
        if not path.is_dir():
            return [self._read(place, path)]
        files = sorted(file for file in path.iterdir() if file.suffix in _CERTIFICATE_FILES and file.name[0] != ".")
        if not files:
            endings = ", ".join(sorted(_CERTIFICATE_FILES))
            self._notes.problem(place, f"a folder with certificates in files that end in {endings}")
            return [Unreadable()]
        return [self._read(place, file) for file in files]

    def _read(self, place: str, path: Path) -> bytes | Unreadable:
        try:
            if path.stat().st_size > _MOST_OCTETS:
                self._notes.problem(place, f"a file of at most {_MOST_OCTETS} octets")
                return Unreadable()
            return path.read_bytes()
        except OSError as error:
            self._notes.problem(place, "a file that can be read", f"{path.name}: {error.strerror}")
            return Unreadable()

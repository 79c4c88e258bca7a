"""EDGE: puts what lies in files and variables in the place of their names, and knows which files those were."""

import os
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mtlsguard.config import Notes, Problem, Unreadable
from mtlsguard.config.places import is_address
from mtlsguard.marks import Marks, marks
from mtlsguard.policy import Policy

CERTIFICATE_FILES = frozenset({".pem", ".crt", ".cer", ".der"})
MOST_OCTETS = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    """`files`: what the policy was made from, each as it was just before it was read."""

    policy: Policy
    warnings: tuple[Problem, ...]
    files: Marks = field(default_factory=dict, repr=False)


class Resolver:
    """Works on a copy, and notes what cannot be read. `read`: the files and folders that were looked at.

    `fetched` has what came from addresses so far; an address that is not in it has not been reached yet.
    """

    def __init__(self, folder: Path, notes: Notes, fetched: Mapping[str, bytes]) -> None:
        self.read: Marks = {}
        self._folder = folder
        self._notes = notes
        self._fetched = fetched

    def resolve(self, mapping: Mapping[str, Any]) -> dict[str, Any]:
        resolved = dict(mapping)
        changes = {
            "trust": self._trust,
            "proxy": self._proxy,
            "audit": self._audit,
            "revocation": self._revocation,
            "refresh": self._refresh,
        }
        for section, change in changes.items():
            table = resolved.get(section)
            if isinstance(table, Mapping):
                resolved[section] = change(dict(table))
        return resolved

    def _trust(self, table: dict[str, Any]) -> dict[str, Any]:
        for key in ("anchors", "intermediates"):
            entries = table.get(key)
            if isinstance(entries, (list, tuple)):
                table[key] = [found for entry in entries for found in self._certificates(f"trust.{key}", entry)]
        bundles = table.get("bundles")
        if isinstance(bundles, (list, tuple)):
            table["bundles"] = [self._bundle(f"trust.bundles[{at}]", one) for at, one in enumerate(bundles)]
        return table

    def _bundle(self, place: str, entry: object) -> object:
        """Its source is a file, an address, or the bundle itself."""
        source = entry.get("source") if isinstance(entry, Mapping) else None
        if not isinstance(entry, Mapping) or not isinstance(source, (str, bytes, Path)) or not source:
            return entry
        if isinstance(source, bytes):
            return {**entry, "source": "in place", "content": source}
        if is_address(source):
            return {**entry, "content": self._fetched.get(str(source))}
        return {**entry, "source": str(source), "content": self._read(f"{place}.source", self._folder / source)}

    def _revocation(self, table: dict[str, Any]) -> dict[str, Any]:
        """Lists are read elsewhere, again and again: here their names become absolute only."""
        for key in ("crls", "denylist"):
            value = table.get(key)
            if isinstance(value, (list, tuple)):
                table[key] = [self._absolute(entry) for entry in value]
            elif value:
                table[key] = self._absolute(value)
        if table.get("directory"):
            table["directory"] = self._absolute(table["directory"])
        ocsp, store = table.get("ocsp"), table.get("store")
        if isinstance(ocsp, Mapping) and isinstance(ocsp.get("responders"), (list, tuple)):
            entries = ocsp["responders"]
            read = [found for entry in entries for found in self._certificates("revocation.ocsp.responders", entry)]
            table["ocsp"] = {**ocsp, "responders": [one.encode() if isinstance(one, str) else one for one in read]}
        if isinstance(store, Mapping):
            table["store"] = self._store(dict(store))
        return table

    def _store(self, table: dict[str, Any]) -> dict[str, Any]:
        password = table.get("password")
        if isinstance(password, Mapping):
            octets = self._octets("revocation.store.password", password)
            table["password"] = octets.strip() if isinstance(octets, bytes) else octets
        return self._with_ca(table)

    def _refresh(self, table: dict[str, Any]) -> dict[str, Any]:
        if isinstance(table.get("fetch"), Mapping):
            table["fetch"] = self._with_ca(dict(table["fetch"]))
        return table

    def _with_ca(self, table: dict[str, Any]) -> dict[str, Any]:
        """The name of a file with authorities for a server's certificate, which other libraries read."""
        if isinstance(table.get("ca"), (str, Path)) and table["ca"]:
            table["ca"] = self._absolute(table["ca"])
        return table

    def _absolute(self, entry: object) -> object:
        if isinstance(entry, bytes) or not isinstance(entry, (str, Path)) or not entry or is_address(entry):
            return entry
        if isinstance(entry, str) and entry.lstrip().startswith("-----BEGIN"):
            return entry.encode()
        return str((self._folder / entry).absolute())

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
        self.read |= marks([str(path.absolute())])
        if not path.is_dir():
            return [self._read(place, path)]
        files = sorted(file for file in path.iterdir() if file.suffix in CERTIFICATE_FILES and file.name[0] != ".")
        if not files:
            endings = ", ".join(sorted(CERTIFICATE_FILES))
            self._notes.problem(place, f"a folder with certificates in files that end in {endings}")
            return [Unreadable()]
        return [self._read(place, file) for file in files]

    def _read(self, place: str, path: Path) -> bytes | Unreadable:
        self.read |= marks([str(path.absolute())])
        try:
            if path.stat().st_size > MOST_OCTETS:
                self._notes.problem(place, f"a file of at most {MOST_OCTETS} octets")
                return Unreadable()
            return path.read_bytes()
        except OSError as error:
            self._notes.problem(place, "a file that can be read", f"{path.name}: {error.strerror}")
            return Unreadable()

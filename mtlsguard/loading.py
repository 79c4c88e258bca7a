"""EDGE: names of files and variables -> their octets -> Policy and Guard."""

import logging
import os
import sys
import tomllib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import cryptography

from mtlsguard.config import ConfigError, Notes, Problem, policy_from
from mtlsguard.dialects.contract import Interface
from mtlsguard.guard import Guard
from mtlsguard.marks import marks
from mtlsguard.policy import Policy
from mtlsguard.pseudonym import Process
from mtlsguard.refresh.keeper import Load, keep
from mtlsguard.resolving import Loaded, Resolver

Configuration = str | Path | Mapping[str, Any] | Policy | Guard

_OLDEST_VERIFIER = 49  # as in the package's metadata, which an installation can override
_NOTHING: Mapping[str, bytes] = MappingProxyType({})
_LOGGER = logging.getLogger("mtlsguard")
# One key per process: without audit.key pseudonyms compare within one process only.
_PROCESS_KEY = os.urandom(32)


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
    return guard_of(partial(load, configuration))


def guard_of(read: Load) -> Guard:
    """A Guard that is kept fresh by what `read` answers, now and whenever something has changed. ConfigError."""
    loaded = read(_NOTHING)
    for warning in loaded.warnings:
        _LOGGER.warning("mtlsguard.configuration %s", warning)
    guard = Guard(loaded.policy)
    _name_as_in_logs(loaded.policy.audit.key)
    keep(guard, loaded, read)
    return guard


def _name_as_in_logs(key: bytes) -> None:
    """Redaction gives a certificate the name that it has in the audit events."""
    Process.key = key
    redaction = sys.modules.get("mtlsguard.redact")
    if redaction is not None:
        redaction.use_key(key)


def load(configuration: str | Path | Mapping[str, Any], fetched: Mapping[str, bytes] = _NOTHING) -> Loaded:
    """Relative names count from the file's folder; in a mapping, from the current one.

    `fetched`: what came from the addresses of trust bundles; a domain whose bundle is not there has no anchors.
    """
    notes = Notes()
    if int(cryptography.__version__.partition(".")[0]) < _OLDEST_VERIFIER:
        notes.problem("cryptography", f"version {_OLDEST_VERIFIER} or newer", "older verifiers accept wrong paths")
    if isinstance(configuration, Mapping):
        folder, mapping, own = Path(), configuration, {}
    else:
        own = marks([str(Path(configuration).absolute())])
        folder, mapping = Path(configuration).parent, _toml(Path(configuration))
        _refuse_written_secret(mapping, notes)
    resolver = Resolver(folder, notes, fetched)
    policy = policy_from(resolver.resolve(mapping), notes, _PROCESS_KEY)
    return Loaded(policy, tuple(notes.warnings), own | resolver.read)


def has_own_key(policy: Policy) -> bool:
    """Is there an audit.key? Else names of certificates compare within one process only."""
    return policy.audit.key != _PROCESS_KEY


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

"""The setting `MTLSGUARD` -> the one Guard of this process, made when it is first needed.

The mapping is that of the TOML file; `{"config": "mtlsguard.toml"}` names the file instead. A change of the setting
(`override_settings` in tests) makes a new Guard, and every older decision goes with the old one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from mtlsguard import ConfigError, Guard, guard_from

SETTING = "MTLSGUARD"
_FILE = "config"


class _Current:
    """Where the Guard is kept. Two threads that come first make two equal ones; the later one stays."""

    guard: Guard | None = None


def guard() -> Guard:
    """ImproperlyConfigured with every problem of the setting; none of its values is repeated."""
    return _Current.guard or _make()


def configuration() -> Path | Mapping[str, Any]:
    """What the setting says, in a form that the core takes. ConfigError is left to the core."""
    value = getattr(settings, SETTING, None)
    if not isinstance(value, Mapping) or not value:
        raise ImproperlyConfigured('MTLSGUARD has to be a mapping: the keys of mtlsguard.toml, or {"config": FILE}')
    if _FILE not in value:
        return value
    if len(value) > 1 or not isinstance(value[_FILE], (str, Path)):
        raise ImproperlyConfigured('MTLSGUARD: beside "config", the name of a file, no other key may stand')
    return Path(value[_FILE])


def _make() -> Guard:
    try:
        _Current.guard = made = guard_from(configuration())
    except ConfigError as error:
        raise ImproperlyConfigured(f"MTLSGUARD: {error}") from None
    return made


def forget(*, setting: str, **_: object) -> None:
    """Receiver of `setting_changed`."""
    if setting == SETTING:
        _Current.guard = None


setting_changed.connect(forget, dispatch_uid="django_mtlsguard.conf")

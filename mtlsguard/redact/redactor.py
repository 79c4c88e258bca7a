"""A redactor: one key, and every shape in which certificate data may arrive."""

import os
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any

from mtlsguard.pseudonym import Process
from mtlsguard.redact import engine
from mtlsguard.redact.contract import Span
from mtlsguard.redact.events import EventDict, redacted_event
from mtlsguard.redact.naming import Names
from mtlsguard.redact.rules import rule_for
from mtlsguard.redact.values import Walk

_KEY_OCTETS = 32


@dataclass(frozen=True, slots=True, init=False)
class Redactor:
    """Immutable and safe in any thread. `key`: 16 to 64 octets, the one of `audit.key`, so that a certificate has the
    same eight letters here and in the audit events; None for a new one. No method raises or changes what it is given.
    """

    key: bytes = field(repr=False)

    def __init__(self, key: bytes | None) -> None:
        object.__setattr__(self, "key", key or os.urandom(_KEY_OCTETS))

    def text(self, text: str) -> str:
        """The text with a marker for every piece of certificate data; the very same object if there is none."""
        return engine.redacted(text, Names(self.key))

    def octets(self, octets: bytes) -> bytes:
        """As `text`, for octets of any encoding that holds ASCII; what stays is not touched."""
        return engine.redacted_octets(octets, Names(self.key))

    def value(self, value: object, name: object = None) -> Any:  # noqa: ANN401 - as it was given, or a marker
        """A value of any type, to any depth; `name` is what stands beside it. The same object if it is clean."""
        return Walk(self.key).clean(value, rule_for(name))

    def event(self, event: MutableMapping[str, Any]) -> EventDict:
        """As `value`, for an event of structlog; an exception that is not rendered yet is rendered."""
        return redacted_event(event, self.key)

    def spans(self, text: str) -> list[Span]:
        """Where certificate data is: start, end, kind; in order and without overlaps."""
        return engine.spans(text) if engine.may_hold_certificate_data(text) else []


class _Current:
    """What the module's functions use."""

    redactor = Redactor(Process.key)


def use_key(key: bytes) -> None:
    """From now on for the whole process. Loading a configuration with `audit.key` calls it."""
    _Current.redactor = Redactor(key)


def current() -> Redactor:
    """The one with the key of the process."""
    return _Current.redactor


def redact_text(text: str) -> str:
    """`Redactor.text` with the key of the process."""
    return _Current.redactor.text(text)


def redact_value(value: object, name: object = None) -> Any:  # noqa: ANN401 - as it was given, or a marker
    """`Redactor.value` with the key of the process."""
    return _Current.redactor.value(value, name)


def redact_certificates(logger: object, method_name: str, event_dict: EventDict) -> EventDict:  # noqa: ARG001
    """The structlog processor: last before the renderer, behind whatever renders exceptions."""
    return redacted_event(event_dict, _Current.redactor.key)


def spans(text: str) -> list[Span]:
    """Where certificate data is in a text: start, end and kind."""
    return _Current.redactor.spans(text)

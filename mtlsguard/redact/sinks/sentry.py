"""Sentry: functions for `sentry_sdk.init`, each from an event to the same event without certificate data.

    sentry_sdk.init(dsn, **options())

has them all, as far as the installed SDK knows them. Who has functions of their own there calls these last in them.
"""

import copy
from collections.abc import Mapping, MutableMapping
from importlib import import_module
from pathlib import Path
from typing import Any

from mtlsguard.redact import redact_text, redact_value
from mtlsguard.redact.redactor import current
from mtlsguard.redact.sinks.exceptions import UNEXAMINED
from mtlsguard.redact.sinks.templates import filled
from mtlsguard.redact.stream import Stream

_PARAMETER = "sentry.message.parameter."
# What an event has many of, and what stands around that. Each is looked at by itself: of one value so much and no more
# is looked at, and a transaction may have a thousand spans, a traceback hundreds of variables.
_MANY = frozenset({"values", "frames", "spans"})
_AROUND = frozenset({"exception", "threads", "breadcrumbs", "stacktrace"})
_HEAD = 8192  # octets; a file that has a NUL there is no text
_DER = b"0"


def before_send(event: Any, hint: object = None) -> Any:  # noqa: ANN401 - the SDK's types, without the SDK
    """Errors and messages: frames' variables, headers, breadcrumbs, extras, contexts, the log message's parameters, and
    attachments.
    """
    _clean_attachments(hint)
    return _redacted(event)


def before_send_transaction(event: Any, hint: object = None) -> Any:  # noqa: ANN401
    """Transactions, with the data of their spans, and attachments."""
    _clean_attachments(hint)
    return _redacted(event)


def before_breadcrumb(crumb: Any, hint: object = None) -> Any:  # noqa: ANN401, ARG001
    """Each breadcrumb when it is left; `before_send` sees it once more."""
    return _redacted(crumb)


def before_send_log(log: Any, hint: object = None) -> Any:  # noqa: ANN401, ARG001
    """Logs as Sentry collects them, with template and parameters as attributes."""
    return _redacted(log)


def before_send_span(span: Any, hint: object = None) -> Any:  # noqa: ANN401, ARG001
    """Spans that are sent one by one: for `trace_lifecycle="stream"` only, without which the SDK warns about it."""
    return _redacted(span)


def before_send_metric(metric: Any, hint: object = None) -> Any:  # noqa: ANN401, ARG001
    """Metrics with their attributes."""
    return _redacted(metric)


def options() -> dict[str, Any]:
    """Every function that the installed SDK takes, by the name of its option."""
    known = import_module("sentry_sdk.consts").DEFAULT_OPTIONS
    every = (before_send, before_send_transaction, before_breadcrumb, before_send_log, before_send_metric)
    return {one.__name__: one for one in every if one.__name__ in known}


def _redacted(event: Any) -> Any:  # noqa: ANN401
    return _with_parameters(event, _mapping(event)) if isinstance(event, Mapping) else event


def _mapping(mapping: Mapping[Any, Any]) -> Mapping[Any, Any]:
    cleaned = {redact_value(name): _part(name, part) for name, part in mapping.items()}
    return mapping if all(name in cleaned and cleaned[name] is part for name, part in mapping.items()) else cleaned


def _part(name: object, part: Any) -> Any:  # noqa: ANN401
    if name in _MANY and isinstance(part, list):
        cleaned = [_mapping(one) if isinstance(one, Mapping) else redact_value(one) for one in part]
        return part if all(new is old for new, old in zip(cleaned, part, strict=True)) else cleaned
    if name in _AROUND and isinstance(part, Mapping):
        return _mapping(part)
    cleaned = redact_value(part, name)
    return _with_arguments(part, cleaned) if name == "vars" and isinstance(part, Mapping) else cleaned


def _with_arguments(variables: Mapping[str, Any], cleaned: Mapping[str, Any]) -> Mapping[str, Any]:
    """logging's own frames, which an event has if stacks are attached to messages."""
    return _blanked(variables, cleaned, "msg", "args")


def _with_parameters(event: Mapping[str, Any], cleaned: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a message says about its parameters is in its template: `serial=%s`. If the whole shows it, so do they."""
    entry = event.get("logentry")
    if isinstance(entry, Mapping):
        return {**cleaned, "logentry": _blanked(entry, cleaned["logentry"], "message", "params")}
    attributes = event.get("attributes")
    if isinstance(attributes, Mapping) and _shows(event.get("body")):
        blank = {name: UNEXAMINED for name in attributes if str(name).startswith(_PARAMETER)}
        return {**cleaned, "attributes": {**cleaned["attributes"], **blank}}
    return cleaned


def _blanked(told: Mapping[str, Any], cleaned: Mapping[str, Any], message: str, name: str) -> Mapping[str, Any]:
    parameters = told.get(name)
    if not parameters or not isinstance(parameters, Mapping | list | tuple):
        return cleaned
    arguments = parameters if isinstance(parameters, Mapping) else (*parameters,)
    whole = told.get("formatted") or filled(str(told.get(message)), redact_value(arguments))
    return {**cleaned, name: _blank(parameters)} if _shows(whole) else cleaned


def _shows(text: object) -> bool:
    return isinstance(text, str) and redact_text(text) is not text


def _blank(parameters: Any) -> object:  # noqa: ANN401 - a mapping or a sequence
    if isinstance(parameters, Mapping):
        return dict.fromkeys(parameters, UNEXAMINED)
    return [UNEXAMINED] * len(parameters)


def _clean_attachments(hint: object) -> None:
    """The SDK takes them out of the hint afterwards."""
    if isinstance(hint, MutableMapping) and hint.get("attachments"):
        hint["attachments"] = [_attachment(one) for one in hint["attachments"]]


def _attachment(attachment: Any) -> Any:  # noqa: ANN401 - of the SDK
    """A copy that holds its octets: a file, or what a function would give, is read here."""
    made = copy.copy(attachment)
    try:
        octets = made.bytes() if callable(made.bytes) else made.bytes
        made.bytes = _as_file(Path(made.path).read_bytes() if octets is None else octets)
    except Exception:  # noqa: BLE001 - of the file or the function
        made.bytes = UNEXAMINED.encode()
    return made


def _as_file(octets: bytes) -> bytes:
    """Images, archives and dumps stay: in so many octets of any kind something looks like DER by chance."""
    if b"\0" in octets[:_HEAD] and not octets.startswith(_DER):
        return octets
    stream = Stream(current())
    return stream.feed(octets) + stream.close()

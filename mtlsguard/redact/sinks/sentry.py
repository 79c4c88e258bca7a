"""Sentry: functions for `sentry_sdk.init`, each from an event to the same event without certificate data.

    sentry_sdk.init(dsn, **options())

has them all, as far as the installed SDK knows them. Who has functions of their own there calls these last in them.
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from mtlsguard.redact import redact_text, redact_value
from mtlsguard.redact.sinks.exceptions import UNEXAMINED

_PARAMETER = "sentry.message.parameter."
_KEPT = ("event_id", "timestamp", "level", "type", "platform")  # without them an event is none


def before_send(event: Any, hint: object = None) -> Any:  # noqa: ANN401, ARG001 - the SDK's types, without the SDK
    """Errors and messages: frames' variables, headers, breadcrumbs, extras, contexts, the log message's parameters."""
    return _redacted(event)


def before_send_transaction(event: Any, hint: object = None) -> Any:  # noqa: ANN401, ARG001
    """Transactions, with the data of their spans."""
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
    if not isinstance(event, Mapping):
        return event
    cleaned = redact_value(event)
    if not isinstance(cleaned, Mapping):
        return {key: event[key] for key in _KEPT if key in event} | {"message": UNEXAMINED}
    return _with_parameters(event, cleaned)


def _with_parameters(event: Mapping[str, Any], cleaned: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a message says about its parameters is in its template: `serial=%s`. If the whole shows it, so do they."""
    entry = event.get("logentry")
    if isinstance(entry, Mapping) and entry.get("params") and _shows(_whole(entry)):
        entry = {**cleaned["logentry"], "params": _blank(entry["params"])}
        return {**cleaned, "logentry": entry}
    attributes = event.get("attributes")
    if isinstance(attributes, Mapping) and _shows(event.get("body")):
        blank = {name: UNEXAMINED for name in attributes if str(name).startswith(_PARAMETER)}
        return {**cleaned, "attributes": {**cleaned["attributes"], **blank}}
    return cleaned


def _whole(entry: Mapping[str, Any]) -> str:
    """The SDK sends the message formatted, or leaves that to the server."""
    try:
        params = entry["params"]
        return str(entry.get("formatted") or entry["message"] % (params if isinstance(params, Mapping) else (*params,)))
    except Exception:  # noqa: BLE001 - parameters of any kind
        return f"{entry.get('message')} {entry['params']}"


def _shows(text: object) -> bool:
    return isinstance(text, str) and redact_text(text) is not text


def _blank(parameters: object) -> object:
    if isinstance(parameters, Mapping):
        return dict.fromkeys(parameters, UNEXAMINED)
    return [UNEXAMINED] * (len(parameters) if isinstance(parameters, Sequence) else 1)

"""One record of the standard library's logging: its message, arguments, extras, and what was rendered of exceptions."""

import copy
import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

from mtlsguard.redact import redact_certificates, redact_text, redact_value
from mtlsguard.redact.rules import are_plain
from mtlsguard.redact.sinks.exceptions import UNEXAMINED, exc_info_of, rendered
from mtlsguard.redact.sinks.templates import filled, fitted

_APART = frozenset({"msg", "args", "exc_info", "exc_text"})
# What logging itself finds out: numbers, and names of files and functions.
_OF_LOGGING = frozenset(vars(logging.makeLogRecord({}))) - {
    "name",
    "threadName",
    "processName",
    "stack_info",
    "taskName",
}
_KEPT = ("name", "levelname", "levelno", "created", "msecs", "process", "thread", "threadName")
_PAIR = (2, 3)

Call = tuple[Any, Any]  # message or template, and arguments


def redacted_record(record: logging.LogRecord) -> logging.LogRecord:
    """The record itself if it is clean, else a copy. `exc_info` stays: who renders it is asked to redact it."""
    try:
        if _is_clean(record):
            return record
    except Exception:  # noqa: BLE001, S110 - a message that cannot be made; the long way takes care of it
        pass
    try:
        return _redacted(record)
    except Exception:  # noqa: BLE001 - a log call must not fail, and a record that was not looked at must not get out
        return _withheld(record)


def is_plain(record: logging.LogRecord) -> bool:
    """Is there nothing in the record that only its name tells, and no exception? Then the line it makes shows all."""
    if record.exc_info or record.exc_text or not isinstance(record.args, tuple) or isinstance(record.msg, Mapping):
        return False
    pair = record.args[:1] if len(record.args) in _PAIR else ()  # a name, and what it tells about
    return are_plain(vars(record)) and are_plain([one for one in pair if isinstance(one, str | bytes)])


def without_frames(record: logging.LogRecord, exc_text: str) -> logging.LogRecord:
    """A copy with `exc_text`, and a stand-in where the exception was: nobody finds frames and their variables in it."""
    fields = dict(vars(record))
    if record.exc_info and record.exc_info[1] is not None:
        fields |= {"exc_info": exc_info_of(record.exc_info[1]), "exc_text": exc_text}
    event_error = _error_of(record.msg)
    if event_error is not None:
        fields["msg"] = {**record.msg, "exc_info": exc_info_of(event_error)}  # type: ignore[dict-item]
    return _copy(record, fields)


def _is_clean(record: logging.LogRecord) -> bool:
    """In most records nothing is: one glance at all of it. No is not certain."""
    if not is_plain(record) or not isinstance(record.msg, str):
        return False
    told = {name: value for name, value in vars(record).items() if name not in _OF_LOGGING}
    told |= {"message": record.getMessage(), "args": record.args}
    return redact_certificates(None, "", told) is told


def _redacted(record: logging.LogRecord) -> logging.LogRecord:
    rest = {name: value for name, value in vars(record).items() if name not in _APART}
    exc_text = _exc_text(record)
    if isinstance(record.msg, Mapping):
        call: Call = _redacted_event(record.msg), redact_value(record.args)
    else:
        call = redacted_call(record)
    cleaned = redact_certificates(None, "", rest)
    if cleaned is rest and exc_text is record.exc_text and call[0] is record.msg and call[1] is record.args:
        return record
    if "levelno" not in cleaned:
        return _withheld(record)
    apart = {"msg": call[0], "args": call[1], "exc_info": record.exc_info, "exc_text": exc_text}
    return _copy(record, {**cleaned, **apart})


def redacted_call(record: logging.LogRecord) -> Call:
    """Message and arguments. They stay apart where that is safe: some formatters want the arguments one by one."""
    text, failed = _message(record)
    shown = redact_text(text)
    arguments = redacted_arguments(record.args)
    if shown is text and arguments is record.args and not failed:
        return (record.msg if isinstance(record.msg, str) else redact_value(record.msg)), record.args
    if arguments is not record.args and not failed:
        template = fitted(str(record.msg), record.args, arguments)
        again = _formatted(template, arguments)
        if again is not None:
            shown = redact_text(again)
            if shown == again:
                return template, arguments
    return shown, ()


def redacted_arguments(arguments: Any) -> Any:  # noqa: ANN401 - a tuple or a mapping, as logging takes them
    """The atoms of an access log are named `{x-ssl-client-cert}i`: the name within the braces decides."""
    if not isinstance(arguments, Mapping):
        return redact_value(arguments)
    cleaned = {name: redact_value(value, _within_braces(name)) for name, value in arguments.items()}
    if all(cleaned[name] is value for name, value in arguments.items()):
        return arguments
    if isinstance(arguments, MutableMapping):  # of its own class: an atom that is missing may read as "-"
        made = copy.copy(arguments)
        made.update(cleaned)
        return made
    return cleaned


def _within_braces(name: object) -> object:
    return name[1:-2] if isinstance(name, str) and name.startswith("{") and name[-2:-1] == "}" else name


def _message(record: logging.LogRecord) -> tuple[str, bool]:
    """What will be printed, and whether logging could not make it."""
    try:
        return record.getMessage(), False
    except Exception:  # noqa: BLE001 - arguments that do not fit, or whose __str__ raises
        return filled(str(record.msg), redacted_arguments(record.args)), True


def _formatted(template: str, arguments: object) -> str | None:
    try:
        return template % arguments
    except Exception:  # noqa: BLE001 - of the arguments' own methods
        return None


def _exc_text(record: logging.LogRecord) -> str | None:
    """What an earlier handler's formatter left, else what a later one would render: only if it has to be changed."""
    if record.exc_text:
        return redact_text(record.exc_text)
    if not record.exc_info or record.exc_info[1] is None:
        return record.exc_text
    text = rendered(record.exc_info[1])
    cleaned = redact_text(text)
    return record.exc_text if cleaned is text else cleaned


def _redacted_event(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """What structlog hands to its ProcessorFormatter; the exception is rendered there."""
    rest = {name: value for name, value in event.items() if name != "exc_info"}
    cleaned = redact_certificates(None, "", rest)
    if cleaned is rest:
        return event
    return {**cleaned, "exc_info": event["exc_info"]} if "exc_info" in event else cleaned


def _error_of(message: object) -> BaseException | None:
    told = message.get("exc_info") if isinstance(message, Mapping) else None
    if told is True:
        told = sys.exc_info()
    if isinstance(told, tuple) and len(told) > 1:
        told = told[1]
    return told if isinstance(told, BaseException) else None


def _copy(record: logging.LogRecord, fields: Mapping[str, Any]) -> logging.LogRecord:
    """Of the record's own class only as long as it has arguments, which that class may format in its own way."""
    made = copy.copy(record) if fields.get("args") else logging.LogRecord.__new__(logging.LogRecord)
    vars(made).clear()
    vars(made).update(fields)
    return made


def _withheld(record: logging.LogRecord) -> logging.LogRecord:
    kept = {name: getattr(record, name, None) for name in _KEPT}
    return logging.makeLogRecord(kept | {"msg": UNEXAMINED})

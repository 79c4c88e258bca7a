"""The handlers of the standard library's logging: what each would let out."""

import logging
import logging.handlers
import traceback
from collections.abc import Iterable, Iterator
from typing import Any

from mtlsguard.canary.bait import RECORDS, Bait, record_of
from mtlsguard.canary.leak import Leak, found
from mtlsguard.redact.sinks.stdlib import RedactingFilter, all_loggers, handlers_of, is_redacting

# What these write is what their formatter made, and nothing else of the record.
_PRINTERS = {
    logging.StreamHandler.emit,
    logging.FileHandler.emit,
    logging.handlers.BaseRotatingHandler.emit,
    logging.handlers.WatchedFileHandler.emit,
    logging.handlers.SysLogHandler.emit,
}
_SILENT = (logging.NullHandler, logging.handlers.MemoryHandler)  # the handler behind the latter is looked at itself
_REPORTERS = ("django.",)  # make their own report of an exception, which another check is about
_ELSEWHERE = ("sentry_sdk.", "opentelemetry.")  # send events, for which they are asked by other functions of ours


def leaks(bait: Bait, loggers: Iterable[logging.Logger] | None) -> Iterator[Leak]:
    for logger, handler in _standing(loggers):
        by_way = {
            way: bait.kinds_in(let_out(handler, record_of(logger.name, fields(bait))))
            for way, fields in RECORDS.items()
        }
        yield from found(place_of(logger, handler), _hint(logger, handler), by_way)


def _standing(loggers: Iterable[logging.Logger] | None) -> Iterator[tuple[logging.Logger, logging.Handler]]:
    seen: set[int] = set()
    for logger in all_loggers() if loggers is None else loggers:
        for handler in handlers_of([logger]):
            if id(handler) not in seen:
                seen.add(id(handler))
                yield logger, handler
    if loggers is None and not logging.root.handlers and logging.lastResort is not None:
        yield logging.root, logging.lastResort


def place_of(logger: logging.Logger, handler: logging.Handler) -> str:
    named = f" {handler.name}" if handler.name else ""
    return f"logger {logger.name}, handler {type(handler).__name__}{named}"


def let_out(handler: logging.Handler, record: logging.LogRecord) -> str:
    """All that this handler could write of the record; empty if its filters keep it back."""
    if isinstance(handler, _SILENT) or type(handler).__module__.startswith(_ELSEWHERE):
        return ""
    passed = _passed(handler, record)
    return "" if passed is None else _written(handler, passed)


def _written(handler: logging.Handler, record: logging.LogRecord) -> str:
    if isinstance(handler, logging.handlers.QueueHandler):
        return _queued(handler, record)
    if type(handler).emit in _PRINTERS:
        return _printed(handler, record)
    return _printed(handler, record) + _seen(handler, record)


def _passed(handler: logging.Handler, record: logging.LogRecord) -> logging.LogRecord | None:
    """What its filters hand on. One that fails looks for what our record does not have, and is left out."""
    for one in handler.filters:
        try:
            passed = _asked(one, record)
        except Exception:  # noqa: BLE001, S112 - any filter
            continue
        if not passed:
            return None
        record = passed if isinstance(passed, logging.LogRecord) else record
    return record


def _asked(one: Any, record: logging.LogRecord) -> object:  # noqa: ANN401 - an object with the method, or a function
    return one.filter(record) if hasattr(one, "filter") else one(record)


def _queued(handler: logging.handlers.QueueHandler, record: logging.LogRecord) -> str:
    try:
        return repr(vars(handler.prepare(record)))
    except Exception:  # noqa: BLE001 - of a class of its own
        return _seen(handler, record)


def _printed(handler: logging.Handler, record: logging.LogRecord) -> str:
    try:
        return handler.format(logging.makeLogRecord(vars(record)))
    except Exception:  # noqa: BLE001 - any formatter; logging then prints message and arguments to the standard error
        return f"{record.msg} {record.args}"


def _seen(handler: logging.Handler, record: logging.LogRecord) -> str:
    """What a handler of another kind finds in the record, the variables of frames included."""
    fields = {name: value for name, value in vars(record).items() if name != "exc_info"}
    error = record.exc_info[1] if record.exc_info else None
    if error is None or type(handler).__module__.startswith(_REPORTERS):
        return repr(fields)
    frames = [repr(frame.f_locals) for frame, _ in traceback.walk_tb(error.__traceback__)]
    return f"{fields!r} {error} {frames}"


def _hint(logger: logging.Logger, handler: logging.Handler) -> str:
    has_filter = any(isinstance(one, RedactingFilter) for one in handler.filters)
    if not has_filter and any(isinstance(one, RedactingFilter) for one in logger.filters):
        return "a filter on a logger does not see its child loggers' records: put RedactingFilter on the handler"
    if hasattr(handler.formatter, "processors") and not is_redacting(handler.formatter):
        return "put redact_certificates into its formatter's processors, last before the renderer"
    if not has_filter and is_redacting(handler.formatter):
        return "it reads the record itself: RedactingFilter has to be on it beside the formatter"
    if has_filter and is_redacting(handler.formatter):
        return 'it is given the exception itself: RedactingFilter(exceptions="rendered") keeps that back'
    return "redact_handlers() after the configuration, or redacted_config() around it (mtlsguard.redact.sinks.stdlib)"

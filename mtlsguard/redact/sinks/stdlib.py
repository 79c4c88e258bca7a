"""The standard library's logging: a filter and a formatter for handlers, and what puts them into a configuration.

    logging.config.dictConfig(redacted_config(LOGGING))  # or, for what is configured already:
    redact_handlers()

Both are needed. The formatter sees what is printed and the exception that it renders; the filter sees what handlers
read by themselves: the subject of a mail, what is pickled for a socket, what is printed when a handler fails.
A filter on a *logger* is not asked for the records of its child loggers: put it on handlers.
"""

import logging
import logging.config
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Literal

from mtlsguard.redact import redact_certificates, redact_text, redact_value
from mtlsguard.redact.sinks.exceptions import UNEXAMINED, rendered
from mtlsguard.redact.sinks.records import is_plain, redacted_record, without_frames

FORMATTER = "mtlsguard.redact.sinks.stdlib.RedactingFormatter"
FILTER = "mtlsguard.redact.sinks.stdlib.RedactingFilter"
_NAME = "mtlsguard"  # of both in a configuration
_NAME_OF_RENDERED = f"{_NAME}.rendered"
# Handlers that print the exception by themselves, with its frames or without.
_PRINT_EXCEPTIONS = frozenset({"logging.handlers.HTTPHandler", "rich.logging.RichHandler"})

Style = Literal["%", "{", "$"]


class Exceptions(StrEnum):
    """KEPT: the handler gets the exception. RENDERED: its redacted text only, for handlers that print frames."""

    KEPT = "kept"
    RENDERED = "rendered"


class RedactingFilter(logging.Filter):
    """For handlers. Drops nothing: hands on a clean copy of the record, or the record itself if it is clean.

    Before Python 3.12 a filter cannot hand on another record: the record itself is changed there, for the handlers
    that come later too, and with RENDERED its exception is gone for them.
    """

    def __init__(self, exceptions: str = Exceptions.KEPT) -> None:
        super().__init__()
        self._exceptions = Exceptions(exceptions)

    def filter(self, record: logging.LogRecord) -> Any:  # noqa: ANN401 - bool, or a record since 3.12
        clean = redacted_record(record)
        if self._exceptions is Exceptions.RENDERED and record.exc_info and record.exc_info[1] is not None:
            clean = without_frames(clean, clean.exc_text or redact_text(rendered(record.exc_info[1])))
        if sys.version_info >= (3, 12):
            return clean
        if clean is not record:
            vars(record).clear()
            vars(record).update(vars(clean))
        return True


class RedactingFormatter(logging.Formatter):
    """Formats with `inner`, which sees a clean copy of the record, and looks at the line that comes out.

    `inner`: a formatter, or the mapping that `dictConfig` would make one from. Without it, `format`, `datefmt` and
    `style` are what `logging.Formatter` takes. `more` is said to the inner one: uvicorn puts `use_colors` here.
    """

    def __init__(
        self,
        format: str | None = None,  # noqa: A002 - as dictConfig names it
        datefmt: str | None = None,
        style: Style = "%",
        inner: logging.Formatter | Mapping[str, Any] | None = None,
        **more: Any,  # noqa: ANN401 - the inner formatter's
    ) -> None:
        super().__init__(format, datefmt, style)
        if isinstance(inner, Mapping):
            inner = _configured({**inner, **more})
        elif more:
            raise TypeError(f"no inner formatter to say {', '.join(more)} to")
        self.inner = inner or logging.Formatter(format, datefmt, style)

    def format(self, record: logging.LogRecord) -> str:
        line = self._at_once(record) if is_plain(record) else None
        if line is not None:
            return line
        clean = redacted_record(record)
        try:
            return str(redact_value(self.inner.format(without_frames(clean, self._exception_text(clean)))))
        except Exception:  # noqa: BLE001 - of the inner formatter; the event must come out all the same
            return redact_text(f"{clean.levelname}:{clean.name}:{_told(clean)}")

    def _at_once(self, record: logging.LogRecord) -> str | None:
        """Most lines are clean; None where this one is not, or could not be made."""
        try:
            line = self.inner.format(record)
        except Exception:  # noqa: BLE001 - of the inner formatter
            return None
        return line if redact_text(line) is line else None

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802 - the standard library's
        return redact_text(self.inner.formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - the standard library's
        return redact_text(self.inner.formatStack(stack_info))

    def _exception_text(self, record: logging.LogRecord) -> str:
        """By the inner formatter, which may have its own way; the text that another one left may have been dirty."""
        if not record.exc_info or record.exc_info[1] is None:
            return record.exc_text or ""
        try:
            return self.formatException(record.exc_info)
        except Exception:  # noqa: BLE001 - an exception's own __str__ may raise anything
            return redact_text(rendered(record.exc_info[1]))


def redacted_config(config: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a mapping for `dictConfig`: every formatter wrapped, every handler with the filter.

    Plain values in, plain values out: what was JSON can be written as JSON again.
    """
    if config.get("incremental"):
        return dict(config)
    formatters = {name: _wrapped(one) for name, one in config.get("formatters", {}).items()}
    handlers = {name: _guarded(one) for name, one in config.get("handlers", {}).items()}
    filters: dict[str, Any] = {_NAME: {"()": FILTER}}
    if any(_NAME_OF_RENDERED in handler["filters"] for handler in handlers.values()):
        filters[_NAME_OF_RENDERED] = {"()": FILTER, "exceptions": Exceptions.RENDERED.value}
    return {
        "version": 1,
        **config,
        "formatters": {**formatters, _NAME: {"()": FORMATTER}},
        "filters": {**config.get("filters", {}), **filters},
        "handlers": handlers,
    }


def configure(config: Mapping[str, Any]) -> None:
    """`dictConfig` and `redact_handlers` in one, for settings that name a function: Django's LOGGING_CONFIG."""
    logging.config.dictConfig(dict(config))
    redact_handlers()


def redact_handlers(*loggers: logging.Logger) -> tuple[logging.Handler, ...]:
    """Puts filter and formatter on every handler of these loggers, by default of all there are now.

    May be called again; answers the handlers it changed. Where structlog's formatter has `redact_certificates` among
    its processors, the formatter is left as it is.
    """
    handlers = list(handlers_of(loggers or all_loggers()))
    if not loggers and logging.lastResort is not None:
        handlers.append(logging.lastResort)
    return tuple(handler for handler in handlers if _redact(handler))


def all_loggers() -> list[logging.Logger]:
    named = list(logging.root.manager.loggerDict.values())
    return [logging.root, *(one for one in named if isinstance(one, logging.Logger))]


def handlers_of(loggers: Iterable[logging.Logger]) -> Iterator[logging.Handler]:
    """Each once, with those behind a MemoryHandler."""
    waiting = [handler for logger in loggers for handler in logger.handlers]
    seen: set[int] = set()
    while waiting:
        handler = waiting.pop(0)
        if id(handler) not in seen:
            seen.add(id(handler))
            yield handler
            waiting += [one for one in [getattr(handler, "target", None)] if isinstance(one, logging.Handler)]


def is_redacting(formatter: object) -> bool:
    return isinstance(formatter, RedactingFormatter) or redact_certificates in getattr(formatter, "processors", ())


def _told(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - a message that is an object and raises
        return UNEXAMINED


def _redact(handler: logging.Handler) -> bool:
    has_filter = any(isinstance(one, RedactingFilter) for one in handler.filters)
    has_formatter = is_redacting(handler.formatter)
    if not has_filter:
        names = {f"{one.__module__}.{one.__qualname__}" for one in type(handler).__mro__}
        prints = not _PRINT_EXCEPTIONS.isdisjoint(names)
        handler.addFilter(RedactingFilter(Exceptions.RENDERED if prints else Exceptions.KEPT))
    if not has_formatter:
        handler.setFormatter(RedactingFormatter(inner=handler.formatter))
    return not (has_filter and has_formatter)


def _wrapped(formatter: Mapping[str, Any]) -> Mapping[str, Any]:
    if formatter.get("()") in {FORMATTER, RedactingFormatter} or redact_certificates in formatter.get("processors", ()):
        return formatter
    return {"()": FORMATTER, "inner": dict(formatter)}


def _guarded(handler: Mapping[str, Any]) -> dict[str, Any]:
    ours = _NAME_OF_RENDERED if handler.get("class", handler.get("()")) in _PRINT_EXCEPTIONS else _NAME
    others = [name for name in handler.get("filters", ()) if name not in (_NAME, _NAME_OF_RENDERED)]
    return {**handler, "formatter": handler.get("formatter", _NAME), "filters": [*others, ours]}


def _configured(mapping: Mapping[str, Any]) -> logging.Formatter:
    """As dictConfig does: `()` or `class`, and its arguments."""
    made = logging.config.dictConfigClass({"version": 1}).configure_formatter({key: mapping[key] for key in mapping})
    if not isinstance(made, logging.Formatter):
        raise TypeError("inner has to describe a formatter")
    return made

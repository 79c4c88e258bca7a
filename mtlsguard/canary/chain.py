"""structlog's chain of processors: what comes out at its end, and behind it out of logging's handlers."""

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mtlsguard.canary.bait import EVENTS, Bait, record_of
from mtlsguard.canary.handlers import let_out, place_of
from mtlsguard.canary.leak import Leak, found
from mtlsguard.redact import redact_certificates
from mtlsguard.redact.sinks.stdlib import all_loggers, handlers_of

Processors = Sequence[Callable[[Any, str, Any], Any]]

_LEVEL = "critical"
_NAME = "mtlsguard"


def leaks(bait: Bait) -> Iterator[Leak]:
    """Nothing where structlog was not imported, or not configured."""
    structlog = sys.modules.get("structlog")
    if structlog is None or not structlog.is_configured():
        return
    processors: Processors = structlog.get_config()["processors"]
    results = {way: _result(processors, event(bait)) for way, event in EVENTS.items()}
    printed = {way: bait.kinds_in(_text(result)) for way, result in results.items() if not _goes_on(result)}
    yield from found("structlog's processors", _hint(processors), printed)
    going = {way: result for way, result in results.items() if _goes_on(result)}
    for logger in all_loggers() if going else ():
        for handler in handlers_of([logger]):
            by_way = {way: bait.kinds_in(let_out(handler, _record(result))) for way, result in going.items()}
            yield from found(f"structlog through {place_of(logger, handler)}", _hint(processors), by_way)


def _result(processors: Processors, event: Any) -> Any:  # noqa: ANN401 - whatever the last processor makes
    logger = logging.getLogger(_NAME)
    try:
        for processor in processors:
            event = processor(logger, _LEVEL, event)
    except (Exception, sys.modules["structlog"].DropEvent):  # noqa: BLE001 - or a processor fails: nothing is written
        return ""
    return event


def _goes_on(result: object) -> bool:
    """Arguments of a logging call: a tuple of positional and named ones, or the named ones."""
    return isinstance(result, tuple | dict)


def _text(result: object) -> str:
    return result.decode("utf-8", "replace") if isinstance(result, bytes) else str(result)


def _record(result: Any) -> logging.LogRecord:  # noqa: ANN401 - as above
    positional, named = result if isinstance(result, tuple) else ((result.get("msg", ""),), result)
    fields = {"msg": positional[0], "args": tuple(positional[1:]), **(named.get("extra") or {})}
    error = named.get("exc_info")
    if isinstance(error, BaseException):
        fields["exc_info"] = (type(error), error, error.__traceback__)
    return record_of(_NAME, fields)


def _hint(processors: Processors) -> str:
    if redact_certificates not in processors:
        return "put redact_certificates into its processors, last before the renderer"
    behind = processors[list(processors).index(redact_certificates) + 1 : -1]
    names = [getattr(one, "__name__", type(one).__name__) for one in behind]
    return f"redact_certificates has to come after {', '.join(names)}" if names else "use redact_rendered as well"

"""The canary tells which handlers leak, and is silent where none does. Nothing is ever written."""

import io
import logging
import logging.handlers
import queue
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from mtlsguard.canary import Leak, check_logging
from mtlsguard.canary.bait import Bait
from mtlsguard.redact import redact_certificates
from mtlsguard.redact.sinks.rendered import redact_rendered
from mtlsguard.redact.sinks.stdlib import RedactingFilter, RedactingFormatter, redact_handlers

JSON = structlog.processors.JSONRenderer(default=repr)
FormatterOfStructlog = structlog.stdlib.ProcessorFormatter


def logger(*handlers: logging.Handler) -> logging.Logger:
    made = logging.Logger("shop")  # noqa: LOG001 - one that no other test hears
    for handler in handlers:
        made.addHandler(handler)
    return made


def printing(formatter: logging.Formatter | None = None, *filters: logging.Filter) -> logging.Handler:
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(formatter)
    for one in filters:
        handler.addFilter(one)
    return handler


class Own(logging.Handler):
    """Reads the record by itself, as handlers for databases do."""

    def emit(self, record: logging.LogRecord) -> None:
        raise AssertionError("a canary is never emitted")


ALL = logging.Formatter("%(message)s %(client_cert)s", defaults={"client_cert": ""})

RED: dict[str, Any] = {
    "nothing": printing,
    "only another filter": lambda: printing(None, logging.Filter()),
    "a queue": lambda: logging.handlers.QueueHandler(queue.Queue()),
    "a socket": lambda: logging.handlers.SocketHandler("localhost", 9),
    "behind a memory handler": lambda: logging.handlers.MemoryHandler(1, target=printing()),
    "structlog's formatter without": lambda: printing(FormatterOfStructlog(processors=[JSON])),
    "a formatter with frames, filtered": lambda: printing(
        FormatterOfStructlog(processors=[structlog.processors.dict_tracebacks, JSON]), RedactingFilter()
    ),
    "its own, with our formatter only": lambda: _formatted(Own()),
    "its own, with the exception": lambda: _formatted(Own(), RedactingFilter()),
    "too early in structlog's formatter": lambda: printing(
        FormatterOfStructlog(
            processors=[
                redact_certificates,
                structlog.stdlib.ExtraAdder(),
                FormatterOfStructlog.remove_processors_meta,
                JSON,
            ],
        )
    ),
    "structlog's own entries left in": lambda: printing(FormatterOfStructlog(processors=[redact_certificates, JSON])),
}
GREEN: dict[str, Any] = {
    "the formatter": lambda: printing(RedactingFormatter()),
    "the formatter around all": lambda: printing(RedactingFormatter(inner=ALL)),
    "the filter, where the standard formatter prints": lambda: printing(ALL, RedactingFilter()),
    "a handler that writes nothing": logging.NullHandler,
    "a filter that keeps all back": lambda: printing(None, logging.Filter("elsewhere")),
    "structlog's formatter with": lambda: printing(
        FormatterOfStructlog(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder()],
            processors=[
                FormatterOfStructlog.remove_processors_meta,
                structlog.processors.dict_tracebacks,
                redact_certificates,
                JSON,
            ],
        )
    ),
    "its own, without the exception": lambda: _formatted(Own(), RedactingFilter(exceptions="rendered")),
}


def _formatted(handler: logging.Handler, *filters: logging.Filter) -> logging.Handler:
    handler.setFormatter(RedactingFormatter())
    for one in filters:
        handler.addFilter(one)
    return handler


@pytest.fixture(autouse=True)
def _structlog_as_it_was() -> Iterator[None]:
    kept, configured = structlog.get_config(), structlog.is_configured()
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()
    if configured:
        structlog.configure(**kept)


@pytest.mark.parametrize("name", RED)
def test_a_handler_that_leaks_is_told(name: str) -> None:
    (leak,) = check_logging([logger(RED[name]())])
    assert leak.place.startswith("logger shop, handler ")
    assert (leak.ways, leak.kinds, leak.hint) > ((), (), "")


@pytest.mark.parametrize("name", GREEN)
def test_a_handler_that_does_not_is_not(name: str) -> None:
    assert check_logging([logger(GREEN[name]())]) == ()


def test_after_redact_handlers_the_usual_ones_are_silent() -> None:
    kinds = ["nothing", "only another filter", "a queue", "behind a memory handler", "structlog's formatter without"]
    shop = logger(*(RED[name]() for name in kinds))
    redact_handlers(shop)
    assert check_logging([shop]) == ()


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (printing, "redact_handlers()"),
        (lambda: printing(FormatterOfStructlog(processors=[JSON])), "last before the renderer"),
        (lambda: _formatted(Own()), "beside the formatter"),
        (lambda: _formatted(Own(), RedactingFilter()), 'exceptions="rendered"'),
    ],
)
def test_the_hint_fits(handler: Any, expected: str) -> None:
    (leak,) = check_logging([logger(handler())])
    assert expected in leak.hint


def test_a_filter_on_the_logger_is_told_to_stand_in_the_wrong_place() -> None:
    shop = logger(printing())
    shop.addFilter(RedactingFilter())
    (leak,) = check_logging([shop])
    assert "put RedactingFilter on the handler" in leak.hint


def test_nothing_is_written() -> None:
    handler = printing()
    check_logging([logger(handler)])
    assert handler.stream.getvalue() == ""  # type: ignore[attr-defined]


def test_it_tells_how_the_data_got_in_and_what_came_out() -> None:
    (leak,) = check_logging([logger(printing())])
    assert (leak.ways, leak.kinds) == (
        ("the message", "an argument", "an exception"),
        ("certificate", "dn", "serial"),
    )
    assert str(leak).startswith(
        "logger shop, handler StreamHandler lets out certificate, dn, serial (from the message,"
    )


def test_a_finding_holds_nothing_of_the_bait() -> None:
    found = check_logging([logger(printing())])
    assert [leak for leak in found if "canary-" in repr(leak)] == []


def test_a_formatter_that_fails_leaves_logging_to_print_the_arguments() -> None:
    class Clumsy(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            raise ValueError("x")

    (leak,) = check_logging([logger(printing(Clumsy()))])
    assert "the message" in leak.ways


class OfRequests(logging.Filter):
    """As projects have them for the records of one logger."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.user = record.request.user  # type: ignore[attr-defined]
        return True


class Clumsy(logging.handlers.QueueHandler):
    def prepare(self, record: logging.LogRecord) -> Any:
        return record.request  # type: ignore[attr-defined]


@pytest.mark.parametrize("handler", [lambda: printing(None, OfRequests()), lambda: Clumsy(queue.Queue())])
def test_a_filter_or_handler_that_fails_does_not_stop_it(handler: Any) -> None:
    shop = logger(handler())
    assert len(check_logging([shop])) == 1
    redact_handlers(shop)
    assert [leak.ways for leak in check_logging([shop]) if leak.ways != ("an exception",)] == []


def chained(*processors: Any) -> tuple[Leak, ...]:
    structlog.configure(processors=[*processors])
    return check_logging([])


RENDER = structlog.processors.format_exc_info
CHAINS_GREEN: dict[str, tuple[Any, ...]] = {
    "in its place": (RENDER, redact_certificates, JSON),
    "on the rendered line": (structlog.processors.dict_tracebacks, JSON, redact_rendered),
    "a chain that drops": (RENDER, lambda *_: (_ for _ in ()).throw(structlog.DropEvent), JSON),
}


def test_structlog_without_the_processor_is_told() -> None:
    (leak,) = chained(RENDER, JSON)
    assert (leak.place, leak.ways) == ("structlog's processors", ("the event", "a value", "an exception"))
    assert "last before the renderer" in leak.hint


def late(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A processor that brings the request's headers in."""
    return event | {"late": late.data}  # type: ignore[attr-defined]


def test_the_processor_in_the_wrong_place_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    bait = Bait.made()
    monkeypatch.setattr(late, "data", bait.pem, raising=False)
    monkeypatch.setattr(Bait, "made", lambda: bait)
    (leak,) = chained(RENDER, redact_certificates, late, JSON)
    assert leak.hint == "redact_certificates has to come after late"


@pytest.mark.parametrize("name", CHAINS_GREEN)
def test_a_chain_that_is_right_is_silent(name: str) -> None:
    assert chained(*CHAINS_GREEN[name]) == ()


def test_structlog_that_is_not_configured_is_not_asked() -> None:
    assert check_logging([]) == ()


@pytest.mark.parametrize("redacting", [True, False])
def test_structlog_through_the_standard_library(redacting: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    last = [redact_certificates] if redacting else []
    first = [FormatterOfStructlog.remove_processors_meta, structlog.processors.dict_tracebacks]
    handler = printing(FormatterOfStructlog(processors=[*first, *last, JSON]))
    monkeypatch.setattr("mtlsguard.canary.chain.all_loggers", lambda: [logger(handler)])
    leaks = chained(structlog.stdlib.add_log_level, FormatterOfStructlog.wrap_for_formatter)
    assert [leak.place for leak in leaks] == (
        [] if redacting else ["structlog through logger shop, handler StreamHandler"]
    )


def test_the_loggers_of_the_whole_process_are_looked_at() -> None:
    program = """
import logging
from mtlsguard.canary import check_logging
print(len(check_logging()))
logging.basicConfig()
logging.getLogger("a.b").addHandler(logging.StreamHandler())
print(len(check_logging()))
from mtlsguard.redact.sinks.stdlib import redact_handlers
redact_handlers()
print(len(check_logging()))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout.split(), done.stderr) == (["1", "2", "0"], "")

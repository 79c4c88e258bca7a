"""logging: filter, formatter, configuration. Whatever is logged, however it is rendered, nothing can be read."""

import io
import json
import logging
import logging.config
import logging.handlers
import pickle
import re
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from rich.console import Console

from mtlsguard.redact import redact_certificates
from mtlsguard.redact.sinks.servers import uvicorn_logging
from mtlsguard.redact.sinks.stdlib import (
    RedactingFilter,
    RedactingFormatter,
    configure,
    redact_handlers,
    redacted_config,
)
from tests.sinks.emissions import ALICE, WAYS, LoudError, fails

EVERYTHING = "%(levelname)s %(name)s %(message)s"


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """A logger of its own that nobody else hears."""
    logger = logging.Logger("shop", logging.DEBUG)  # noqa: LOG001
    yield logger
    for handler in logger.handlers:
        handler.close()


class JSONFormatter(logging.Formatter):
    """As many write it: all of the record, with the variables of the exception's frames."""

    def format(self, record: logging.LogRecord) -> str:
        fields = {key: value for key, value in vars(record).items() if key not in {"exc_info", "args", "msg"}}
        fields |= {"message": record.getMessage(), "args": record.args, "error": _frames(record.exc_info)}
        return json.dumps(fields, default=repr)


class OneLineFormatter(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802 - the standard library's
        return "ONE LINE " + super().formatException(ei).replace("\n", " | ")


class ClumsyFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        raise ValueError(record.getMessage())


def _frames(exc_info: Any) -> Any:
    frame = exc_info[2] if exc_info else None
    found = []
    while frame is not None:
        found.append(repr(frame.tb_frame.f_locals))
        frame = frame.tb_next
    return [repr(exc_info and exc_info[1]), *found]


def writing_to(log: logging.Logger, formatter: logging.Formatter | None) -> io.StringIO:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    log.addHandler(handler)
    return out


INNER = {
    "the default": None,
    "everything": logging.Formatter(EVERYTHING),
    "JSON with frames": JSONFormatter(),
    "one line": OneLineFormatter(EVERYTHING),
    "one that fails": ClumsyFormatter(),
}


@pytest.mark.parametrize("inner", INNER)
@pytest.mark.parametrize("way", WAYS)
def test_a_wrapped_formatter_prints_no_certificate(way: str, inner: str, log: logging.Logger) -> None:
    out = writing_to(log, RedactingFormatter(inner=INNER[inner]))
    WAYS[way](log)
    assert (ALICE.leaks_in(out.getvalue()), bool(out.getvalue().strip())) == ([], True)


@pytest.mark.parametrize("way", WAYS)
def test_the_filter_suffices_where_the_standard_formatter_prints(way: str, log: logging.Logger) -> None:
    out = writing_to(log, logging.Formatter(EVERYTHING))
    log.handlers[0].addFilter(RedactingFilter())
    WAYS[way](log)
    assert (ALICE.leaks_in(out.getvalue()), "WARNING" in out.getvalue() or "ERROR" in out.getvalue()) == ([], True)


@pytest.mark.parametrize("way", WAYS)
def test_a_handler_that_prints_frames_gets_none(way: str, log: logging.Logger) -> None:
    out = writing_to(log, JSONFormatter())
    log.handlers[0].addFilter(RedactingFilter(exceptions="rendered"))
    WAYS[way](log)
    assert (ALICE.leaks_in(out.getvalue()), bool(out.getvalue())) == ([], True)


def test_without_them_it_would_all_be_there(log: logging.Logger) -> None:
    out = writing_to(log, JSONFormatter())
    silent = {}
    for way, emit in WAYS.items():
        out.seek(0), out.truncate()
        if way != "arguments that do not fit":  # logging prints that to stderr
            emit(log)
            silent[way] = not ALICE.leaks_in(out.getvalue())
    assert not any(silent.values())


def test_the_text_around_it_stays(log: logging.Logger) -> None:
    out = writing_to(log, RedactingFormatter(EVERYTHING))
    log.warning("refused %s with status %d", ALICE.dn, 403)
    assert out.getvalue() == f"WARNING shop refused {marker_of(ALICE.dn)} with status 403\n"


HEX = f"{ALICE.serial:x}"
MARKED: dict[str, tuple[str, Any, str]] = {
    "a number by its name": ("%(serial)d of %(n)03d", {"serial": ALICE.serial, "n": 7}, "[] of 007"),
    "a number behind its word": ("%s: %d, %03d%%", ("serial", ALICE.serial, 7), "serial: [], 007%"),
    "a number that the template names": ("serial=%X status=%03d", (ALICE.serial, 7), "serial=[] status=007"),
    "a width of its own": ("%*d, serial=%X, %d", (3, 7, ALICE.serial, 8), "  7, serial=[], 8"),
    "a text of some width": ("%-3s and %.3s", (ALICE.dn, ALICE.dn), "[] and []"),
    "a repr": ("%r", (ALICE.dn,), "'[]'"),
    "another beside it": ("%s came from %s", (ALICE.dn, "10.0.0.1"), "[] came from 10.0.0.1"),
    "a number beside it": ("%s, %d octets to %s", (ALICE.base64, 12345, "a"), "[], 12345 octets to a"),
    "too few": ("serial=%s status=%d", (HEX,), "serial=[] status=%d"),
    "too many": ("serial=%s", (HEX, 7), "serial=[] [7]"),
    "a text for a number": ("serial=%d status=%d", (HEX, 7), "serial=[] status=7"),
    "another name": ("serial=%(serial)s, %(n)d", {"serial": HEX}, "serial=[], %(n)d"),
    "a conversion that is none": ("serial=%z", (HEX,), "serial=[]"),
}


@pytest.mark.parametrize("name", MARKED)
@pytest.mark.parametrize("place", ["filter", "formatter"])
def test_a_marker_stands_where_its_argument_would(name: str, place: str, log: logging.Logger) -> None:
    template, arguments, expected = MARKED[name]
    out = writing_to(log, RedactingFormatter() if place == "formatter" else None)
    log.handlers[0].addFilter(RedactingFilter())
    log.warning(template, *([arguments] if isinstance(arguments, dict) else arguments))
    assert re.sub(r"\[[a-z]+(?: sha256:\w{8})?\]", "[]", out.getvalue()) == f"{expected}\n"


def marker_of(text: str) -> str:
    from mtlsguard.redact import redact_text

    return redact_text(text)


def test_the_traceback_keeps_its_lines(log: logging.Logger) -> None:
    out = writing_to(log, RedactingFormatter(EVERYTHING))
    WAYS["an exception"](log)
    told = out.getvalue()
    assert [word for word in ("Traceback", "in fails", "LoudError", "direct cause") if word not in told] == []


def test_a_formatter_with_its_own_way_to_print_exceptions_keeps_it(log: logging.Logger) -> None:
    out = writing_to(log, RedactingFormatter(inner=OneLineFormatter(EVERYTHING)))
    WAYS["an exception"](log)
    assert out.getvalue().count("ONE LINE ") == 1
    assert out.getvalue().count("\n") == 2


@pytest.mark.parametrize("make", [lambda: RedactingFormatter(EVERYTHING), lambda: logging.Formatter(EVERYTHING)])
def test_a_clean_record_is_printed_as_without_us(make: Any, log: logging.Logger) -> None:
    ours, theirs = writing_to(log, make()), writing_to(log, logging.Formatter(EVERYTHING))
    log.handlers[0].addFilter(RedactingFilter())
    log.warning("order %s of %s", "0123456789abcdef0123456789abcdef01234567", "6f1c4f2e-7c1d-4d5e-9b1a-0c2d3e4f5a6b")
    try:
        int("x")
    except ValueError:
        log.exception("no number")
    assert ours.getvalue() == theirs.getvalue()


def test_neither_record_nor_arguments_of_the_caller_are_changed(log: logging.Logger) -> None:
    record = logging.makeLogRecord({"msg": "refused %s", "args": ([ALICE.dn],), "client_cert": ALICE.pem})
    before = dict(vars(record))
    RedactingFormatter().format(record)
    assert vars(record) == before
    if sys.version_info >= (3, 12):
        assert RedactingFilter().filter(record) is not record
        assert vars(record) == before


def test_a_clean_record_is_handed_on_as_it_is() -> None:
    record = logging.makeLogRecord({"msg": "order %s", "args": (7,), "colour": "red"})
    assert RedactingFilter().filter(record) in {record, True}
    assert record.args == (7,)


def test_what_another_formatter_cached_of_the_exception_is_not_printed(log: logging.Logger) -> None:
    dirty, clean = writing_to(log, None), writing_to(log, RedactingFormatter())
    WAYS["an exception"](log)
    assert (ALICE.leaks_in(dirty.getvalue()) != [], ALICE.leaks_in(clean.getvalue())) == (True, [])


def test_what_we_made_of_the_exception_is_not_what_others_print(log: logging.Logger) -> None:
    clean, other = writing_to(log, RedactingFormatter()), writing_to(log, None)
    WAYS["an exception"](log)
    assert (ALICE.leaks_in(clean.getvalue()), ALICE.leaks_in(other.getvalue()) != []) == ([], True)


def test_a_handler_that_fails_prints_no_certificate(log: logging.Logger, capsys: Any) -> None:
    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError("no space left")

    handler = logging.StreamHandler(Full())
    log.addHandler(handler)
    redact_handlers(log)
    log.warning("refused %s", ALICE.pem)
    printed = capsys.readouterr().err
    assert ("no space left" in printed, ALICE.leaks_in(printed)) == (True, [])


def test_a_record_that_is_pickled_for_a_socket_holds_none() -> None:
    handler = logging.handlers.SocketHandler("localhost", 9)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(RedactingFormatter())
    record = logging.makeLogRecord({"msg": "refused %s", "args": (ALICE.dn,), "client_cert": ALICE.pem})
    passed = handler.filter(record)
    sent = handler.makePickle(record if passed is True else passed)  # type: ignore[arg-type]
    assert ALICE.leaks_in(repr(pickle.loads(sent[4:]))) == []  # noqa: S301 - made two lines above


def test_a_queue_carries_none(log: logging.Logger) -> None:
    import queue

    carried: queue.Queue[logging.LogRecord] = queue.Queue()
    log.addHandler(logging.handlers.QueueHandler(carried))
    redact_handlers(log)
    for emit in WAYS.values():
        emit(log)
    assert [one for one in carried.queue if ALICE.leaks_in(repr(vars(one)))] == []
    assert len(carried.queue) == len(WAYS)


def test_the_handler_behind_a_memory_handler_is_found(log: logging.Logger) -> None:
    out = io.StringIO()
    log.addHandler(logging.handlers.MemoryHandler(1, target=logging.StreamHandler(out)))
    redact_handlers(log)
    log.error("refused %s", ALICE.dn)
    assert (ALICE.leaks_in(out.getvalue()), "refused" in out.getvalue()) == ([], True)


def test_structured_arguments_stay_apart_where_a_formatter_wants_them(log: logging.Logger) -> None:
    pytest.importorskip("uvicorn")
    config = {"()": "uvicorn.logging.AccessFormatter", "fmt": '%(client_addr)s "%(request_line)s" %(status_code)s'}
    out = writing_to(log, RedactingFormatter(inner=config | {"use_colors": False}))
    log.info('%s - "%s %s HTTP/%s" %d', "10.0.0.1:5", "GET", f"/?a={ALICE.base64}", "1.1", 200)
    log.info('%s - "%s %s HTTP/%s" %d', "10.0.0.1:5", "GET", f"/?serial={ALICE.serial:x}", "1.1", 200)
    told = out.getvalue().splitlines()
    assert [line.startswith('10.0.0.1:5 "GET /?') and line.endswith('HTTP/1.1" 200 OK') for line in told] == [True] * 2
    assert ALICE.leaks_in(out.getvalue()) == []


@pytest.mark.parametrize("colours", [True, False])
def test_uvicorn_says_whether_it_wants_colours(colours: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    uvicorn = pytest.importorskip("uvicorn")
    applied: list[Any] = []
    monkeypatch.setattr(logging.config, "dictConfig", applied.append)
    uvicorn.Config("a:b", log_config=uvicorn_logging(), use_colors=colours)
    made = logging.config.DictConfigurator(applied[0]).configure_formatter(applied[0]["formatters"]["access"])
    assert (made.inner.use_colors, type(made)) == (colours, RedactingFormatter)


def test_what_nobody_takes_is_an_error() -> None:
    with pytest.raises(TypeError, match="use_colors"):
        RedactingFormatter(use_colors=True)


def test_a_formatter_that_cannot_take_what_is_left_does_not_lose_the_event(log: logging.Logger) -> None:
    config = {"()": "uvicorn.logging.AccessFormatter", "fmt": "%(client_addr)s"}
    out = writing_to(log, RedactingFormatter(inner=config))
    log.info('%s - "%s %s HTTP/%s" %d', "10.0.0.1:5", "GET", f"/?client_cert={ALICE.dn}", "1.1", 200)
    assert (ALICE.leaks_in(out.getvalue()), "10.0.0.1:5" in out.getvalue()) == ([], True)


def test_json_stays_json(log: logging.Logger) -> None:
    out = writing_to(log, RedactingFormatter(inner=JSONFormatter()))
    for way, emit in WAYS.items():
        out.seek(0), out.truncate()
        emit(log)
        assert json.loads(out.getvalue())["levelname"] in {"WARNING", "ERROR"}, way


CONFIG = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s|%(message)s"}, "own": {"class": f"{__name__}.OneLineFormatter"}},
    "filters": {"shop": {"name": "shop"}},
    "handlers": {
        "file": {"class": "logging.FileHandler", "filename": "?", "formatter": "plain", "filters": ["shop"]},
        "bare": {"class": "logging.StreamHandler", "stream": f"ext://{__name__}.STREAM"},
    },
    "loggers": {"shop.configured": {"handlers": ["file", "bare"], "level": "DEBUG", "propagate": False}},
}
STREAM = io.StringIO()


@pytest.fixture
def configured(tmp_path: Any) -> Iterator[Any]:
    handlers = CONFIG["handlers"] | {"file": CONFIG["handlers"]["file"] | {"filename": str(tmp_path / "log")}}
    STREAM.seek(0), STREAM.truncate()
    yield CONFIG | {"handlers": handlers}
    for handler in logging.getLogger("shop.configured").handlers:
        handler.close()
    logging.getLogger("shop.configured").handlers = []


@pytest.mark.parametrize("times", [1, 2])
def test_a_configuration_is_redacted_whole(times: int, configured: Any, tmp_path: Any) -> None:
    for _ in range(times):
        configured = redacted_config(configured)
    logging.config.dictConfig(configured)
    for emit in WAYS.values():
        emit(logging.getLogger("shop.configured"))
    written = (tmp_path / "log").read_text()
    assert ALICE.leaks_in(written + STREAM.getvalue()) == []
    assert written.startswith("WARNING|the certificate is [certificate sha256:")
    assert STREAM.getvalue().count("refused") > 10


def test_the_configuration_that_was_given_is_not_changed(configured: Any) -> None:
    before = json.dumps(configured)
    redacted_config(configured)
    assert json.dumps(configured) == before


def test_a_redacted_configuration_can_be_written_as_json(configured: Any) -> None:
    redacted = redacted_config(configured)
    assert json.loads(json.dumps(redacted)) == redacted


def test_configure_does_both(configured: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtlsguard.redact.sinks.stdlib.all_loggers", lambda: [logging.getLogger("shop.configured")])
    configure(configured)
    logging.getLogger("shop.configured").warning("refused %s", ALICE.dn)
    assert ALICE.leaks_in((tmp_path / "log").read_text() + STREAM.getvalue()) == []


def test_handlers_are_wrapped_once(log: logging.Logger) -> None:
    writing_to(log, None)
    assert (len(redact_handlers(log)), redact_handlers(log)) == (1, ())


def test_a_formatter_that_redacts_already_is_left(log: logging.Logger) -> None:
    import structlog

    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[redact_certificates, structlog.processors.JSONRenderer(default=repr)]
    )
    writing_to(log, formatter)
    redact_handlers(log)
    assert log.handlers[0].formatter is formatter


def test_all_handlers_of_the_process_are_found_unless_some_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, last = logging.NullHandler(), logging.NullHandler(), logging.NullHandler()
    monkeypatch.setattr(logging.root, "handlers", [one])
    logger = logging.Logger("a")  # noqa: LOG001 - one that no other test hears
    logger.addHandler(two)
    monkeypatch.setattr(logging.root.manager, "loggerDict", {"a": logger, "b": logging.PlaceHolder})
    monkeypatch.setattr(logging, "lastResort", last)
    assert redact_handlers() == (one, two, last)


def test_warnings_that_are_logged_come_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    logger = logging.getLogger("py.warnings")
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "propagate", False)
    out = writing_to(logger, None)
    redact_handlers(logger)
    with warnings.catch_warnings(record=False):
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(f"odd: {ALICE.pem}", UserWarning, stacklevel=1)
        logging.captureWarnings(False)
    assert (ALICE.leaks_in(out.getvalue()), "UserWarning" in out.getvalue()) == ([], True)


PRINT_EXCEPTIONS = {
    "rich": {"class": "rich.logging.RichHandler", "rich_tracebacks": True, "tracebacks_show_locals": True},
    "HTTP": {"class": "logging.handlers.HTTPHandler", "host": "localhost:9", "url": "/"},
}


@pytest.mark.parametrize("configured", [True, False])
@pytest.mark.parametrize("kind", PRINT_EXCEPTIONS)
def test_a_handler_that_prints_the_exception_itself(
    kind: str, configured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.StringIO()
    monkeypatch.setattr("rich.get_console", lambda: Console(file=out, width=200))
    monkeypatch.setattr("rich.logging.get_console", lambda: Console(file=out, width=200))
    monkeypatch.setattr(
        logging.handlers.HTTPHandler, "emit", lambda one, record: out.write(repr(one.mapLogRecord(record)))
    )
    logger = {"handlers": ["one"], "level": "DEBUG", "propagate": False}
    config = {"version": 1, "disable_existing_loggers": False, "handlers": {"one": PRINT_EXCEPTIONS[kind]}}
    config |= {"loggers": {"shop.printing": logger}}
    logging.config.dictConfig(redacted_config(redacted_config(config)) if configured else config)
    log = logging.getLogger("shop.printing")
    if not configured:
        redact_handlers(log)
    for emit in WAYS.values():
        emit(log)
    log.handlers = []
    assert (ALICE.leaks_in(out.getvalue()), out.getvalue().count("LoudError") > 2) == ([], True)


class HostileError(Exception):
    def __str__(self) -> str:
        raise RuntimeError(ALICE.pem)


def test_an_exception_that_cannot_be_printed_does_not_lose_the_event(log: logging.Logger) -> None:
    out = writing_to(log, RedactingFormatter(EVERYTHING))
    log.handlers[0].addFilter(RedactingFilter())
    log.error("it failed", exc_info=HostileError())
    assert ("it failed" in out.getvalue(), ALICE.leaks_in(out.getvalue())) == (True, [])


class HostileRecord(logging.LogRecord):
    def getMessage(self) -> str:  # noqa: N802 - the standard library's
        raise RuntimeError(ALICE.pem)


def test_a_record_that_cannot_be_looked_at_comes_out_with_a_marker() -> None:
    record = HostileRecord("shop", logging.ERROR, "a.py", 1, object(), (), None)
    told = RedactingFormatter(EVERYTHING).format(record)
    assert told.startswith("ERROR shop ")
    assert ALICE.leaks_in(told) == []


@pytest.mark.parametrize("message", [{"order": 10**5000}, 10**5000, ("order", 10**5000)], ids=["a", "b", "c"])
def test_a_message_that_python_does_not_print_does_not_lose_the_event(message: object, log: logging.Logger) -> None:
    out = writing_to(log, RedactingFormatter(EVERYTHING))
    log.warning(message)
    log.warning("order %s", message)
    assert (out.getvalue().count("WARNING"), out.getvalue().count("shop")) == (2, 2)


def test_an_exception_with_frames_is_not_kept_alive_or_changed(log: logging.Logger) -> None:
    writing_to(log, RedactingFormatter(EVERYTHING))
    with pytest.raises(LoudError) as caught:
        fails()
    log.error("x", exc_info=caught.value)
    assert caught.value.__traceback__ is not None
    assert caught.value.leaf is ALICE.certificate
    assert not getattr(caught.value, "__notes__", [])

"""structlog: every renderer of exceptions, the processor in its place, and the line behind the renderer."""

import io
import json
import logging
from typing import Any

import pytest
import structlog
from structlog import dev, processors, stdlib, tracebacks

from mtlsguard.redact import redact_certificates
from mtlsguard.redact.sinks.rendered import redact_rendered
from mtlsguard.redact.sinks.stdlib import RedactingFormatter
from tests.sinks.emissions import ALICE, WAYS, fails

LOCALS = tracebacks.ExceptionDictTransformer(show_locals=True, locals_max_string=10_000)
WITH_LOCALS = processors.ExceptionRenderer(LOCALS)
JSON = processors.JSONRenderer(default=repr)

# How a chain may render exceptions before its last renderer, and the renderers that do it themselves.
EXCEPTIONS: dict[str, Any] = {
    "dict_tracebacks": processors.dict_tracebacks,
    "dict_tracebacks with locals": WITH_LOCALS,
    "format_exc_info": processors.format_exc_info,
    "none": lambda logger, name, event: event,
}
RENDERERS: dict[str, Any] = {
    "JSON": JSON,
    "key-value": processors.KeyValueRenderer(),
    "console, plain": dev.ConsoleRenderer(colors=False, exception_formatter=dev.plain_traceback),
    "console, rich with locals": dev.ConsoleRenderer(
        colors=False, exception_formatter=dev.RichTracebackFormatter(show_locals=True, width=200)
    ),
}


def logged(*chain: Any) -> str:
    out = io.StringIO()
    log = structlog.wrap_logger(structlog.PrintLogger(out), processors=[*chain])
    log.warning("refused", dn=ALICE.dn, serial=ALICE.serial, nested={"headers": [(b"x-ssl-client-cert", ALICE.der)]})
    try:
        fails()
    except Exception:
        log.exception("the certificate was refused", peer="10.0.0.1")
    return out.getvalue()


def fits(exceptions: str, renderer: str) -> bool:
    """Renderers for people expect no exception as a dictionary."""
    return renderer == "JSON" or not exceptions.startswith("dict") or renderer == "key-value"


CHAINS = [(one, other) for one in EXCEPTIONS for other in RENDERERS if fits(one, other)]
quiet = pytest.mark.filterwarnings("ignore:Remove `format_exc_info`:UserWarning")


@quiet
@pytest.mark.parametrize(("exceptions", "renderer"), CHAINS)
def test_the_processor_last_before_the_renderer(exceptions: str, renderer: str) -> None:
    told = logged(EXCEPTIONS[exceptions], redact_certificates, RENDERERS[renderer])
    assert (ALICE.leaks_in(told), "LoudError" in told, "10.0.0.1" in told) == ([], True, True)


@quiet
@pytest.mark.parametrize(("exceptions", "renderer"), CHAINS)
def test_the_rendered_line(exceptions: str, renderer: str) -> None:
    told = logged(EXCEPTIONS[exceptions], RENDERERS[renderer], redact_rendered)
    assert (ALICE.leaks_in(told), "refused" in told) == ([], True)


def test_without_either_it_would_be_there() -> None:
    assert ALICE.leaks_in(logged(WITH_LOCALS, JSON)) != []


def test_a_rendered_line_of_json_stays_json() -> None:
    lines = logged(WITH_LOCALS, JSON, redact_rendered).splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["refused", "the certificate was refused"]


def test_a_clean_line_is_handed_on_as_it_is() -> None:
    line = '{"event": "order 0123456789abcdef0123456789abcdef01234567", "a": 1}'
    octets = line.encode()
    assert redact_rendered(None, "info", line) is line
    assert redact_rendered(None, "info", octets) is octets


def test_octets_stay_octets() -> None:
    rendered = redact_rendered(None, "info", f'{{"event": "é {ALICE.dn}"}}'.encode())
    assert (ALICE.leaks_in(rendered.decode()), json.loads(rendered)["event"][:1]) == ([], "é")


def test_arguments_for_the_standard_library_stay_arguments() -> None:
    error = ValueError("x")
    keywords = {"msg": f"refused {ALICE.dn}", "extra": {"client_cert": ALICE.pem}, "exc_info": error}
    made = redact_rendered(None, "info", keywords)
    assert (ALICE.leaks_in(repr(made)), made["exc_info"] is error, keywords["msg"]) == ([], True, f"refused {ALICE.dn}")
    positional, named = redact_rendered(None, "info", ((f"refused {ALICE.dn}",), {"extra": {"a": ALICE.pem}}))
    assert ALICE.leaks_in(repr((positional, named))) == []


def through_the_standard_library(formatter: logging.Formatter) -> str:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    logger = logging.Logger("shop", logging.DEBUG)  # noqa: LOG001 - one that no other test hears
    logger.addHandler(handler)
    for emit in WAYS.values():
        emit(logger)
    log = structlog.wrap_logger(
        logger,
        wrapper_class=stdlib.BoundLogger,
        processors=[stdlib.add_log_level, stdlib.ProcessorFormatter.wrap_for_formatter],
    )
    log.warning("refused", dn=ALICE.dn, serial=ALICE.serial)
    try:
        fails()
    except Exception:
        log.exception("the certificate was refused")
    return out.getvalue()


PRE = [stdlib.add_log_level, stdlib.ExtraAdder()]
FINISH = [stdlib.ProcessorFormatter.remove_processors_meta, JSON]


@pytest.mark.parametrize("exceptions", EXCEPTIONS)
def test_structlogs_formatter_with_the_processor_for_all_records(exceptions: str) -> None:
    chain = [EXCEPTIONS[exceptions], redact_certificates, *FINISH]
    told = through_the_standard_library(stdlib.ProcessorFormatter(foreign_pre_chain=PRE, processors=chain))
    assert (ALICE.leaks_in(told), told.count("\n")) == ([], len(WAYS) + 2 - 1)  # one does not fit: logging drops it


def test_structlogs_formatter_with_the_processor_for_foreign_records_alone() -> None:
    pre = [*PRE, processors.format_exc_info, redact_certificates]
    chain = [processors.format_exc_info, *FINISH]
    told = through_the_standard_library(stdlib.ProcessorFormatter(foreign_pre_chain=pre, processors=chain))
    *foreign, _, last = told.splitlines()
    assert (ALICE.leaks_in("\n".join(foreign)), ALICE.leaks_in(last) != []) == ([], True)


@pytest.mark.parametrize("exceptions", EXCEPTIONS)
def test_structlogs_formatter_within_ours(exceptions: str) -> None:
    inner = stdlib.ProcessorFormatter(foreign_pre_chain=PRE, processors=[EXCEPTIONS[exceptions], *FINISH])
    told = through_the_standard_library(RedactingFormatter(inner=inner))
    assert (ALICE.leaks_in(told), told.count("\n"), told.count("LoudError") > 2) == ([], len(WAYS) + 2, True)
    assert [line for line in told.splitlines() if "event" not in json.loads(line)] == []

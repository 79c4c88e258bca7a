"""Random events around random certificates: no run of eight octets in any sink's output."""

import html
import io
import json
import logging
import re
import sys
import warnings
from contextlib import redirect_stderr
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.tracebacks import ExceptionDictTransformer

from mtlsguard.redact import Kind, Redactor, redact_certificates
from mtlsguard.redact.sinks import sentry
from mtlsguard.redact.sinks.hooks import install_hooks
from mtlsguard.redact.sinks.rendered import redact_rendered
from mtlsguard.redact.sinks.serializer import redacted_dumps
from mtlsguard.redact.sinks.stdlib import RedactingFilter, RedactingFormatter
from mtlsguard.redact.stream import Stream
from tests.redact.material import SERIAL, WRITTEN, Material, material

some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_NAMES = st.text(st.sampled_from("bdfghjklmpqvwxyzäöü 0123456789."), min_size=8, max_size=15).filter(
    lambda name: (
        name == name.strip() and re.search("[g-zäöü]", name) and not any(name in kind for kind in map(str, Kind))
    )
)
_SERIALS = st.integers(min_value=0, max_value=(1 << 158) - 1).map(SERIAL.__xor__)  # eight octets of zero are anywhere
_CERTIFICATES = st.builds(material, name=_NAMES, organization=_NAMES, serial=_SERIALS)
_KEYS = st.sampled_from(["a", "note", "detail", "request", "client_cert"])
_FORMS = st.sampled_from(sorted(WRITTEN))


class Everything(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        extras = {name: value for name, value in vars(record).items() if name not in {"exc_info", "message"}}
        return f"{super().format(record)} {json.dumps(extras, default=repr)}"


def nested(value: object, data: st.DataObject) -> Any:
    for _ in range(data.draw(st.integers(0, 3))):
        value = data.draw(st.sampled_from([lambda v: [v], lambda v: {"note": v}, lambda v: (v, 1)]))(value)
    return value


def raises(text: str, value: object) -> None:
    raise ValueError(text, value)


def error(text: str, value: object) -> ValueError:
    try:
        raises(text, value)
    except ValueError as raised:
        raised.__context__ = None  # Hypothesis repeats what failed, and a report would show why
        return raised
    raise AssertionError


@some
@given(_CERTIFICATES, _FORMS, _KEYS, st.data())
def test_logging(one: Material, how: str, key: str, data: st.DataObject) -> None:
    text, value = (
        WRITTEN[how](one),
        nested(data.draw(st.sampled_from([WRITTEN[how](one), one.certificate, one.der])), data),
    )
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(RedactingFormatter(inner=Everything()))
    handler.addFilter(RedactingFilter())
    log = logging.Logger("shop")  # noqa: LOG001 - one that no other test hears
    log.addHandler(handler)
    log.warning(f"seen {text}")  # noqa: G004
    log.warning("seen %s and %s", text, value, extra={key: value})
    log.error("failed", exc_info=error(text, value))
    assert one.leaks_in(out.getvalue()) == []


@some
@given(_CERTIFICATES, _FORMS, _KEYS, st.data())
def test_structlog(one: Material, how: str, key: str, data: st.DataObject) -> None:
    text, value = (
        WRITTEN[how](one),
        nested(data.draw(st.sampled_from([WRITTEN[how](one), one.certificate, one.der])), data),
    )
    renderer = structlog.processors.JSONRenderer(default=repr)
    tracebacks = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(locals_max_string=10_000))
    redacting = structlog.processors.JSONRenderer(default=repr, serializer=redacted_dumps)
    for chain in (
        [tracebacks, redact_certificates, renderer],
        [tracebacks, renderer, redact_rendered],
        [tracebacks, redacting],
    ):
        out = io.StringIO()
        log = structlog.wrap_logger(structlog.PrintLogger(out), processors=chain)
        log.warning(f"seen {text}", **{key: value})  # noqa: G004
        log.error("failed", exc_info=error(text, text))
        assert (one.leaks_in(out.getvalue()), "failed" in out.getvalue()) == ([], True)


@some
@given(_CERTIFICATES, _FORMS, _KEYS, st.data())
def test_sentry(one: Material, how: str, key: str, data: st.DataObject) -> None:
    text = WRITTEN[how](one)
    frame = {"vars": {key: repr(text), "value": nested(repr(text), data)}, "context_line": "raises(text)"}
    event = {
        "event_id": "f" * 32,
        "message": f"seen {text}",
        "logentry": {"message": "seen %s", "params": [text], "formatted": f"seen {text}"},
        "exception": {"values": [{"type": "ValueError", "value": text, "stacktrace": {"frames": [frame]}}]},
        "breadcrumbs": {"values": [{"message": text, "data": {key: text}}]},
    }
    cleaned = sentry.before_send(event, {})
    assert cleaned.pop("event_id") == "f" * 32
    assert one.leaks_in(json.dumps(cleaned)) == []


@some
@given(_CERTIFICATES, _FORMS, _KEYS, st.data())
def test_opentelemetry(one: Material, how: str, key: str, data: st.DataObject) -> None:
    pytest.importorskip("opentelemetry.sdk", reason="the extra is not installed")
    from opentelemetry._logs import LogRecord

    from tests.sinks.test_otel import Logs, Spans

    text = WRITTEN[how](one)
    spans, logs = Spans(), Logs()
    with spans.tracer.start_as_current_span(f"GET {text}", attributes={key: text, "note": [text, "b"]}) as span:
        span.add_event(f"seen {text}", {key: text})
        span.record_exception(error(text, text))
    body = nested(text, data)
    logs.provider.get_logger("tests").emit(LogRecord(body=body, attributes={key: text}, exception=error(text, text)))
    exported = [*spans.ours.get_finished_spans(), *logs.ours.get_finished_logs()]
    assert (one.leaks_in("".join(each.to_json() for each in exported)), len(exported)) == ([], 2)


@some
@given(_CERTIFICATES, _FORMS)
def test_what_python_prints(one: Material, how: str) -> None:
    text, printed = WRITTEN[how](one), io.StringIO()
    undo = install_hooks()
    try:
        with redirect_stderr(printed):
            sys.stderr.write(warnings.formatwarning(UserWarning(f"seen {text}"), UserWarning, "shop.py", 1))
            failed = error(text, text)
            sys.excepthook(type(failed), failed, failed.__traceback__)
    finally:
        undo()
    assert (one.leaks_in(printed.getvalue()), "ValueError" in printed.getvalue()) == ([], True)


@some
@given(_CERTIFICATES, _FORMS, _KEYS)
def test_djangos_report(one: Material, how: str, key: str) -> None:
    pytest.importorskip("django", reason="the extra is not installed")
    from django.test import RequestFactory, override_settings

    from django_mtlsguard.reporting import MTLSGuardExceptionReporter, MTLSGuardExceptionReporterFilter
    from tests.adapters.django import conftest  # noqa: F401 - sets Django up, once per process

    text = WRITTEN[how](one)
    request = RequestFactory().post("/pay", {key: text, "note": text}, query_params={"q": text})
    request.META |= {f"HTTP_{key.upper()}": text, "HTTP_NOTE": text}
    request.exception_reporter_filter = MTLSGuardExceptionReporterFilter()  # Django keeps the one of the settings
    failed = error(text, text)
    with override_settings(DEBUG=True):
        reporter = MTLSGuardExceptionReporter(request, type(failed), failed, failed.__traceback__)
        page = reporter.get_traceback_html() + reporter.get_traceback_text()
    assert (one.leaks_in(html.unescape(page)), page.count("ValueError") > 1) == ([], True)


@some
@given(_CERTIFICATES, st.lists(_FORMS, min_size=1, max_size=3), st.data())
def test_a_stream_in_any_chunks(one: Material, ways: list[str], data: st.DataObject) -> None:
    log = "".join(f"one line\nseen {WRITTEN[how](one)}\nanother line\n" for how in ways).encode()
    whole = Stream(Redactor(b"k" * 32))
    expected = whole.feed(log) + whole.close()
    stream, position, pieces = Stream(Redactor(b"k" * 32)), 0, []
    while position < len(log):
        size = data.draw(st.integers(1, 400))
        pieces.append(stream.feed(log[position : position + size]))
        position += size
    cleaned = b"".join((*pieces, stream.close()))
    assert (one.leaks_in(cleaned.decode()), cleaned, cleaned.count(b"one line")) == ([], expected, len(ways))

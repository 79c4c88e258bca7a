"""The real OpenTelemetry SDK with exporters in memory."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sinks.emissions import ALICE, LoudError, fails

pytest.importorskip("opentelemetry.sdk", reason="the extra is not installed")

from opentelemetry._logs import LogRecord
from opentelemetry.sdk._logs import LoggerProvider, LogRecordDroppedAttributesWarning, LogRecordLimits
from opentelemetry.sdk._logs.export import InMemoryLogRecordExporter, SimpleLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Link, StatusCode

from mtlsguard.redact.sinks.otel import RedactingLogRecordProcessor, RedactingSpanProcessor

DIRTY = {
    "http.request.header.x-ssl-client-cert": [ALICE.base64],
    "http.request.header.x_ssl_client_serial": (f"{ALICE.serial:x}",),
    "tls.client.subject": ALICE.dn,
    "tls.client.hash.sha256": ALICE.sha256.hex().upper(),
    "note": f"met {ALICE.pem}",
    f"who {ALICE.dn}": True,
}
CLEAN = {"http.route": "/orders/{id}", "order": "0123456789abcdef0123456789abcdef01234567", "sizes": (1, 2)}


class Spans:
    def __init__(self, **options: Any) -> None:
        self.ours, self.others = InMemorySpanExporter(), InMemorySpanExporter()
        self.provider = TracerProvider(resource=Resource({"service.name": "shop", "owner": ALICE.dn}), **options)
        self.provider.add_span_processor(RedactingSpanProcessor(SimpleSpanProcessor(self.ours)))
        self.provider.add_span_processor(SimpleSpanProcessor(self.others))
        self.tracer = self.provider.get_tracer("tests")


@pytest.fixture
def spans() -> Iterator[Spans]:
    made = Spans()
    yield made
    made.provider.shutdown()


def told(exporter: InMemorySpanExporter) -> str:
    return "\n".join(span.to_json() for span in exporter.get_finished_spans())


def traced(spans: Spans) -> None:
    link = Link(spans.tracer.start_span("other").get_span_context(), {"client_cert": ALICE.pem})
    with spans.tracer.start_as_current_span(f"GET /{ALICE.dn}", attributes=DIRTY, links=[link]) as span:
        span.set_attributes(CLEAN)
        span.add_event(f"seen {ALICE.dn}", {"serial": f"{ALICE.serial:x}", "leaf": ALICE.base64})
        try:
            fails()
        except LoudError as error:
            span.record_exception(error)
            span.set_status(StatusCode.ERROR, str(error))


def test_no_span_is_exported_with_a_certificate(spans: Spans) -> None:
    traced(spans)
    assert ALICE.leaks_in(told(spans.ours)) == []
    assert ALICE.leaks_in(told(spans.others)) != []  # another processor's are its own


def test_what_is_clean_is_exported_as_it_is(spans: Spans) -> None:
    traced(spans)
    (span,) = spans.ours.get_finished_spans()
    (other,) = spans.others.get_finished_spans()
    assert {key: span.attributes[key] for key in CLEAN} == CLEAN
    same = ("context", "parent", "kind", "start_time", "end_time", "instrumentation_scope")
    assert [name for name in same if getattr(span, name) != getattr(other, name)] == []
    assert (len(span.events), len(span.links), span.status.status_code) == (2, 1, StatusCode.ERROR)


def test_a_list_stays_a_list(spans: Spans) -> None:
    traced(spans)
    (span,) = spans.ours.get_finished_spans()
    assert isinstance(span.attributes["http.request.header.x-ssl-client-cert"], tuple | list)


def test_the_exception_keeps_its_type(spans: Spans) -> None:
    traced(spans)
    (span,) = spans.ours.get_finished_spans()
    assert "LoudError" in str(span.events[1].attributes["exception.type"])
    assert "in fails" in str(span.events[1].attributes["exception.stacktrace"])


def test_what_was_dropped_is_still_told() -> None:
    spans = Spans(span_limits=SpanLimits(max_span_attributes=1))
    spans.tracer.start_span("a", attributes={"a": 1, "b": ALICE.dn}).end()
    assert spans.ours.get_finished_spans()[0].dropped_attributes == 1


def test_what_was_dropped_of_an_event_or_a_link_is_still_told() -> None:
    spans = Spans(span_limits=SpanLimits(max_event_attributes=1, max_link_attributes=1))
    two = {"a": 1, "b": ALICE.dn}
    context = spans.tracer.start_span("other").get_span_context()
    with spans.tracer.start_as_current_span("a", links=[Link(context, two)]) as span:
        span.add_event("b", two)
    (exported,) = spans.ours.get_finished_spans()
    assert (exported.events[0].dropped_attributes, exported.links[0].dropped_attributes) == (1, 1)


def test_the_scope_is_looked_at(spans: Spans) -> None:
    spans.provider.get_tracer("tests", attributes={"owner": ALICE.dn, "colour": "red"}).start_span("a").end()
    (span,) = spans.ours.get_finished_spans()
    assert ALICE.leaks_in(repr(span.instrumentation_scope)) == []
    assert (span.instrumentation_scope.name, span.instrumentation_scope.attributes["colour"]) == ("tests", "red")


def test_a_processor_within_learns_that_a_span_is_about_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(SimpleSpanProcessor, "_on_ending", lambda _, span: told.append(span))
    provider = TracerProvider()
    provider.add_span_processor(RedactingSpanProcessor(SimpleSpanProcessor(InMemorySpanExporter())))
    span = provider.get_tracer("tests").start_span("a")
    span.end()
    assert told == [span]


def test_flushing_and_shutting_down_reach_the_processor_within(spans: Spans) -> None:
    assert spans.provider.force_flush()
    spans.provider.shutdown()
    assert spans.ours._stopped


class Logs:
    def __init__(self) -> None:
        self.ours, self.others = InMemoryLogRecordExporter(), InMemoryLogRecordExporter()
        self.provider = LoggerProvider(resource=Resource({"owner": ALICE.dn}))
        self.provider.add_log_record_processor(RedactingLogRecordProcessor(SimpleLogRecordProcessor(self.ours)))
        self.provider.add_log_record_processor(SimpleLogRecordProcessor(self.others))


@pytest.mark.parametrize("body", [f"refused {ALICE.dn}", {"who": [ALICE.dn]}, ALICE.der, None])
def test_no_log_record_is_exported_with_a_certificate(body: Any) -> None:
    logs = Logs()
    attributes = {**DIRTY, **CLEAN, "exception.stacktrace": f"ValueError: {ALICE.pem}"}
    logs.provider.get_logger("tests").emit(LogRecord(body=body, attributes=attributes, severity_text="WARN"))
    (ours,), (others,) = logs.ours.get_finished_logs(), logs.others.get_finished_logs()
    assert ALICE.leaks_in(ours.to_json() + repr(ours)) == []
    assert ALICE.leaks_in(others.to_json()) != []
    assert (ours.log_record.attributes["http.route"], ours.log_record.severity_text) == ("/orders/{id}", "WARN")
    logs.provider.shutdown()


def test_all_of_a_log_record_is_looked_at() -> None:
    logs = Logs()
    record = LogRecord(
        body="a", event_name=f"refused {ALICE.dn}", severity_text=ALICE.dn, exception=ValueError(ALICE.dn)
    )
    logs.provider.get_logger("tests", attributes={"owner": ALICE.dn}).emit(record)
    (ours,) = logs.ours.get_finished_logs()
    assert ALICE.leaks_in(ours.to_json() + repr(ours)) == []
    assert (type(ours.log_record.exception).__name__, ours.log_record.event_name[:8]) == ("ValueError", "refused ")
    logs.provider.shutdown()


def test_what_was_dropped_of_a_log_record_is_still_told() -> None:
    exporter, limits = InMemoryLogRecordExporter(), LogRecordLimits(max_log_record_attributes=1)
    provider = LoggerProvider(log_record_limits=limits)
    provider.add_log_record_processor(RedactingLogRecordProcessor(SimpleLogRecordProcessor(exporter)))
    with pytest.warns(LogRecordDroppedAttributesWarning):
        provider.get_logger("tests").emit(LogRecord(body="a", attributes={"a": 1, "b": ALICE.dn}))
    assert exporter.get_finished_logs()[0].dropped_attributes == 1
    provider.shutdown()


class Picky(SimpleLogRecordProcessor):
    def enabled(self, **asked: Any) -> bool:
        return asked["event_name"] == "wanted"


def test_the_processor_within_is_asked_what_it_wants() -> None:
    provider = LoggerProvider()
    provider.add_log_record_processor(RedactingLogRecordProcessor(Picky(InMemoryLogRecordExporter())))
    logger = provider.get_logger("tests")
    assert (logger.enabled(event_name="wanted"), logger.enabled(event_name="other")) == (True, False)
    provider.shutdown()


def test_an_exception_that_is_logged_arrives_without_its_text_and_frames() -> None:
    logs = Logs()
    with pytest.raises(LoudError) as caught:
        fails()
    logs.provider.get_logger("tests").emit(LogRecord(body="failed", exception=caught.value))
    (ours,) = logs.ours.get_finished_logs()
    assert (ALICE.leaks_in(ours.to_json() + repr(vars(ours.log_record))), "LoudError" in ours.to_json()) == ([], True)
    logs.provider.shutdown()


def test_records_of_the_standard_library_arrive_clean() -> None:
    handler_of = pytest.importorskip("opentelemetry.sdk._logs").LoggingHandler
    logs = Logs()
    logger = logging.Logger("shop")  # noqa: LOG001 - one that no other test hears
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logger.addHandler(handler_of(logger_provider=logs.provider))
    from tests.sinks.emissions import WAYS

    for way, emit in WAYS.items():
        if way != "arguments that do not fit":
            emit(logger)
    assert ALICE.leaks_in("".join(one.to_json() for one in logs.ours.get_finished_logs())) == []
    logs.provider.shutdown()

"""OpenTelemetry: processors that stand around yours and hand on spans and log records without certificate data.

    provider.add_span_processor(RedactingSpanProcessor(BatchSpanProcessor(exporter)))
    provider.add_log_record_processor(RedactingLogRecordProcessor(BatchLogRecordProcessor(exporter)))

A span that has ended cannot be changed, and other processors may hold it too: yours gets a copy.
"""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from opentelemetry.context import Context
from opentelemetry.sdk._logs import LogRecordProcessor, ReadWriteLogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, Span, SpanProcessor
from opentelemetry.trace import Link, Status
from opentelemetry.util.types import Attributes

from mtlsguard.redact import redact_text, redact_value


class RedactingSpanProcessor(SpanProcessor):
    """Around one processor. All of a span is looked at: names, attributes, events, links, status, resource."""

    def __init__(self, inner: SpanProcessor) -> None:
        self._inner = inner

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        self._inner.on_start(span, parent_context)

    def on_end(self, span: ReadableSpan) -> None:
        self._inner.on_end(redacted_span(span))

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


class RedactingLogRecordProcessor(LogRecordProcessor):
    """Around one processor. Body and attributes of each record are looked at, the resource too."""

    def __init__(self, inner: LogRecordProcessor) -> None:
        self._inner = inner

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        self._inner.on_emit(redacted_log_record(log_record))

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def redacted_span(span: ReadableSpan) -> ReadableSpan:
    """The span itself if it is clean."""
    made = _Copy(
        name=redact_text(span.name),
        context=span.context,
        parent=span.parent,
        resource=_resource(span.resource),
        attributes=_attributes(span.attributes),
        events=[_event(event) for event in span.events],
        links=[_link(link) for link in span.links],
        kind=span.kind,
        instrumentation_scope=span.instrumentation_scope,
        status=Status(span.status.status_code, redact_value(span.status.description)),
        start_time=span.start_time,
        end_time=span.end_time,
    )
    made.dropped = (span.dropped_attributes, span.dropped_events, span.dropped_links)
    return made


class _Copy(ReadableSpan):
    """Says of the copy what was dropped from the span."""

    dropped = (0, 0, 0)

    @property
    def dropped_attributes(self) -> int:
        return self.dropped[0]

    @property
    def dropped_events(self) -> int:
        return self.dropped[1]

    @property
    def dropped_links(self) -> int:
        return self.dropped[2]


def redacted_log_record(log_record: ReadWriteLogRecord) -> ReadWriteLogRecord:
    made = copy.copy(log_record)
    made.log_record = copy.copy(log_record.log_record)
    made.log_record.body = redact_value(made.log_record.body)
    made.log_record.attributes = _attributes(made.log_record.attributes)
    if made.resource is not None:
        made.resource = _resource(made.resource)
    return made


def _event(event: Event) -> Event:
    return Event(redact_text(event.name), _attributes(event.attributes), event.timestamp)


def _link(link: Link) -> Link:
    return Link(link.context, _attributes(link.attributes))


def _resource(resource: Resource) -> Resource:
    cleaned = _attributes(resource.attributes)
    return resource if cleaned is resource.attributes else Resource(cleaned or {}, resource.schema_url)


def _attributes(attributes: Attributes) -> Any:  # noqa: ANN401 - as it was, or a mapping of the same values
    """Name decides about value: `http.request.header.x_ssl_client_cert`. A list of values stays one."""
    if not attributes:
        return attributes
    cleaned = {redact_text(name): _kept_list(value, redact_value(value, name)) for name, value in attributes.items()}
    same = all(name in cleaned and cleaned[name] is value for name, value in attributes.items())
    return attributes if same else cleaned


def _kept_list(value: Any, cleaned: Any) -> Any:  # noqa: ANN401
    """Exporters take a mapping, a list or a plain value, each of the type it had."""
    listed = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
    return (cleaned,) if listed and isinstance(cleaned, str) else cleaned

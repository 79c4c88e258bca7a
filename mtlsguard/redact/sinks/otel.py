"""OpenTelemetry: processors that stand around yours and hand on spans and log records without certificate data.

    provider.add_span_processor(RedactingSpanProcessor(BatchSpanProcessor(exporter)))
    provider.add_log_record_processor(RedactingLogRecordProcessor(BatchLogRecordProcessor(exporter)))

A span that has ended cannot be changed, and other processors may hold it too: yours gets a copy.
"""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from opentelemetry.attributes import BoundedAttributes
from opentelemetry.context import Context
from opentelemetry.sdk._logs import LogRecordProcessor, ReadWriteLogRecord
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, Status
from opentelemetry.util.types import Attributes

from mtlsguard.redact import redact_value
from mtlsguard.redact.sinks.exceptions import stand_in


class RedactingSpanProcessor(SpanProcessor):
    """Around one processor. All of a span is looked at: names, attributes, events, links, status, scope, resource."""

    def __init__(self, inner: SpanProcessor) -> None:
        self._inner = inner

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        self._inner.on_start(span, parent_context)

    def _on_ending(self, span: Span) -> None:
        """Not public yet, as its specification is not final."""
        self._inner._on_ending(span)  # noqa: SLF001

    def on_end(self, span: ReadableSpan) -> None:
        self._inner.on_end(redacted_span(span))

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


class RedactingLogRecordProcessor(LogRecordProcessor):
    """Around one processor. All of a record is looked at; the exception that it may hold is replaced by a stand-in."""

    def __init__(self, inner: LogRecordProcessor) -> None:
        self._inner = inner

    def enabled(self, **asked: Any) -> bool:  # noqa: ANN401 - as the SDK asks
        return self._inner.enabled(**asked)

    def on_emit(self, log_record: ReadWriteLogRecord) -> None:
        self._inner.on_emit(redacted_log_record(log_record))

    def shutdown(self) -> None:
        self._inner.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self._inner.force_flush(timeout_millis)


def redacted_span(span: ReadableSpan) -> ReadableSpan:
    """The span itself if it is clean."""
    made = _Copy(
        name=redact_value(span.name),
        context=span.context,
        parent=span.parent,
        resource=_resource(span.resource),
        attributes=_attributes(span.attributes),
        events=[_event(event) for event in span.events],
        links=[_link(link) for link in span.links],
        kind=span.kind,
        instrumentation_scope=_scope(span.instrumentation_scope),
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
    made.log_record.event_name = redact_value(made.log_record.event_name)
    made.log_record.severity_text = redact_value(made.log_record.severity_text)
    if made.log_record.exception is not None:
        made.log_record.exception = stand_in(made.log_record.exception)
    made.instrumentation_scope = _scope(made.instrumentation_scope)
    if made.resource is not None:
        made.resource = _resource(made.resource)
    return made


def _event(event: Event) -> Event:
    return Event(redact_value(event.name), _attributes(event.attributes), event.timestamp)


def _link(link: Link) -> Link:
    return Link(link.context, _attributes(link.attributes))


def _scope(scope: InstrumentationScope | None) -> InstrumentationScope | None:
    if scope is None:
        return None
    name, attributes = redact_value(scope.name), _attributes(scope.attributes)
    if name is scope.name and attributes is scope.attributes:
        return scope
    return InstrumentationScope(name, scope.version, scope.schema_url, attributes)


def _resource(resource: Resource) -> Resource:
    cleaned = _attributes(resource.attributes)
    return resource if cleaned is resource.attributes else Resource(cleaned or {}, resource.schema_url)


def _attributes(attributes: Attributes) -> Any:  # noqa: ANN401 - as it was, or a mapping of the same values
    """Name decides about value: `http.request.header.x_ssl_client_cert`. A list of values stays one."""
    if not attributes:
        return attributes
    cleaned = {redact_value(name): _kept_list(value, redact_value(value, name)) for name, value in attributes.items()}
    if all(name in cleaned and cleaned[name] is value for name, value in attributes.items()):
        return attributes
    if not isinstance(attributes, BoundedAttributes):
        return cleaned
    made = BoundedAttributes(attributes=cleaned, immutable=False)
    made.dropped = attributes.dropped
    return made


def _kept_list(value: Any, cleaned: Any) -> Any:  # noqa: ANN401
    """Exporters take a mapping, a list or a plain value, each of the type it had."""
    listed = isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping)
    return (cleaned,) if listed and isinstance(cleaned, str) else cleaned

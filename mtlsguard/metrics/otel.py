"""For OpenTelemetry: observable instruments, and attributes of spans. The API only: the application has the SDK."""

from collections.abc import Callable, Iterable
from typing import Protocol

try:
    from opentelemetry import metrics, trace
except ImportError as missing:
    raise ImportError("opentelemetry-api is needed: install mtlsguard[otel]") from missing

from mtlsguard.decision import Allow, Decision, Deny, Unread
from mtlsguard.engine import Snapshot
from mtlsguard.metrics.readings import Counting, Guarded, readings

_COUNTED = ("decisions",)
_OBSERVED = {
    "source_up": "",
    "source_entries": "",
    "source_error": "",
    "source_last_success_timestamp": "s",
    "source_age": "s",
    "source_fresh_for": "s",
}

Callback = Callable[[metrics.CallbackOptions], Iterable[metrics.Observation]]


def observe(*guarded: Guarded, meter: metrics.Meter | None = None) -> None:
    """Registers the instruments, `mtlsguard.decisions` and `mtlsguard.source.*`, once for all middlewares given."""
    meter = meter or metrics.get_meter("mtlsguard")
    for name in _COUNTED:
        meter.create_observable_counter(f"mtlsguard.{name}", [_observing(guarded, name)])
    for name, unit in _OBSERVED.items():
        dotted = name.replace("source_", "source.", 1)
        meter.create_observable_gauge(f"mtlsguard.{dotted}", [_observing(guarded, name)], unit=unit)


def _observing(guarded: tuple[Guarded, ...], name: str) -> Callback:
    def observed(_options: metrics.CallbackOptions) -> Iterable[metrics.Observation]:
        for reading in (one for each in guarded for one in readings(each) if one.name == name):
            yield metrics.Observation(reading.value, dict(reading.labels))

    return observed


class _Recording(Counting, Protocol):
    def record(self, decision: Decision, snapshot: Snapshot, now: float) -> None: ...


class TracedAudit:
    """Stands in the place of a middleware's `audit`, and tells the current span what was decided.

        middleware.audit = TracedAudit(middleware.audit)

    Attributes: `mtlsguard.decision`, `.reason`, `.adapter`, and `.certificate`, its keyed name: nothing else.
    """

    def __init__(self, audit: _Recording) -> None:
        self._audit = audit
        self.adapter = audit.adapter

    def record(self, decision: Decision, snapshot: Snapshot, now: float) -> None:
        self._audit.record(decision, snapshot, now)
        span = trace.get_current_span()
        if span.is_recording():
            for name, value in _attributes(decision, self.adapter):
                if value:
                    span.set_attribute(name, value)

    def counts(self) -> dict[tuple[str, str], int]:
        return self._audit.counts()


def _attributes(decision: Decision, adapter: str) -> Iterable[tuple[str, str]]:
    yield "mtlsguard.decision", type(decision).__name__.lower()
    yield "mtlsguard.adapter", adapter
    if isinstance(decision, Allow):
        yield "mtlsguard.certificate", decision.identity.pseudonym
    elif isinstance(decision, Deny):
        yield "mtlsguard.reason", decision.reason.value
        yield "mtlsguard.certificate", decision.pseudonym or ""
    elif isinstance(decision, Unread) and decision.noticed is not None:
        yield "mtlsguard.reason", decision.noticed.value

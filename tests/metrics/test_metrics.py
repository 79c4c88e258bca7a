"""Metrics and traces: what an operator alarms on, from bounded sets of labels, and never who a client is."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry, generate_latest

from mtlsguard.asgi import GuardMiddleware
from mtlsguard.health import SourceHealth
from mtlsguard.metrics import NEVER, readings
from mtlsguard.metrics.otel import TracedAudit, observe
from mtlsguard.metrics.prometheus import GuardCollector
from mtlsguard.testing import Issued, present
from tests.world import NOW, ask, configuration, pki, scope


def middleware() -> GuardMiddleware:
    return GuardMiddleware(_nothing, configuration(), clock=lambda: NOW)


async def _nothing(scope: Any, receive: Any, send: Any) -> None: ...


def request(to: GuardMiddleware, leaf: Issued | None) -> int:
    return ask(to, scope(present(leaf, "nginx"))).status


class Guarded:
    """A middleware whose sources are as a test wants them."""

    def __init__(self, *sources: SourceHealth) -> None:
        self.audit = middleware().audit
        self.guard = self
        self._sources = sources

    def health(self) -> tuple[SourceHealth, ...]:
        return self._sources


def exposed(*guarded: Any) -> str:
    registry = CollectorRegistry()
    registry.register(GuardCollector(*guarded))
    return generate_latest(registry).decode()


def test_decisions_are_counted_by_outcome_and_reason() -> None:
    one = middleware()
    request(one, pki().leaf())
    request(one, pki().leaf(extended_key_usage=None))
    text = exposed(one)
    assert 'mtlsguard_decisions_total{adapter="asgi",outcome="allow",reason=""} 1.0' in text
    assert 'mtlsguard_decisions_total{adapter="asgi",outcome="deny",reason="wrong-usage"} 1.0' in text


def test_a_source_shows_its_age_its_entries_and_its_last_failure() -> None:
    then = time.time() - 100
    text = exposed(Guarded(SourceHealth("crl", "crl-1", 7, then, "rollback", then + 40)))
    labels = 'name="crl-1",source="crl"'
    assert f"mtlsguard_source_entries{{{labels}}} 7.0" in text
    assert f"mtlsguard_source_up{{{labels}}} 0.0" in text
    assert f'mtlsguard_source_error{{error="rollback",{labels}}} 1.0' in text
    ages = [float(line.split()[-1]) for line in text.splitlines() if line.startswith("mtlsguard_source_age_seconds{")]
    assert 100 <= ages[0] < 160
    fresh = [float(line.split()[-1]) for line in text.splitlines() if line.startswith("mtlsguard_source_fresh_for")]
    assert fresh[0] < -59


def test_what_never_succeeded_has_no_age() -> None:
    text = exposed(Guarded(SourceHealth("crl", "crl-1", last_error="deadline")))
    assert "mtlsguard_source_age_seconds{" not in text
    assert "mtlsguard_source_up" in text


@pytest.mark.parametrize("error", ["CN=alice, O=Example", "x" * 41, "https://user:secret@host", "1f:2e:3d"])
def test_an_error_that_is_no_word_is_other(error: str) -> None:
    text = exposed(Guarded(SourceHealth("crl", "crl-1", last_error=error)))
    assert 'error="other"' in text
    assert error not in text


def test_a_flood_of_certificates_adds_no_series() -> None:
    one = middleware()
    request(one, pki().leaf())
    request(one, pki().leaf(extended_key_usage=None))
    before = len(exposed(one).splitlines())
    for number in range(100):
        request(one, pki().leaf(f"client-{number}"))
        request(one, pki().leaf(f"client-{number}", extended_key_usage=None))
    assert len(exposed(one).splitlines()) == before


def test_nothing_of_a_certificate_is_exported(tmp_path: Path) -> None:
    one, leaf = middleware(), pki().leaf("alice")
    request(one, leaf)
    text = exposed(one)
    assert not [secret for secret in ("alice", "Example", f"{leaf.serial:x}", str(leaf.serial)) if secret in text]


# OpenTelemetry


def test_the_same_by_opentelemetry() -> None:
    reader = InMemoryMetricReader()
    one = middleware()
    observe(one, meter=MeterProvider([reader]).get_meter("test"))
    request(one, pki().leaf())
    data = reader.get_metrics_data()
    assert data is not None
    found = {
        metric.name: [(dict(point.attributes), point.value) for point in metric.data.data_points]
        for resource in data.resource_metrics
        for scope_ in resource.scope_metrics
        for metric in scope_.metrics
    }
    assert found["mtlsguard.decisions"] == [({"outcome": "allow", "reason": "", "adapter": "asgi"}, 1)]


@pytest.fixture
def spans() -> Iterator[Any]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    yield provider.get_tracer("test"), exporter
    provider.shutdown()


@pytest.mark.parametrize(
    ("leaf", "expect"),
    [
        (lambda: pki().leaf("alice"), {"mtlsguard.decision": "allow"}),
        (
            lambda: pki().leaf("alice", extended_key_usage=None),
            {"mtlsguard.decision": "deny", "mtlsguard.reason": "wrong-usage"},
        ),
        (lambda: None, {"mtlsguard.decision": "deny", "mtlsguard.reason": "no-certificate"}),
    ],
)
def test_a_span_learns_the_decision_and_a_refusal_too(spans: Any, leaf: Any, expect: dict[str, str]) -> None:
    tracer, exporter = spans
    one = middleware()
    one.audit = TracedAudit(one.audit)  # type: ignore[assignment]
    with tracer.start_as_current_span("request"):
        request(one, leaf())
    attributes = dict(exporter.get_finished_spans()[0].attributes)
    assert attributes.items() >= {**expect, "mtlsguard.adapter": "asgi"}.items()
    assert set(attributes) <= {f"mtlsguard.{name}" for name in ("decision", "reason", "adapter", "certificate")}
    assert "alice" not in str(attributes)


def test_without_a_span_nothing_happens() -> None:
    one = middleware()
    one.audit = TracedAudit(one.audit)  # type: ignore[assignment]
    assert trace.get_current_span() is trace.INVALID_SPAN
    assert request(one, pki().leaf()) == 200
    assert one.audit.counts() == {("allow", ""): 1}


def test_no_name_that_is_forbidden_is_used() -> None:
    names = {reading.name for reading in readings(middleware())}
    assert not names & set(NEVER)
    assert not any(name.startswith("tls.") for name in names)

"""For prometheus-client: a collector that reads when it is asked, and costs nothing between."""

from collections.abc import Iterator

try:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
    from prometheus_client.registry import Collector
except ImportError as missing:
    raise ImportError("prometheus-client is needed: install mtlsguard[prometheus]") from missing

from mtlsguard.metrics.readings import Guarded, Reading, readings

_HELP = {
    "decisions": "Decisions about requests",
    "source_up": "1 while the last look at a source of trust or revocation went well",
    "source_entries": "Certificates, revoked serials or answers that a source holds",
    "source_error": "1 for the class of the last failure of a source, 0 with an empty class while there is none",
    "source_last_success_timestamp": "When a source was last looked at with success",
    "source_age": "Seconds since a source was last looked at with success",
    "source_fresh_for": "Seconds until what a source holds stops to count; negative once it has",
}


class GuardCollector(Collector):
    """`REGISTRY.register(GuardCollector(middleware))`; several middlewares belong into one collector."""

    def __init__(self, *guarded: Guarded) -> None:
        self._guarded = guarded

    def collect(self) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        for reading in (one for guarded in self._guarded for one in readings(guarded)):
            _family(found, reading).add_metric([value for _, value in reading.labels], reading.value)
        yield from found.values()


def _family(found: dict[str, Metric], reading: Reading) -> "CounterMetricFamily | GaugeMetricFamily":
    kind = CounterMetricFamily if reading.counts else GaugeMetricFamily
    family = found.get(reading.name)
    if not isinstance(family, CounterMetricFamily | GaugeMetricFamily):
        name = f"mtlsguard_{reading.name}" + ("_seconds" if reading.unit else "")
        family = found[reading.name] = kind(name, _HELP[reading.name], labels=[label for label, _ in reading.labels])
    return family

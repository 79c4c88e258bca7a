"""EDGE: what the guard counts and how its sources are, for Prometheus and OpenTelemetry.

    from mtlsguard.metrics.prometheus import GuardCollector      # pip install 'mtlsguard[prometheus]'
    REGISTRY.register(GuardCollector(middleware))

    from mtlsguard.metrics.otel import observe                   # pip install 'mtlsguard[otel]'
    observe(middleware)

Labels come from bounded sets whatever clients do: outcome, reason, adapter, source, and the name of a source, which is
its position in the configuration. See `NEVER`.
"""

from mtlsguard.metrics.readings import NEVER, Reading, readings

__all__ = ["NEVER", "Reading", "readings"]

"""A middleware -> numbers with labels, whoever exports them."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from mtlsguard.health import SourceHealth

# Never a metric, never a label, never an attribute: personal data, or without bound. The names are OpenTelemetry's.
NEVER = (
    "tls.client.certificate",
    "tls.client.certificate_chain",
    "tls.client.subject",
    "tls.client.issuer",
    "tls.client.hash.md5",
    "tls.client.hash.sha1",
    "tls.client.hash.sha256",
    "tls.client.ja3",
    "http.request.header.*",  # the captured headers, those with certificates among them
)

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,39}", re.ASCII)


class Counting(Protocol):
    """`mtlsguard.audit.Audit`."""

    adapter: str

    def counts(self) -> dict[tuple[str, str], int]: ...


class Healthy(Protocol):
    """`mtlsguard.guard.Guard`."""

    def health(self) -> tuple[SourceHealth, ...]: ...


class Guarded(Protocol):
    """A middleware of ours, or anything else with its two parts."""

    @property
    def guard(self) -> Healthy: ...

    @property
    def audit(self) -> Counting: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """`name` without a prefix for the program. `counts`: it only grows. `unit`: "s" for seconds, else empty."""

    name: str
    value: float
    labels: tuple[tuple[str, str], ...]
    counts: bool = False
    unit: str = ""


def readings(guarded: Guarded, clock: Callable[[], float] = time.time) -> Iterator[Reading]:
    """All of them, now."""
    adapter = guarded.audit.adapter
    for (outcome, reason), number in guarded.audit.counts().items():
        labels = (("outcome", outcome), ("reason", reason), ("adapter", adapter))
        yield Reading("decisions", number, labels, counts=True)
    now = clock()
    for source in guarded.guard.health():
        yield from _of_source(source, now)


def _of_source(source: SourceHealth, now: float) -> Iterator[Reading]:
    """No age and no end where there is none: a number in their place would look like one."""
    labels = (("source", source.source), ("name", source.name))
    yield Reading("source_up", 0.0 if source.last_error else 1.0, labels)
    yield Reading("source_entries", source.entries, labels)
    yield Reading("source_error", 1.0 if source.last_error else 0.0, (*labels, ("error", _word(source.last_error))))
    if source.last_success is not None:
        yield Reading("source_last_success_timestamp", source.last_success, labels, unit="s")
        yield Reading("source_age", max(0.0, now - source.last_success), labels, unit="s")
    if source.fresh_until is not None and source.fresh_until not in {float("inf"), float("-inf")}:
        yield Reading("source_fresh_for", source.fresh_until - now, labels, unit="s")


def _word(error: str) -> str:
    """Errors are words of a bounded set; what does not look like one is "other"."""
    return error if not error or _WORD.fullmatch(error) else "other"

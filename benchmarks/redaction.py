"""structlog's JSON pipeline with the redactor and without, beside five naive patterns and a sanitizer of today."""

import re
from collections.abc import Callable, Iterable
from itertools import cycle
from typing import Any

import structlog
from sanitary import StructlogSanitizer

from benchmarks.harness import Case, Goal, Group, Samples, Table, relative
from mtlsguard.redact import redact_certificates
from mtlsguard.redact.sinks.serializer import redacted_dumps

_NUMBER = 500  # events that take turns
_BASE = "JSON pipeline, {} events"

# What people write: a block, two kinds of names, digits behind a word, a header.
_NAIVE = [
    (re.compile(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----", re.DOTALL), "[pem]"),
    (re.compile(r"(?:CN|O|OU|C|ST|L)=[^,/\"]+"), "[dn]"),
    (re.compile(r"(?i)serial(?:number)?[\"']?\s*[:=]\s*[\"']?[0-9a-f:]+"), "[serial]"),
    (re.compile(r"(?:[0-9A-Fa-f]{2}:){15,}[0-9A-Fa-f]{2}"), "[digits]"),
    (re.compile(r"(?i)x-(?:ssl|forwarded)-client-cert[\"']?\s*[:=]\s*\S+"), "[header]"),
]


def _naive(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    return {name: replaced(value) if isinstance(value, str) else value for name, value in event.items()}


def replaced(text: str) -> str:
    for pattern, marker in _NAIVE:
        text = pattern.sub(marker, text)
    return text


def _sanitizer() -> StructlogSanitizer:
    return StructlogSanitizer(keys={"subject", "serial"}, patterns=[re.compile(r"CN=[^,]+")])


_JSON = structlog.processors.JSONRenderer
_WITH: dict[str, Callable[[], list[Any]]] = {  # what ends the chain
    "with mtlsguard, the processor": lambda: [redact_certificates, _JSON()],
    "with mtlsguard, in the renderer": lambda: [_JSON(serializer=redacted_dumps)],
    "with five naive patterns": lambda: [_naive, _JSON()],
    "with sanitary": lambda: [_sanitizer(), _JSON()],
}
_GOALS = {"clean": Goal(1.10), "dirty": Goal(2.0), "dirty, never the same": None}


class _Nowhere:
    def info(self, line: str) -> None:
        """Where all lines go."""


def _logger(last: list[Any]) -> Any:
    return structlog.wrap_logger(
        _Nowhere(),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            *last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20),
    ).bind()


def _event(number: int) -> dict[str, Any]:
    return {
        "event": "invoice paid",
        "request_id": f"8f14e45f-ceea-467f-a1d6-{number:012d}",
        "path": f"/invoices/{number}",
        "method": "GET",
        "status": 200,
        "duration": 0.0123,
        "user": "alice@example.org",
        "tenant": "acme",
    }


def _clean() -> Iterable[dict[str, Any]]:
    return cycle([_event(number) for number in range(_NUMBER)])


def _dirty() -> Iterable[dict[str, Any]]:
    """Of a hundred clients."""
    return cycle([_event(number) | _client(number % 100) for number in range(_NUMBER)])


def _always_new() -> Iterable[dict[str, Any]]:
    number = 0
    while True:
        number += 1
        yield _event(number) | _client(number)


def _client(number: int) -> dict[str, Any]:
    name = f"CN=client-{number},O=Example,C=DE"
    return {"event": f"client is {name}", "subject": name, "serial": f"0a:1b:2c:3d:4e:{number % 256:02x}:60:71"}


_EVENTS = {"clean": _clean, "dirty": _dirty, "dirty, never the same": _always_new}


def group() -> Group:
    cases = []
    for kind, events in _EVENTS.items():
        cases.append(Case(_BASE.format(kind), _logging(_logger([_JSON()]), iter(events()))))
        for name, made in _WITH.items():
            cases.append(Case(f"{kind}, {name}", _logging(_logger(made()), iter(events()))))
    return Group(cases, _table)


def _logging(logger: Any, events: Any) -> Callable[[int], None]:
    def run(count: int) -> None:
        for _ in range(count):
            logger.info(**next(events))

    return run


def _table(samples: Samples) -> Table:
    rows = []
    for kind, goal in _GOALS.items():
        names: dict[str, Goal | None] = {_BASE.format(kind): None}
        names |= {f"{kind}, {name}": goal if "mtlsguard" in name else None for name in _WITH}
        rows += relative(samples, _BASE.format(kind), names)
    return Table("Redaction of events", "÷ the pipeline without", rows)

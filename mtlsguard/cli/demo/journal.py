"""The log of guard and application: rendered as a deployment would, kept so that each row can be checked."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

import structlog

from mtlsguard.audit import EVENT
from mtlsguard.redact import redact_certificates


@dataclass(frozen=True, slots=True)
class Entry:
    fields: Mapping[str, Any]
    line: str


class Journal:
    """The last processor: keeps what the renderer made. `listener` gets each line as it comes."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.listener: Callable[[str], None] | None = None
        self._render = structlog.dev.ConsoleRenderer(
            colors=False, sort_keys=False, pad_event_to=0, pad_level=False, timestamp_key="time"
        )

    def __call__(self, logger: Any, method: str, event: Any) -> NoReturn:  # noqa: ANN401 - structlog's own types
        fields = dict(event)
        line = self._render(logger, method, event)
        self.entries.append(Entry(fields, line))
        if self.listener is not None:
            self.listener(line)
        raise structlog.DropEvent

    def decisions_since(self, mark: int) -> list[Mapping[str, Any]]:
        return [entry.fields for entry in self.entries[mark:] if entry.fields.get("event") == EVENT]


@contextmanager
def journal() -> Iterator[Journal]:
    """structlog as the documentation advises: redaction last before the renderer."""
    kept = Journal()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S", utc=False, key="time"),
            redact_certificates,
            kept,
        ],
        cache_logger_on_first_use=False,
    )
    try:
        yield kept
    finally:
        structlog.reset_defaults()

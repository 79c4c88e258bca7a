"""The condition of one source: what metrics show, and one event for each change of it, not for each look."""

import logging
from collections.abc import Callable
from contextlib import suppress

from mtlsguard.health import SourceHealth
from mtlsguard.journal import tell

EVENT = "mtlsguard.source"
_DETAILS = 3  # problems that one event names; a configuration shows all with check-config


class Condition:
    """Of one source, by one thread at a time. `detail` is for the operator: places and sentences, never a content."""

    def __init__(self, source: str, name: str, clock: Callable[[], float]) -> None:
        self._labels = {"source": source, "name": name}
        self._clock = clock
        self._entries = 0
        self._last_success: float | None = None
        self._fresh_until: float | None = None
        self._error = ""
        self._detail = ""

    def good(self, entries: int, fresh_until: float | None = None, *, changed: bool = True) -> None:
        """It was looked at, and is as it should be. `changed`: what it holds is new."""
        recovered = bool(self._error)
        self._entries, self._last_success, self._fresh_until = entries, self._clock(), fresh_until
        self._error = self._detail = ""
        if recovered or changed:
            self._tell(logging.INFO, "recovered" if recovered else "refreshed", {"entries": entries})

    def bad(self, error: str, details: list[str] | None = None) -> None:
        """It cannot be used as it is; what it held before stays in use until it ends by its own rule."""
        detail = "; ".join((details or [])[:_DETAILS])
        told = (error, detail) == (self._error, self._detail)
        self._error, self._detail = error, detail
        if not told:
            fields: dict[str, str | int] = {"error": error, "detail": detail} if detail else {"error": error}
            self._tell(logging.WARNING, "kept" if self._last_success is not None else "missing", fields)

    def note(self, outcome: str, fields: dict[str, str | int] | None = None) -> None:
        """Something else that an operator wants to know."""
        self._tell(logging.WARNING, outcome, fields or {})

    def health(self) -> SourceHealth:
        return SourceHealth(
            **self._labels,
            entries=self._entries,
            last_success=self._last_success,
            last_error=self._error,
            fresh_until=self._fresh_until,
        )

    def _tell(self, level: int, outcome: str, fields: dict[str, str | int]) -> None:
        """A log that is broken must not keep anything from being fresh; health says the same."""
        with suppress(Exception):
            tell(level, EVENT, {**self._labels, "outcome": outcome, **fields})

"""Signals as an exception, but never between taking something and knowing how to give it back."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self

_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name))


class Stopped(BaseException):
    """A signal asked for the end. Like KeyboardInterrupt no Exception: nothing may swallow it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class Signals:
    """While `held` a signal waits; once one has been raised, no other disturbs the cleaning up."""

    def __init__(self) -> None:
        self._held = 0
        self._waiting: int | None = None
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._handle) for number in _ENDING}
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)  # type: ignore[arg-type] # what signal.signal answered

    @contextmanager
    def held(self) -> Iterator[None]:
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
        if self._waiting is not None:
            self._handle(self._waiting, None)

    def deaf(self) -> None:
        """From here on nothing interrupts."""
        self._held += 1

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self._held:
            self._waiting = number
            return
        self._held += 1
        raise Stopped(number)

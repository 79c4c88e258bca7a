"""SIGHUP: look at everything now.

Only where nobody else handles the signal, and only from the main thread, as Python asks for. A terminal that goes
away sends the same signal: a process that was started from it ends then, as it would have without us.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from weakref import WeakSet

_listening: "WeakSet[Nudged]" = WeakSet()


class Nudged:
    """`nudge` must only make another thread work: it is called between any two instructions of the main thread."""

    def __init__(self, nudge: Callable[[], None]) -> None:
        self.nudge = nudge


def listen(nudged: Nudged) -> None:
    _listening.add(nudged)
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGHUP"):
        return
    if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, _Handler(_on_terminal()))


class _Handler:
    def __init__(self, terminal: bool) -> None:  # noqa: FBT001 - how the process was started
        self._terminal = terminal

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        if self._terminal and not _on_terminal():
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGHUP)
            return
        for nudged in list(_listening):
            nudged.nudge()


def _on_terminal() -> bool:
    return any(stream is not None and _is_terminal(stream) for stream in (sys.__stdin__, sys.__stderr__))


def _is_terminal(stream: object) -> bool:
    try:
        return os.isatty(stream.fileno())  # type: ignore[attr-defined]
    except (OSError, ValueError, AttributeError):
        return False

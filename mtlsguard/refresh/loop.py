"""A thread that takes one step again and again, beside the requests."""

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from weakref import WeakMethod

Step = Callable[[], None]


class Loop:
    """A daemon: it ends with the process, with `close`, and with the object whose method it calls.

    `failed`, of an object that lives as long, is told of what a step raises, which is a bug: the loop goes on, because
    a thread that has died keeps nothing fresh and says nothing.
    """

    def __init__(self, name: str, period: float, step: Step, failed: Callable[[str], None]) -> None:
        self._step = WeakMethod(step)
        self._failed = WeakMethod(failed)
        self._period = period
        self._nudges: SimpleQueue[None] = SimpleQueue()  # safe in signal handlers, which an Event is not
        self._ended = False
        self._thread = threading.Thread(target=self._run, name=f"mtlsguard-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def nudge(self) -> None:
        """Take the next step now."""
        self._nudges.put(None)

    def close(self) -> None:
        """Ends after the step that it is at; does not wait for that."""
        self._ended = True
        self._nudges.put(None)

    def _run(self) -> None:
        while True:
            with suppress(Empty):
                self._nudges.get(timeout=self._period)
            step = self._step()
            if step is None or self._ended:
                return
            try:
                step()
            except Exception as bug:  # noqa: BLE001 - no decision is made here, and the service goes on with what it has
                if failed := self._failed():
                    with suppress(Exception):
                        failed(type(bug).__name__)
            del step  # or the thread would keep its owner alive

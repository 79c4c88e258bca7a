"""EDGE: follows the deny list that is shared through Valkey or Redis, in a thread of its own, for as long as it takes.

Whatever happens to the store, the last copy goes on answering. How long it counts is the operator's rule, kept by a
clock that cannot be set: `on_stale = "deny"` ends it `max_staleness` after the store was last heard of.
"""

import os
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from mtlsguard.health import SourceHealth
from mtlsguard.refresh.following import Event, Following, Tell
from mtlsguard.refresh.resp import StoreError
from mtlsguard.refresh.sharing import Store
from mtlsguard.refresh.store_state import StateError, exclusive, read_state, state_path, write_state
from mtlsguard.revocation.contract import FOREVER
from mtlsguard.revocation.denylist import DenyList, Freshness
from mtlsguard.revocation.shared import SharedCopy
from mtlsguard.revocation_policy import OnUnknown, StorePolicy

__all__ = ["Event", "StoreFollower"]

_HEARTBEAT = 800  # milliseconds: with a second for the answer, silence is noticed within two
_BETWEEN_LISTS = 0.05  # seconds, at least, from one list to the next
_BETWEEN_STATES = 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_TO_END = 3.0
_NEVER = 0.0
_CLOSED = -1  # in the place of a process: `start` begins anew, with the copy that there is


class Given(NamedTuple):
    """What one follower leaves to the next."""

    url: str
    prefix: str
    copy: SharedCopy
    list: DenyList
    heard: tuple[float, float] | None
    freshness: Freshness

    def __repr__(self) -> str:
        return "<Given>"


class StoreFollower:
    """One for each process and store. `on_change` gets each new list, `on_event` what happened and a word about it;
    both are called in the follower's thread and should return soon. `directory`: keeps the last copy where given.
    """

    _thread: threading.Thread | None
    _store: Store | None

    def __init__(  # noqa: PLR0913 - each of them is a choice of its own
        self,
        url: str,
        policy: StorePolicy,
        on_change: Callable[[DenyList], None],
        on_event: Tell,
        *,
        name: str = "store-1",
        directory: str = "",
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._url = url
        self._policy = policy
        self._on_change = on_change
        self._on_event = on_event
        self._name = name
        self._clock = clock
        self._state = state_path(directory, url, policy.prefix) if directory else None
        self._freshness = Freshness(FOREVER if policy.on_stale is OnUnknown.ALLOW else _NEVER)
        self._copy = SharedCopy(self._freshness)
        self._given = self._copy.current()
        self._heard: tuple[float, float] | None = None  # by the clock, and by the one that cannot be set
        self._last_error = ""
        self._is_stale = False
        self._fails = 0
        self._listed_at = self._saved_at = 0.0
        self._unsaved = False
        self._process = 0
        self._begin()

    def start(self) -> None:
        """Once in each process; again after a fork, whose child has the copy but not the thread."""
        if self._process == os.getpid():
            return
        if self._process == 0 and self._heard is None:
            self._load_state()
        self._begin()
        thread = threading.Thread(target=self._run, args=(self._stopping,), name=f"mtlsguard-{self._name}", daemon=True)
        thread.start()
        self._thread, self._process = thread, os.getpid()

    def follow_on(self, old: "StoreFollower") -> None:
        """Before `start`: with the copy of `old`, which ends, if it is one of the same list."""
        given = old.hand_over()
        if (self._url, self._policy.prefix) == (given.url, given.prefix):
            self._copy, self._given, self._heard, self._freshness = given.copy, given.list, given.heard, given.freshness
            if self._policy.on_stale is OnUnknown.ALLOW:
                self._freshness.until = FOREVER
            self._age()

    def hand_over(self) -> "Given":
        """Closes, for good: a thread that hangs all the same touches the copy no more."""
        self.close()
        self._begin()
        return Given(self._url, self._policy.prefix, self._copy, self._given, self._heard, self._freshness)

    def load_now(self, deadline: float) -> bool:
        """Starts, and waits for the first whole copy, at most `deadline` seconds. False: go on with what is known."""
        self.start()
        return self._loaded.wait(deadline)

    def close(self) -> None:
        """The thread ends, the last copy stays. Not to be called from a callback."""
        if self._process != os.getpid():
            return
        self._stopping.set()
        store = self._store
        if store is not None:
            store.wire.cut()
        if self._thread is not None:
            self._thread.join(_TO_END)
        self._process = _CLOSED

    @property
    def copy(self) -> DenyList:
        """The latest list: empty and stale before anything was read."""
        return self._given

    def health(self) -> SourceHealth:
        ends = self._policy.on_stale is OnUnknown.DENY
        return SourceHealth(
            source="denylist",
            name=self._name,
            entries=len(self._given),
            last_success=self._heard[0] if self._heard else None,
            last_error=self._last_error,
            fresh_until=self._freshness.until if ends else None,
        )

    def _begin(self) -> None:
        """What belongs to one process. A socket that came over by a fork is the parent's and is left alone."""
        self._thread, self._store = None, None
        self._stopping = threading.Event()
        self._loaded = threading.Event()

    def _run(self, stopping: threading.Event) -> None:
        """`stopping` of this thread: one that hangs in a look-up may outlive `close`, and the next `start`."""
        while not stopping.is_set():
            try:
                self._connection(stopping)
            except StoreError as error:
                self._failed(error.kind, stopping)
            except Exception as error:  # noqa: BLE001 - no decision: a thread that ended would be worse than a told fault
                self._on_event(Event.FAULT, type(error).__name__)
                self._failed("Fault", stopping)
            if stopping is not self._stopping:
                return
            self._pass_on()
            self._age()
            stopping.wait(self._pause())
        self._save()

    def _connection(self, stopping: threading.Event) -> None:
        store = Store(self._url, self._policy)
        try:
            if stopping.is_set():
                return
            self._store = store
            following = Following(store, self._copy, self._on_event)
            following.start()
            self._hear()
            while not stopping.is_set():
                following.step(self._patience())
                following.check()
                self._hear()
                self._recover()
        finally:
            if self._store is store:
                self._store = None
            store.close()

    def _hear(self) -> None:
        """The copy is what the store holds at this moment."""
        self._heard = (self._clock(), time.monotonic())
        self._age()
        self._pass_on()
        self._loaded.set()
        self._save_in_time()

    def _recover(self) -> None:
        if self._last_error:
            self._last_error = ""
            self._on_event(Event.RECOVERED, "")
        self._fails = 0

    def _failed(self, kind: str, stopping: threading.Event) -> None:
        if stopping.is_set():
            return
        self._fails += 1
        if not self._last_error:
            self._on_event(Event.LOST, kind)
        self._last_error = kind

    def _age(self) -> None:
        """Sets until when the list counts, from the time that has passed, whatever the clock was set to meanwhile."""
        left = -1.0
        if self._heard is not None:
            left = self._policy.max_staleness - (time.monotonic() - self._heard[1])
        if self._policy.on_stale is OnUnknown.DENY:
            self._freshness.until = self._clock() + left if left > 0 else _NEVER
        if left <= 0 and not self._is_stale:
            self._on_event(Event.STALE, self._policy.on_stale.value)
        self._is_stale = left <= 0

    def _pass_on(self) -> None:
        """Each list once, and not too many of them."""
        if self._copy.is_dirty and time.monotonic() >= self._listed_at + _BETWEEN_LISTS:
            self._listed_at = time.monotonic()
            self._unsaved = True
            self._given = self._copy.current()
            self._on_change(self._given)

    def _patience(self) -> int:
        """Milliseconds until the heartbeat, or until a list that waits may be passed on."""
        if not self._copy.is_dirty:
            return _HEARTBEAT
        return max(1, int(1_000 * (self._listed_at + _BETWEEN_LISTS - time.monotonic())))

    def _pause(self) -> float:
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(self._fails, 10))
        return random.uniform(longest / 2, longest)  # noqa: S311 - spreads the workers of a fleet

    def _load_state(self) -> None:
        if self._state is None:
            return
        try:
            state = read_state(self._state)
        except StateError as error:
            self._on_event(Event.STATE, str(error))
            return
        if state is None:
            return
        for key, record in state.records.items():
            self._copy.take(key, record)
        self._copy.owed.clear()
        since = max(0.0, self._clock() - state.heard)
        self._heard = (min(state.heard, self._clock()), time.monotonic() - since)
        self._age()
        self._given = self._copy.current()

    def _save_in_time(self) -> None:
        since = time.monotonic() - self._saved_at
        if (self._unsaved and since > _BETWEEN_STATES) or since > max(5.0, self._policy.max_staleness / 10):
            self._save()

    def _save(self) -> None:
        """With what a neighbour wrote: of several workers that share a state none may lose the others' news."""
        if self._state is None or self._heard is None:
            return
        self._saved_at, self._unsaved = time.monotonic(), False
        try:
            with exclusive(self._state):
                heard = self._join_neighbours(self._state, self._heard[0])
                write_state(self._state, heard, self._copy.records)
        except (OSError, StateError) as error:
            self._on_event(Event.STATE, type(error).__name__)

    def _join_neighbours(self, path: Path, heard: float) -> float:
        """Takes what other workers of this machine kept; when the store was heard of last, by any of them."""
        try:
            state = read_state(path)
        except StateError as error:
            self._on_event(Event.STATE, str(error))
            return heard
        if state is None:
            return heard
        for key, record in state.records.items():
            self._copy.take(key, record)
        return max(heard, min(state.heard, self._clock()))

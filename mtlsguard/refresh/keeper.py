"""Keeps one guard fresh while it runs: configuration, trust, revocation. Started by the first request of a process.

What is read here is read beside the requests, checked, and handed over whole by one assignment. What is broken
leaves the last good state in use, and is told once.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping
from weakref import WeakSet, finalize, ref

from mtlsguard.config import ConfigError, Problem
from mtlsguard.dialects import spoken
from mtlsguard.guard import Guard
from mtlsguard.health import SourceHealth
from mtlsguard.policy import Policy
from mtlsguard.refresh.condition import Condition
from mtlsguard.refresh.loop import Loop
from mtlsguard.refresh.signals import Nudged, listen
from mtlsguard.refresh.sources import Sources
from mtlsguard.refresh.watching import Watched
from mtlsguard.resolving import Loaded
from mtlsguard.revocation_policy import RefreshPolicy, Sighup, Watch

Load = Callable[[Mapping[str, bytes]], Loaded]

_PERIOD = 0.25  # seconds between two looks at files: a change counts after two, so well within a second
_AGAIN = 5.0  # seconds after which a broken configuration is read again, changed or not: files it names may have come

_keepers: "WeakSet[Keeper]" = WeakSet()


def keep(guard: Guard, loaded: Loaded, load: Load) -> None:
    """ConfigError where a list or deny list cannot be used. A guard that nothing can change is left alone."""
    sources = Sources(loaded.policy)
    if problems := sources.begin():
        raise ConfigError(problems)
    if not loaded.files and sources.empty:
        return
    guard.keeper = keeper = Keeper(guard, loaded, load, sources)
    guard.look(sources.view)
    guard.current.dormant = True
    _keepers.add(keeper)
    finalize(guard, keeper.close)
    keeper.listen()


class Keeper:
    """Of one guard. Everything that is public may be called by any thread."""

    def __init__(self, guard: Guard, loaded: Loaded, load: Load, sources: Sources) -> None:
        self._guard = ref(guard)
        self._load = load
        self._sources = sources
        self._watched = _watching(loaded)
        self._condition = Condition("configuration", "configuration", time.time)
        self._condition.good(_entries(loaded.policy), changed=False)
        self._read_again = 0.0
        self._asked = False
        self._loop: Loop | None = None
        self._lock = threading.RLock()
        self._publishing = threading.Lock()
        self._nudged = Nudged(self.nudge)

    def wake(self) -> None:
        """Once in each process that serves: the state may be that of a parent, from long ago."""
        with self._lock:
            guard = self._guard()
            if guard is None or self._loop is not None:
                return
            self._catch_up()
            try:
                self._begin()
            except BaseException:  # no thread more: the next request tries again
                self.close()
                raise
            self._publish()
            guard.rouse()
            self.listen()

    def _begin(self) -> None:
        self._loop = Loop("refresh", _PERIOD, self._step, self._failed)
        self._loop.start()
        self._sources.start(self.nudge, self._publish)
        if self._sources.bundles_changed():
            self._reread()

    def listen(self) -> None:
        """When the guard is made, which most servers do in the main thread of a worker, and when it is woken: servers
        that fork may have taken the signal back in between."""
        if self._refresh.sighup is Sighup.RELOAD:
            listen(self._nudged)

    def close(self) -> None:
        with self._lock:
            if self._loop is not None:
                self._loop.close()
                self._loop = None
            self._sources.close()
            guard = self._guard()
            if guard is not None:
                guard.rouse(dormant=True)

    def reload(self) -> None:
        with self._lock:
            self._reread()
            self._sources.look(everything=True)
            self._sources.look_at_lists()
            self._publish()

    def nudge(self) -> None:
        """Everything is looked at as soon as the thread gets to it. Safe in signal handlers."""
        self._asked = True
        if self._loop is not None:
            self._loop.nudge()

    def wait(self, awaited: tuple[object, ...]) -> None:
        self._sources.wait(awaited)

    def health(self) -> tuple[SourceHealth, ...]:
        return (self._condition.health(), *self._sources.health())

    def after_fork(self) -> None:
        """In the child: no thread of the parent's is there, and a lock that one of them held would stay held."""
        self._lock = threading.RLock()
        self._publishing = threading.Lock()
        self._loop = None
        self._sources.after_fork()
        guard = self._guard()
        if guard is not None:
            guard.after_fork()
            guard.rouse(dormant=True)

    @property
    def _refresh(self) -> RefreshPolicy:
        guard = self._guard()
        return guard.current.policy.refresh if guard is not None else RefreshPolicy()

    def _catch_up(self) -> None:
        if self._watched.differs() and self._refresh.watch is Watch.ON:
            self._reread()
        self._sources.catch_up()
        self._publish()

    def _step(self) -> None:
        asked = self._asked
        if asked:  # before anything is read: whoever asks meanwhile may have changed what was just read
            self._asked = False
        with self._lock:
            try:
                if asked or self._is_due() or self._sources.bundles_changed():
                    self._reread()
            finally:  # whatever a configuration leads to, the lists are looked at
                if asked or self._refresh.watch is Watch.ON:
                    self._sources.look(everything=asked)
                self._publish()

    def _is_due(self) -> bool:
        changed = self._refresh.watch is Watch.ON and self._watched.look()
        return changed or 0 < self._read_again <= time.monotonic()

    def _reread(self) -> None:
        """The whole configuration anew: what is the same costs nothing but this."""
        before = self._watched.before_reading()
        try:
            loaded = self._load(self._sources.fetched)
            self._use(loaded)
        except ConfigError as error:
            self._condition.bad("ConfigError", [str(problem) for problem in error.problems])
            self._watched.accept(before)
            self._read_again = time.monotonic() + _AGAIN
            return
        self._read_again = 0.0
        self._watched = _watching(loaded)

    def _use(self, loaded: Loaded) -> None:
        guard = self._guard()
        if guard is None:
            return
        old, new = guard.current.policy, loaded.policy
        if old == new and self._sources.fit(new):
            self._condition.good(_entries(new), changed=False)
            return
        _refuse_other_interface(old, new)
        if not self._sources.serves(new):
            self._exchange(Sources(new))
        guard.replace(new, self._sources.view)
        self._publish()
        self._condition.good(_entries(new))

    def _exchange(self, sources: Sources) -> None:
        """ConfigError leaves the old ones at work."""
        if problems := sources.begin():
            raise ConfigError(problems)
        sources.adapt(self._sources)
        self._sources = sources
        if self._loop is not None:
            sources.start(self.nudge, self._publish)

    def _publish(self) -> None:
        """What sources know now; also where somebody has put another policy, and with it an older view, in place. The
        policy before the next one goes on with what it has, where the next one has other deny lists."""
        guard = self._guard()
        with self._publishing:
            if guard is None or guard.current.view is self._sources.view:
                return
            policy, view = guard.current.policy.revocation, self._sources.view
            if view.covers(policy) or not guard.current.view.covers(policy):
                guard.look(view)

    def _failed(self, error: str) -> None:
        self._condition.bad(error)


def _watching(loaded: Loaded) -> Watched:
    watched = Watched(loaded.files)
    watched.accept(loaded.files)
    return watched


def _entries(policy: Policy) -> int:
    """Certificates that paths may end at or lead through."""
    trust = policy.trust
    return len(trust.anchors) + len(trust.intermediates) + sum(len(bundle.anchors) for bundle in trust.bundles)


def _refuse_other_interface(old: Policy, new: Policy) -> None:
    """A guard behind an ASGI server cannot become one for WSGI."""
    before, after = spoken(old.proxy).native, spoken(new.proxy).native
    if after is not None and (before is None or before.interface is not after.interface):
        raise ConfigError([Problem("proxy.dialect", "a dialect of the same kind of server", "start the service anew")])


def _after_fork() -> None:
    for keeper in list(_keepers):
        keeper.after_fork()


os.register_at_fork(after_in_child=_after_fork)

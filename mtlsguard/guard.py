"""What a service holds: the snapshot of the moment, and what keeps it fresh."""

from threading import RLock
from typing import Protocol

from mtlsguard.decision import Waiting
from mtlsguard.engine import Snapshot
from mtlsguard.health import SourceHealth
from mtlsguard.policy import Policy
from mtlsguard.revocation.view import NOTHING, View


class Keeper(Protocol):
    """What keeps a guard fresh while it runs: files, addresses, shared lists. Lives at the edge."""

    def wake(self) -> None:
        """Catch up with what changed, then go on in the background; at once where that runs already."""

    def reload(self) -> None:
        """Look at everything now, and return when what is new is in use."""

    def wait(self, awaited: tuple[object, ...]) -> None:
        """Block until the answers have come or the configured time is over."""

    def health(self) -> tuple[SourceHealth, ...]:
        """How each source is."""

    def close(self) -> None:
        """End what runs in the background."""


class Guard:
    """Holds the snapshot that requests are decided by. `replace` swaps it under a running service.

    A request takes `current` once and uses it throughout, so it sees the old policy or the new one, whole.
    """

    def __init__(self, policy: Policy, view: View = NOTHING) -> None:
        self.current = Snapshot(policy, view)
        self.keeper: Keeper | None = None
        self._changing = RLock()  # of two that change at once neither may lose what the other did; no request takes it

    def replace(self, policy: Policy, view: View | None = None) -> None:
        """One assignment. Decisions made under the old policy go with it; the view stays where none is given."""
        new = Snapshot(policy)
        with self._changing:
            new.view, new.dormant = view or self.current.view, self.current.dormant
            self.current = new

    def look(self, view: View) -> None:
        """One assignment. Older decisions are asked again what depends on the view, and nothing else."""
        with self._changing:
            self.current = self.current.with_view(view)

    def rouse(self, *, dormant: bool = False) -> None:
        """For what keeps the guard fresh, which runs now, or no longer."""
        with self._changing:
            self.current.dormant = dormant

    def after_fork(self) -> None:
        """In the child, where nobody is left who would open the lock."""
        self._changing = RLock()

    def wake(self) -> Snapshot:
        """For the edges, with the first request of a process: starts what keeps the guard fresh."""
        if self.keeper is not None:
            self.keeper.wake()
        return self.current

    def rest(self) -> None:
        """For the edges, when an application ends: the next request would wake the guard again."""
        if self.keeper is not None:
            self.keeper.close()

    def settle(self, snapshot: Snapshot, waiting: Waiting) -> Snapshot:
        """For the edges: waits as long as the operator allows. The same snapshot, knowing what is known then."""
        if self.keeper is not None:
            self.keeper.wait(waiting.awaited)
        return snapshot.with_view(self.current.view)

    def reload(self) -> None:
        """Looks at every file, list and bundle now. What is broken keeps its last good state, and says so."""
        if self.keeper is not None:
            self.keeper.reload()

    def health(self) -> tuple[SourceHealth, ...]:
        """How the sources of trust and revocation are; for metrics and alarms."""
        return self.keeper.health() if self.keeper is not None else ()

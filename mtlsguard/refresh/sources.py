"""All sources of one guard beside its configuration, put together as one view of revocation."""

from collections.abc import Callable

from mtlsguard.config import Problem
from mtlsguard.config.places import is_address
from mtlsguard.health import SourceHealth
from mtlsguard.policy import Policy
from mtlsguard.refresh.denied import DenyFile
from mtlsguard.revocation.denylist import DenyLists
from mtlsguard.revocation.view import NOTHING, View


class Sources:
    """`view` is replaced whole. `fetched`: what came from the addresses of trust bundles."""

    def __init__(self, policy: Policy, clock: Callable[[], float]) -> None:
        self.view: View = NOTHING
        self.fetched: dict[str, bytes] = {}
        files = [place for place in policy.revocation.denylists if not is_address(place)]
        self._files = [DenyFile(place, f"file-{at}", clock) for at, place in enumerate(files, 1)]

    @property
    def empty(self) -> bool:
        return not self._files

    def begin(self) -> list[Problem]:
        problems = [problem for file in self._files for problem in file.begin()]
        self._combine()
        return problems

    def start(self, nudge: Callable[[], None], publish: Callable[[], None]) -> None:
        """In each process that serves."""

    def look(self, *, everything: bool) -> None:
        if any([file.look(everything=everything) for file in self._files]):
            self._combine()

    def adapt(self, policy: Policy) -> list[Problem]:
        return []

    def bundles_changed(self) -> bool:
        return False

    def wait(self, awaited: tuple[object, ...]) -> None:
        """Until the answers are there, or the time is over."""

    def health(self) -> tuple[SourceHealth, ...]:
        return tuple(file.health() for file in self._files)

    def close(self) -> None:
        """Nothing goes on in the background."""

    def after_fork(self) -> None:
        """In the child of a fork."""

    def _combine(self) -> None:
        self.view = View(denied=DenyLists([file.current for file in self._files]) if self._files else None)

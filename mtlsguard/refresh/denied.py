"""Deny lists in files: read again as soon as they have changed and are at rest."""

from collections.abc import Callable
from pathlib import Path

from mtlsguard.config import Problem
from mtlsguard.health import SourceHealth
from mtlsguard.refresh.condition import Condition
from mtlsguard.refresh.denylist_file import Broken, read_denylist
from mtlsguard.refresh.watching import Watched
from mtlsguard.revocation.denylist import DenyList


class DenyFile:
    """One file. `current` is its last good state."""

    def __init__(self, path: str, name: str, clock: Callable[[], float]) -> None:
        self.path = path
        self.current = DenyList()
        self._condition = Condition("denylist", name, clock)
        self._watched = Watched([path])

    def begin(self) -> list[Problem]:
        """The first reading, whose problems stop the start."""
        found = self._read()
        return [] if isinstance(found, DenyList) else [Problem("revocation.denylist", f"a deny list: {found}")]

    def look(self, *, everything: bool) -> bool:
        """Has it changed, and was it sound?"""
        if not everything and not self._watched.look():
            return False
        before = self.current
        found = self._read()
        if isinstance(found, str):
            self._condition.bad("Broken", [found])
        return self.current is not before

    def catch_up(self) -> bool:
        return self._watched.differs() and self.look(everything=True)

    def failed(self, error: str) -> None:
        self._condition.bad(error)

    def health(self) -> SourceHealth:
        return self._condition.health()

    def _read(self) -> DenyList | str:
        """What was read, or what is wrong with it; never what stands there."""
        before = self._watched.before_reading()
        try:
            found = read_denylist(Path(self.path))
        except OSError as error:
            found, sentence = None, f"{Path(self.path).name}: {error.strerror}"
        else:
            sentence = _sentence(found) if isinstance(found, Broken) else ""
        self._watched.accept(before, failed=found is None)
        if not isinstance(found, DenyList):
            return sentence
        self.current = found
        self._condition.good(len(found))
        return found


def _sentence(broken: Broken) -> str:
    return ", ".join(f"line {problem.line}: {problem.expected}" for problem in broken.problems[:3])

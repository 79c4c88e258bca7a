"""How long to leave alone what has just failed."""

from collections.abc import Callable
from dataclasses import dataclass

_MOST_DOUBLINGS = 32


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds. Each failure doubles the pause from `first` up to `most`; chance takes up to a half of it away, so that
    a fleet that failed together does not come back together."""

    first: float = 1.0
    most: float = 300.0

    def pause(self, failures: int, random: Callable[[], float]) -> float:
        """After so many failures in a row. `random`: from 0 to 1, such as `random.random`."""
        if failures < 1:
            return 0.0
        whole = min(self.first * 2.0 ** min(failures - 1, _MOST_DOUBLINGS), self.most)
        return whole * (1.0 - random() / 2.0)

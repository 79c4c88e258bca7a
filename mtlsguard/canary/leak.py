"""What the canary has to report."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leak:
    """`place`: which logger and handler. `ways`: how the data got in. `kinds`: what came out. None of it is secret."""

    place: str
    ways: tuple[str, ...]
    kinds: tuple[str, ...]
    hint: str

    def __str__(self) -> str:
        return f"{self.place} lets out {', '.join(self.kinds)} (from {', '.join(self.ways)}): {self.hint}"


def found(place: str, hint: str, by_way: Mapping[str, frozenset[str]]) -> tuple[Leak, ...]:
    """None where nothing came out in any way."""
    leaking = {way: kinds for way, kinds in by_way.items() if kinds}
    if not leaking:
        return ()
    return (Leak(place, tuple(leaking), tuple(sorted(frozenset().union(*leaking.values()))), hint),)

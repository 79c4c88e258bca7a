"""Patterns over segments, `a/*/b` or `a/**`, in a tree: the cost of a look-up does not grow with their number."""

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

ONE = "*"  # exactly one segment
REST = "**"  # any number of segments, none included; only at the end

T = TypeVar("T")


class SegmentTree(Generic[T]):
    """Keeps values under patterns; answers all values whose pattern matches."""

    __slots__ = ("_below", "_exact", "_rest")

    def __init__(self) -> None:
        self._below: dict[str, SegmentTree[T]] = {}
        self._exact: list[T] = []
        self._rest: list[T] = []

    def add(self, pattern: Sequence[str], value: T) -> None:
        if not pattern:
            self._exact.append(value)
        elif pattern[0] == REST:
            self._rest.append(value)
        else:
            self._below.setdefault(pattern[0], SegmentTree()).add(pattern[1:], value)

    def find(self, segments: Sequence[str], at: int = 0) -> Iterator[T]:
        """Recurses no deeper than the deepest pattern. A segment that reads "*" is data here, never a wildcard."""
        yield from self._rest
        if at == len(segments):
            yield from self._exact
            return
        segment = segments[at]
        if segment != ONE and (exact := self._below.get(segment)):
            yield from exact.find(segments, at + 1)
        if any_one := self._below.get(ONE):
            yield from any_one.find(segments, at + 1)


def well_formed(pattern: Sequence[str]) -> bool:
    """Wildcards are whole segments, and `**` comes last."""
    wild = [segment for segment in pattern if "*" in segment]
    return all(segment in {ONE, REST} for segment in wild) and REST not in pattern[:-1]

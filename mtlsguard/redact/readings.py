"""How a text may be read: as it is, without what was written around its lines, and as it was before it was escaped."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from mtlsguard.redact import collected, escaped
from mtlsguard.redact.contract import Span
from mtlsguard.redact.markers import MARKER, MASK, RANK, Kind
from mtlsguard.redact.rendering import hidden as _rendering
from mtlsguard.redact.rendering import may_be_rendered, plain

# Each a chain: what is hidden in a text, then in what is left of it, and so on.
_CHAINS = (collected.LAYERS, (escaped.hidden,))
_LONGEST_PREFIX = 400  # characters; without the one before the first line those of the next are not known


class _View:
    """A text in which something is hidden, or shown as something else."""

    __slots__ = ("_hidden", "_starts", "shown")

    def __init__(self, raw: str, hidden: list[tuple[int, int, str]]) -> None:
        self._hidden = hidden
        self._starts: list[int] = []
        pieces: list[str] = []
        position = length = 0
        for start, end, shown in hidden:
            piece = raw[position:start]
            length += len(piece)
            self._starts.append(length)
            length += len(shown)
            pieces += (piece, shown)
            position = end
        self.shown = "".join((*pieces, raw[position:])) if pieces else raw

    def in_raw(self, span: Span) -> Span:
        return Span(self._before(span.start), self._behind(span.end), span.kind)

    def _before(self, position: int) -> int:
        """The place in the raw text; within a mask, the start of what it stands for."""
        number = bisect_right(self._starts, position) - 1
        if number < 0:
            return position
        start, end, shown = self._hidden[number]
        inside = position - self._starts[number]
        return start if inside < len(shown) else end + inside - len(shown)

    def _behind(self, position: int) -> int:
        number = bisect_left(self._starts, position) - 1
        if number < 0:
            return position
        _, end, shown = self._hidden[number]
        return end + max(0, position - self._starts[number] - len(shown))


class Reading:
    """Views, each of what the one before it shows. The last is what the forms see."""

    __slots__ = ("_views",)

    def __init__(self, views: tuple[_View, ...]) -> None:
        self._views = views

    @property
    def shown(self) -> str:
        return self._views[-1].shown

    def in_raw(self, found: list[Span]) -> list[Span]:
        for view in reversed(self._views):
            found = [view.in_raw(span) for span in found]
        return found

    def besides(self) -> "Iterator[Reading]":
        for chain in _CHAINS:
            views = self._views
            for hidden_in in chain:
                if hidden := hidden_in(views[-1].shown):
                    views = (*views, _View(views[-1].shown, hidden))
            if len(views) > len(self._views):
                yield Reading(views)


class Masked:
    """A text of which each find, and each marker that was in it before, is shown as the same short mask, and in which
    nothing is seen of what a terminal, a box or HTML adds: it would part words from their values.
    """

    __slots__ = ("_raw", "finds", "readings")

    def __init__(self, raw: str, finds: list[Span] | None = None) -> None:
        self.finds = _markers_in(raw) if finds is None else finds
        self._raw = raw
        plainly = Reading((_View(raw, [*_hidden(raw, self.finds)]),))
        self.readings = (plainly, *plainly.besides())

    def with_finds(self, found: list[Span]) -> "Masked":
        """`found`: places in the raw text."""
        return Masked(self._raw, _merged([*self.finds, *found])) if found else self


def written(text: str, start: int, end: int) -> str:
    """What a find is, without what was added to show or to collect it."""
    if text.find("\n", start, end) < 0:
        return plain(text[start:end])
    line = text.rfind("\n", max(0, start - _LONGEST_PREFIX), start) + 1
    piece = text[line:end]
    for layer in collected.LAYERS:
        piece = _View(piece, [one for one in layer(piece) if one[0] >= start - line]).shown
    return plain(piece[start - line :])


def _markers_in(raw: str) -> list[Span]:
    if "[" not in raw:
        return []
    return [Span(found.start(), found.end(), Kind(found["kind"])) for found in MARKER.finditer(raw)]


def _hidden(raw: str, finds: Iterable[Span]) -> Iterator[tuple[int, int, str]]:
    """What is hidden, in order, and what is shown in its place."""
    if not may_be_rendered(raw):
        yield from ((find.start, find.end, MASK) for find in finds)
        return
    position = 0
    for find in finds:
        yield from _rendering(raw, position, find.start)
        yield find.start, find.end, MASK
        position = find.end
    yield from _rendering(raw, position, len(raw))


def _merged(spans: list[Span]) -> list[Span]:
    """Overlapping spans become one, of the gravest kind among them."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end), min(last.kind, span.kind, key=RANK.__getitem__))
        else:
            merged.append(span)
    return merged

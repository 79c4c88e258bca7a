"""Long texts: only what is around something suspicious is examined, and only so much of it.

A text of any length costs one glance, and what is left is bounded: who fills a text with what keeps the forms busy
loses the rest of it to a marker, unread.
"""

from collections.abc import Callable, Iterator

from mtlsguard.redact.contract import Span
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled
from mtlsguard.redact.prefilter import lets_through

WHOLE = 8 * 1024  # characters; shorter texts are examined as a whole
_BLOCK = 2048  # is glanced at
_OVERLAP = 256  # the glance needs less, and so does a name to tell what stands behind it
_TOUCHES = 16  # a find that ends so near to the end of a region may go on behind it,
_LINE = 400  # and so may one that ends with the last whole line, if what is left of the next is no longer than this
_MOST = 24 * 1024  # characters of one text are examined, those that are seen twice counted twice
_LONG_WORD = 32  # characters
_WORD = r"[A-Za-z0-9+/=_%\\-]"
_RUN = compiled(rf"{_WORD}*+(?:[\s\"',|]{{1,160}}+{_WORD}{{{_LONG_WORD},}}+)*+")

Spans = Callable[[str], list[Span]]


def spans_in(text: str, spans: Spans) -> list[Span]:
    """What `spans` finds in the suspicious parts, in order."""
    found: list[Span] = []
    left, position = _MOST, 0
    for start, end in _suspicious(text):
        if end <= position:
            continue
        region = _Region(text, max(start, position), end, position)
        left = region.examine(spans, left)
        found += region.found
        position = region.end
        if position == len(text):
            break
    return found


def _suspicious(text: str) -> Iterator[tuple[int, int]]:
    """Blocks in which there may be something, with what is around them; neighbours are one, up to all that will be
    examined.
    """
    begin = end = 0
    for start in range(0, len(text), _BLOCK):
        if not lets_through(text[max(0, start - _OVERLAP) : start + _BLOCK + _OVERLAP]):
            continue
        next_begin = _begin(text, start)
        if next_begin > end or end - begin > _MOST:
            if end:
                yield begin, end
            begin = max(next_begin, end)
        end = min(len(text), start + _BLOCK + _OVERLAP)
    if end:
        yield begin, end


def _begin(text: str, position: int) -> int:
    """At a line if one begins near, else at a blank: no word begins with the region that does not begin there."""
    start = max(0, position - _OVERLAP)
    if start == 0:
        return 0
    line = text.find("\n", start, position)
    return line + 1 if line >= 0 else max(text.find(" ", start, position), start)


class _Region:
    """Grows as long as a find touches one of its ends. `floor`: where the one before it ended."""

    def __init__(self, text: str, start: int, end: int, floor: int) -> None:
        self._text = text
        self._floor = floor
        before, after = _run(text[floor:start][::-1], 0), _run(text, end)
        self._start = max(floor, start - before - _OVERLAP) if before else start
        self.end = min(len(text), end + after + _OVERLAP) if after else end
        self.found: list[Span] = []

    def examine(self, spans: Spans, left: int) -> int:
        """What may be examined, and what is left of it."""
        seen = 0
        while (size := self.end - self._start) <= left:
            left -= size
            self._look(spans, self.end)
            seen, start = self.end, self._start
            if not self._grows(size):
                return left
            if self.end - self._start > left:
                self._give_up(start, seen)
                return left
        seen = self._start + left
        self._look(spans, seen)
        rest = self.end if _is_run(self._text[seen - _LONG_WORD : seen]) else len(self._text)
        self.end = max(rest, seen)
        begin = max(self._start, seen - _OVERLAP)
        while self.found and self.found[-1].end >= begin:
            begin = min(begin, self.found.pop().start)
        self.found.append(Span(begin, self.end, Kind.UNEXAMINED))
        return 0

    def _look(self, spans: Spans, end: int) -> None:
        found = spans(self._text[self._start : end])
        self.found = [Span(self._start + span.start, self._start + span.end, span.kind) for span in found]

    def _grows(self, size: int) -> bool:
        before, after = self._start, self.end
        if self.found and self.found[0].start < before + _TOUCHES:
            self._start = max(self._floor, before - size)
        if self.found and self._touches(self.found[-1].end):
            self.end = min(len(self._text), after + size)
        return (before, after) != (self._start, self.end)

    def _touches(self, position: int) -> bool:
        return position > self.end - _TOUCHES or (
            position > self.end - _LINE and self._text.count("\n", position, self.end) <= 1
        )

    def _give_up(self, start: int, seen: int) -> None:
        """Nobody knows how far the finds at the ends go on: all of it is theirs."""
        if self._start < start:
            self.found[0] = self.found[0]._replace(start=self._floor)
        if self.end > seen:
            self.found[-1] = self.found[-1]._replace(end=len(self._text))
            self.end = len(self._text)


def _run(text: str, start: int) -> int:
    """How many characters of an encoded block follow: they say nothing by themselves."""
    found = _RUN.match(text, start)
    return found.end() - start if found else 0


def _is_run(text: str) -> bool:
    found = _RUN.match(text)
    return found is not None and found.end() == len(text)

"""Where a text that is too long to be held may be cut, so that the halves show what the whole showed."""

from collections.abc import Callable, Iterator
from itertools import islice

from mtlsguard.redact.contract import Span
from mtlsguard.redact.markers import Kind

Spans = Callable[[str], list[Span]]

_MOST_TRIES = 6
_CONTEXT = 256  # characters: a name that tells what stands behind it is shorter
_SEPARATORS = "\n ,;&"
_STEP = 13  # characters: elsewhere in a line of base64


def cut(text: str, found: list[Span], spans: Spans) -> int:
    """A place near the middle where nothing is lost; 0 if there is none.

    It is tried, not reasoned: what is found in the halves must cover all that was found in the whole.
    """
    for place in islice(_places(text, found), _MOST_TRIES):
        halves = [*spans(text[:place]), *_shifted(spans(text[place:]), place)]
        if _covers(halves, found):
            return place
    return 0


def _places(text: str, found: list[Span]) -> Iterator[int]:
    """The middle if no find is there, then the ends and the approaches of the finds around it."""
    middle = _separator(text, len(text) // 2)
    inside = [span for span in found if span.start < middle < span.end]
    if not inside:
        yield middle
    latest = len(text) * 3 // 4
    for span in reversed([span for span in found if span.start < latest]):
        if len(text) // 4 < span.end <= latest:
            yield span.end
        if span.start > _CONTEXT:
            yield _separator(text, span.start - _CONTEXT)


def _separator(text: str, before: int) -> int:
    """The second half begins with a separator: what stands at the very start of a text means more than elsewhere."""
    floor = max(1, before // 2)
    place = max(text.rfind(mark, floor, before) for mark in _SEPARATORS)
    return place if place > 0 else before


def _shifted(found: list[Span], by: int) -> Iterator[Span]:
    return (Span(span.start + by, span.end + by, span.kind) for span in found)


def _covers(halves: list[Span], whole: list[Span]) -> bool:
    remaining = iter(halves)
    one = next(remaining, None)
    for span in whole:
        while one is not None and one.end < span.end:
            one = next(remaining, None)
        if one is None or one.start > span.start:
            return False
    return True


def shortened(text: str, found: list[Span], spans: Spans) -> str:
    """The text with less of its longest find, and else the same finds; empty if that cannot be done."""
    longest = max(found, key=lambda span: span.end - span.start, default=Span(0, 0, Kind.UNEXAMINED))
    keep = max(_CONTEXT, len(text) // 8)
    if longest.end - longest.start < 3 * keep:
        return ""
    for shift in range(_MOST_TRIES):
        left, right = _in_word(text, longest.start + keep), _in_word(text, longest.end - keep + _STEP * shift)
        shorter = text[:left] + text[right:]
        if spans(shorter) == list(_closed_up(found, left, right - left)):
            return shorter
    return ""


def _closed_up(found: list[Span], place: int, less: int) -> Iterator[Span]:
    """The same finds in a text that has lost so many characters at this place."""
    for start, end, kind in found:
        yield Span(start - less * (start > place), end - less * (end > place), kind)


def _in_word(text: str, near: int) -> int:
    """A place between two letters or digits, where no escape is torn."""
    for place in range(near, min(near + 64, len(text) - 4)):
        around = text[place - 4 : place + 4]
        if around.isalnum() and around.isascii():
            return place
    return near

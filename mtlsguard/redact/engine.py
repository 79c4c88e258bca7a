"""Text in, text without certificate data out."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator

from mtlsguard.redact import collected, escaped, memory, regions
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.forms import BLOCKS, IN_CONTEXT
from mtlsguard.redact.markers import MARKER, MASK, RANK, Kind
from mtlsguard.redact.naming import Names
from mtlsguard.redact.prefilter import lets_through, may_hold_certificate_data
from mtlsguard.redact.rendering import hidden as _rendering
from mtlsguard.redact.rendering import may_be_rendered, plain

__all__ = ["may_hold_certificate_data", "redacted", "redacted_octets", "spans"]

# A find costs a thousand times what a clean character costs. Certificates are longer than this on average.
_MOST_SPANS = 300
_CHARACTERS_PER_SPAN = 500

# A find can make visible what stood in its shadow, such as the rest of a header's line; a few times, not for ever.
_MOST_PASSES = 4
_STAGES = 2
_LONGEST_PREFIX = 400  # characters; without the one before the first line those of the next are not known


def redacted(text: str, names: Names) -> str:
    """The text with a marker for every piece of certificate data; the very same object if there is none.

    Idempotent, linear in the length of the text, and never raises.
    """
    if not lets_through(text):
        return text
    if len(text) > memory.LONGEST or not names.has_room:
        return _cleaned(text, names)
    place = memory.place_of(names.key, "", text)
    made = memory.TEXTS.recall(place)
    if isinstance(made, memory.Unknown):
        made = _cleaned(text, names)
        memory.TEXTS.remember(place, None if made is text else made)
    return text if made is None else made


def redacted_octets(octets: bytes, names: Names) -> bytes:
    """As `redacted`, for UTF-8 or any other encoding that holds ASCII. The DER of a certificate, which begins with 0x30
    and 0x82, is never UTF-8.
    """
    try:
        text, encoding = octets.decode(), "utf-8"
    except UnicodeDecodeError:
        text, encoding = octets.decode("latin-1"), "latin-1"
    cleaned = redacted(text, names)
    return octets if cleaned is text else cleaned.encode(encoding)


def _cleaned(text: str, names: Names) -> str:
    return _rewritten(text, spans(text), names) if may_hold_certificate_data(text) else text


def spans(text: str) -> list[Span]:
    """Where certificate data is, in order, without overlaps. Markers that stand in the text already are none."""
    return _spans(text) if len(text) <= regions.WHOLE else regions.spans_in(text, _spans)


def _spans(text: str) -> list[Span]:
    """After each stage the finds are masked, so that the next sees what will be seen in the result."""
    masked, idle = Masked(text), 0
    for forms in (BLOCKS, IN_CONTEXT) * _MOST_PASSES:
        before, masked = masked, masked.with_finds(masked.found_by(forms))
        idle = idle + 1 if masked.finds == before.finds else 0
        if idle == _STAGES:
            break
    return [find for find in masked.finds if not MARKER.fullmatch(text, find.start, find.end)]


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


# Without what a collector of logs writes around each line, and without the escapes of a URL.
_WAYS: tuple[Callable[[str], list[tuple[int, int, str]]], ...] = (collected.hidden, escaped.hidden)


class Masked:
    """A text of which each find, and each marker that was in it before, is shown as the same short mask, and in which
    nothing is seen of what a terminal, a box or HTML adds: it would part words from their values. The same once more
    for each of `_WAYS` in which it may be read besides.
    """

    __slots__ = ("_others", "_raw", "_text", "finds")

    def __init__(self, raw: str, finds: list[Span] | None = None) -> None:
        self.finds = _markers_in(raw) if finds is None else finds
        self._raw = raw
        self._text = _View(raw, [*_hidden(raw, self.finds)])
        shown = self._text.shown
        self._others = [_View(shown, hidden) for hidden_in in _WAYS if (hidden := hidden_in(shown))]

    def with_finds(self, found: list[Span]) -> "Masked":
        """`found`: places in the raw text."""
        return Masked(self._raw, _merged([*self.finds, *found])) if found else self

    def found_by(self, forms: Iterable[Form]) -> list[Span]:
        found = [self._text.in_raw(span) for span in _found_by(forms, self._text.shown)]
        for other in self._others:
            found += map(self._text.in_raw, map(other.in_raw, _found_by(forms, other.shown)))
        return found


def _markers_in(raw: str) -> list[Span]:
    if "[" not in raw:
        return []
    return [Span(found.start(), found.end(), Kind(found["kind"])) for found in MARKER.finditer(raw)]


def _hidden(raw: str, finds: list[Span]) -> Iterator[tuple[int, int, str]]:
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


def _found_by(forms: Iterable[Form], shown: str) -> list[Span]:
    text = Text(shown)
    return [span for form in forms if form.may_be_in(text) for span in _found(form, text)]


def _found(form: Form, text: Text) -> Iterator[Span]:
    """What the form finds anew, up to a limit; who fills a text with finds to keep us busy loses the rest of it."""
    left = _MOST_SPANS + len(text.raw) // _CHARACTERS_PER_SPAN
    for span in form.find(text):
        if span.start >= span.end or text.raw[span.start : span.end] == MASK:
            continue
        if not left:
            yield Span(span.start, len(text.raw), Kind.UNEXAMINED)
            return
        left -= 1
        yield span


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


def _rewritten(text: str, spans: Iterable[Span], names: Names) -> str:
    pieces: list[str] = []
    position = 0
    for start, end, kind in spans:
        written = _written(text, start, end) if names.names(kind) else ""
        pieces += (text[position:start], names.marker(kind, written))
        position = end
    if not position:
        return text
    pieces.append(text[position:])
    return "".join(pieces)


def _written(text: str, start: int, end: int) -> str:
    """What a find is, without what was added to show or to collect it."""
    if text.find("\n", start, end) < 0:
        return plain(text[start:end])
    line = text.rfind("\n", max(0, start - _LONGEST_PREFIX), start) + 1
    piece = text[line:end]
    around = [one for one in collected.hidden(piece) if one[0] >= start - line]
    return plain(_View(piece, around).shown[start - line :])

"""Text in, text without certificate data out."""

from collections.abc import Iterable, Iterator

from mtlsguard.redact import memory, regions
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.forms import BLOCKS, IN_CONTEXT
from mtlsguard.redact.markers import MARKER, MASK, Kind
from mtlsguard.redact.naming import Names
from mtlsguard.redact.prefilter import lets_through, may_hold_certificate_data
from mtlsguard.redact.readings import Masked, written

__all__ = ["may_hold_certificate_data", "redacted", "redacted_octets", "spans"]

# A find costs a thousand times what a clean character costs. Certificates are longer than this on average.
_MOST_SPANS = 150
_CHARACTERS_PER_SPAN = 500

# A find can make visible what stood in its shadow, such as the rest of a header's line; a few times, not for ever.
_MOST_PASSES = 4
_STAGES = 2


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
        before, masked = masked, masked.with_finds(_found_in(masked, forms))
        idle = idle + 1 if masked.finds == before.finds else 0
        if idle == _STAGES:
            break
    return [find for find in masked.finds if not MARKER.fullmatch(text, find.start, find.end)]


def _found_in(masked: Masked, forms: tuple[Form, ...]) -> list[Span]:
    return [find for reading in masked.readings for find in reading.in_raw(_found_by(forms, reading.shown))]


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


def _rewritten(text: str, spans: Iterable[Span], names: Names) -> str:
    pieces: list[str] = []
    position = 0
    for start, end, kind in spans:
        plain = written(text, start, end) if names.names(kind) else ""
        pieces += (text[position:start], names.marker(kind, plain))
        position = end
    if not position:
        return text
    pieces.append(text[position:])
    return "".join(pieces)

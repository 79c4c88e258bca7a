"""Text in, text without certificate data out."""

from collections.abc import Iterable, Iterator

from mtlsguard.redact.contract import Form, Span, Text, fold
from mtlsguard.redact.forms import BLOCKS, IN_CONTEXT
from mtlsguard.redact.markers import RANK, Kind, marker

_FORMS = (*BLOCKS, *IN_CONTEXT)
# Each with its rarest character, which says no in a tenth of the time.
_RARE = "\x82\ufffd\udc82JQXZKVWYUBHFIGMNOLDPRTACES"
_HINTS = tuple((min(hint, key=f"{_RARE}{hint}".index), hint) for form in _FORMS for hint in form.hints)
_FOLDED_HINTS = tuple(dict.fromkeys(hint for form in _FORMS for hint in form.folded_hints))
_GLANCES = tuple((form.gate, form.glance) for form in _FORMS if form.glance)

# A find costs a thousand times what a clean character costs. Certificates are longer than this on average.
_MOST_SPANS = 2000
_CHARACTERS_PER_SPAN = 500

# A marker can make visible what stood in its place's shadow, such as the rest of a header's line; once, not for ever.
_MOST_PASSES = 4


def redact_text(text: str) -> str:
    """The text with a marker for every piece of certificate data; the very same object if there is none.

    Idempotent, linear in the length of the text, and never raises.
    """
    if not may_hold_certificate_data(text):
        return text
    for _ in range(_MOST_PASSES):
        short = _without(BLOCKS, text)
        text = _without(IN_CONTEXT, short)
        if text is short:
            break
    return text


def _without(forms: Iterable[Form], raw: str) -> str:
    text = Text(raw)
    spans = [span for form in forms if form.may_be_in(text) for span in _found(form, text)]
    return _rewritten(raw, _merged(spans)) if spans else raw


def may_hold_certificate_data(text: str) -> bool:
    """No is certain, yes is not. Nearly every line of a log ends here, so plain loops and no calls."""
    for rare, hint in _HINTS:
        if rare in text and hint in text:
            return True
    for gate, glance in _GLANCES:
        if gate in text and glance(text):
            return True
    lower = text.lower() if text.isascii() else fold(text)
    for hint in _FOLDED_HINTS:  # noqa: SIM110 - any() with a generator costs three times as much
        if hint in lower:
            return True
    return False


def _found(form: Form, text: Text) -> Iterator[Span]:
    """What the form finds, up to a limit; who fills a text with finds to keep us busy loses the rest of it."""
    limit = _MOST_SPANS + len(text.raw) // _CHARACTERS_PER_SPAN
    for number, span in enumerate(form.find(text)):
        if number == limit:
            yield Span(span.start, len(text.raw), Kind.UNEXAMINED)
            return
        yield span


def _merged(spans: list[Span]) -> list[Span]:
    """Overlapping spans become one, of the gravest kind among them."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end), min(last.kind, span.kind, key=RANK.__getitem__))
        elif span.start < span.end:
            merged.append(span)
    return merged


def _rewritten(text: str, spans: Iterable[Span]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end, kind in spans:
        pieces += (text[position:start], marker(kind))
        position = end
    if not position:
        return text
    pieces.append(text[position:])
    return "".join(pieces)

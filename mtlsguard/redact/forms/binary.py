"""DER as the repr of its bytes, as a JSON string of them, or raw in a text (octets read as Latin-1 or as bad UTF-8)."""

from collections.abc import Iterator

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

# The first two octets, 0x30 and 0x82, and the start of a length below 0x2000, which is always escaped in a repr.
_ESCAPED = compiled(r"0\\{1,8}+(?:x82|u0082|202)(?=[\\\x00-\x1f])")
_ANOTHER = compiled(r"""\\{0,15}+["'](?:\s|\\{1,8}+n){1,40}b(?P<opening>\\{0,15}+["'])""")
_RAW = compiled("0[\x82\ufffd\udc82](?=[\x00-\x1f])")


def find(text: Text) -> Iterator[Span]:
    """Up to the closing quote: what lies between is DER with names in the clear. Raw DER has no end to be seen."""
    position = 0
    while start := _ESCAPED.search(text.raw, position):
        opening = quoting.opening_before(text.raw, start.start())
        if opening:
            position = _end_of_literals(text.raw, start.start(), opening)
        elif text.raw[start.end()] != "\\":  # only what is not ASCII was escaped
            position = len(text.raw)
        else:
            position = quoting.end_of_line(text.raw, start.end())
        yield Span(start.start(), position, Kind.CERTIFICATE)
    if not text.raw.isascii() and (raw := _RAW.search(text.raw)):
        yield Span(raw.start(), len(text.raw), Kind.CERTIFICATE)


def _end_of_literals(raw: str, start: int, opening: str) -> int:
    """A pretty printer breaks a long one into several, on a line each."""
    end = quoting.end_of_quoted(raw, start, opening)
    while another := _ANOTHER.match(raw, end):
        end = quoting.end_of_quoted(raw, another.end(), another["opening"])
    return end


FORM = Form(find, hints=("0\x82", "0\ufffd", "0\udc82"), gate="\\", glance=_ESCAPED.search)

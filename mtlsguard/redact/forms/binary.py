"""DER as the repr of its bytes, as a JSON string of them, or raw in a text (octets read as Latin-1 or as bad UTF-8)."""

from collections.abc import Iterator

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

# The first two octets, 0x30 and 0x82, and the start of a length below 0x2000, which is always escaped in a repr.
# Or a length of one octet, and then a SEQUENCE or a short INTEGER: keys, small lists.
_OCTET = r"(?:\\{1,8}+(?:x[0-9a-f]{2}|u00[0-9a-f]{2}|[0-3][0-7]{2}|[^xu0-9])|[^\\])"
_ONE = r"\\{1,8}+(?:x01|u0001|001)"
_TWO = r"\\{1,8}+(?:x02|u0002|002)"
_SHORT = rf"(?:\\{{1,8}}+(?:x81|u0081|201){_OCTET}(?:0|(?P<key>{_TWO}))|[w.t](?P<small_key>{_TWO}{_ONE}))"
_ESCAPED = compiled(rf"0(?=(?P<escape>\\{{1,8}})?)(?:\\{{1,8}}+(?:x82|u0082|202)(?=[\\\x00-\x1f])|{_SHORT})")
_RAW = compiled("0(?:[\x82\ufffd\udc82](?=[\x00-\x1f])|[\x81\udc81].[0\x02]|[w.t]\x02\x01)")


def find(text: Text) -> Iterator[Span]:
    """Up to the closing quote: what lies between is DER with names in the clear. Raw DER has no end to be seen."""
    position = 0
    while start := _ESCAPED.search(text.raw, position):
        opening = quoting.opening_before(text.raw, start.start())
        if opening:
            position = quoting.end_of_octets(text.raw, start.start(), opening, len(start["escape"] or "1"))
        elif text.raw[start.end()] != "\\":  # only what is not ASCII was escaped
            position = len(text.raw)
        else:
            position = quoting.end_of_line(text.raw, start.end())
        is_key = start["key"] or start["small_key"]
        yield Span(start.start(), position, Kind.PRIVATE_KEY if is_key else Kind.CERTIFICATE)
    if raw := _RAW.search(text.raw):
        yield Span(raw.start(), len(text.raw), Kind.CERTIFICATE)


RAW_HINTS = ("0\x82", "0\x81", "0\ufffd", "0\udc82", "0\udc81")


def glance(text: str) -> object:
    return _ESCAPED.search(text) if "0\\" in text or "\\x02" in text or "\\u0002" in text else None


FORM = Form(find, hints=(*RAW_HINTS, "\x02\x01"), gate="\\", glance=glance)

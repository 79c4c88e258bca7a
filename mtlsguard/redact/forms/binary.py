"""DER as the repr of its bytes, as a JSON string of them, or raw in a text (octets read as Latin-1 or as bad UTF-8)."""

import re
from collections.abc import Iterator
from itertools import islice

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import BETWEEN, END_OF_OCTETS, Form, Span, Text
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

# The first two octets, 0x30 and 0x82, and the start of a length below 0x2000, which is always escaped in a repr.
# Or a length of one octet, and then a SEQUENCE or a short INTEGER: keys, small lists.
_OCTET = r"(?:\\{1,8}+(?:x[0-9a-f]{2}|u00[0-9a-f]{2}|[0-3][0-7]{2}|[^xu0-9])|[^\\])"
_ONE = r"\\{1,8}+(?:x01|u0001|001)"
_TWO = r"\\{1,8}+(?:x02|u0002|002)"
_SHORT = rf"(?:\\{{1,8}}+(?:x81|u0081|udc81|201){_OCTET}(?:0|(?P<key>{_TWO}))|[w.t](?P<small_key>{_TWO}{_ONE}))"
_LOW = r"[\x00-\x1f]|\\{1,8}+(?:x[01]|u00[01]|0[0-3][0-7]|[nrtbf])"
_REPLACED = r"u(?:fffd|FFFD|dc82)"  # what decoding makes of an octet that is no UTF-8
_ESCAPED = compiled(rf"0(?:\\{{1,8}}+(?:(?:x82|u0082|202)(?=[\\\x00-\x1f])|{_REPLACED}(?={_LOW}))|{_SHORT})")
_RAW = compiled(f"0(?:[\x82\ufffd\udc82](?={_LOW})|[\x81\udc81].[0\x02]|[w.t]\x02\x01)")
_ANY_OCTET = compiled(
    r"\\++(?:x(?P<hex>[0-9a-f]{2})|u00(?P<code>[0-9a-f]{2})|(?P<octal>[0-3][0-7]{2})|(?P<letter>.))|[^\\]", re.DOTALL
)
_LETTERS = {"n": 10, "r": 13, "t": 9, "b": 8, "f": 12, "v": 11, "a": 7}
_HEADER = 4  # octets at most that say how long it is
_FIRST_TWO = compiled(r"0(\\{1,8})?(?:[^\\]{0,5}(\\{1,8}))?")  # octets
_STRUCTURE = compiled(rf"\\{{0,15}}+[\"']{quoting.STRUCTURE}")


def find(text: Text) -> Iterator[Span]:
    """Up to the closing quote: what lies between is DER with names in the clear. Raw DER has no end to be seen."""
    position = 0
    while start := _ESCAPED.search(text.raw, position):
        position = _end(text.raw, start)
        is_key = start["key"] or start["small_key"]
        yield Span(start.start(), position, Kind.PRIVATE_KEY if is_key else Kind.CERTIFICATE)
    position = 0
    while raw := _RAW.search(text.raw, position):
        end = text.raw.find(END_OF_OCTETS, raw.end())
        position = len(text.raw) if end < 0 else end - BETWEEN.index(END_OF_OCTETS)
        yield Span(raw.start(), position, Kind.CERTIFICATE)


def _end(raw: str, start: re.Match[str]) -> int:
    """Octets that nobody wrote as a repr may hold quotes and line ends as they are: their own length is believed."""
    begin = start.start()
    opening = quoting.opening_before(raw, begin)
    if opening:
        end = quoting.end_of_octets(raw, begin, opening, _escape(raw, begin))
        if raw[begin - len(opening) - 1 : begin - len(opening)] == "b" or _STRUCTURE.match(raw, end):
            return end
    elif raw[start.end() : start.end() + 1] != "\\":  # only what is not ASCII was escaped
        return len(raw)
    else:
        end = quoting.end_of_line(raw, start.end())
    return max(end, _end_of_der(raw, begin))


def _escape(raw: str, begin: int) -> int:
    """How many backslashes an octet has: those that decoding had left are escaped deeper than those it replaced."""
    first_two = _FIRST_TWO.match(raw, begin)
    return max(map(len, first_two.groups(""))) or 1 if first_two else 1


def _end_of_der(raw: str, start: int) -> int:
    """After as many octets as its header counts. An escape is counted once, and so is a letter of several octets: it
    is never too few that are taken.
    """
    octets = _ANY_OCTET.finditer(raw, start)
    header = [_value(octet) for octet in islice(octets, _HEADER)]
    missing = _length(header) - len(header)
    if missing <= 0:
        return start
    last = next(islice(octets, missing - 1, None), None)
    return last.end() if last else len(raw)


def _length(header: list[int]) -> int:
    match header:
        case [_, 0x81, length, *_]:
            return 3 + length
        case [_, length, *_] if length < 0x80:  # noqa: PLR2004 - X.690 8.1.3.4
            return 2 + length
        case [_, _, high, low]:
            return 4 + (high << 8) + low
    return 0


def _value(octet: re.Match[str]) -> int:
    if digits := octet["hex"] or octet["code"]:
        return int(digits, 16)
    if octet["octal"]:
        return int(octet["octal"], 8)
    if octet["letter"] in _LETTERS:
        return _LETTERS[octet["letter"]]
    return ord(octet.group()[-1]) & 0xFF


RAW_HINTS = ("0\x82", "0\x81", "0\ufffd", "0\udc82", "0\udc81")


def glance(text: str) -> object:
    return _ESCAPED.search(text) if "0\\" in text or "\\x02" in text or "\\u0002" in text else None


FORM = Form(find, hints=(*RAW_HINTS, "\x02\x01"), gate="\\", glance=glance)

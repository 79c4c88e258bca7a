"""PEM of any label: whole, cut off at either end, on one line, or escaped in any way (RFC 7468, RFC 1421)."""

import re
from collections.abc import Iterator

from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.forms.base64text import BREAK, LINE_END, SHORTEST_SECRET, STANDARD, at_least, character
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

_BLANK = r"(?:[ \t+_]|%(?:25){0,4}20|\\{1,8}+u0020)"
_DASH = r"(?:-|%(?:25){0,4}2[Dd]|\\{1,8}+u002[Dd])"
_LABEL = rf"(?:{_BLANK}{{1,3}}+[A-Z0-9]{{1,24}}+){{1,5}}+{_DASH}{{1,8}}+"
_HEAD = compiled(rf"BEGIN({_LABEL})")
_FOOT = compiled(rf"END{_LABEL}")
_DASHES_BEFORE = compiled(r"(?:-|[dD]2(?:52){0,4}%){1,8}+")  # read backwards

# Lines of base64 up to where something else begins: escaped headers of an encrypted key, then words too long for
# prose, of which the last may be short if dashes follow, or if the text was cut off there.
_HEADERS = rf"(?:{BREAK}{{1,12}}+[A-Z][A-Za-z]{{1,20}}-[A-Z][a-z]{{1,20}}:[^\r\n\\%]{{0,200}}+){{0,4}}+"
_LONG = at_least(SHORTEST_SECRET, STANDARD)
_CUT_NOTE = r"(?!\+\d+\Z)"  # what tracebacks with locals add: how many characters are missing
_SHORT = rf"{_CUT_NOTE}{character(STANDARD)}{{1,{SHORTEST_SECRET - 1}}}+"
_LAST = rf"(?:{BREAK}{{0,160}}+{_SHORT}(?={BREAK}{{0,160}}+-)|{LINE_END}{{1,4}}+{_SHORT}\Z)?+"
_LONG_WORD = compiled(_LONG)
_BODY = compiled(
    rf"{_HEADERS}{BREAK}{{0,160}}+(?:MI{at_least(0, STANDARD)}?+|{_LONG})(?:{BREAK}{{1,160}}+{_LONG})*+{_LAST}"
)

# The same read backwards, where an escape is seen from its wrong end and so counts as part of a word.
_SEEN_BACK = r"[A-Za-z0-9+/=%\\]"
_BREAK_BACK = r"""[\s"'(),\[\]|>\u2500-\u259f]"""
_TAIL = compiled(
    rf"(?:{_BREAK_BACK}{{0,160}}+{_SEEN_BACK}{{1,{SHORTEST_SECRET - 1}}}+(?={_BREAK_BACK}))?+"
    rf"(?:{_BREAK_BACK}{{0,160}}+{_SEEN_BACK}{{{SHORTEST_SECRET},}}+)++"
)


def find(text: Text) -> Iterator[Span]:
    raw = text.raw
    position = 0
    while True:
        head = _HEAD.search(raw, position)
        until = head.start() if head else len(raw)
        yield from _tails(raw, position, until)
        if head is None:
            return
        end = _end(raw, head.end())
        if end > head.end():  # the bare words of a frame are no secret
            yield Span(_with_dashes(raw, position, head.start()), end, _kind(head.group()))
        position = end


def _end(raw: str, body: int) -> int:
    """The end of the footer if there is one before the next block, else of what looks like base64."""
    following = raw.find("BEGIN", body)
    until = following if following >= 0 else len(raw)
    foot = _FOOT.search(raw, body, until)
    if foot and _LONG_WORD.search(raw, body, foot.start()):
        return foot.end()
    return _after(_BODY, raw, body)


def _after(pattern: re.Pattern[str], raw: str, start: int) -> int:
    found = pattern.match(raw, start)
    return found.end() if found else start


def _tails(raw: str, start: int, end: int) -> Iterator[Span]:
    """Footers whose header was cut away, with the lines before them."""
    for foot in _FOOT.finditer(raw, start, end):
        dashes = _with_dashes(raw, start, foot.start())
        found = _TAIL.match(raw[start:dashes][::-1])
        if found:
            yield Span(dashes - found.end(), foot.end(), _kind(foot.group()))
        start = foot.end()


def _with_dashes(raw: str, floor: int, word: int) -> int:
    found = _DASHES_BEFORE.match(raw[max(floor, word - 64) : word][::-1])
    return word - found.end() if found else word


def _kind(label: str) -> Kind:
    return Kind.PRIVATE_KEY if "PRIVATE" in label else Kind.CERTIFICATE


FORM = Form(find, hints=("BEGIN", "-----END"))

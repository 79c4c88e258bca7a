"""Octets in columns, behind an offset or an address and before the letters they are: `xxd`, `hexdump`, `od`, gdb,
tcpdump, Wireshark, Java, Go.

What is in the columns is read like any other text: DER at any place, PEM, base64. Whole lines go then, for the
letters beside the octets show the names.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from mtlsguard.redact.contract import Form, Span, Text, fold
from mtlsguard.redact.forms import der, hexadecimal, pem
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

_OCTET = "[0-9a-f]{2}"
_GROUP = rf"(?:0x)?+(?:{_OCTET}){{1,16}}+(?![0-9a-z])"
_MIDDLE = rf"(?<={' '.join([_OCTET] * 8)})(?: {{2,3}}|-)"  # of a line, where the gap is wider
# The offset may have a name beside it and a mark behind it.
_LINE = (
    r"(?P<start>(?:0x)?)(?P<offset>[0-9a-f]{4,16})(?: ?<[^<>\r\n]{1,80}>)?(?:[:|]| -)?[ \t]{1,4}"
    rf"(?P<octets>{_GROUP}(?:(?:[ \t]|{_MIDDLE}){_GROUP})*+)"
)
_LINE_END = r"""(?:\r?\n|\\{1,8}+n|["'],?\s{1,80}["'])"""
_SAME = rf"(?:\*{_LINE_END})?"  # as the line before, as often as need be
_FIRST = compiled(rf"(?:(?<![\w.])|(?<=\\[nrt])){_LINE}")
_NEXT = compiled(rf"[^\r\n]{{0,160}}?{_LINE_END}{_SAME}(?:[ \t|]|\\{{1,8}}+t){{0,40}}+{_LINE}")
_MARKS = compiled(r"0x|[ \t-]")
_MOST = 64  # are read: a packet has more octets than the columns of as many dumps in a text that is examined
_SIZES = (2, 4, 8)  # of groups that may be numbers of a processor that writes the last octet first

# What begins like PEM, a type of a name or of an extension; PEM and DER with the octets of each pair or four exchanged.
TELLING = (
    r"2[dD] ?42 ?45 ?47|06 ?03 ?55 ?(?:04|1[dD])"
    r"|422[dD] 4745|4745422[dD]|8230[ \t](?:0x)?[0-9a-fA-F]{4} ?8[12]30"
)
_TELLING = compiled(rf"{hexadecimal.NEAR}|{hexadecimal.NEAR_AS_NUMBERS}|{TELLING}")
_TYPE = compiled("06 03 55 (?:04|1d) ")


class _Line(NamedTuple):
    start: int
    end: int  # of its octets
    offset: str
    digits: str
    size: int  # of its first group, in octets


def find(text: Text) -> Iterator[Span]:
    telling = (one for one in _dumps(text.folded) if _TELLING.search(text.folded, one[0].start, one[-1].end))
    for number, dump in enumerate(telling):
        if number == _MOST:
            yield Span(dump[0].start, len(text.raw), Kind.UNEXAMINED)
            return
        yield from _found(text.raw, dump)


def octets_in(written: str) -> bytes:
    """What is in the columns, if a text begins with some."""
    dump = _dump(fold(written), 0)
    return b"".join(_octets(dump)) if dump else b""


def _dumps(folded: str) -> Iterator[list[_Line]]:
    position = 0
    while dump := _dump(folded, position):
        position = dump[-1].end
        yield dump


def _dump(folded: str, start: int) -> list[_Line]:
    found = _FIRST.search(folded, start)
    dump: list[_Line] = []
    while found and (not dump or _follows(_line(found), dump[-1])):
        dump.append(_line(found))
        found = _NEXT.match(folded, dump[-1].end)
    return dump


def _line(found: re.Match[str]) -> _Line:
    digits = _MARKS.sub("", found["octets"])
    group = found["octets"].removeprefix("0x")
    size = next((at for at, character in enumerate(group) if character in " \t-"), len(group)) // 2
    return _Line(found.start("start"), found.end(), found["offset"], digits, size)


def _follows(line: _Line, before: _Line) -> bool:
    return len(line.offset) == len(before.offset) and line.offset > before.offset


def _octets(dump: list[_Line]) -> list[bytes]:
    """Of each line. Letters beside them may look like more of them: no line has more than any but the last."""
    most = min(len(line.digits) for line in dump[:-1] or dump)
    return [bytes.fromhex(line.digits[:most]) for line in dump]


def _found(raw: str, dump: list[_Line]) -> Iterator[Span]:
    lines = _octets(dump)
    finds = [*_found_in(b"".join(lines))]
    if not finds and (size := dump[0].size) in _SIZES:
        finds = [*_found_in(b"".join(_exchanged(line, size) for line in lines))]
    starts = [0, *accumulate(map(len, lines))]
    for start, end, kind in finds:
        first, last = bisect_right(starts, start) - 1, bisect_left(starts, end) - 1
        yield Span(dump[first].start, _end(raw, dump[last], len(lines[last])), kind)


def _exchanged(octets: bytes, size: int) -> bytes:
    return b"".join(octets[at : at + size][::-1] for at in range(0, len(octets), size))


def _found_in(octets: bytes) -> Iterator[Span]:
    """Places in the octets."""
    spaced, text = Text(octets.hex(" ")), Text(octets.decode("latin-1"))
    for start, end, kind in hexadecimal.find(spaced):
        yield Span(start // 3, (end + 2) // 3, kind)
    yield from pem.find(text)
    yield from der.find(text)
    if _TYPE.search(spaced.raw):
        yield Span(0, len(octets), Kind.CERTIFICATE)


def _end(raw: str, line: _Line, count: int) -> int:
    """Behind the letters, if there are any: as many as octets, or up to the end of the line."""
    found = _letters(count).match(raw, line.end)
    return found.end() if found else line.end


@cache
def _letters(count: int) -> re.Pattern[str]:
    letters = rf"(?:[^\r\n\\]|\\{{1,8}}+(?![nr])[^\r\n]){{0,{count}}}"
    is_end = r"(?=[ \t]*(?:[\r\n]|\\{1,8}n|[\"']|\Z))"
    return compiled(rf"[ \t]{{0,120}}[|>]{letters}[|<]?|[ \t]{{2,120}}{letters}|[ \t]{letters}{is_end}")


def glance(text: str) -> bool:
    return ("30" in text and hexadecimal.glance(text)) or (_may_tell(text) and _TELLING.search(text) is not None)


def _may_tell(text: str) -> bool:
    """Three digits of each thing, written in either way."""
    return "355" in text or "3 55" in text or "547" in text or "5 47" in text or "4745" in text or "8230" in text


FORM = Form(find, gate=" ", glance=glance)

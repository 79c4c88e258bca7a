"""DER in hexadecimal, plain or octet by octet with a blank, a dash or `\\x` between; and octets with colons.

Sixteen octets with colons are a serial number, a fingerprint, a key or a signature, whatever word stands before them:
addresses of hardware have six or eight, and those of IPv6 are written in pairs.
"""

import re
from collections.abc import Iterator
from functools import cache

from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

# What may stand between the first octets, and before each in a program.
_BESIDE = r"(?:[\s:,.;|/_%$<>-]{1,6}(?:(?:0|\\{1,8})?[xX])?|\\{1,8}[xX])?"
_HEX = "[0-9a-f]"
_ANY = _HEX * 2
# SEQUENCE with two octets of length or one, then a SEQUENCE of similar length, an INTEGER 0 to 3, or a content type.
# The last two are small keys: of RFC 5915 on a curve of 256 bits, of RFC 8410. The first octet, 30, is left out.
_STARTS = (
    *(("82", _ANY, _ANY, *inner) for inner in (("30", "8[12]"), ("02", "01", "0[0-3]"), ("06", "09"))),
    *(("81", _ANY, *inner) for inner in (("30", f"[0-8]{_HEX}", _ANY), ("02", "01", "0[0-3]"))),
    ("7[47]", "02", "01", "01", "04", "20"),
    ("2e", "02", "01", "00", "30", "05"),
)
_HEAD = rf"{_BESIDE}(?:{'|'.join(_BESIDE.join(octets) for octets in _STARTS)})"
_KEY = compiled(r"30(?:82.{4}|81..|..)02010[01](?:30|02|04)")
_OF_NUMBERS = (",", ".", ";", "|", "/")  # marks
_NOT_HEX = compiled(r"[^0-9a-f]|0x")

_COLONS = 15
_LONGEST_DIGEST = 64  # octets
_WITH_COLONS = (
    rf"{_ANY}(?:(?<![0-9a-z]..)|(?<=\\[nrt]..)):{_ANY}:(?:{_ANY}:(?:(?:\s|\\{{1,8}}+[nrt]|[\"']){{1,80}}+(?={_ANY}:|{_ANY}\b))?+)"
    rf"{{{_COLONS - 2},}}+(?:{_HEX}{{1,2}}(?![0-9a-z]))?+"
    # and a shorter line below it, as GnuTLS has them without a colon at the end
    rf"(?:(?:\r?\n|\\{{1,8}}+n)(?:[ \t]|\\{{1,8}}+t){{1,40}}+{_ANY}(?::{_ANY}){{0,14}}+(?![:0-9a-z]))?+"
)
_COLON_RUN = compiled(_WITH_COLONS)
_OF_A_KEY = compiled(r"(?:priv|privateexponent|prime\d|exponent\d|coefficient):\s{0,80}\Z")


_FIRST = compiled(rf"30(?<!{_HEX}30){_HEAD}")
_MARK = compiled(rf"(?:{_HEX}|[ \t]){{2,64}}+(?:(?P<mark>[:,.;|/%$<>-])|(?P<escape>(?<!\s)\\{{1,8}}+x))?+")

# Between groups: the mark that is between the first, the end of a line or of a piece of a string.
_LINE_BREAK = r"""(?:\s|\\{1,8}+[nrt]|["']\s{1,80}["'])"""
_TOO_LONG = 16  # letters
_SOME = 4  # groups without a digit, one behind the other, are rare


@cache
def _rest(mark: str) -> re.Pattern[str]:
    """In groups of any size behind the first octets. No date follows octets without a mark."""
    ends = r"(?![0-9a-z]|[-:./]\w)" if mark == "" else "(?![0-9a-z])"
    mark = "[<>]" if mark in ("<", ">") else re.escape(mark)
    marks = rf"{mark}{{0,2}}+" if mark else ""
    apart = rf"{marks}{_LINE_BREAK}{{0,20}}+{marks}(?:\\{{0,8}}+x|0x)?+"
    is_enough = rf"(?=(?:{apart}{_ANY}){{4}})"
    cut_off = rf"(?:{apart}{_HEX}{ends}(?! \w))?+"
    return compiled(rf"{is_enough}(?:{_ANY})*+{_HEX}?+{ends}(?:{apart}{_group(apart, ends)})*+{cut_off}")


def _group(apart: str, ends: str) -> str:
    """One octet or more, of which the last may be cut off. `affected` and `facade` begin like some: without a digit
    they must be too many for a word, or at the end of a line, or not the last.
    """
    has_digit = rf"(?=[a-f]{{0,{_TOO_LONG}}}\d)"
    whole = rf"(?:{_ANY})++"
    torn = rf"(?:{_ANY})*+{_HEX}(?:\r?\n|\\{{1,8}}+n)(?:{_ANY})*+{_HEX}{ends}"  # by who wraps anywhere
    more = rf"(?:{apart}[a-f]{{2,{_TOO_LONG}}}+(?!\d)){{0,{_SOME}}}{apart}(?:{torn}|{has_digit}{whole}{_HEX}?+{ends})"
    last = r"\s{0,80}+\Z|[\r\n\"']|\\{1,8}+[nr]"
    letters = rf"(?:{_ANY}){{2,}}+(?={last}|{more})"
    of_digits = rf"(?:{has_digit}|(?={_HEX}{{{_TOO_LONG}}})){whole}{_HEX}?+{ends}"
    return rf"(?:{torn}|{_ANY}{ends}|{of_digits}|{letters})"


_ESCAPED = compiled(rf"(?:\\{{1,8}}+x\s{{0,20}}+{_ANY}){{4,}}+")  # behind it any letter may follow


def find(text: Text) -> Iterator[Span]:
    position = 0
    while head := _FIRST.search(text.folded, position):
        position = head.end()
        around = _MARK.match(text.folded, head.start())
        mark, escape = around.groups("") if around else ("", "")
        digits = _NOT_HEX.sub("", text.folded[head.start() : head.start() + 80])
        if mark in _OF_NUMBERS and not _is_nested(digits):
            continue
        if run := (_ESCAPED if escape else _rest(mark)).match(text.folded, position):
            position = run.end()
            yield Span(head.start(), position, Kind.PRIVATE_KEY if _KEY.match(digits) else Kind.CERTIFICATE)


def _is_nested(digits: str) -> bool:
    """Is what is inside shorter? Numbers of two digits with such marks between may be anything else."""
    return digits[8:12] != "3082" or digits[4:8] > digits[12:16]


def find_with_colons(text: Text) -> Iterator[Span]:
    if text.raw.count(":") < _COLONS:
        return
    for run in _COLON_RUN.finditer(text.folded):
        yield Span(run.start(), run.end(), _kind(text.folded, run.start(), run.group()))


def _kind(folded: str, start: int, run: str) -> Kind:
    if _OF_A_KEY.search(folded[max(0, start - 120) : start]):
        return Kind.PRIVATE_KEY
    if run.count(":") < _LONGEST_DIGEST:
        return Kind.FINGERPRINT
    return Kind.PUBLIC_KEY if run.startswith(("00:", "04:")) else Kind.CERTIFICATE


def glance(text: str) -> bool:
    """Of the first octets; or of the first two as numbers."""
    return _NEAR.search(text) is not None or (
        ("130" in text or "0x82" in text or "0X82" in text) and _NEAR_AS_NUMBERS.search(text) is not None
    )


def glance_at_colons(text: str) -> bool:
    return text.count(":") >= _COLONS and _COLONS_HINT.search(text) is not None


_ANY_CASE = "[0-9a-fA-F]{2}"
NEAR = (
    rf"30{_BESIDE}(?:8[12]{_BESIDE}{_ANY_CASE}{_BESIDE}(?:{_ANY_CASE}{_BESIDE})?(?:30|02|06|[aA]0)"
    rf"|(?:7[47]|2[eE]){_BESIDE}02{_BESIDE}01)"
)
NEAR_AS_NUMBERS = r"48[,\s\\nrt]{1,40}130[,\s\\]|0[xX]30[,\s\\nrt]{1,40}0[xX]82"
_NEAR = compiled(NEAR)
_NEAR_AS_NUMBERS = compiled(NEAR_AS_NUMBERS)
_COLONS_HINT = compiled(rf":(?:[0-9a-fA-F]{{2}}:){{{_COLONS - 1}}}")

FORM = Form(find, gate="30", glance=glance)
COLON_FORM = Form(find_with_colons, gate=":", glance=glance_at_colons)

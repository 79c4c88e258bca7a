"""A common name and an organization with other fields between them, as JSON and logfmt of applications have them.

Ordinary words: a bird has a common name, and whoever calls an API an organization. Beside each other, or a common name
beside what only a certificate has, they are parts of a name.
"""

from bisect import bisect_left
from collections.abc import Iterator

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.names import is_harmless
from mtlsguard.redact.patterns import compiled

_NEAR = 600  # characters from one to the other
_IS = r"s?(?:\\{0,15}+[\"'])?\s{0,2}[:=][ \t]{0,8}"
_ORGANIZATION = r"organi[sz]ation(?:al[- ]?unit)?(?:[- ]?name)?|org(?:-unit)?"
_NAMES = r"(?:(?:dns|uri|ip|email)-)?sans?|dns[- ]?names|alt[- ]?names|email[- ]?addresses"
_OF_CERTIFICATES = r"issuer ref|not[- ]?(?:before|after)|issuer|(?:sha\d{1,3}-?)?(?:fingerprint|thumbprint)|x509|cert"
_FIELD = compiled(
    rf"(?:(?<![a-z0-9-])|(?<=\\[nrt]))(?:(?P<common>common[- ]?name)|(?P<organization>{_ORGANIZATION})|"
    rf"(?P<names>{_NAMES})|(?P<certificate>{_OF_CERTIFICATES})[a-z0-9-]{{0,30}}+){_IS}"
)
_OPENING = compiled(r"(?:[bu]?(?P<opening>\\{0,15}+[\"'])|(?P<list>\[))")
_UP_TO_BRACKET = compiled(r"[^\[\]]{0,4000}+(?=\])")
_LINE_END = r"(?:\\{1,8}+r)?(?:\\{1,8}+n|\r?\n)"
_LINE = rf"{_LINE_END}[ \t]{{2,40}}(?:- )?+[^\s:\"'\\][^\r\n:\"'\\]{{1,200}}+"
_LINES = compiled(rf"(?:{_LINE}(?=[\r\n\"'\\]|\Z))++")  # of YAML
_MARGIN = compiled(rf"{_LINE_END}[ \t]*+(?:- )?+")
_UP_TO_FIELD = compiled(r"(?:[^\s,;}\])\"'\\]++|[ \t]++(?![\w.-]{1,40}+[=:]|\((?:matched|does not)))*+")


def find(text: Text) -> Iterator[Span]:
    fields = [*_FIELD.finditer(text.folded)]
    commons = [field.start() for field in fields if field["common"]]
    companions = [field.start() for field in fields if not field["common"]]
    if not commons:
        return
    for field in fields:
        beside = companions if field["common"] else commons
        if field["certificate"] is None and _is_near(field.start(), beside):
            start, end = _value(text.raw, field.end())
            if not is_harmless(text.raw[start:end], Kind.DN):
                yield Span(start, end, Kind.DN)


def _is_near(place: int, others: list[int]) -> bool:
    number = bisect_left(others, place - _NEAR)
    return number < len(others) and others[number] <= place + _NEAR


def _value(raw: str, start: int) -> tuple[int, int]:
    opening = _OPENING.match(raw, start)
    if opening and opening["opening"]:
        return opening.end(), quoting.end_of_quoted(raw, opening.end(), opening["opening"])
    if lines := _LINES.match(raw, start):
        margin = _MARGIN.match(raw, start)
        return margin.end() if margin else start, lines.end()
    begin = opening.end() if opening else start
    found = (_UP_TO_BRACKET if opening else _UP_TO_FIELD).match(raw, begin)
    return begin, found.end() if found else begin


FORM = Form(find, folded_hints=("common-name", "common name", "commonname"))

"""Subject alternative names (RFC 5280 4.2.1.6): OpenSSL's `DNS:a, email:b`, the pairs of getpeercert, labels."""

import re
from collections.abc import Iterator

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.forms.alternatives import any_of, by_first_letter
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

_TYPES = ("DNS", "email", "URI", "IP Address", "IP", "DirName", "othername", "Registered ID")
_NO_SPIFFE_ID = "(?!spiffe:)"  # it is the application's to log
_NAME = rf"{any_of(_TYPES)}:{_NO_SPIFFE_ID}"
_WORD = r"[^\s,;\"'<>\]})\\]"
_QUOTE = r"\\{0,15}+[\"']"
_LINE_END = r"(?:\\{1,8}+r)?(?:\\{1,8}+n|\r?\n)"
_MARGIN = r"(?:[ \t]|\\{1,8}+t)"
_REST = r"[^\r\n\"'\\]++"
_AND_MORE = rf":{_NO_SPIFFE_ID}(?=[^\s\"']{{1,300}}+, {{0,2}}{_NAME}){_WORD}++(?:, {{0,2}}{_NAME}{_WORD}++)*+"
_LIST = compiled(by_first_letter([(name, _AND_MORE) for name in _TYPES], r"(?<![\w:].)"))
_LABELLED = compiled(
    rf"ame(?<=[Nn]ame)s?(?:{_QUOTE})?+(?:=|: {{0,2}}+|\] => )(?:{_QUOTE}|(?:{_LINE_END})?+{_MARGIN}{{0,40}}+)"
    rf"(?P<names>{_NAME}{_REST}(?:{_LINE_END}{_MARGIN}{{1,40}}+{_NAME}{_REST})*+)"
)
_OF_WOLFSSL = compiled(r"(?<= altname = )[^\s\"'\\]++")
_PAIR = compiled(
    r"""[(\[](?:\s|\\{1,8}+[nrt]){0,80}(?P<quote>\\{0,15}+["'])"""
    r"""(?:DNS|IP Address|email|URI|Registered ID|othername)(?P=quote),(?:\s|\\{1,8}+[nrt]){0,80}"""
    r"""(?P<opening>\\{0,15}+["'])(?!spiffe:)"""
)
_END_OF_PAIR = compiled(r"""\\{0,15}+["'](?:\s|\\{1,8}+[nrt]){0,80}(?:[)\]]|\Z)|\Z""")
_ANYTHING = compiled("")
_LABEL = compiled(r";SAN=(?P<opening>\\{0,8}+\")")


def find(text: Text) -> Iterator[Span]:
    for found in _LIST.finditer(text.raw):
        yield Span(found.start(), found.end(), Kind.DN)
    for found in _LABELLED.finditer(text.raw):
        yield Span(*found.span("names"), Kind.DN)
    for found in _OF_WOLFSSL.finditer(text.raw):
        yield Span(found.start(), found.end(), Kind.DN)
    yield from _quoted(text.raw, _PAIR, _END_OF_PAIR)
    yield from _quoted(text.raw, _LABEL, _ANYTHING)


def _quoted(raw: str, pattern: re.Pattern[str], following: re.Pattern[str]) -> Iterator[Span]:
    position = 0
    while found := pattern.search(raw, position):
        position = quoting.end_of_quoted(raw, found.end(), found["opening"])
        if following.match(raw, position):
            yield Span(found.end(), position, Kind.DN)


FORM = Form(find, hints=("DNS", ";SAN=", "ltName", "lternative Name", "altname"))

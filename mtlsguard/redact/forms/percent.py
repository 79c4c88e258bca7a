"""Distinguished names and serial numbers in percent-escaped text, such as Traefik's information header.

Escaped text has no blanks and no quotes, so the whole word is taken.
"""

from collections.abc import Iterator

from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

_IS = r"%(?:25){0,4}3[Dd]"
_TYPE = r"(?:CN|OU|DC|O|C|L|ST|emailAddress|serialNumber)"

# To the next escaped comma, plus or slash, with a type behind it, and no further than the next escaped `=`.
_VALUE = r"(?:[^\s\"'&=%]++|%(?!(?:25){0,4}(?:3[Dd]|2[BbCcFf])))*+"
_COMMA = r"%(?:25){0,4}2[BbCc](?:\+|%(?:25){0,4}20)?"
_SLASH = r"%(?:25){0,4}2[Ff]"
_START = compiled(
    rf"(?:CN|emailAddress|Subject|Issuer|SerialNumber){_IS}"
    rf"|(?:OU|DC|O|C|L|ST){_IS}(?={_VALUE}(?:{_COMMA}|{_SLASH}){_TYPE}{_IS})"
)
_BEFORE = compiled(r"[^\s\"'&=?;,(\[{\\]*+")  # read backwards
_REST = compiled(r"[^\s\"'&\\]*+")


def find(text: Text) -> Iterator[Span]:
    raw, position = text.raw, 0
    while start := _START.search(raw, position):
        before = _BEFORE.match(raw[position : start.start()][::-1])
        rest = _REST.match(raw, start.end())
        begin = start.start() - (before.end() if before else 0)
        position = rest.end() if rest else start.end()
        yield Span(begin, position, Kind.DN)


GLANCE = compiled("%(?:25){0,4}3[Dd]").search

FORM = Form(find, gate="%", glance=GLANCE)

"""DER taken apart or dumped by OpenSSL: `openssl asn1parse`, `openssl pkcs7 -print`."""

from collections.abc import Iterator

from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

# `   58:d=5  hl=2 l=  20 prim:      UTF8STRING        :Example`, where only the kinds of attributes may be read
_ELEMENT = compiled(
    r"\d:d=\d{1,3} {1,4}hl=\d{1,2} l=[ \d]{1,8}prim: {1,40}(?!OBJECT)[A-Z0-9][A-Z0-9 \[\]]{1,40}:(?=[^\r\n]{3})"
)
_REST = compiled(r"(?:\\(?![nr])|[^\r\n\\])*+")

# `      0010 - 03 55 04 0a 0c 14 5a 61-6e 7a 69 62 61 72 69 61   .U....Zanzibaria`
_LINE = r"[0-9a-f]{4} - (?:[0-9a-f]{2}[ -]){1,16} {0,60}[^\r\n]{0,16}"
_LINES = compiled(rf"\b{_LINE}(?:\s{{1,40}}{_LINE})*+")
_OF_DER = compiled(r"hl=\d|serialNumber|X509|PKCS7|sig_alg")


def find(text: Text) -> Iterator[Span]:
    raw = text.raw
    position = 0
    while element := _ELEMENT.search(raw, position):
        rest = _REST.match(raw, element.end())
        position = rest.end() if rest else element.end()
        yield Span(element.end(), position, Kind.SERIAL if "INTEGER" in element.group() else Kind.DN)


def find_lines(text: Text) -> Iterator[Span]:
    """Of OpenSSL, in a text that is about certificates: a session's ticket is dumped in the same way."""
    if _OF_DER.search(text.raw):
        for found in _LINES.finditer(text.folded):
            yield Span(found.start(), found.end(), Kind.CERTIFICATE)


def _is_taken_apart(text: str) -> bool:
    return " hl=" in text


FORM = Form(find, gate="=", glance=_is_taken_apart)
LINES_FORM = Form(find_lines, hints=("X509",), gate="=", glance=_is_taken_apart)

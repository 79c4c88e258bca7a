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

# `0000: 36 E8 53 25 D8 90 EF 27   E7 C9 2E 9D 6E E2 FF AE  6.S%...'....n...` of Java, `    0000  04 dc 53 61 ...` of
# Windows, in a text in which these are octets of extensions, keys and signatures
_OCTETS = (
    r"[0-9a-f]{3}0(?::| ) (?:[0-9a-f]{2} {1,3}){2,15}(?:[0-9a-f]{2}\b)?"
    r"(?: {1,60}(?:\\{1,8}+[^nr\\]|[^\r\n\\]){0,16})?"
)
_LINE_END = r"(?:\r?\n|(?:\\{1,8}+r)?\\{1,8}+n)"
_OTHER_LINES = compiled(rf"(?<![0-9a-f]){_OCTETS}(?:{_LINE_END}[ \t]{{0,40}}+{_OCTETS})*+")
_OF_TOOLS = compiled(
    r"KeyIdentifier \[|Key Identifier: 0000|Certificate Extensions:|DER encoded OCTET STRING|X509CertSelector|"
    r"UnusedBits ?="
)


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


def find_other_lines(text: Text) -> Iterator[Span]:
    if _OF_TOOLS.search(text.raw):
        for found in _OTHER_LINES.finditer(text.folded):
            yield Span(found.start(), found.end(), Kind.CERTIFICATE)


def _is_taken_apart(text: str) -> bool:
    return " hl=" in text


FORM = Form(find, gate="=", glance=_is_taken_apart)
OTHER_LINES_FORM = Form(find_other_lines, hints=("Identifier", "Extensions:", "OCTET STRING", "X509", "UnusedBits"))
LINES_FORM = Form(find_lines, hints=("X509",), gate="=", glance=_is_taken_apart)

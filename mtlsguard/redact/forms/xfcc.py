"""Envoy's `x-forwarded-client-cert` without its name: `By=...;Hash=...;Cert="...";Subject="...";URI=...`.

Envoy always writes the hash. What is left of an element without it is a SPIFFE ID, which is the application's to
log, or a name or a block, which other forms recognise.
"""

from collections.abc import Iterator

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.forms.alternatives import any_of, by_first_letter
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

_KEYS = ("by", "hash", "cert", "chain", "subject", "uri", "dns", "issuer")
_KEY = rf"{any_of(_KEYS)}="
# One that is enough by itself: SHA-256 in hexadecimal, or so much of it as is there, or an escaped block in quotes.
_DIGITS = rf"=(?:[0-9a-f]{{64}}(?![0-9a-f])|[0-9a-f]{{11,}}(?=;{_KEY})|(?P<cut>[0-9a-f]{{11,}}\Z))"
_BLOCK = r"=\\{0,8}+\"-"
_QUOTE_AT_ANY_LEVEL = r"\\{0,15}[\"']"
_IN_JSON = compiled(
    rf"[\"']hash{_QUOTE_AT_ANY_LEVEL}: ?{_QUOTE_AT_ANY_LEVEL}(?P<hash>[0-9a-f]{{11,}})"
    rf"(?={_QUOTE_AT_ANY_LEVEL}, ?{_QUOTE_AT_ANY_LEVEL}(?:by|cert|chain|subject|uri|dns){_QUOTE_AT_ANY_LEVEL}:)"
)
_BEFORE_ANOTHER = rf"=(?=[^\s;,\"'=]{{0,256}}+;{_KEY})"
_QUOTED_BEFORE_ANOTHER = rf"=\\{{0,8}}+\"(?=[^;\"\r\n]{{0,512}}+\";{_KEY})"
_START = compiled(
    by_first_letter(
        [
            ("hash", _DIGITS),
            *((key, _BLOCK) for key in ("cert", "chain")),
            *((key, _BEFORE_ANOTHER) for key in _KEYS),
            *((key, _QUOTED_BEFORE_ANOTHER) for key in ("subject", "issuer")),
        ],
        r"(?<![\w.?&-].)",
    )
)
_NEXT_KEY = compiled(rf"[;,]\s{{0,2}}{_KEY}")
_QUOTE = compiled(r"\\{0,8}+\"")
_UNQUOTED = compiled(r"[^\s;,\"'\\]*+")  # a backslash belongs to the string around it
_REST = compiled(r"[^\s\"'\\]*+")


def find(text: Text) -> Iterator[Span]:
    position = 0
    while start := _START.search(text.folded, position):
        if start["cut"] and text.raw[start.start()] != "H":  # Envoy's spelling: `hash=` of a commit is something else
            return
        position = _end(text.raw, text.folded, start.start())
        yield Span(start.start(), position, Kind.CERTIFICATE)
    for found in _IN_JSON.finditer(text.folded):
        yield Span(*found.span("hash"), Kind.FINGERPRINT)


def _end(raw: str, folded: str, key: int) -> int:
    """Past the last pair, and past what a URI with a semicolon or comma leaves behind: nothing in it is escaped."""
    position = folded.index("=", key) + 1
    while True:
        position = _end_of_value(raw, position)
        following = _NEXT_KEY.match(folded, position)
        if following is None:
            return _REST.match(raw, position).end()  # type: ignore[union-attr] # matches the empty text too
        position = following.end()


def _end_of_value(raw: str, position: int) -> int:
    if opening := _QUOTE.match(raw, position):
        end = quoting.end_of_quoted(raw, opening.end(), opening.group())
        closing = _QUOTE.match(raw, end)
        return closing.end() if closing else end
    unquoted = _UNQUOTED.match(raw, position)
    return unquoted.end() if unquoted else position


FORM = Form(find, hints=("Hash=", "HASH=", "hash=", 'hash": ', "hash': ", "hash\\"), folded_hints=("cert",))

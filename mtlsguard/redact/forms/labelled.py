"""Serial numbers and fingerprints: digits like any others, but for the word before them."""

import re
from collections.abc import Iterator
from itertools import islice

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.forms.numbers import IN_BRACKETS
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

_MANY = 7  # octets behind the first; fewer may be an address, such as `0:0:1:0`


def _octets(least: int) -> str:
    """Pairs of digits with colons, dashes or blanks between; the last pair may be cut off. Go leaves zeros out."""
    digits = "1,2" if least >= _MANY else "2"
    with_marks = rf"[0-9a-f]{{1,2}}(?::[0-9a-f]{{{digits}}}|-[0-9a-f]{{2}}){{{least},}}+(?:[:-][0-9a-f]?)?+"
    return rf"{with_marks}|[0-9a-f]{{2}}(?: (?:[\"']\s{{1,80}}[\"'])?[0-9a-f]{{2}}\b){{{least},}}+"


_HAS_DIGIT = r"(?=[a-f]{0,60}\d)"
_NO_MORE = r"(?![\w-]|[.:]\w)"
# `5ab3c4d5 e6f70819 2a3b4c5d`: groups of two or four octets, of which the first or the last may be shorter.
_SHORTER = rf"(?: (?=[a-f]{{0,5}}\d)(?:[0-9a-f]{{2}}){{1,3}}{_NO_MORE})?"
_GROUPS = (
    r"(?=[a-f ]{0,40}\d)[0-9a-f]{2,8}"
    rf"(?:(?: [0-9a-f]{{8}}{_NO_MORE}){{2,}}+{_SHORTER}|(?: [0-9a-f]{{4}}{_NO_MORE}){{3,}}+)"
)
_AGAIN = r"(?: \(0x[0-9a-f]*+\)?)?+"  # OpenSSL writes a short one twice, and the line may be cut off there
_NUMBER = r"serial(?:[- ]?(?:number|num|no))?(?:s|-?hex|-dec|-int|-id| \((?:hex|decimal)\))?"
_BLANKS = r"(?:\s|\\{1,8}+[nrt]){0,80}+"
_LINE_END = r"(?:\\{1,8}+r)?(?:\\{1,8}+n|\r?\n)"
_Q = r"\\{0,15}+\""
# How values begin that Node, Go, Ruby and PHP print, Node's in JSON included.
_BUFFER = (
    r"""(?:#<openssl::bn |string\(\d{1,5}\) |<buffer (?=[0-9a-f]{2}\b)|"""
    r"""uint8array\(\d{1,4}\) ?|\[\](?:byte|uint8)(?={)|"""
    rf"""{{{_BLANKS}{_Q}type{_Q}: ?{_Q}buffer{_Q},{_BLANKS}{_Q}data{_Q}: ?)"""
)
_CELL = r"</\w{1,8}>\s{0,80}(?:<[^<>]{1,40}>){1,3}"  # of a table in HTML, Django's debug page for one
_POINTER = (  # to a repr in a repr too
    rf"""(?:{_CELL}|\\{{0,15}}+["']?\]?(?:\s{{0,8}}(?:=>|[:=])(?:\s|\\{{1,8}}+[nrt]){{0,40}}"""
    rf"""|,\s{{0,2}}(?=b?["'])))"""
    rf"""(?:bytearray|{_BUFFER})?(?:[\[({{<]{{1,2}} {{0,8}})?(?:["'](?=b\\))?b?(?:\\{{0,15}}+["'])?"""
)
# An empty value: its end is looked for later.
_CODE = r"\\{1,15}(?:x|u00)"
_PLAIN = r"\\{1,15}+[^xu\\]"  # a quote among the octets, for one
_ESCAPED_OCTETS = (
    rf"""(?:(?<=")(?=[^"]{{0,40}}{_CODE})|(?<=[^\\]")(?=(?:[^"\\]|{_PLAIN}){{0,40}}{_CODE})"""
    rf"""|(?<=')(?=[^']{{0,40}}{_CODE})|(?<=[^\\]')(?=(?:[^'\\]|{_PLAIN}){{0,40}}{_CODE}))"""
)
_ESCAPE = compiled(r"\\++(?=x|u00)")
_FEW = 3  # before one of so many no backslash stands that is itself an octet
# Behind the quote that closes a word no value begins, however much looks like octets further on.
_DEPTHS = [rf"\\{{{backslashes}}}[\"']" for backslashes in (0, 1, 3, 7, 15)]
_CLOSED = "".join(f"(?<![a-z0-9]{quote})" for quote in _DEPTHS)
_OPENED = f"(?:{'|'.join([*(f'(?<=[^a-z0-9]b{quote})' for quote in _DEPTHS), _CLOSED])})"

# `serial=0A`: two digits are enough where an equals sign or a colon points at them; without one it takes eight octets.
_POINTED = compiled(
    rf"{_NUMBER}{_POINTER}(?P<value>{_ESCAPED_OCTETS}|{IN_BRACKETS}|[+-]?(?:0x)?(?:{_GROUPS}|{_octets(2)}|{_HAS_DIGIT}[0-9a-f]{{2,}}+){_NO_MORE}{_AGAIN})"
)
_MARKS = r"[\s:=#|;,>*`'\"(<\[-]{1,8}(?:b[\"'])?"  # of tables, Markdown, XML, arrows
_LOOSE = compiled(
    rf"(?:serialnumber(?:\s{{1,2}}|>)(?P<decimal>\d{{2,}}+{_NO_MORE}{_AGAIN})"
    rf"|{_NUMBER}(?:(?: is| of| no\.)?{_MARKS}|\s?[\]|](?:\s|\\{{1,8}}+[nr]){{1,8}}|/)(?:0x)?"
    rf"(?P<value>(?:{_octets(7)}|{_HAS_DIGIT}[0-9a-f]{{16,}}+){_NO_MORE}{_AGAIN}))"
)

_PRINT = (
    r"(?:(?:finger|thumb)prints?(?:-?(?:sha-?)?\d{1,3})?|\bfp(?=[=:])|modulus(?=\\{0,15}[\"']?\s{0,2}[=:])|local-?key-?id|"
    r"key[- ]?identifier|(?:subject|authority|issuer|public)[- ]?key[- ]?(?:id|pin)|"
    r"(?<![a-z0-9])[sa]ki(?=\\{0,15}[\"']?\s{0,2}[=:])"
    r"|(?:key[- ]id|signature)[- ]hash|public [xy] coord|"
    r"(?:issuer|subject|name|public-?key|issuer[- ]name|issuer[- ]key|spki)[- ]hash|client[\"']: ?{[\"']hash|"
    r"(?:cert|certificate|client|peer|leaf|der|spki)[-. ](?:hash[-. ])?(?:sha-?\d{1,3}|hash|digest))"
)
_PRINT_WORDS = ("print", "fp", "modulus", "key", "hash", "sha", "digest", "ski", "aki", "coord")  # one is in each
_FILLER = (
    rf"""(?:{_BUFFER}|\\{{1,8}}+[nrt](?:(?![a-z])|(?=sha|md5|[a-f]{{0,7}}\d))|</?\w{{1,8}}(?: [^<>]{{0,40}})?>|"""
    r"""[\s:=()"'\[\]{,\\.<>|;*`-]|(?:rfc-)?sha-?\d{1,3}|2\.5\.29\.\d{1,3}|md5|hex|keyid|not|critical|of|is|the|digest|certificate|cert|client|bytearray(?=\()|(?<=["'\s(=:,;>|`\[])b(?=\\{0,15}["']))"""
)
_DIGEST = rf"(?:{'|'.join(f'[a-z0-9-]{{{length}}}(?![a-z0-9-])' for length in (27, 43, 64, 86))})"
_BASE64 = rf"(?<![a-z0-9+/])(?:[a-z0-9+/]{{27,}}+|(?P<words>{_DIGEST}))={{0,2}}"  # SHA-1 or longer
_WORD = r"(?:[A-Z]++(?![a-z])|[A-Z]?[a-z]*+)\d*+"
_WORDS = compiled(rf"{_WORD}(?:[-_]{_WORD})*+")
_FINGERPRINT = compiled(
    rf"{_PRINT}{_FILLER}{{1,40}}?"
    rf"(?P<value>{_OPENED}{_ESCAPED_OCTETS}|{IN_BRACKETS}|(?:0x)?(?:{_GROUPS}|{_octets(7)}|{_HAS_DIGIT}[0-9a-f]{{16,}}+|{_BASE64}){_NO_MORE})"
)

_PIN = compiled(r"(?:\bsha256/{1,2}|pin-sha256[:=]\\{0,15}\"?)(?P<value>[a-z0-9+/]{43}=)")  # RFC 7469, curl, GnuTLS
_PUBLIC_KEY = compiled(
    rf"(?:key blob: |pub(?:lic)?-?key\\{{0,15}}[\"']?: {{0,2}}{_BUFFER}\[?)"
    rf"(?P<value>[0-9a-f]{{2}}(?: [0-9a-f]{{2}}\b)++|{IN_BRACKETS})"
)


# Of PowerShell: rows below `Thumbprint  Subject`, a line of dashes between.
_TABLE = compiled(rf"thumbprint {{2,60}}subject\b[^\r\n\\]{{0,200}}{_LINE_END}[- ]{{10,200}}(?={_LINE_END})")
_ROW = compiled(rf"{_LINE_END}(?P<value>[0-9a-f]{{40}})(?: [^\r\n\\]{{0,300}}+)?")


def find(text: Text) -> Iterator[Span]:
    """A search costs as much as a hundred looks for a word that it needs."""
    if "serial" in text.folded:
        yield from _found(text, _POINTED, Kind.SERIAL)
        yield from _found(text, _LOOSE, Kind.SERIAL)
    if any(word in text.folded for word in _PRINT_WORDS):
        yield from _found(text, _FINGERPRINT, Kind.FINGERPRINT)
        yield from _rows(text.folded)
    if "sha256" in text.folded:
        yield from _found(text, _PIN, Kind.FINGERPRINT)
    if "buffer" in text.folded or "key blob" in text.folded:
        yield from _found(text, _PUBLIC_KEY, Kind.PUBLIC_KEY)


def _rows(folded: str) -> Iterator[Span]:
    position = 0
    while table := _TABLE.search(folded, position):
        position = table.end()
        while row := _ROW.match(folded, position):
            position = row.end()
            yield Span(*row.span("value"), Kind.FINGERPRINT)


def _found(text: Text, pattern: re.Pattern[str], kind: Kind) -> Iterator[Span]:
    position = 0
    while found := pattern.search(text.folded, position):
        start, position = found.span(found.lastgroup or 0)
        if kind is Kind.FINGERPRINT and _is_of_words(text.raw, found):
            continue
        if start == position:
            position = _end_of_octets(text.raw, start)
        yield Span(start, position, kind)
        position = max(position, found.end())


def _is_of_words(raw: str, found: re.Match[str]) -> bool:
    """`client-certificate-based-2` is no digest in the alphabet of base64url, however long."""
    start, end = found.span("words") if "words" in found.re.groupindex else (-1, -1)
    return start >= 0 and _WORDS.fullmatch(raw, start, end) is not None


def _end_of_octets(raw: str, start: int) -> int:
    opening = quoting.opening_before(raw, start)
    escapes = [len(one.group()) for one in islice(_ESCAPE.finditer(raw, start), _FEW)]
    return quoting.end_of_octets(raw, start, opening, min(escapes)) if opening and escapes else start


FORM = Form(
    find,
    hints=("KeyID", "fp=", "<Buffer ", "Buffer\\", 'Buffer"', "Key Blob: "),
    folded_hints=(
        *("serial", "print", "cert", "client", "leaf", "peer", "spki", "identifier"),
        *(
            "keyid",
            "key-id",
            "key id",
            "key-pin",
            "key pin",
            "pin-sha",
            "ski",
            "aki",
            "modulus",
            "coord",
            "signature hash",
        ),
    ),
)

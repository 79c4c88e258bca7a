"""Certificates as Go (fmt, encoding/json) and Rust (x509-parser) print them: fields with DER, octets, big numbers."""

from collections.abc import Iterator

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

_Q = r"(?:\\{0,15}+\")?"
_BLANKS = r"(?:\s|\\{1,8}+[nrt]){0,80}+"
_IS = rf"{_Q}:{_BLANKS}"
_NUMBER = rf"{_BLANKS}\d{{1,9}}"
_ARC = rf"{_BLANKS}2,{_BLANKS}5,{_BLANKS}29,{_NUMBER}{_BLANKS}"
_OID = rf"(?:2\.5\.29\.\d{{1,3}}|(?:asn1\.ObjectIdentifier)?[\[{{]{_ARC}[\]}}])"
_FLAG = r"(?:true|false)"
_FIELD = compiled(
    rf"(?:Id{_IS}{_OID},?{_BLANKS}{_Q}Critical{_IS}{_FLAG},?{_BLANKS}{_Q}Value{_IS}"
    rf"|{{2\.5\.29\.\d{{1,3}} {_FLAG} (?=\[)"
    rf"|Raw(?:TBSCertificate|SubjectPublicKeyInfo|Subject|Issuer){_IS}"
    rf"|(?P<signature>\bSignature{_IS})"
    rf"|attr_value: [^{{}}\r\n]{{0,20}}{{ header: Header {{[^{{}}\r\n]{{0,200}}}}, data: (?=\[)"
    rf"|BitString {{ unused_bits: \d, data: (?=\[)|OID\(2\.5\.29\.\d{{1,3}}\), critical: {_FLAG}, value: (?=\[)"
    rf"|\b[XYN]\\{{0,15}}\":{_BLANKS}(?P<number>\d{{40,}}+))"
)
_OPENING = compiled(r"(?P<opening>\\{0,15}+\")|(?:\[\](?:uint8|byte))?[\[{]")
_OCTETS = compiled(r"(?:[\d,xa-f\s]|\\{1,8}+[nrt])++(?=[\]}])")
_ALGORITHM = compiled(rf"[\]}}\"\\]{{0,16}},?{_BLANKS}{_Q}SignatureAlgorithm[\"\\]{{0,16}}:")


def find(text: Text) -> Iterator[Span]:
    position = 0
    while field := _FIELD.search(text.raw, position):
        start, position = field.span("number") if field["number"] else _value(text.raw, field.end())
        if field["signature"] is None or _ALGORITHM.match(text.raw, position):
            yield Span(start, position, Kind.PUBLIC_KEY if field["number"] else Kind.CERTIFICATE)
        position = max(position, field.end())


def _value(raw: str, start: int) -> tuple[int, int]:
    """A text in base64, or a list of octets."""
    opening = _OPENING.match(raw, start)
    if opening is None:
        return start, start
    if opening["opening"]:
        return opening.end(), quoting.end_of_quoted(raw, opening.end(), opening["opening"])
    octets = _OCTETS.match(raw, opening.end())
    return opening.end(), octets.end() if octets else opening.end()


FORM = Form(
    find,
    hints=(
        "Critical",
        "RawSubject",
        "RawIssuer",
        "RawTBS",
        "2.5.29.",
        "SignatureAlgorithm",
        "attr_value",
        "unused_bits",
    ),
)

"""What clients say of a certificate's names that match the name of a host or do not: curl, wget, Go, Java and others.

The name that was asked for is no certificate data, unless it matched.
"""

import re
from collections.abc import Iterator

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

_Q = r"(?:\\{0,15}+[\"'`]|[\u2018\u201c]|\\{1,8}+u201[8c]|\()"
_INSIDE = r"(?P<name>[^\r\n\u2019\u201d]{1,300}?)"
_ENDS = r"(?:\\{0,15}[\"']|[\u2019\u201d)]|\\{1,8}u201[9d])"
_NOT = r"do(?:es not|esn(?:\\{0,15}'|\u2019|\\{1,8}u2019)t)"
# `*  subjectAltName: host "a" matched cert's "b"` of curl
_MATCHED = compiled(
    r"(?:subjectAltName: (?:host )?|match(?:ed|es) cert\\{0,15}'s (?:IP address )?)(?P<opening>\\{0,15}+\")"
)
_SENTENCES = tuple(
    compiled(sentence)
    for sentence in (
        # curl: `common name: a (matched)`, `certificate subject name 'a' does not match target host name 'b'`
        r"ommon name: (?P<name>(?:[^\r\n\"\\(]|\((?!matched|does not)){1,200}+)(?<= )\((?:matched\)|does not match)",
        rf"certificate (?:subject|common) name {_Q}{_INSIDE}{_ENDS} {_NOT} match ",
        rf"name in certificate {_Q}{_INSIDE}{_ENDS}",  # OpenLDAP
        r"x509: certificate is valid for (?P<name>[^\s,]{1,300}+(?:, (?!not )[^\s,]{1,300}+)*+), not ",  # Go
        r"is not cert\\{0,15}'s CN: (?P<name>[^\r\n\"'\\]{1,300}+)",  # Node
        (  # Python before 3.7, urllib3
            rf"ostname {_Q}[^\r\n'\"]{{1,300}}+{_ENDS} {_NOT} match (?:either of )?"
            rf"(?P<name>{_ENDS}[^\r\n\\'\"]{{1,300}}+{_ENDS}(?:, {_ENDS}[^\r\n\\'\"]{{1,300}}+{_ENDS})*+)"
        ),
        # Apache HttpClient
        r"match common name of the certificate subject: (?P<name>[^\r\n\"'\\]{1,300}+)",
        r"\* Server certificate: (?P<name>[^\r\n\"'\\]{1,300}+)",  # curl on macOS
        # rustls
        r"NotValidForName\w{0,20}[^\r\n]{0,300}?presented: \[(?P<name>[^\]\r\n]{1,400}+)\]",
        r"certificate is only valid for (?P<name>)",
    )
)


def find(text: Text) -> Iterator[Span]:
    position = 0
    while found := _MATCHED.search(text.raw, position):
        position = quoting.end_of_quoted(text.raw, found.end(), found["opening"])
        yield Span(found.end(), position, Kind.DN)
    for sentence in _SENTENCES:
        yield from _said(text.raw, sentence)


def _said(raw: str, sentence: re.Pattern[str]) -> Iterator[Span]:
    for found in sentence.finditer(raw):
        start, name = found.start("name"), found["name"].rstrip()
        yield Span(start, start + len(name) if name else quoting.end_of_line(raw, start), Kind.DN)


FORM = Form(find, hints=("subjectAltName: ", "ommon name: ", "ostname "), folded_hints=("cert", "notvalidforname"))

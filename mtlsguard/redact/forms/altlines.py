"""Subject alternative names as other libraries and tools list them: a line for each below a heading, in brackets."""

import re
from collections.abc import Iterator

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import MASK, Kind
from mtlsguard.redact.patterns import compiled

_QUOTE = r"\\{0,15}+[\"']"
_LINE_END = r"(?:\\{1,8}+r)?(?:\\{1,8}+n|\r?\n)"
_HEADING = compiled(rf"(?:subject|issuer) ?alt(?:ernative)? ?names?\b[^\r\n\\]{{0,40}}(?={_LINE_END})")
_KIND = (
    r"(?:(?:dns|rfc ?822|email|directory|registered|other|x400|uri) ?(?:name|address|id)|ip(?: ?address)?|uri|"
    r"uniformresourceidentifier|principal name)"
)
# `DNSName: a` of Java, `DNS Name=a` of Windows, `dNSName : a` of mbedTLS, `DNS name: "a"` of NSS
_LINE = compiled(
    rf"(?:{_QUOTE})?+{_LINE_END}(?:[ \t]|\\{{1,8}}+t){{1,40}}+"
    rf"(?:{_KIND}\s{{0,20}}[:=]\s{{0,4}}(?P<opening>{_QUOTE})?|(?=<unsupported>))"
)
# `subject alternative names: [a, b]`, `[[2, a], [1, b]]` of Java
_IN_BRACKETS = compiled(
    r"lt(?:ernative )?[Nn]ames?:? {0,2}\[(?P<names>(?=[^\r\n]{0,300}?[.@:])"
    r"(?:(?:\[[0-8], [^\[\]\r\n]{1,300}+\](?:, )?)++|[^\[\]\r\n]{1,2000}+))\]"
)
# `general_names: [DNSName("a"), RFC822Name("b")]` of Rust
_OF_RUST = compiled(r"{ general_names: \[(?P<names>[^\]\r\n]{1,2000}+)")
# `DNSNames:[a b] EmailAddresses:[c]` of Go, `"DNSNames":["a"],"EmailAddresses":["c"]`
_OF_GO = compiled(r"DNSNames(?=[\"'\\]{0,16}:)")
_LIST_OF_GO = compiled(
    r"[\"'\\,\snrt]{0,80}(?:DNSNames|EmailAddresses|IPAddresses)[\"'\\]{0,16}: ?"
    r"(?:null|\[\][\w.]{1,20}\(nil\)|(?:\[\][\w.]{1,20})?[\[{](?P<names>[^\]}]{0,2000}+)[\]}])"
)


# `  Simple Name: a` of .NET and `FriendlyName : a` of PowerShell, below a name or a thumbprint
_BELOW = compiled(rf"{re.escape(MASK)}(?={_LINE_END})")
_LINE_BELOW = compiled(
    rf"{_LINE_END}[ \t]{{0,8}}(?:(?:simple|email|upn|dns|url) name: |friendlyname {{1,8}}: )(?P<opening>)"
)
# `X.509v3 TLS Certificate (ECDSA P-256) [Serial: 1234...5678]` of step, and then `  Subject:     a`, with more below it
_SHORTLY = compiled(r"x\.509v3 [^\r\n\\]{1,60}\[serial: \d{1,9}\.\.\.\d{1,9}\]")
_LINE_OF_STEP = compiled(
    rf"{_LINE_END} {{2,20}}(?:(?:subject|issuer): {{1,12}}|(?=[^\s:\\]++{_LINE_END}))(?P<opening>)"
)
_DNS_LIST = compiled(r"DnsNameList {1,8}: {(?P<names>[^}\r\n]{1,2000}+)")


def find(text: Text) -> Iterator[Span]:
    for heading, line in ((_HEADING, _LINE), (_BELOW, _LINE_BELOW), (_SHORTLY, _LINE_OF_STEP)):
        yield from _in_lines(text, heading, line)
    for pattern in (_DNS_LIST, _IN_BRACKETS, _OF_RUST):
        for found in pattern.finditer(text.raw):
            yield Span(*found.span("names"), Kind.DN)
    yield from _of_go(text.raw)


def _in_lines(text: Text, heading: re.Pattern[str], lines: re.Pattern[str]) -> Iterator[Span]:
    position = 0
    while found := heading.search(text.folded, position):
        position = found.end()
        while line := lines.match(text.folded, position):
            start = line.end()
            opening = line["opening"]
            position = (
                quoting.end_of_quoted(text.raw, start, opening) if opening else quoting.end_of_line(text.raw, start)
            )
            if not text.raw.startswith(_LEFT, start):
                yield Span(start, position, Kind.DN)


def _of_go(raw: str) -> Iterator[Span]:
    position = 0
    while found := _OF_GO.search(raw, position):
        position = found.start()
        while names := _LIST_OF_GO.match(raw, position):
            position = names.end()
            if names["names"]:
                yield Span(*names.span("names"), Kind.DN)
        position = max(position, found.end())


_LEFT = ("spiffe:", "<unsupported>")  # the first is the application's to log, the second says nothing

FORM = Form(
    find,
    hints=("DNSNames", " Name: ", "DnsNameList", "FriendlyName", "[Serial: ", "general_names"),
    folded_hints=("alternative name", "alternativename", "alt name", "altname"),
)

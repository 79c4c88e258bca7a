"""Subject alternative names as other libraries and tools list them: a line for each below a heading, in brackets."""

from collections.abc import Iterator

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import Kind
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
# `DNSNames:[a b] EmailAddresses:[c]` of Go, `"DNSNames":["a"],"EmailAddresses":["c"]`
_OF_GO = compiled(r"DNSNames(?=[\"'\\]{0,16}:)")
_LIST_OF_GO = compiled(
    r"[\"'\\,\snrt]{0,80}(?:DNSNames|EmailAddresses|IPAddresses)[\"'\\]{0,16}: ?"
    r"(?:null|\[\][\w.]{1,20}\(nil\)|(?:\[\][\w.]{1,20})?[\[{](?P<names>[^\]}]{0,2000}+)[\]}])"
)


def find(text: Text) -> Iterator[Span]:
    yield from _in_lines(text)
    for found in _IN_BRACKETS.finditer(text.raw):
        yield Span(*found.span("names"), Kind.DN)
    yield from _of_go(text.raw)


def _in_lines(text: Text) -> Iterator[Span]:
    position = 0
    while heading := _HEADING.search(text.folded, position):
        position = heading.end()
        while line := _LINE.match(text.folded, position):
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

FORM = Form(find, hints=("DNSNames",), folded_hints=("alternative name", "alternativename", "alt name", "altname"))

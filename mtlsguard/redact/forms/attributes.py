"""Names as lists of attributes: what getpeercert, pyOpenSSL and asn1crypto print, and OpenSSL's multi-line form.

One attribute alone may be anything, an `emailAddress` above all; two side by side are a name.
"""

import re
from collections.abc import Iterator

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.forms.alternatives import any_of
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

_SHORT = ("C", "O", "OU", "CN", "L", "ST", "DC", "UID", "SN", "GN", "title", "street", "emailAddress", "serialNumber")
_LONG = ("countryName", "organizationName", "organizationalUnitName", "commonName", "localityName")
_LONGER = ("stateOrProvinceName", "domainComponent", "userId", "streetAddress", "postalCode", "surname", "givenName")
_SNAKE = ("country_name", "organization_name", "organizational_unit_name", "common_name", "email_address")
_SNAKES = ("locality_name", "state_or_province_name", "serial_number", "domain_component")
BEGINNINGS = (*_SHORT, *_LONG, *_LONGER)  # of a line

# `('CN', 'Example')`, `"CN": "Example"`: everything is quoted, and at the same level throughout.
TYPES = frozenset((*_SHORT, *_LONG, *_LONGER, *_SNAKE, *_SNAKES, "CommonName"))
_TELLING = frozenset({"CN", "O", "OU", "DC", "commonName", "CommonName", "organizationName"})  # where no quotes are
# What is a part of a name only beside a common name and an organization: ordinary words.
COMMON = frozenset({"common_name", "commonName", "CommonName"})
_OF_GO = frozenset({"Organization", "OrganizationalUnit"})
ORGANIZATIONS = _OF_GO | {"organization", "organisation", "organizational_unit", "org", "org_unit"}
_MORE_OF_GO = {"Country", "Locality", "Province", "StreetAddress", "PostalCode", "SerialNumber", "Names"}
_MORE_WORDS = {"country", "locality", "state", "province", "state_or_province", "email", "city", "unit", "names"}
WORDS = ORGANIZATIONS | _MORE_OF_GO | _MORE_WORDS
_KINDS = {"serial_number": Kind.SERIAL, "SerialNumber": Kind.SERIAL}  # of the certificate, more often
_MOST_WORDS = len(WORDS)  # side by side, before the first type: no stretch is read more often
_TYPE = rf"(?P<type>{any_of(sorted(TYPES | WORDS))})"
_BREAK = r"\\{1,8}+[nrt]"  # of a line, in a string
_QUOTE = r"""\\{0,15}+["']"""
_BLANKS = rf"(?:\s|{_BREAK}){{0,80}}"
# Node and Go write types without quotes: `{ C: 'GB', CN: 'a' }`, `Name{Country:[]string{"GB"}, CommonName:"a"}`.
_ITEM = (
    rf"(?:(?P<quote>{_QUOTE})|(?<![\w.$-])|(?<=\\[nrt])){_TYPE}"
    rf"(?(quote)(?P=quote)(?:\s{{0,4}}[,:]|\]=>)|:){_BLANKS}(?:string\(\d{{1,5}}\) )?"
    rf"(?:(?P<nothing>null|None|nil|\[\](?:string\(nil\)|(?!string)))"
    rf"|(?P<list>(?:\[\]string{{|\[){_BLANKS})?b?(?P<opening>{_QUOTE}))"
)
_FIRST = compiled(_ITEM)
_NEXT = compiled(rf"(?:{_QUOTE})?+(?:[\s,()\[\]{{}}]|{_BREAK}){{1,200}}b?{_ITEM}")
_ANOTHER = compiled(rf"{_QUOTE},{_BLANKS}(?P<opening>{_QUOTE})")
# `{"Type": [2, 5, 4, 3], "Value": "a"}` of Go
_OF_NAMES = ("2 5 4", "1 2 840 113549 1 9", "0 9 2342 19200300 100 1")  # X.520, PKCS #9, RFC 4519
_ARC = "|".join(arc.replace(" ", f",{_BLANKS}") for arc in _OF_NAMES)
_TYPED = compiled(
    rf"{{{_BLANKS}(?:{_QUOTE})?Type(?P<quote>{_QUOTE})?:\s?(?:asn1\.ObjectIdentifier)?[\[{{]{_BLANKS}(?:{_ARC}),"
    rf"{_BLANKS}\d{{1,9}}{_BLANKS}[\]}}],{_BLANKS}(?(quote)(?P=quote))Value(?(quote)(?P=quote)):\s?(?P<opening>{_QUOTE})"
)


def find_pairs(text: Text) -> Iterator[Span]:
    """The values of all that stand side by side. A value without an end is the last: no stretch is read twice."""
    raw, position = text.raw, 0
    while first := _FIRST.search(raw, position):
        values = [*_values(raw, first)]
        is_name = len(values) > 1 and _are_of_a_name(values, is_quoted=first["quote"] is not None)
        is_name = is_name or _is_of_pyopenssl(raw, first)
        position = values[-1][1] if is_name else first.end()
        if is_name:
            yield from (Span(start, end, _KINDS.get(kind, Kind.DN)) for start, end, kind in values)
        elif values[0][1] == len(raw):
            return


def find_typed(text: Text) -> Iterator[Span]:
    position = 0
    while found := _TYPED.search(text.raw, position):
        position = quoting.end_of_quoted(text.raw, found.end(), found["opening"])
        yield Span(found.end(), position, Kind.DN)


def _are_of_a_name(values: list[tuple[int, int, str]], *, is_quoted: bool) -> bool:
    """Two that are types of parts and nothing else, or a common name beside an organization."""
    types = [kind for _, _, kind in values]
    beside = not COMMON.isdisjoint(types) and not ORGANIZATIONS.isdisjoint(types)
    return beside or (sum(one in TYPES for one in types) > 1 and (is_quoted or not _TELLING.isdisjoint(types)))


def _is_of_pyopenssl(raw: str, item: re.Match[str]) -> bool:
    """`(b'CN', b'Example')`, where a table of countries has no octets."""
    return raw[item.start() - 1 : item.start()] == "b" and item["quote"] is not None and item["type"] == "CN"


def _values(raw: str, item: re.Match[str] | None) -> Iterator[tuple[int, int, str]]:
    types = words = 0
    while item and (types or words < _MOST_WORDS):
        types, words = (types + 1, words) if item["type"] in TYPES else (types, words + 1)
        end = item.end()
        for start, end in _strings(raw, item):
            yield start, end, item["type"]
        item = _NEXT.match(raw, end)


def _strings(raw: str, item: re.Match[str]) -> Iterator[tuple[int, int]]:
    """The value, or the values of a list; an empty one if there is nothing."""
    start = end = item.end()
    if item["opening"]:
        end = quoting.end_of_quoted(raw, start, item["opening"])
    yield start, end
    while item["list"] and (another := _ANOTHER.match(raw, end)):
        end = quoting.end_of_quoted(raw, another.end(), another["opening"])
        yield another.end(), end


# `    commonName                = Example` and `    CN=Example`, a line for each, escaped or not
_LINE_END = r"(?:\r?\n|\\{1,8}+n)"
_CHARACTER = r"(?:[^\r\n\\\"]|\\{1,8}+(?![nr\"]))"
_VALUE = (
    rf"(?:\\{{0,8}}+\"[^\r\n\\\"]{{1,200}}+\\{{0,8}}+\")?+{_CHARACTER}"  # what begins with a quote has a second one
)
_LONG_LINE = rf"[ \t]{{0,40}}{any_of((*_LONG, *_LONGER, 'emailAddress', 'serialNumber'))} {{1,30}}= {_VALUE}{{0,200}}+"
_WORDY = ("title", "name", "description", "initials", "pseudonym", "businessCategory", "x500UniqueIdentifier")
_WORDY_LINE = rf"[ \t]{{0,40}}{any_of(_WORDY)} {{1,30}}= {_VALUE}{{0,200}}+"  # only beside one of the others
_SHORT_LINE = rf"[ \t]{{2,40}}{any_of((*_SHORT, *_LONG, *_LONGER, 'E', 'S'))}={_VALUE}{{0,200}}+"
# `            [CN] => Example` of PHP
_ARRAY_LINE = rf"[ \t]{{1,40}}\[{any_of((*_SHORT, *_LONG, *_LONGER))}\] => {_VALUE}{{0,200}}+"
_LINES = compiled(
    rf"(?:(?<=\n)|(?<=\\n)|(?<=[\"=:])|\A|(?<= (?= {{2}})))"
    rf"(?:(?:{_WORDY_LINE}{_LINE_END}){{0,3}}+{_LONG_LINE}(?:{_LINE_END}(?:{_LONG_LINE}|{_WORDY_LINE}))*+"
    rf"|{_SHORT_LINE}(?:{_LINE_END}{_SHORT_LINE})++|{_ARRAY_LINE}(?:{_LINE_END}{_ARRAY_LINE})++)"
)
_MORE_LINES = compiled(rf"(?:{_LINE_END}(?:{_LONG_LINE}|{_WORDY_LINE}|{_SHORT_LINE}))*+")

# `Common Name: Example, Organization: Example` of asn1crypto
_WORDS = (
    "Common Name", "Organization", "Organizational Unit", "Country", "Email Address", "Locality", "State/Province",
    "Serial Number", "Domain Component", "User ID", "Surname", "Given Name",
)  # fmt: skip
_WORD = rf"{any_of(_WORDS)}: "
_FRIENDLY = compiled(rf"\b{_WORD}(?=(?:[^,;\r\n\"']|[\"']\s{{1,40}}[\"']){{1,200}}+[,;] {{0,2}}{_WORD})")


_ALIGNED = compiled(r"=(?:(?<=Name   =)|(?<=    =)|(?<=  O=)|(?<=  C=)|(?<=  DC=)|(?<=  CN=)|(?<=  UID=))")


def find_lines(text: Text) -> Iterator[Span]:
    position = 0
    while lines := _LINES.search(text.raw, position):
        position = _end_of_lines(text.raw, lines.end())
        yield Span(lines.start(), position, Kind.DN)
    position = 0
    while found := _FRIENDLY.search(text.raw, position):
        position = _end(text.raw, found.start())
        yield Span(found.start(), position, Kind.DN)


def _end_of_lines(raw: str, end: int) -> int:
    """A backslash that is escaped in a value, and an `n` behind it, look like the end of the line."""
    while (following := quoting.end_of_line(raw, end)) > end:
        more = _MORE_LINES.match(raw, following)
        end = more.end() if more else following
    return end


def _end(raw: str, start: int) -> int:
    if opening := quoting.opening_before(raw, start):
        return quoting.end_of_quoted(raw, start, opening)
    return quoting.end_of_line(raw, start)


PAIRS_FORM = Form(find_pairs, hints=("CN'", 'CN"', "CN\\", "onName", "on_name", "CN: ", "null prototype] {"))
TYPED_FORM = Form(find_typed, hints=("Value",))
LINES_FORM = Form(find_lines, hints=("Name: ", "[CN] => "), gate="=", glance=_ALIGNED.search)

"""Names as lists of attributes: what getpeercert, pyOpenSSL and asn1crypto print, and OpenSSL's multi-line form.

One attribute alone may be anything, an `emailAddress` above all; two side by side are a name.
"""

import re
from collections.abc import Collection, Iterator

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
TYPES = frozenset((*_SHORT, *_LONG, *_LONGER, *_SNAKE, *_SNAKES))
# What is a part of a name only beside a common name and an organization: ordinary words.
COMMON = frozenset({"common_name", "commonName"})
ORGANIZATIONS = frozenset({"organization", "organisation", "organizational_unit", "org", "org_unit"})
WORDS = ORGANIZATIONS | {"country", "locality", "state", "province", "state_or_province", "email", "city", "unit"}
_MOST_WORDS = len(WORDS)  # side by side, before the first type: no stretch is read more often
_TYPE = rf"(?P<type>{any_of(sorted(TYPES | WORDS))})"
_BREAK = r"\\{1,8}+[nrt]"  # of a line, in a string
_ITEM = (
    rf"""(?P<quote>\\{{0,15}}+["']){_TYPE}(?P=quote)\s{{0,4}}[,:](?:\s|{_BREAK}){{0,80}}"""
    r"""b?(?P<opening>\\{0,15}+["'])"""
)
_FIRST = compiled(_ITEM)
_NEXT = compiled(rf"""\\{{0,15}}+["'](?:[\s,()\[\]{{}}]|{_BREAK}){{1,200}}b?{_ITEM}""")


def find_pairs(text: Text) -> Iterator[Span]:
    """The values of all that stand side by side. A value without an end is the last: no stretch is read twice."""
    raw, position = text.raw, 0
    while first := _FIRST.search(raw, position):
        values = [*_values(raw, first)]
        types = [kind for _, _, kind in values]
        is_name = are_of_a_name(types) or _is_of_pyopenssl(raw, first)
        position = values[-1][1] if is_name else first.end()
        if is_name:
            yield from (Span(start, end, Kind.DN) for start, end, _ in values)
        elif values[0][1] == len(raw):
            return


def are_of_a_name(types: Collection[str]) -> bool:
    """Two that are types of parts and nothing else, or a common name beside an organization."""
    beside = not COMMON.isdisjoint(types) and not ORGANIZATIONS.isdisjoint(types)
    return beside or sum(one in TYPES for one in types) > 1


def _is_of_pyopenssl(raw: str, item: re.Match[str]) -> bool:
    """`(b'CN', b'Example')`, where a table of countries has no octets."""
    return raw[item.start() - 1 : item.start()] == "b" and raw.startswith("CN", item.end("quote"))


def _values(raw: str, item: re.Match[str] | None) -> Iterator[tuple[int, int, str]]:
    types = words = 0
    while item and (types or words < _MOST_WORDS):
        types, words = (types + 1, words) if item["type"] in TYPES else (types, words + 1)
        end = quoting.end_of_quoted(raw, item.end(), item["opening"])
        yield item.end(), end, item["type"]
        item = _NEXT.match(raw, end)


# `    commonName                = Example` and `    CN=Example`, a line for each, escaped or not
_LINE_END = r"(?:\r?\n|\\{1,8}+n)"
_CHARACTER = r"(?:[^\r\n\\\"]|\\{1,8}+(?![nr\"]))"
_VALUE = (
    rf"(?:\\{{0,8}}+\"[^\r\n\\\"]{{1,200}}+\\{{0,8}}+\")?+{_CHARACTER}"  # what begins with a quote has a second one
)
_LONG_LINE = rf"[ \t]{{0,40}}{any_of((*_LONG, *_LONGER, 'emailAddress', 'serialNumber'))} {{1,30}}= {_VALUE}{{0,200}}+"
_WORDY = ("title", "name", "description", "initials", "pseudonym", "businessCategory", "x500UniqueIdentifier")
_WORDY_LINE = rf"[ \t]{{0,40}}{any_of(_WORDY)} {{1,30}}= {_VALUE}{{0,200}}+"  # only beside one of the others
_SHORT_LINE = rf"[ \t]{{2,40}}{any_of((*_SHORT, *_LONG, *_LONGER))}={_VALUE}{{0,200}}+"
_LINES = compiled(
    rf"(?:(?<=\n)|(?<=\\n)|(?<=[\"=:])|\A|(?<= (?= {{2}})))"
    rf"(?:(?:{_WORDY_LINE}{_LINE_END}){{0,3}}+{_LONG_LINE}(?:{_LINE_END}(?:{_LONG_LINE}|{_WORDY_LINE}))*+"
    rf"|{_SHORT_LINE}(?:{_LINE_END}{_SHORT_LINE})++)"
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


PAIRS_FORM = Form(find_pairs, hints=("CN'", 'CN"', "CN\\", "onName", "on_name"))
LINES_FORM = Form(find_lines, hints=("Name: ",), gate="=", glance=_ALIGNED.search)

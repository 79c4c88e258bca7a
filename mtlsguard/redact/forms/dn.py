"""Distinguished names as text: RFC 4514 and OpenSSL's form (commas), and the old form with slashes.

A DN in running text has no visible end: nearly every character may stand in a value. So it ends where a character
stands that RFC 4514 would have escaped, with the quote that was opened before it, or with the line; what follows it
on the line goes too. A text that begins with a DN is taken to be one, line ends in its values included.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache

from mtlsguard.redact import quoting
from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.forms.alternatives import any_of, by_first_letter
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

_ALONE = ("CN", "emailAddress", "EMAILADDRESS")  # enough without another RDN
_USUAL = ("O", "OU", "DC", "UID", "STREET", "GN", "SN", "TITLE", "serialNumber", "SERIALNUMBER", "EMAIL")
_LONG = ("commonName", "organizationName", "organizationalUnitName", "countryName", "localityName")
_RARE = (
    "givenName", "surname", "postalCode", "businessCategory", "organizationIdentifier", "dnQualifier", "GIVENNAME",
    "SURNAME", "INITIALS", "jurisdictionC", "jurisdictionST", "jurisdictionL", "jurisdictionCountryName",
    "jurisdictionStateOrProvinceName", "jurisdictionLocalityName", "stateOrProvinceName", "domainComponent",
    "streetAddress", "x500UniqueIdentifier",
)  # fmt: skip
_LDAP = ("cn", "ou", "dc", "uid")
_WORDY = ("L", "ST", "S", "T", "E")  # `L=3, C=4` is something else, and so are several of them alone
# Names of other things too: only before a type that is not.
_WORDS = ("title", "street", "description", "initials", "pseudonym", "userId", "telephoneNumber", "unstructuredName")
_TELLING = (*_ALONE, "O", "OU", "postalCode", *_LONG)
_NUMBER = r"(?:OID\.)?[0-2](?:\.\d{1,9}){2,20}+"

BEGINNINGS = (*_ALONE, *_USUAL, *_LONG, *_RARE, *_LDAP, *_WORDY, "C")  # of a name
_SHORT = ("o", "c", "l", "st")  # only behind another type
_NAMES = (*BEGINNINGS, *_SHORT)
_TYPE = rf"(?:{any_of(_NAMES)}|{_NUMBER})"
_IS = r" {0,2}=(?!=\s)"
_NO_COUNTRY = r"(?!C {0,2}+= {0,2}+(?![A-Za-z]{2}(?![A-Za-z0-9])))"  # `C = 12` is something else
_NEXT = rf"\s{{0,2}}{_NO_COUNTRY}{_TYPE}{_IS}"

# Behind most types another RDN must follow. A value on the way there may hold one `=` but not two, so that
# no stretch is looked through often.
_WORD = rf"(?:[^=,+;\"<>\\\r\n]++|\\[^\r\n]|[,+](?!{_NEXT})){{0,40}}+"
_VALUES = rf" {{0,2}}(?:\"[^\"\r\n]{{0,200}}+\"|{_WORD}(?:={_WORD})?+)[,+;]"
_AND_MORE = rf"(?={_VALUES}{_NEXT})"
_AND_TELLING = rf"(?={_VALUES}\s{{0,2}}{any_of(_TELLING)}{_IS})"
_AND_NOT_WORDY = (
    rf"(?=(?:{_VALUES}\s{{0,2}}{any_of(_WORDY)}{_IS}){{0,4}}{_VALUES}(?!\s{{0,2}}{any_of(_WORDY)} {{0,2}}=){_NEXT})"
)


_BOUNDARY = r"(?:(?<![\w.?&$-].)|(?<=\\[nrt].)|(?<=\\u201[89cd].))"  # or behind an escaped line end or quote
_IN_PATH = compiled(r"(?<=\w/)")  # a name alone is a part of the path there: another RDN must follow
_START = compiled(
    by_first_letter(
        [
            *((name, _IS) for name in (*BEGINNINGS, *_WORDS)),
            ("OID", rf"(?:\.\d{{1,9}}){{3,20}}+{_IS}"),
        ],
        _BOUNDARY,
    )
    + rf"|[0-2]{_BOUNDARY}(?:\.\d{{1,9}}){{2,20}}+{_IS}"
)
# What must stand behind a type and its equals sign, by type; nothing behind others.
_MORE = compiled(_AND_MORE)
_FOLLOWING: dict[str, re.Pattern[str]] = {
    **dict.fromkeys((*_USUAL, *_LONG, *_RARE), _MORE),
    **dict.fromkeys(_LDAP, compiled(rf"(?!\d{{1,9}}[,+;]){_AND_MORE}")),
    **dict.fromkeys(_WORDY, compiled(rf"(?= ?[^\s\d]){_AND_NOT_WORDY}")),
    **dict.fromkeys(_WORDS, compiled(_AND_TELLING)),
    "C": compiled(rf"(?= ?[A-Za-z]{{2}}[,+;]{_NEXT})"),
}
_NAMED = compiled(
    rf"(?:[Ss]ubject|[Ii]ssuer|SUBJECT|ISSUER)[\w ]{{0,8}}+[\"']?\s?[:=]\s?\\*[\"']?"
    rf"(?={_NO_COUNTRY}{_TYPE}{_IS}|{any_of(_WORDS)}{_IS}{_AND_MORE})"
)
# Go names an authority in a sentence; Postfix writes the common name of the issuer behind that of the subject.
_IN_SENTENCE = compiled(
    r"candidate authority certificate (?P<opening>\\{0,15}+\")|subject_CN=[^,\r\n]{0,200}+, issuer="
)
_SLASH_TYPE = rf"(?:{any_of((*_ALONE, *_USUAL, *_LONG, *_RARE, *_WORDY, 'C'))}|{_NUMBER})="
_SLASH_VALUE = r"[^/\r\n]{0,200}+(?:/[^/\r\n]{0,200}+(?=/))?"  # one slash of its own
_SLASH_WORD = rf"{any_of(_WORDS)}=(?={_SLASH_VALUE}/{any_of(_TELLING)}=)"
_SLASH_START = compiled(
    rf"/(?<![\w/.%~-]/)(?:{any_of(_ALONE)}=|{_SLASH_TYPE}(?={_SLASH_VALUE}/{_SLASH_TYPE})|{_SLASH_WORD})"
)

# Up to what RFC 4514 escapes: a quote, unless it opens or closes a value of OpenSSL's, an angle, a semicolon. Escapes
# of RFC 4514 stay inside, escapes of a string around it (line ends, closing quotes) do not.
_BEHIND_QUOTED = (
    rf"(?=\s{{0,2}}[,+](?:{_NEXT}|\s{{0,2}}{any_of(_WORDS)}{_IS})"
    r"|[ \t]{0,8}(?:[\r\n]|\\{1,8}+[rn])|\\{0,15}+[\"']|\s*+\Z)"
)
_QUOTED_VALUE = (
    rf"= {{0,2}}(?:\"(?:[^\"\\\r\n]|\\[^\r\n]){{0,400}}+\"|\\{{1,15}}+\"[^\"\r\n]{{0,400}}+\"){_BEHIND_QUOTED}"
)
_OPEN_VALUE = rf"= {{0,2}}\"(?=[^\"\r\n]{{0,400}}(?:[;,+]{_NEXT}|[\r\n]|\Z))"  # not closed

_FEW = 200  # characters, in which an angle was opened
# `C=GB; O=Example; CN=a` of curl, which escapes nothing and writes nothing behind it.
_WITH_SEMICOLONS = compiled(rf"{_TYPE}=[^=;\r\n\"]{{0,200}}+; {_NEXT}")

_UP_TO_COMMA = compiled(r"[^,\r\n]*+")

LOOKS_LIKE_DN = compiled(rf"\s*+[\"']?/?(?:{_TYPE})\s{{0,2}}=(?!=)")

# A quick look, from each `=` backwards: is there anything like a type before it?
_GLANCE_PATTERN = compiled(
    r"=(?:(?<=[A-Z0-9]=)|(?<= =)(?:(?<=[A-Z] =)|(?<=[A-Z]  =)|(?<=\.[0-9] =)|(?<=\.[0-9]{2} =)|(?<=ess =)|(?<=ame =))"
    "|(?<=[nucse]=)(?:(?<=cn=)|(?<=ou=)|(?<=dc=)|(?<=ess=)|(?<=ame=)))"
)
GLANCE = _GLANCE_PATTERN.search


def find(text: Text) -> Iterator[Span]:
    yield from _found(text.raw, _START, _end_of_list)
    yield from _found(text.raw, _NAMED, _end_of_list)
    yield from _found(text.raw, _SLASH_START, quoting.end_of_line)


def find_in_sentences(text: Text) -> Iterator[Span]:
    for found in _IN_SENTENCE.finditer(text.raw):
        end = quoting.end_of_quoted(text.raw, found.end(), found["opening"]) if found["opening"] else None
        yield Span(found.end(), end or _UP_TO_COMMA.match(text.raw, found.end()).end(), Kind.DN)  # type: ignore[union-attr]


def _found(raw: str, pattern: re.Pattern[str], end_without_quotes: Callable[[str, int], int]) -> Iterator[Span]:
    position = 0
    while found := pattern.search(raw, position):
        if pattern is _START and not _is_followed(raw, found):
            position = found.start() + 1
            continue
        start = found.end() if pattern is _NAMED else found.start()
        position = max(_end(raw, start, end_without_quotes), found.end())
        yield Span(start, position, Kind.DN)


def _is_followed(raw: str, found: re.Match[str]) -> bool:
    name = found.group().rstrip(" =")
    following = _MORE if name[0].isdigit() or _IN_PATH.match(raw, found.start()) else None
    following = _FOLLOWING.get(name, following)
    return following is None or following.match(raw, found.end()) is not None


def _end(raw: str, start: int, end_without_quotes: Callable[[str, int], int]) -> int:
    if start == 0:
        return len(raw)
    if opening := quoting.opening_before(raw, start):
        return quoting.end_of_quoted(raw, start, opening)
    return end_without_quotes(raw, start)


def _end_of_list(raw: str, start: int) -> int:
    if _WITH_SEMICOLONS.match(raw, start):
        return quoting.end_of_line(raw, start)
    line = raw[max(0, start - _FEW) : start]
    is_in_angles = line.rfind("<") > max(line.rfind(">"), line.rfind("\n"))
    found = _inside(quoting.escape_of_line_ends(raw, start), is_in_angles=is_in_angles).match(raw, start)
    return found.end() if found else start


@cache
def _inside(escape: int, *, is_in_angles: bool) -> re.Pattern[str]:
    """What does not escape angles, as curl does not, has them in values. An arrow is none."""
    angle = "" if is_in_angles else r"|>(?<!->)(?=[^\s<>\"',;)\]}])"
    quotes = rf"{_QUOTED_VALUE}|{_OPEN_VALUE}|'(?!{quoting.STRUCTURE})"
    escaped = rf"{quoting.not_the_end(escape)}[\"'<>;]?"
    return compiled(rf"(?:[^;\"'<>\\\r\n=]++|{quotes}|=|;(?={_NEXT})|{escaped}{angle})*+")


FORM = Form(find, gate="=", glance=GLANCE)
SENTENCES_FORM = Form(find_in_sentences, hints=("subject_CN",), folded_hints=("cert",))

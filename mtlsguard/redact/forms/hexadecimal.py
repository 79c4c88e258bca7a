"""DER in hexadecimal, plain or octet by octet with a blank, a dash or `\\x` between; and octets with colons.

Sixteen octets with colons are a serial number, a fingerprint, a key or a signature, whatever word stands before them:
addresses of hardware have six or eight, and those of IPv6 are written in pairs.
"""

from collections.abc import Iterator

from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

# SEQUENCE with two octets of length or one, then a SEQUENCE of similar length, an INTEGER 0 to 3, or a content type.
# The last two are small keys: of RFC 5915 on a curve of 256 bits, of RFC 8410. The first octet, 30, is left out.
_HEX = "[0-9a-f]"
_ANY = _HEX * 2
_STARTS = (
    *(("82", _ANY, _ANY, *inner) for inner in (("30", "8[12]"), ("02", "01", "0[0-3]"), ("06", "09"))),
    *(("81", _ANY, *inner) for inner in (("30", f"[0-8]{_HEX}", _ANY), ("02", "01", "0[0-3]"))),
    ("7[47]", "02", "01", "01", "04", "20"),
    ("2e", "02", "01", "00", "30", "05"),
)
_KEY = compiled(r"30(?:82.{4}|81..|..)02010[01](?:30|02|04)")
_NOT_HEX = compiled(r"[^0-9a-f]|0x")

_COLONS = 15
_LONGEST_DIGEST = 64  # octets
_WITH_COLONS = (
    rf"{_ANY}(?:(?<![0-9a-z]..)|(?<=\\[nrt]..)):{_ANY}:(?:{_ANY}:(?:(?:\s|\\{{1,8}}+[nrt]|[\"']){{1,80}}+(?={_ANY}:|{_ANY}\b))?+)"
    rf"{{{_COLONS - 2},}}+(?:{_HEX}{{1,2}}(?![0-9a-z]))?+"
    # and a shorter line below it, as GnuTLS has them without a colon at the end
    rf"(?:(?:\r?\n|\\{{1,8}}+n)(?:[ \t]|\\{{1,8}}+t){{1,40}}+{_ANY}(?::{_ANY}){{0,14}}+(?![:0-9a-z]))?+"
)
_COLON_RUN = compiled(_WITH_COLONS)
_OF_A_KEY = compiled(r"(?:priv|privateexponent|prime\d|exponent\d|coefficient):\s{0,80}\Z")


def _written_with(between: str) -> str:
    """The pattern for one way to separate octets; a run may be wrapped, and may break off in an octet."""
    starts = "|".join(between.join(octets) for octets in _STARTS)
    end = "" if "x" in between else _WORD_ENDS  # behind an escape any letter may follow
    apart = rf"{between}\s{{0,20}}+" if between.strip() else rf"{_LINE_BREAK}{{1,20}}+"
    rest = rf"(?:{apart}{_ANY}{end}){{4,}}+(?:{between}{_HEX}{_WORD_ENDS}(?! \w))?+"
    return rf"30(?<!{_HEX}30){between}(?:{starts}){rest}"


def _written_closely() -> str:
    """The same with nothing between octets. In a further line a word counts whole or not at all, and then only if it
    has a digit or is too long for prose: `affected` and `facade` begin like more of it.
    """
    starts = "|".join("".join(octets) for octets in _STARTS)
    another = (
        rf"{_LINE_BREAK}{{1,20}}+(?=[a-f]{{0,{_TOO_LONG}}}\d|{_HEX}{{{_TOO_LONG}}})(?:{_ANY})++{_HEX}?+{_WORD_ENDS}"
    )
    return rf"30(?<!{_HEX}30)(?:{starts})(?=(?:\s{{0,20}}{_ANY}){{4}})(?:{_ANY})*+{_HEX}?+(?:{another})*+"


def _written_in_groups() -> str:
    """Groups of two or four octets, as `bytes.hex(" ", 2)` and dumps without offsets have them; the first or the last
    may be shorter.
    """
    starts = "|".join(" ?".join(octets) for octets in _STARTS)
    whole = rf"(?:{_HEX}{{8}}|{_HEX}{{4}}){_WORD_ENDS}"
    ends = r"(?:\s{0,80}+\Z|[\r\n\"']|\\{1,8}+[nr])"  # then no word of prose, such as `be`, goes on there
    is_more = rf"(?:(?=[a-f]{{0,6}}\d)|(?={_HEX}{{2,6}}{ends}))"
    short = rf"(?:{_LINE_BREAK}{{1,20}}+{is_more}(?:{_ANY}){{1,3}}{_WORD_ENDS})?+"
    group = rf"{_LINE_BREAK}{{1,20}}+{whole}"
    return rf"30(?<!{_HEX}30) ?(?:{starts})(?:{_ANY}){{0,3}}(?![0-9a-z])(?:{group}){{2,}}+{short}"


_LINE_BREAK = r"""(?:\s|\\{1,8}+[nrt]|["']\s{1,80}+["'])"""  # in a string, or between the pieces of one
_WORD_ENDS = "(?![0-9a-z])"
_TOO_LONG = 16  # letters
_BETWEEN = (" ", "-", r"\\{1,8}+x")
_RUN = compiled("|".join([_written_closely(), *map(_written_with, _BETWEEN), _written_in_groups()]))


def find(text: Text) -> Iterator[Span]:
    for run in _RUN.finditer(text.folded):
        is_key = _KEY.match(_NOT_HEX.sub("", run.group()[:80]))
        yield Span(run.start(), run.end(), Kind.PRIVATE_KEY if is_key else Kind.CERTIFICATE)


def find_with_colons(text: Text) -> Iterator[Span]:
    if text.raw.count(":") < _COLONS:
        return
    for run in _COLON_RUN.finditer(text.folded):
        yield Span(run.start(), run.end(), _kind(text.folded, run.start(), run.group()))


def _kind(folded: str, start: int, run: str) -> Kind:
    if _OF_A_KEY.search(folded[max(0, start - 120) : start]):
        return Kind.PRIVATE_KEY
    if run.count(":") < _LONGEST_DIGEST:
        return Kind.FINGERPRINT
    return Kind.PUBLIC_KEY if run.startswith(("00:", "04:")) else Kind.CERTIFICATE


def glance(text: str) -> bool:
    """Of the first two octets, or of a key's version; a closer look only where they are."""
    near = "3082" in text or "3081" in text or "30 8" in text or "30-8" in text or "0201" in text or "\\x30" in text
    near = (
        near
        or "30 7" in text
        or "30 2" in text
        or "0x30" in text
        or ("130" in text and ("48," in text or "48 " in text))
    )
    return near and _NEAR.search(text) is not None


def glance_at_colons(text: str) -> bool:
    return text.count(":") >= _COLONS and _COLONS_HINT.search(text) is not None


NEAR = (  # or as numbers in a list
    r"48[,\s\\nrt]{1,40}130[,\s\\]|0[xX]30[,\s\\nrt]{1,40}0[xX]82"
    r"|30(?:82[0-9a-fA-F]{4}(?:308|020|060)|81[0-9a-fA-F]{2}(?:30|020)|7[47]0201|2[eE]0201"
    r"|[ -]8[12][ -]|[ -](?:7[47]|2[eE])[ -]02|\\{1,8}x|8[12] [0-9a-fA-F]{4})"
    r"|30 ?(?:82 ?[0-9a-fA-F]{2} ?[0-9a-fA-F]{2} ?(?:30|02|06)|81 ?[0-9a-fA-F]{2} ?(?:30|02)|(?:7[47]|2[eE]) ?02 ?01)"
)
_NEAR = compiled(NEAR)
_COLONS_HINT = compiled(rf":(?:[0-9a-fA-F]{{2}}:){{{_COLONS - 1}}}")

FORM = Form(find, gate="30", glance=glance)
COLON_FORM = Form(find_with_colons, gate=":", glance=glance_at_colons)

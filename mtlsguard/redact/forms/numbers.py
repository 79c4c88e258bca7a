"""DER as a list of numbers, as `list(der)`, arrays, Node's buffers in JSON, Go and C print it."""

from collections.abc import Iterator, Sequence

from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.forms import hexadecimal
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.patterns import compiled

_HEADERS = 8  # octets of the outer and of the inner element

# Between two: a comma, blanks, the end of a line, escaped or not.
_BETWEEN = r"(?:,(?:\s|\\{1,8}+[nrt]){0,40}+|(?:\s|\\{1,8}+[nrt]){1,40}+)"
_DECIMAL = r"-?\d{1,3}(?![\w.])"
_HEX = r"0x[0-9a-f]{1,2}(?![0-9a-z])"

_OCTET = r"(?:-?(?:25[0-5]|2[0-4]\d|1?\d?\d)|0x[0-9a-f]{1,2})(?![\w.])"  # Java has signs
_NEXT_OCTET = r"(?:,(?:\s|\\{1,8}+[nrt]){0,40}+| )"  # Go has a blank
# Eight or more in brackets: a digest or a number, where the word before it says so.
IN_BRACKETS = rf"(?<=[\[({{])(?:\s|\\{{1,8}}+[nrt]){{0,40}}+{_OCTET}(?:{_NEXT_OCTET}{_OCTET}){{7,}}+"


def _list_of(first: str, second: str, number: str) -> str:
    more = rf"(?:{_BETWEEN}{number})"
    return rf"(?<![\w.]){first}{_BETWEEN}{second}{more}{{6}}{more}*+(?:{_BETWEEN}\.\.\.{more}*+)?+"


_LIST = compiled(f"{_list_of('48', '(?:130|-126)', _DECIMAL)}|{_list_of('0x30', '0x82', _HEX)}")
_NUMBER = compiled(r"0x[0-9a-f]{1,2}|-?\d{1,3}")

# Of any length: a name, an algorithm with a public key. What follows the lengths are object identifiers.
_LONGEST_LENGTH = 2  # octets behind the first


def _short(number: str, *, is_decimal: bool) -> str:
    """A name begins with a SEQUENCE, a SET, a SEQUENCE, 2.5.4.x; a public key with two SEQUENCEs and its algorithm."""

    def octets(written: str) -> str:
        return "".join(_in_decimal(one) + _BETWEEN if is_decimal else f"0x0?{one}{_BETWEEN}" for one in written.split())

    length = rf"(?:{number}{_BETWEEN}){{1,{1 + _LONGEST_LENGTH}}}?"
    of_a_name = rf"{octets('30')}{length}{octets('31')}{length}{octets('30')}{length}{octets('6 3 55 4')}"
    algorithm = f"{octets('2a 86 48')}(?:{octets('ce 3d 2 1')}|{octets('86 f7 d 1 1 1')})"
    of_a_key = rf"{octets('30')}{length}{octets('30')}{length}{octets('6')}{number}{_BETWEEN}{algorithm}"
    return rf"(?<![\w.])(?:{of_a_name}|{of_a_key}){number}(?:{_BETWEEN}{number})*+"


def _in_decimal(octet: str) -> str:
    value = int(octet, 16)
    return f"(?:{value}|{value - 256})" if value > 127 else str(value)  # noqa: PLR2004 - Java has signs


_SHORT_LIST = compiled(f"{_short(_DECIMAL, is_decimal=True)}|{_short(_HEX, is_decimal=False)}")


def find(text: Text) -> Iterator[Span]:
    for found in _LIST.finditer(text.folded):
        head = _NUMBER.finditer(text.folded, found.start(), found.end())
        if begins_der([_value(next(head).group()) for _ in range(_HEADERS)]):
            yield Span(found.start(), found.end(), Kind.CERTIFICATE)
    for found in _SHORT_LIST.finditer(text.folded):
        yield Span(found.start(), found.end(), Kind.CERTIFICATE)


def _value(written: str) -> int:
    return int(written, 16) if written.startswith("0x") else int(written) & 0xFF


def begins_der(octets: Sequence[object]) -> bool:
    """A SEQUENCE that begins with a shorter SEQUENCE, or with a small INTEGER: points of an image have other sizes."""
    match octets:
        case [0x30, 0x82, int(high), int(low), 0x30, 0x82, int(inner_high), int(inner_low), *_]:
            return (high, low) > (inner_high, inner_low)
        case [0x30, 0x82, int(), int(), 0x30, 0x81, *_] | [0x30, 0x82, int(), int(), 2, 1, 0 | 1 | 2 | 3, *_]:
            return True
        case [0x30, 0x82, int(), int(), 0xA0, 3, 2, 1, *_]:  # what is signed of a certificate, with its version
            return True
    return False


_NEXT = r"[,\s\\nrt]{1,40}"
# What a short list must hold, and a list with signs begin with.
HINTS = (
    rf"48{_NEXT}-126[,\s\\]",
    rf"6{_NEXT}3{_NEXT}85{_NEXT}4[,\s\\]",
    rf"0x0?6{_NEXT}0x0?3{_NEXT}0x55{_NEXT}0x0?4[,\s\\]",
    rf"42{_NEXT}(?:134|-122){_NEXT}72[,\s\\]",
    rf"0x2[aA]{_NEXT}0x86{_NEXT}0x48[,\s\\]",
)
_SAY = compiled(rf"85{_NEXT}4[,\s\\]").search
_SAYS_OF_A_KEY = compiled(rf"72{_NEXT}(?:134|-122|206|-50)[,\s\\]").search


def glance(text: str) -> bool:
    """At the last octets of what says it: a search for plain digits first is faster."""
    if "48" in text and ("-126" in text or ("85" in text and _SAY(text)) or ("72" in text and _SAYS_OF_A_KEY(text))):
        return True
    return "0x30" in text and ("0x55" in text or "0x48" in text)


def _may_be_in(text: str) -> bool:
    return ("30" in text and hexadecimal.glance(text)) or glance(text)


FORM = Form(find, glance=_may_be_in)

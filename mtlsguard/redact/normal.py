"""One form for what is written in many: names, serial numbers, fingerprints. Only to compare, never to decide."""

import re

from mtlsguard.redact.decoding import decoded_base64
from mtlsguard.redact.patterns import compiled

_TYPE = r"[A-Za-z0-9][A-Za-z0-9.-]{0,40}"
_BETWEEN = compiled(rf"(?:(?<!\\)[,;+]|[\r\n]|\\n)\s{{0,80}}(?={_TYPE}\s{{0,30}}=)")
_BETWEEN_SLASHES = compiled(rf"(?<!\\)/(?={_TYPE}=)")
_ATTRIBUTE = compiled(rf"\s*+({_TYPE})\s*+=\s*+(.*+)", re.DOTALL)
_ESCAPE = compiled(r"\\([0-9A-Fa-f]{2}|.)", re.DOTALL)
_BLANKS = compiled(r"\s+")
_WRAPPED = compiled(r"<(?:Name|RelativeDistinguishedName)\((.*)\)>", re.DOTALL)
_MOST_ATTRIBUTES = 50

# RFC 4514 section 3, OpenSSL's long names, and what else is written.
_SHORT = {
    "commonname": "cn", "organizationname": "o", "organizationalunitname": "ou", "countryname": "c",
    "localityname": "l", "stateorprovincename": "st", "s": "st", "e": "emailaddress", "email": "emailaddress",
    "streetaddress": "street", "domaincomponent": "dc", "userid": "uid", "surname": "sn", "givenname": "gn",
    "2.5.4.3": "cn", "2.5.4.4": "sn", "2.5.4.5": "serialnumber", "2.5.4.6": "c", "2.5.4.7": "l", "2.5.4.8": "st",
    "2.5.4.9": "street", "2.5.4.10": "o", "2.5.4.11": "ou", "2.5.4.12": "title", "2.5.4.42": "gn",
    "1.2.840.113549.1.9.1": "emailaddress", "0.9.2342.19200300.100.1.1": "uid", "0.9.2342.19200300.100.1.25": "dc",
}  # fmt: skip

_DECIMAL_AND_HEX = compiled(r"(\d+) ?\(0x[0-9a-f]*\)?")
_FRAME = " \t\r\n\"'()[]{},;\\"
_MARKS = compiled(r"[\s:-]+|\\x|b(?=['\"])|['\"]")
_HEX = compiled(r"(?:0x)?([0-9a-f]+)")
_NUMBER = r"(?:0x[0-9a-f]{1,2}|-?(?:25[0-5]|2[0-4]\d|1?\d?\d))"
_LIST = compiled(rf"(?:\s|\\+[nrt])*+{_NUMBER}(?:(?:,|\s|\\+[nrt]){{1,60}}{_NUMBER}){{7,70}}\s*+")
_EACH = compiled(r"0x[0-9a-f]+|-?\d+")
_LARGEST_PAIR = 99  # two digits may be hexadecimal
_DIGEST_SIZES = frozenset({16, 20, 28, 32, 48, 64})


def normal_dn(written: str) -> str:
    """Types in their shortest spelling, values folded, in an order of their own: forms differ in direction."""
    text = written.strip(_FRAME)
    if wrapped := _WRAPPED.match(text):
        text = wrapped.group(1)
    parts = _BETWEEN_SLASHES.split(text[1:]) if text.startswith("/") else _BETWEEN.split(text)
    return "\n".join(sorted(map(_attribute, parts[:_MOST_ATTRIBUTES])))


def _attribute(part: str) -> str:
    found = _ATTRIBUTE.match(part)
    if found is None:
        return _folded(part)
    name = found.group(1).lower().removeprefix("oid.")
    return f"{_SHORT.get(name, name)}={_folded(_ESCAPE.sub(_meant, found.group(2).strip().strip(chr(34))))}"


def _meant(found: re.Match[str]) -> str:
    escaped = found.group(1)
    return escaped if len(escaped) == 1 else chr(int(escaped, re.DOTALL))


def _folded(value: str) -> str:
    return _BLANKS.sub(" ", value.strip(_FRAME)).casefold()


def serial_number(written: str) -> int | None:
    """Hexadecimal if it has letters, marks or `0x`; else decimal, which for a few short ones is wrong."""
    text = written.strip(_FRAME).lower()
    if twice := _DECIMAL_AND_HEX.fullmatch(text):
        text = twice.group(1)
    if octets := _listed(written.lower()):
        return int.from_bytes(octets, "big")
    bare = _MARKS.sub("", text)
    found = _HEX.fullmatch(bare)
    if found is None or len(bare) > _MOST_ATTRIBUTES * 2:
        return None
    is_decimal = bare == text and bare.isdecimal()
    return int(bare) if is_decimal else int(found.group(1), re.DOTALL)


def octets_of_fingerprint(written: str) -> bytes | None:
    """From hexadecimal with or without marks, or base64 of either alphabet; None if it is no digest's length."""
    if octets := _listed(written.lower()):
        return octets if len(octets) in _DIGEST_SIZES else None
    text = written.strip(_FRAME).partition("=")[0]
    bare = _MARKS.sub("", text.lower())
    found = _HEX.fullmatch(bare) if len(bare) % 2 == 0 else None
    octets = bytes.fromhex(found.group(1)) if found else decoded_base64(text)
    return octets if len(octets) in _DIGEST_SIZES else None


def _listed(text: str) -> bytes:
    """Octets as numbers, as `str(list(octets))` has them; none if it is something else."""
    if not _LIST.fullmatch(text):
        return b""
    numbers = [int(one, 16 if one.startswith("0x") else 10) & 0xFF for one in _EACH.findall(text)]
    return bytes(numbers) if "," in text or max(numbers) > _LARGEST_PAIR else b""

"""From whatever a certificate was written in to its DER: only to name it, nothing is believed of what is read."""

import re
from binascii import Error, a2b_base64

from mtlsguard.redact.forms import hexdumps
from mtlsguard.redact.patterns import compiled

_LONGEST = 150_000  # characters; a certificate of 16 KB, escaped twice, has 90,000
_MOST_LEVELS = 4

_ESCAPE = compiled(r"\\+(?:u00(?P<code>[0-9a-fA-F]{2})|[nrtvf]|(?P<plain>/))|(?<=[\s(\[,])b(?=\\*[\"'])")
_PERCENT = compiled(r"%([0-9a-fA-F]{2})")
_ARMOUR = compiled(r"BEGIN[ A-Z0-9_+]{0,60}-{1,8}([^-]*+)-{1,8}END")
_NOT_BASE64 = compiled(r"[^A-Za-z0-9+/=_-]+")
_BASE64 = compiled(r"(?:MI|LS0t)[A-Za-z0-9+/_-]*+")
_MARKS = r"[\s:,.;|/_%$<>\\x-]*"
_HEX = compiled(rf"{_MARKS}30{_MARKS}82(?:{_MARKS}[0-9a-fA-F]{{1,2}})++")
_NOT_HEX = compiled(r"[^0-9a-fA-F]+")
_LITERAL = compiled(r"0(\\+)(?:x82|u0082|202)")
_BETWEEN_LITERALS = compiled(r"[\"']\s+b?[\"']")
_LITERAL_ESCAPE = re.compile(
    r"\\(?:(?:x|u00)(?P<code>[0-9a-fA-F]{2})|(?P<octal>[0-3][0-7]{2})|(?P<letter>.))", re.DOTALL
)
_LETTERS = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "f": "\f", "a": "\a", "b": "\b"}
_NUMBERS = compiled(r"(?:48|0[xX]30)[^\w.]")
_NUMBER = compiled(r"0[xX][0-9a-fA-F]{1,2}|-?[1-9]\d{0,2}|0")
_RAW = compiled("0\x82")
_COLUMNS = compiled(r"(?!30)(?:0x)?[0-9a-fA-F]{4,16}[:|< \t]")
_HASH = compiled(r"(?i)\bhash=([0-9a-f]{64})(?![0-9a-f])")


def der_in(written: str) -> bytes | None:
    """The first whole DER element in the text, without what follows it; None if there is none, or it was cut."""
    if len(written) > _LONGEST:
        return None
    if _RAW.search(written):
        return _whole(written[written.index("0\x82") :].encode("latin-1", "replace"))
    if literal := _LITERAL.search(written):
        return _of_literal(written[literal.start() :], literal.group(1))
    if _NUMBERS.match(written):
        return _whole(bytes(int(number, 0) & 0xFF for number in _NUMBER.findall(written)))
    text = _unescaped(written)
    if _COLUMNS.match(text) and (octets := hexdumps.octets_in(text)):
        return _of_octets(octets)
    return _of_text(text, 1)


def hash_in(written: str) -> bytes | None:
    """The SHA-256 fingerprint that Envoy writes beside a certificate, or instead of it."""
    found = _HASH.search(written)
    return bytes.fromhex(found.group(1)) if found else None


def _of_octets(octets: bytes) -> bytes | None:
    if b"BEGIN" in octets:
        return _of_text(octets.decode("latin-1"), 0)
    return _whole(octets[max(octets.find(b"0\x82"), 0) :])


def _of_text(text: str, levels: int) -> bytes | None:
    if found := _HEX.match(text):
        return _whole(bytes.fromhex(_even(_NOT_HEX.sub("", found.group()))))
    armour = _ARMOUR.search(text)
    if armour is None and "BEGIN" in text:
        return None  # cut
    run = _BASE64.search(_NOT_BASE64.sub("", armour.group(1)) if armour else _joined(text))
    octets = decoded_base64(run.group()) if run else b""
    if octets.startswith(b"-----BEGIN") and levels:
        return _of_text(octets.decode("latin-1"), levels - 1)
    return _whole(octets)


def _joined(text: str) -> str:
    """Lines of base64 as one; a comma or a `=` ends the first certificate of several."""
    return _NOT_BASE64.sub("", text[max(text.find("MI"), 0) :].partition(",")[0].partition("=")[0])


def _unescaped(text: str) -> str:
    for _ in range(_MOST_LEVELS):
        if "%" not in text:
            break
        text = _PERCENT.sub(lambda found: chr(int(found.group(1), 16)), text)
    return _ESCAPE.sub(_meant, text) if "\\" in text or "b'" in text or 'b"' in text else text


def _meant(found: re.Match[str]) -> str:
    if found["code"]:
        return chr(int(found["code"], 16))
    return found["plain"] or "\n"


def _of_literal(text: str, escape: str) -> bytes | None:
    """`escape`: as many backslashes as the strings around it have made of one."""
    joined = _BETWEEN_LITERALS.sub("", text.replace(escape, "\\"))
    return _whole(_LITERAL_ESCAPE.sub(_octet, joined).encode("latin-1", "replace"))


def _octet(found: re.Match[str]) -> str:
    if found["code"]:
        return chr(int(found["code"], 16))
    return chr(int(found["octal"], 8)) if found["octal"] else _LETTERS.get(found["letter"], found["letter"])


def decoded_base64(text: str) -> bytes:
    """Of either alphabet, with or without padding, cut or not."""
    plain = text.replace("-", "+").replace("_", "/").partition("=")[0]
    try:
        return a2b_base64(plain[: len(plain) - 1 if len(plain) % 4 == 1 else len(plain)] + "===")
    except (Error, ValueError):
        return b""


def _even(digits: str) -> str:
    return digits[: len(digits) // 2 * 2]


def _whole(der: bytes) -> bytes | None:
    """The SEQUENCE that the octets begin with, if all of it is there (X.690 8.1.3)."""
    if der[:1] != b"\x30" or len(der) < 4:  # noqa: PLR2004 - tag and longest length
        return None
    count = der[1] & 0x7F if der[1] & 0x80 else 0
    length = int.from_bytes(der[2 : 2 + count], "big") if count else der[1]
    end = 2 + count + length
    return der[:end] if len(der) >= end else None

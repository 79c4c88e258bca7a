"""Issuers as the deny list knows them: by a name, whatever types of string and whichever case it is written in.

A deny list must not miss: two names that some reader takes for one are one here, so a CA whose certificates write
its name as BMPString is found by the same name typed by a person.
"""

from functools import lru_cache
from hashlib import sha256

from cryptography import x509

from mtlsguard.revocation.names import name_key
from mtlsguard.revocation.tlv import OID, SEQUENCE, SET, DerError, Element, element, elements, whole, written

_REMEMBERED = 1_024
_MAX_ATTRIBUTES = 256
_MAX_TEXT = 4_096
_UTF8_STRING = 0x0C
# Types of character strings (X.680 section 41). T61String is read as everybody reads it.
_STRINGS = {
    _UTF8_STRING: "utf-8",
    0x12: "ascii",  # NumericString
    0x13: "ascii",  # PrintableString
    0x14: "latin-1",  # T61String
    0x16: "ascii",  # IA5String
    0x1A: "ascii",  # VisibleString
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}
_IN_HEX = "#"


@lru_cache(maxsize=_REMEMBERED)
def issuer_digest(der_name: bytes) -> bytes | None:
    """DER of a Name -> 32 octets, equal for two spellings of a name. None for what is no Name: it can be on no list,
    so whoever comes with it must not pass."""
    try:
        name = whole(der_name, SEQUENCE)
        rdns = elements(der_name, name.start, name.end, _MAX_ATTRIBUTES)
        retyped = written(SEQUENCE, b"".join(_relative(der_name, rdn) for rdn in rdns))
    except DerError:
        return None
    return sha256(name_key(retyped)).digest()


def _relative(der: bytes, rdn: Element) -> bytes:
    if rdn.tag != SET or rdn.start == rdn.end:
        raise DerError
    members = elements(der, rdn.start, rdn.end, _MAX_ATTRIBUTES)
    return written(SET, b"".join(_attribute(der, member) for member in members))


def _attribute(der: bytes, member: Element) -> bytes:
    if member.tag != SEQUENCE:
        raise DerError
    kind = element(der, member.start, member.end, OID)
    value = element(der, kind.end, member.end)
    if value.end != member.end:
        raise DerError
    return written(SEQUENCE, der[kind.at : kind.end] + _as_utf8(value.tag, der[value.start : value.end]))


def _as_utf8(tag: int, content: bytes) -> bytes:
    if tag not in _STRINGS:
        return written(tag, content)
    try:
        text = content.decode(_STRINGS[tag])
    except UnicodeDecodeError:
        return written(tag, content)
    return written(_UTF8_STRING, text.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=_REMEMBERED)
def issuer_from_text(text: str) -> bytes | None:
    """RFC 4514, or "#" and the DER in hexadecimal -> DER of the Name; None if it is neither, or names nobody."""
    if len(text) > _MAX_TEXT:
        return None
    try:
        der = bytes.fromhex(text[1:]) if text.startswith(_IN_HEX) else _parsed(text)
    except (ValueError, UserWarning):  # UnicodeDecodeError is a ValueError; lengths that the library warns of
        return None
    return der if issuer_digest(der) is not None and whole(der).start != len(der) else None


def _parsed(text: str) -> bytes:
    return x509.Name.from_rfc4514_string(text).public_bytes()


def issuer_text(der_name: bytes, name: x509.Name | None) -> str:
    """One line that `issuer_from_text` reads back as this issuer: RFC 4514 where that is possible, else "#" and hex."""
    if name is not None:
        text = "".join(_escaped(character) for character in name.rfc4514_string())
        read = issuer_from_text(text)
        if read is not None and issuer_digest(read) == issuer_digest(der_name):
            return text
    return _IN_HEX + der_name.hex()


def _escaped(character: str) -> str:
    """RFC 4514 section 2.4: any character may be written as the hexadecimal of its octets."""
    if character.isprintable():
        return character
    return "".join(f"\\{octet:02X}" for octet in character.encode("utf-8", "surrogatepass"))

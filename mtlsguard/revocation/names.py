"""The form of an X.501 name in which two spellings of it are the same bytes (RFC 5280 section 7.1, RFC 4518).

A name only finds a list or an entry, a key proves it: folding too much would cost a comparison, folding too little
would lose a revocation.
"""

import unicodedata
from functools import lru_cache

from mtlsguard.revocation.tlv import OID, SEQUENCE, SET, DerError, Element, element, elements, whole, written

MAX_NAME = 4_096  # octets that are folded: putting accents in order is quadratic in a row of them
_MAX_ATTRIBUTES = 256
_REMEMBERED = 1_024

_UTF8_STRING, _PRINTABLE_STRING, _IA5_STRING = 0x0C, 0x13, 0x16
# Types that compare as one. IA5String, of domainComponent (section 7.3) and e-mail addresses, stays a type of its own.
_FOLDED = {_UTF8_STRING: _UTF8_STRING, _PRINTABLE_STRING: _UTF8_STRING, _IA5_STRING: _IA5_STRING}

# RFC 4518 section 2.2, beside what the category of a character says.
_SPACES = frozenset("\t\n\v\f\r\x85")
_NOTHING = frozenset("\u00ad\u034f\u1806\u180b\u180c\u180d\ufffc") | {chr(at) for at in range(0xFE00, 0xFE10)}


@lru_cache(maxsize=_REMEMBERED)
def name_key(der_name: bytes) -> bytes:
    """DER of a Name -> bytes that are equal exactly where RFC 5280 section 7.1 calls two names equal.

    Itself DER of a Name, and its own key. What is no Name, or longer than MAX_NAME, is its own key too.
    """
    if len(der_name) > MAX_NAME:
        return der_name
    try:
        name = whole(der_name, SEQUENCE)
        rdns = elements(der_name, name.start, name.end, _MAX_ATTRIBUTES)
        return written(SEQUENCE, b"".join(_relative(der_name, rdn) for rdn in rdns))
    except DerError:
        return der_name


def rdn_key(content: bytes) -> bytes:
    """The same for the content of one RelativeDistinguishedName, as nameRelativeToCRLIssuer has it."""
    return name_key(written(SEQUENCE, written(SET, content)))


def _relative(der: bytes, rdn: Element) -> bytes:
    """One RelativeDistinguishedName: a set, whose order is that of the folded members."""
    if rdn.tag != SET or rdn.start == rdn.end:
        raise DerError
    members = elements(der, rdn.start, rdn.end, _MAX_ATTRIBUTES)
    return written(SET, b"".join(sorted(_attribute(der, member) for member in members)))


def _attribute(der: bytes, member: Element) -> bytes:
    if member.tag != SEQUENCE:
        raise DerError
    kind = element(der, member.start, member.end, OID)
    value = element(der, kind.end, member.end)
    if value.end != member.end:
        raise DerError
    return written(SEQUENCE, der[kind.at : kind.end] + _value(value.tag, der[value.start : value.end]))


def _value(tag: int, content: bytes) -> bytes:
    if tag not in _FOLDED:
        return written(tag, content)
    try:
        text = content.decode("utf-8" if tag == _UTF8_STRING else "ascii")
    except UnicodeDecodeError:
        return written(tag, content)
    return written(_FOLDED[tag], _prepared(text).encode())


def _prepared(text: str) -> str:
    """RFC 4518: map, normalise, fold case, take out spaces that mean nothing."""
    text = "".join(map(_mapped, text))
    if text.isascii():
        return _spaced(text.lower())
    # Unicode's compatibility caseless match (D146), which is stable: doing it again changes nothing.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", text).casefold())
    folded = unicodedata.normalize("NFKC", decomposed.casefold())
    return _spaced("".join(map(_mapped, folded)))


def _spaced(text: str) -> str:
    return " ".join(part for part in text.split(" ") if part)


def _mapped(character: str) -> str:
    if character in _SPACES:
        return " "
    if character in _NOTHING:
        return ""
    category = unicodedata.category(character)
    if category[0] == "Z":
        return " "
    return "" if category in {"Cc", "Cf"} else character

"""Keyed pseudonyms of what was found, so that lines about one client can be told from those about another.

A whole certificate gets the name that the audit events give it, and so does its SHA-256 fingerprint. Anything else is
named after a normal form of itself. What was cut, and whatever may hold a private key, has no name.
"""

import sys
from array import array
from collections.abc import Sequence
from hashlib import blake2b, sha256
from typing import Any, TypeGuard

from mtlsguard.pseudonym import pseudonym
from mtlsguard.redact import memory
from mtlsguard.redact.decoding import der_in, hash_in
from mtlsguard.redact.markers import Kind, marker
from mtlsguard.redact.normal import normal_dn, octets_of_fingerprint, serial_number

_MOST_CHARACTERS = 200_000  # of one text are decoded; what is found after that has no name
_MOST_NAMES = 300
_NAMES_OF_A_SHORT = 250  # a text that is remembered has no more
_SHA256_OCTETS = 32
_FEWEST_OCTETS, _MOST_OCTETS = 8, 64  # of a digest or a serial number in a list

_GIVEN: memory.Memory[bytes, str] = memory.Memory(2048)

_NAMELESS = frozenset({Kind.PRIVATE_KEY, Kind.PKCS12, Kind.UNEXAMINED})


class Names:
    """Of one text or event: so much work and no more, whatever is in it."""

    __slots__ = ("_characters", "_names", "key")

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._characters = _MOST_CHARACTERS
        self._names = _MOST_NAMES

    @property
    def has_room(self) -> bool:
        """For whatever a short text may hold."""
        return self._names >= _NAMES_OF_A_SHORT and self._characters >= memory.LONGEST

    def names(self, kind: Kind) -> bool:
        """Will a find of this kind have a name? If not, nobody needs to know what was written."""
        return self._names > 0 and kind not in _NAMELESS

    def marker(self, kind: Kind, written: str) -> str:
        """For what was written in a text."""
        if not self.names(kind) or len(written) > self._characters:
            return marker(kind)
        self._characters -= len(written)
        self._names -= 1
        return marker(kind, _name(kind, written, self.key))

    def marker_of_value(self, kind: Kind, value: object) -> str:
        """For a value of any type whose name or type says what it is."""
        if kind in _NAMELESS:
            return marker(kind)
        return self.marker(kind, _written(value))


def _name(kind: Kind, written: str, key: bytes) -> str:
    """Of the same client again and again: what was written is remembered by its digest, and never kept."""
    place = blake2b(
        written.encode("utf-8", "surrogatepass"), key=key, digest_size=16, person=kind[:16].encode()
    ).digest()
    name = _GIVEN.recall(place)
    if isinstance(name, memory.Unknown):
        name = _made(kind, written, key)
        _GIVEN.remember(place, name)
    return name


def _made(kind: Kind, written: str, key: bytes) -> str:
    """What was written may be anything, and no name is worth an exception in a log call."""
    try:
        digest = _digest(kind, written)
    except Exception:  # noqa: BLE001 - of whatever reads it; then it has no name
        return ""
    return pseudonym(digest, key) if digest else ""


def _digest(kind: Kind, written: str) -> bytes | None:
    """32 octets that stand for the thing however it was written; None if there are none."""
    if kind is Kind.DN:
        return _of(kind, normal_dn(written))
    if kind is Kind.SERIAL:
        number = serial_number(written)
        return None if number is None else _of(kind, f"{number:x}")
    if kind is Kind.FINGERPRINT:
        octets = octets_of_fingerprint(written)
        return octets if octets is None or len(octets) == _SHA256_OCTETS else _of(kind, octets.hex())
    der = der_in(written)
    return sha256(der).digest() if der else hash_in(written)


def _of(kind: Kind, normal: str) -> bytes | None:
    return sha256(f"{kind}\0{normal}".encode("utf-8", "replace")).digest() if normal else None


def _written(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return _of_octets(bytes(value))
    if is_list_of_octets(value):
        return bytes(value).hex()
    return repr(value) if isinstance(value, int) else _of_object(value)


def is_list_of_octets(value: object) -> TypeGuard[Sequence[int]]:
    """As `list(digest)`, JSON and other languages have them: eight or more, and not more than a digest or a number."""
    if not isinstance(value, list | tuple | array) or not _FEWEST_OCTETS <= len(value) <= _MOST_OCTETS:
        return False
    return all(type(one) is int and 0 <= one <= 0xFF for one in value)  # noqa: PLR2004


def _of_octets(octets: bytes) -> str:
    """Text if that is what the octets hold, else hexadecimal."""
    text = octets.decode("latin-1")
    return text if (text.isascii() and text.isprintable()) or "BEGIN" in text else octets.hex()


def _of_object(value: Any) -> str:  # noqa: ANN401 - of a library that may not be there
    """Of an object of cryptography or pyOpenSSL; empty where it cannot tell."""
    serialization = sys.modules.get("cryptography.hazmat.primitives.serialization")
    try:
        value = value.to_cryptography() if hasattr(value, "to_cryptography") else value
        if hasattr(value, "rfc4514_string"):
            return str(value.rfc4514_string())
        if serialization is None or not hasattr(value, "public_bytes"):
            return ""
        return str(value.public_bytes(serialization.Encoding.DER).hex())
    except Exception:  # noqa: BLE001 - a foreign object may raise anything; then it has no name
        return ""

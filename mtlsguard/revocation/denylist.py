"""The deny list in memory: certificates that the operator refuses at once, by issuer and serial number.

Kept as the first eight octets of each key, sorted, in 256 parts: eight octets an entry, a look-up by bisection, and a
change copies one part. Two certificates that share eight octets of SHA-256 would be refused together, never let in.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable
from hashlib import sha256

from mtlsguard.revocation.contract import FOREVER, Answer, Link, Status
from mtlsguard.revocation.issuers import issuer_digest

KEY_OCTETS = 32
_PARTS = 256
_SHORT = 8
_SERIAL_OCTETS = 21  # RFC 5280 section 4.1.2.2 has 20; longer ones take what they need

_LISTED = Answer(Status.REVOKED)
_NOT_LISTED = Answer(Status.GOOD)
_NOBODY = Answer(Status.UNKNOWN)  # an issuer's name that cannot be read

Parts = tuple["array[int]", ...]
_EMPTY: Parts = (array("Q"),) * _PARTS


def deny_key(issuer: bytes, serial: int) -> bytes | None:
    """`issuer` is DER of a Name. 32 octets; None where the name is none (`issuers.issuer_digest`)."""
    digest = issuer_digest(issuer)
    return None if digest is None else sha256(digest + _octets(serial)).digest()


def _octets(serial: int) -> bytes:
    """Fixed size first, so that no two serials share their octets; the digest before them has a fixed size too."""
    size = _SERIAL_OCTETS if -(1 << 160) < serial < 1 << 160 else serial.bit_length() // 8 + 1 + _SERIAL_OCTETS
    return serial.to_bytes(size, "big", signed=True)


class Freshness:
    """Until when a list counts, POSIX seconds. Renewed by one assignment while its source is heard of, so that being
    heard of retires no decision; a decision holds no longer than what stood here when it was made."""

    __slots__ = ("until",)

    def __init__(self, until: float = FOREVER) -> None:
        self.until = until


class DenyList:
    """A `Source`, immutable but for its freshness. GOOD means: not listed, and the list counts."""

    __slots__ = ("_count", "_freshness", "_parts")

    def __init__(self, freshness: Freshness | None = None, parts: Parts = _EMPTY) -> None:
        self._freshness = freshness or Freshness()
        self._parts = parts
        self._count = sum(map(len, parts))

    @classmethod
    def of(cls, keys: Iterable[bytes], freshness: Freshness | None = None) -> "DenyList":
        """`keys` from `deny_key`; doubles count once."""
        parts: list[set[int]] = [set() for _ in range(_PARTS)]
        for key in keys:
            parts[key[0]].add(_short(key))
        return cls(freshness, tuple(array("Q", sorted(part)) for part in parts))

    def changed(self, added: Iterable[bytes], removed: Iterable[bytes]) -> "DenyList":
        """A new list. Every key in `added` is new, every key in `removed` listed: then doubles that share eight
        octets are kept apart by their number."""
        parts: dict[int, list[int]] = {}
        for key in added:
            insort(self._open(parts, key), _short(key))
        for key in removed:
            part, short = self._open(parts, key), _short(key)
            at = bisect_left(part, short)
            if part[at : at + 1] == [short]:
                del part[at]
        merged = tuple(array("Q", parts[at]) if at in parts else part for at, part in enumerate(self._parts))
        return DenyList(self._freshness, merged)

    def _open(self, parts: dict[int, list[int]], key: bytes) -> list[int]:
        at = key[0]
        if at not in parts:
            parts[at] = list(self._parts[at])
        return parts[at]

    def __len__(self) -> int:
        return self._count

    def __contains__(self, key: bytes) -> bool:
        part, short = self._parts[key[0]], _short(key)
        at = bisect_left(part, short)
        return at < len(part) and part[at] == short

    @property
    def fresh_until(self) -> float:
        return self._freshness.until

    def answer(self, link: Link, now: float) -> Answer:
        """UNKNOWN once the list is stale, for no time at all: it may be heard of again at any moment."""
        key = deny_key(link.issuer_name, link.serial)
        if key is None:
            return _NOBODY
        if key in self:
            return _LISTED
        until = self._freshness.until
        if until == FOREVER:
            return _NOT_LISTED
        return Answer(Status.GOOD, until) if now < until else Answer(Status.UNKNOWN, now)


class DenyLists:
    """Several lists as one `Source`: listed on any is REVOKED, and each of them must count."""

    __slots__ = ("_lists",)

    def __init__(self, lists: Iterable[DenyList]) -> None:
        self._lists = tuple(lists)

    def answer(self, link: Link, now: float) -> Answer:
        answers = [one.answer(link, now) for one in self._lists]
        for status in (Status.REVOKED, Status.UNKNOWN):
            found = [answer for answer in answers if answer.status is status]
            if found:
                return min(found, key=lambda answer: answer.until)
        return min(answers, key=lambda answer: answer.until, default=_NOT_LISTED)


def _short(key: bytes) -> int:
    return int.from_bytes(key[:_SHORT], "big")

"""The deny list in memory: certificates that the operator refuses at once, by issuer and serial number.

Kept as the first eight octets of each key, sorted, in 256 parts: eight octets an entry, a look-up by bisection, and a
change copies one part. Two certificates that share eight octets of BLAKE2s would be refused together, never let in.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Iterable
from hashlib import blake2s

from mtlsguard.revocation.contract import FOREVER, Answer, Link, Status
from mtlsguard.revocation.issuers import issuer_digest

KEY_OCTETS = 32
_PARTS = 256
_SHORT = 8

_LISTED = Answer(Status.REVOKED)
_NOT_LISTED = Answer(Status.GOOD)
_NOBODY = Answer(Status.UNKNOWN)  # an issuer's name that cannot be read

Parts = tuple["array[int]", ...]
_EMPTY: Parts = (array("Q"),) * _PARTS


def deny_key(issuer: bytes, serial: int) -> bytes | None:
    """`issuer` is DER of a Name. 32 octets; None where the name is none (`issuers.issuer_digest`)."""
    digest = issuer_digest(issuer)
    return None if digest is None else _key(digest, serial)


def _key(digest: bytes, serial: int) -> bytes:
    """The digest has a fixed size, so that no other certificate makes the same octets."""
    return blake2s(b"%b%x" % (digest, serial)).digest()


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
        return cls(freshness, tuple(map(_sorted, parts)))

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
        digest = issuer_digest(link.issuer_name)
        if digest is None:
            return _NOBODY
        key = _key(digest, link.serial)  # as in __contains__, without the price of two calls
        part, short = self._parts[key[0]], int.from_bytes(key[:_SHORT], "big")
        at = bisect_left(part, short)
        if at < len(part) and part[at] == short:
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


def _sorted(part: set[int]) -> "array[int]":
    """Emptied at once: a million numbers that go all together would hold up the other threads."""
    numbers = array("Q", sorted(part))
    part.clear()
    return numbers


def _short(key: bytes) -> int:
    return int.from_bytes(key[:_SHORT], "big")

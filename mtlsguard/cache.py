"""Remembers allowances, exactly and within bounds. Refusals are never kept, so they push nothing out.

An allowance is kept together with what revocation is asked about, and the view by which it was found good: under
another view that is asked again, and nothing else is.

Two generations stand in for least-recently-used order: a hit takes no lock and writes nothing, which is what
lets threads share it. An entry is found by a short hint and believed only if the whole evidence is the same.
"""

from dataclasses import replace
from typing import NamedTuple

from mtlsguard.connection import Pairs
from mtlsguard.decision import Allow
from mtlsguard.revocation.contract import Link
from mtlsguard.revocation.view import View

MAX_OCTETS = 64 * 1024 * 1024  # of evidence, in both generations together


class Entry(NamedTuple):
    """`until`: when the allowance ends whatever revocation says, POSIX seconds."""

    seen: Pairs
    allow: Allow
    view: View
    links: tuple[Link, ...]
    until: float

    def __repr__(self) -> str:
        return "<Entry>"


class Memory:
    """At most `size` allowances. Belongs to one snapshot and goes with it."""

    __slots__ = ("_half", "_octets", "_old", "_young")

    def __init__(self, size: int) -> None:
        self._half = size // 2
        self._young: dict[bytes, Entry] = {}
        self._old: dict[bytes, Entry] = {}
        self._octets = 0

    def recall(self, hint: bytes, seen: Pairs, now: float) -> Entry | None:
        """The allowance for this very evidence, if it still holds at `now` by the view it was made by."""
        entry = self._young.get(hint)
        if entry is None:
            entry = self._old.get(hint)
            if entry is None:
                return None
            self._keep(hint, entry)
        if entry[0] != seen:
            return None
        allow = entry[1]
        return entry if allow.valid_from <= now < allow.valid_until else None

    def remember(self, hint: bytes, entry: Entry) -> None:
        allow = entry.allow
        if self._half and hint and allow.valid_from < allow.valid_until:
            self._keep(hint, entry._replace(allow=replace(allow, remembered=True)))

    def _keep(self, hint: bytes, entry: Entry) -> None:
        """Races between threads lose at most a memory, never a bound by more than their number."""
        octets = sum(len(value) for _, value in entry[0])
        if len(self._young) >= self._half or self._octets + octets > MAX_OCTETS // 2:
            self._old, self._young, self._octets = self._young, {}, 0
        self._young[hint] = entry
        self._octets += octets

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

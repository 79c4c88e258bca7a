"""One list as a value: its outline, its entries, and a digest of what was signed."""

import hashlib
from dataclasses import dataclass, field

from mtlsguard.certificate import Candidate
from mtlsguard.revocation.contract import FOREVER, Link
from mtlsguard.revocation.crl.entries import Entry, EntryIndex
from mtlsguard.revocation.crl.outline import Outline
from mtlsguard.revocation.names import name_key
from mtlsguard.revocation.tlv import Buffer

_REMEMBERED = 64  # keys that a list was checked against; a path's issuer and its rollovers are a handful

Rank = tuple[bool, int]


def digest_of(der: Buffer, found: Outline) -> bytes:
    """Of the octets that were signed, as they are, under the hash that the signature names. Frees other threads."""
    start, end = found.tbs
    with memoryview(der) as view, view[start:end] as signed:
        return hashlib.new(found.algorithm.digest, signed).digest()


@dataclass(frozen=True, slots=True)
class Rules:
    """`skew`: seconds by which a list may begin in the future; its end has none. `max_age`: seconds after thisUpdate
    for which any list is believed; None: as long as the list says, which a list without nextUpdate does not."""

    skew: float = 60.0
    max_age: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CrlList:
    """Parsed, not believed: `signed_by` tells by whom. `entries` has no fault. `digest` is that of `digest_of`.

    Equal to itself only.
    """

    outline: Outline
    entries: EntryIndex = field(repr=False)
    digest: bytes = field(repr=False)
    _checked: dict[bytes, bool] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.entries.fault:
            raise ValueError("a list whose entries have a fault is not usable for any certificate")

    def signed_by(self, authority: Candidate) -> bool:
        """By this very key, whatever the name. Computed once for each key."""
        answer = self._checked.get(authority.spki)
        if answer is None:
            if len(self._checked) >= _REMEMBERED:
                self._checked.clear()
            answer = self.outline.algorithm.verifies(self.digest, self.outline.signature, authority)
            self._checked[authority.spki] = answer
        return answer

    @property
    def is_proven(self) -> bool:
        """Has any key been found that signed it, of an authority that is configured or in a path?"""
        return True in list(self._checked.values())

    def says(self, link: Link) -> Entry:
        """Of this certificate's issuer and serial number."""
        return self.entries.find(name_key(link.issuer_name) if self.outline.scope.indirect else None, link.serial)

    @property
    def rank(self) -> Rank:
        """The newer list of a scope has the greater one: by cRLNumber; by thisUpdate where there is none.

        A numbered list is newer than every other: whoever numbers lists does not stop to.
        """
        number = self.outline.number
        return (False, self.outline.this_update) if number is None else (True, number)

    def begins(self, rules: Rules) -> float:
        return self.outline.this_update - rules.skew

    def ends(self, rules: Rules) -> float:
        """Exclusive. Minus infinity where nothing says when."""
        ends = [] if self.outline.next_update is None else [float(self.outline.next_update)]
        if rules.max_age is not None:
            ends.append(self.outline.this_update + rules.max_age)
        return min(ends, default=-FOREVER)

    def is_current(self, now: float, rules: Rules) -> bool:
        return self.begins(rules) <= now < self.ends(rules)

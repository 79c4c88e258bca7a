"""What a list speaks of, and what a certificate asks for (RFC 5280 sections 5.2.5, 4.2.1.13, 6.3.3).

Names are compared as the standard says: those of directories in the form of section 7.1, all others octet by octet.
"""

from dataclasses import dataclass, field
from enum import Enum

from mtlsguard.revocation.contract import Link
from mtlsguard.revocation.names import name_key
from mtlsguard.revocation.tlv import SEQUENCE, SET, DerError, Element, element, elements, flag, inner, whole, written

_MOST_POINTS = 32  # distribution points of one certificate; honest ones have one or two
_MOST_NAMES = 64  # names of one distribution point

# IssuingDistributionPoint
_FIELDS = _NAME, _USERS, _AUTHORITIES, _REASONS, _INDIRECT, _ATTRIBUTES = 0xA0, 0x81, 0x82, 0x83, 0x84, 0x85
# DistributionPoint; DistributionPointName
_POINT_REASONS, _POINT_ISSUER = 0x81, 0xA2
_FULL, _RELATIVE = 0xA0, 0xA1
_DIRECTORY = 0xA4
_CONTEXT = 0x80

# ReasonFlags: the bits 1 to 8, from keyCompromise to aACompromise. The first one is unused.
ALL_REASONS = 0b1_1111_1110
_REASON_FLAGS = 9


class Only(Enum):
    """Which certificates a list is about."""

    ALL = "all"
    USERS = "users"
    AUTHORITIES = "authorities"
    ATTRIBUTES = "attributes"


@dataclass(frozen=True, slots=True)
class Scope:
    """One list's. `names`: of its distribution point, None where it has none. `reasons`: bits of ReasonFlags."""

    names: frozenset[bytes] | None = field(default=None, repr=False)
    only: Only = Only.ALL
    reasons: int = ALL_REASONS
    indirect: bool = False

    def includes(self, link: Link) -> bool:
        """By kind of certificate: which names meet is told by `points_of`."""
        return self.only is Only.ALL or self.only is (Only.AUTHORITIES if link.is_ca else Only.USERS)


@dataclass(frozen=True, slots=True)
class Point:
    """Where a certificate's status is told. `issuers`: keys of the names in cRLIssuer, None without that field."""

    names: frozenset[bytes] = field(repr=False)
    issuers: frozenset[bytes] | None = field(default=None, repr=False)
    reasons: int = ALL_REASONS


EVERYTHING = Scope()


def scope_of(extension: bytes, issuer: bytes) -> Scope:
    """The value of issuingDistributionPoint; `issuer`: DER of the list's. DerError for what is none."""
    outer = whole(extension, SEQUENCE)
    parts = elements(extension, outer.start, outer.end, len(_FIELDS))
    tags, fields = [part.tag for part in parts], {part.tag: part for part in parts}
    # In the order of the standard, each once; never empty (section 5.2.5).
    if not tags or tags != [tag for tag in _FIELDS if tag in fields]:
        raise DerError
    flags = [only for tag, only in _ONLY.items() if tag in fields and flag(extension, fields[tag])]
    if len(flags) > 1:
        raise DerError
    return Scope(
        names=_point_names(extension, fields[_NAME], issuer) if _NAME in fields else None,
        only=flags[0] if flags else Only.ALL,
        reasons=_reasons(extension, fields[_REASONS]) if _REASONS in fields else ALL_REASONS,
        indirect=_INDIRECT in fields and flag(extension, fields[_INDIRECT]),
    )


_ONLY = {_USERS: Only.USERS, _AUTHORITIES: Only.AUTHORITIES, _ATTRIBUTES: Only.ATTRIBUTES}


def points_of(link: Link) -> tuple[Point, ...]:
    """The certificate's distribution points, then the one that each has: its issuer's own list (end of 6.3.3).

    Points that cannot be read, or too many of them, count as none.
    """
    own = Point(frozenset({directory_name(link.issuer_name)}))
    if link.points is None:
        return (own,)
    extension = link.points.public_bytes()
    try:
        outer = whole(extension, SEQUENCE)
        parts = elements(extension, outer.start, outer.end, _MOST_POINTS)
        return (*(_point(extension, part, link.issuer_name) for part in parts), own)
    except DerError:
        return (own,)


def directory_name(der_name: bytes) -> bytes:
    """A Name as the key of a GeneralName."""
    return written(_DIRECTORY, name_key(der_name))


def _point(der: bytes, point: Element, issuer: bytes) -> Point:
    fields = {part.tag: part for part in elements(der, point.start, point.end, 3)}
    if point.tag != SEQUENCE or not fields.keys() <= {_NAME, _POINT_REASONS, _POINT_ISSUER}:
        raise DerError
    issuers = None
    if _POINT_ISSUER in fields:
        issuers = general_names(der, fields[_POINT_ISSUER])
        names = [content for content in map(_directory, issuers) if content is not None]
        issuer = names[0] if len(names) == 1 else issuer
    return Point(
        # Without a name of its own, a point is known by that of its CRL issuer: 6.3.3 (b) (2) (i).
        names=_point_names(der, fields[_NAME], issuer) if _NAME in fields else issuers or frozenset(),
        issuers=None if issuers is None else frozenset(name for name in map(_directory, issuers) if name is not None),
        reasons=_reasons(der, fields[_POINT_REASONS]) if _POINT_REASONS in fields else ALL_REASONS,
    )


def _directory(general_name: bytes) -> bytes | None:
    """The Name in the key of a GeneralName."""
    return general_name[whole(general_name).start :] if general_name[0] == _DIRECTORY else None


def _point_names(der: bytes, field_: Element, issuer: bytes) -> frozenset[bytes]:
    """DistributionPointName: full names, or one RDN that is added to the name of the issuer."""
    choice = inner(der, field_)
    if choice.tag == _FULL:
        return general_names(der, choice)
    if choice.tag != _RELATIVE:
        raise DerError
    above = whole(issuer, SEQUENCE)
    relative = written(SET, der[choice.start : choice.end])
    return frozenset({directory_name(written(SEQUENCE, issuer[above.start : above.end] + relative))})


def general_names(der: bytes, outer: Element) -> frozenset[bytes]:
    """The content of GeneralNames -> a key of each; equal keys are the same name."""
    parts = elements(der, outer.start, outer.end, _MOST_NAMES)
    if not parts:
        raise DerError
    return frozenset(_general_name(der, part) for part in parts)


def _general_name(der: bytes, part: Element) -> bytes:
    if part.tag < _CONTEXT:
        raise DerError
    if part.tag != _DIRECTORY:
        return der[part.at : part.end]
    name = element(der, part.start, part.end, SEQUENCE)
    if name.end != part.end:
        raise DerError
    return directory_name(der[name.at : name.end])


def _reasons(der: bytes, bits: Element) -> int:
    """ReasonFlags, a BIT STRING whose first bit is number 0, as an int whose bit n is number n."""
    content = der[bits.start : bits.end]
    if not 2 <= len(content) <= 3 or content[0] > 7:  # noqa: PLR2004 - unused bits, then one or two octets of flags
        raise DerError
    value = int.from_bytes(content[1:], "big")
    size = 8 * (len(content) - 1)
    if size - content[0] > _REASON_FLAGS or value & ((1 << content[0]) - 1):
        raise DerError
    return sum(1 << at for at in range(size) if value >> (size - 1 - at) & 1) & ALL_REASONS

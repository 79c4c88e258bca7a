"""DER of a CertificateList -> its outline, without a look at the entries (RFC 5280 section 5.1).

A strict walk over the outer elements: constant in the number of entries, and bounded in all else. Nothing about the
list is believed yet.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from mtlsguard.revocation.crl.algorithm import Algorithm, algorithm_of
from mtlsguard.revocation.crl.extensions import Extensions, UnusableError, extensions_of
from mtlsguard.revocation.crl.faults import Fault
from mtlsguard.revocation.crl.scope import EVERYTHING, Scope
from mtlsguard.revocation.names import MAX_NAME, name_key
from mtlsguard.revocation.tlv import BIT_STRING, INTEGER, SEQUENCE, Buffer, DerError, Element, element, inner, whole

_UTC_TIME, _GENERALIZED_TIME, _EXTENSIONS = 0x17, 0x18, 0xA0
_UTC_OCTETS, _GENERALIZED_OCTETS = 13, 15
_FIRST_OF_UTC, _FIRST_OF_GENERALIZED = 1950, 2050
_VERSION_2 = b"\x01"
_MAX_ALGORITHM, _MAX_SIGNATURE, _MAX_EXTENSIONS = 256, 2_048, 65_536  # octets


@dataclass(frozen=True, slots=True)
class Outline:
    """Times are POSIX seconds: `next_update` None where the list names no end. Ranges are offsets, start and end.

    `issuer` is DER, `issuer_key` its form for comparing. `entries` is the content of revokedCertificates, empty where
    there is none; `tbs` is what was signed. `base` makes a delta list of it: the number it adds to. `key_id` is the
    value of authorityKeyIdentifier, empty without one. Prints nothing of itself.
    """

    issuer: bytes = field(repr=False)
    issuer_key: bytes = field(repr=False)
    this_update: int = field(repr=False)
    next_update: int | None = field(repr=False)
    entries: tuple[int, int] = field(repr=False)
    tbs: tuple[int, int] = field(repr=False)
    algorithm: Algorithm
    signature: bytes = field(repr=False)
    number: int | None = field(default=None, repr=False)
    base: int | None = field(default=None, repr=False)
    scope: Scope = EVERYTHING
    key_id: bytes = field(default=b"", repr=False)

    @property
    def is_delta(self) -> bool:
        """Section 5.2.4."""
        return self.base is not None

    @property
    def indirect_default(self) -> bytes | None:
        """Whose certificates the entries are until one names an issuer (section 5.3.3); None: they name none."""
        return self.issuer_key if self.scope.indirect else None


def outline(der: Buffer) -> Outline | Fault:
    """One list, all of the buffer and nothing behind it. The entries are not read."""
    try:
        return _outline(der)
    except UnusableError as problem:
        return problem.fault
    except DerError:
        return Fault.MALFORMED


def _outline(der: Buffer) -> Outline:
    outer = whole(der, SEQUENCE)
    tbs = element(der, outer.start, outer.end, SEQUENCE)
    algorithm = element(der, tbs.end, outer.end, SEQUENCE)
    signature = element(der, algorithm.end, outer.end, BIT_STRING)
    if signature.end != outer.end:
        raise DerError
    has_version, at = _version(der, tbs)
    named = element(der, at, tbs.end, SEQUENCE)
    issuer = _issuer(der, element(der, named.end, tbs.end, SEQUENCE))
    this_update, next_update, entries, rest = _middle(der, named.end + len(issuer), tbs.end)
    if rest != tbs.end and not has_version:
        raise UnusableError(Fault.VERSION)
    said = _extensions(der, rest, tbs.end, issuer)
    return Outline(
        issuer=issuer,
        issuer_key=name_key(issuer),
        this_update=this_update,
        next_update=next_update,
        entries=entries,
        tbs=(tbs.at, tbs.end),
        algorithm=_algorithm(_short(der, named, _MAX_ALGORITHM), _short(der, algorithm, _MAX_ALGORITHM)),
        signature=_signature(_short(der, signature, _MAX_SIGNATURE)),
        number=said.number,
        base=said.base,
        scope=said.scope,
        key_id=said.key_id,
    )


def _version(der: Buffer, tbs: Element) -> tuple[bool, int]:
    """Is it version 2, and where does the rest begin? Version 1 is written by leaving the field out."""
    first = element(der, tbs.start, tbs.end)
    if first.tag != INTEGER:
        return False, tbs.start
    if der[first.start : first.end] != _VERSION_2:
        raise UnusableError(Fault.VERSION)
    return True, first.end


def _issuer(der: Buffer, name: Element) -> bytes:
    if name.start == name.end:  # section 5.1.2.3
        raise DerError
    return _short(der, name, MAX_NAME)


def _middle(der: Buffer, at: int, end: int) -> tuple[int, int | None, tuple[int, int], int]:
    """thisUpdate, nextUpdate, the content of revokedCertificates, and where what follows begins."""
    this_update = element(der, at, end)
    begun, ends = _time(der, this_update), None
    at, entries = this_update.end, (this_update.end, this_update.end)
    if _tag(der, at, end) in {_UTC_TIME, _GENERALIZED_TIME}:
        next_update = element(der, at, end)
        ends, at = _time(der, next_update), next_update.end
    if _tag(der, at, end) == SEQUENCE:
        revoked = element(der, at, end)
        entries, at = (revoked.start, revoked.end), revoked.end
    return begun, ends, entries, at


def _extensions(der: Buffer, at: int, end: int, issuer: bytes) -> Extensions:
    if at == end:
        return Extensions()
    explicit = element(der, at, end, _EXTENSIONS)
    if explicit.end != end:
        raise DerError
    return extensions_of(_short(der, inner(der, explicit, SEQUENCE), _MAX_EXTENSIONS), issuer)


def _algorithm(named: bytes, outer: bytes) -> Algorithm:
    """Both are the same (section 5.1.1.2), or what was signed does not say how."""
    found = algorithm_of(outer)
    if found is None or named != outer:
        raise UnusableError(Fault.ALGORITHM)
    return found


def _signature(der: bytes) -> bytes:
    """Whole octets: unused bits would be a second spelling."""
    bits = whole(der)
    if bits.end - bits.start < 2 or der[bits.start] != 0:  # noqa: PLR2004 - the count of unused bits, and a signature
        raise DerError
    return der[bits.start + 1 : bits.end]


def _short(der: Buffer, part: Element, most: int) -> bytes:
    if part.end - part.at > most:
        raise UnusableError(Fault.OVERSIZED)
    return der[part.at : part.end]


def _tag(der: Buffer, at: int, end: int) -> int | None:
    return der[at] if at < end else None


def _time(der: Buffer, moment: Element) -> int:
    """UTCTime from 1950 to 2049, GeneralizedTime beyond, to the second and in UTC (section 5.1.2.4)."""
    if moment.end - moment.start > _GENERALIZED_OCTETS:
        raise DerError
    octets = der[moment.start : moment.end]
    digits = octets[:-1]
    if octets[-1:] != b"Z" or not digits.isdigit():
        raise DerError
    if moment.tag == _UTC_TIME and len(octets) == _UTC_OCTETS:
        digits = (b"19" if digits >= b"50" else b"20") + digits
    elif moment.tag != _GENERALIZED_TIME or len(octets) != _GENERALIZED_OCTETS or not _beyond(int(digits[:4])):
        raise DerError
    try:
        moment_of = datetime.strptime(digits.decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise DerError from None
    return int(moment_of.timestamp())


def _beyond(year: int) -> bool:
    return not _FIRST_OF_UTC <= year < _FIRST_OF_GENERALIZED

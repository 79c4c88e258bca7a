"""crlExtensions (RFC 5280 section 5.2): what they say of the list, or why it cannot be used."""

from dataclasses import dataclass, field

from mtlsguard.revocation.crl.faults import Fault
from mtlsguard.revocation.crl.scope import EVERYTHING, Only, Scope, scope_of
from mtlsguard.revocation.tlv import (
    BOOLEAN,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    DerError,
    Element,
    element,
    elements,
    flag,
    unsigned,
    whole,
)

_MOST = 32

# Content of the OIDs below id-ce, 2.5.29.
_NUMBER, _DELTA, _POINT, _KEY_ID = b"\x55\x1d\x14", b"\x55\x1d\x1b", b"\x55\x1d\x1c", b"\x55\x1d\x23"
# issuerAltName and freshestCRL: names and places only, which decide nothing here.
_KNOWN = frozenset({_NUMBER, _DELTA, _POINT, _KEY_ID, b"\x55\x1d\x12", b"\x55\x1d\x2e"})


class UnusableError(Exception):
    """Carries a fault out of the walk. `outline` makes a value of it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__()
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Extensions:
    """`base`: BaseCRLNumber. `key_id`: the value of authorityKeyIdentifier, empty without one."""

    number: int | None = field(default=None, repr=False)
    base: int | None = field(default=None, repr=False)
    scope: Scope = EVERYTHING
    key_id: bytes = field(default=b"", repr=False)


def extensions_of(der: bytes, issuer: bytes) -> Extensions:
    """DER of Extensions; `issuer`: DER of the list's. DerError or UnusableError for what is not usable."""
    outer = whole(der, SEQUENCE)
    values: dict[bytes, bytes] = {}
    for extension in elements(der, outer.start, outer.end, _MOST):
        kind, critical, value = _extension(der, extension)
        if kind in values:
            raise UnusableError(Fault.REPEATED)
        if critical and kind not in _KNOWN:
            raise UnusableError(Fault.EXTENSION)
        values[kind] = value
    if not values:
        raise DerError
    return _meaning(values, issuer)


def _meaning(values: dict[bytes, bytes], issuer: bytes) -> Extensions:
    found = Extensions(
        number=_integer(values[_NUMBER]) if _NUMBER in values else None,
        base=_integer(values[_DELTA]) if _DELTA in values else None,
        scope=scope_of(values[_POINT], issuer) if _POINT in values else EVERYTHING,
        key_id=values.get(_KEY_ID, b""),
    )
    if found.scope.only is Only.ATTRIBUTES:
        raise UnusableError(Fault.ATTRIBUTES)
    if found.base is not None and found.number is None:
        raise UnusableError(Fault.NUMBER)
    return found


def _extension(der: bytes, extension: Element) -> tuple[bytes, bool, bytes]:
    """extnID, critical, extnValue."""
    if extension.tag != SEQUENCE:
        raise DerError
    kind = element(der, extension.start, extension.end, OID)
    value = element(der, kind.end, extension.end)
    critical = value.tag == BOOLEAN and flag(der, value)
    if critical:
        value = element(der, value.end, extension.end)
    if value.tag != OCTET_STRING or value.end != extension.end:
        raise DerError
    return der[kind.start : kind.end], critical, der[value.start : value.end]


def _integer(der: bytes) -> int:
    return unsigned(der, whole(der, INTEGER))

"""What a certificate can be bound to a user by: four names, each from ASN.1, each with one key for the look-up.

The key is a digest: of one length, indexed, unique, and the same for the same name whatever its spelling in DER.
"""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from mtlsguard.certificate import Candidate, issuer_name
from mtlsguard.decision import Deny
from mtlsguard.identity import name_of
from mtlsguard.policy import IdentityPolicy, NameKind


class BindingKind(StrEnum):
    """SERIAL is the number together with its issuer; DN the subject, whichever trusted issuer wrote it."""

    SPIFFE = "spiffe"
    FINGERPRINT = "fingerprint"
    SERIAL = "serial"
    DN = "dn"


@dataclass(frozen=True, slots=True)
class BindingName:
    """`value` and `issuer` are for people to read, `lookup` is what is compared."""

    kind: BindingKind
    value: str = field(repr=False)
    lookup: str = field(repr=False)
    issuer: str = field(default="", repr=False)


def name(candidate: Candidate, kind: BindingKind) -> BindingName | None:
    """None where the certificate has no such name, or none that is sound."""
    if kind is BindingKind.SERIAL:
        return _serial(candidate)
    if kind is BindingKind.FINGERPRINT:
        return _plain(kind, candidate.fingerprint.hex())
    found = name_of(candidate, _SPIFFE if kind is BindingKind.SPIFFE else _SUBJECT)
    return None if isinstance(found, Deny) else _plain(kind, found)


def lookups(candidate: Candidate) -> list[str]:
    """The keys of all names that this certificate has."""
    return [found.lookup for kind in BindingKind if (found := name(candidate, kind))]


_SPIFFE = IdentityPolicy(NameKind.SPIFFE)
_SUBJECT = IdentityPolicy(NameKind.SUBJECT)


def _plain(kind: BindingKind, value: str) -> BindingName:
    return BindingName(kind, value, _key(kind, value))


def _serial(candidate: Candidate) -> BindingName | None:
    issuer = issuer_name(candidate)
    if not issuer:
        return None
    canonical = json.dumps([sorted(rdn) for rdn in issuer])
    number = f"{candidate.serial:x}"
    shown = candidate.certificate.issuer.rfc4514_string()
    return BindingName(BindingKind.SERIAL, number, _key(BindingKind.SERIAL, number, canonical), shown)


def _key(kind: BindingKind, *values: str) -> str:
    """Each value with its length in front: no two lists of values are written alike."""
    text = "".join(f"{len(value)}:{value}" for value in values)
    return f"{kind}:{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"

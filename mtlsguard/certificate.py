"""Bytes -> Candidate. The only file that parses X.509, and the only one that sees its library's errors.

Parsing is complete for what a decision rests on: cryptography decodes lazily, so everything is touched here,
where a foreign exception can be turned into a refusal. Names that no decision needs stay undecoded.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtensionOID

from mtlsguard.decision import Deny
from mtlsguard.limits import MAX_CERTIFICATE, MAX_NAMES
from mtlsguard.reason import Reason
from mtlsguard.revocation_policy import DistinguishedName

# What the library raises about bytes it cannot read. Its warnings (names of odd lengths, serials that will be
# refused one day) are user warnings, and errors where a deployment runs with warnings as errors.
_UNREADABLE = (
    ValueError,
    TypeError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    UserWarning,
)

_MAX_SERIAL_OCTETS = 20  # RFC 5280 section 4.1.2.2
_INTEGER, _BIT_STRING, _OID, _SEQUENCE, _VERSION = 0x02, 0x03, 0x06, 0x30, 0xA0


@dataclass(frozen=True, slots=True)
class Key:
    """`kind` is "rsa", "ec" or "other"; `curve` is empty for RSA, `exponent` 0 for curves."""

    kind: str
    bits: int = 0
    curve: str = ""
    exponent: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A certificate that parsed. Nothing about it has been verified.

    Times are POSIX seconds, both ends inclusive (RFC 5280 section 4.1.2.5). `issuer`, `subject` and `spki` are
    DER, `fingerprint` is the SHA-256 of `der`. `usages` are dotted OIDs, None without the extension. `critical`
    are the extensions marked so, `unknown` says that nobody here knows one of them. Prints nothing of itself.
    """

    der: bytes = field(repr=False)
    fingerprint: bytes = field(repr=False)
    certificate: x509.Certificate = field(repr=False)
    serial: int = field(repr=False)
    issuer: bytes = field(repr=False)
    subject: bytes = field(repr=False)
    spki: bytes = field(repr=False)
    not_before: int = field(repr=False)
    not_after: int = field(repr=False)
    key: Key = field(repr=False)
    signature_oid: str = field(repr=False)
    usages: frozenset[str] | None = field(repr=False)
    key_usage: x509.KeyUsage | None = field(repr=False)
    is_ca: bool = field(repr=False)
    names: x509.SubjectAlternativeName | None = field(repr=False)
    constraints: x509.NameConstraints | None = field(repr=False)
    points: x509.CRLDistributionPoints | None = field(repr=False)
    access: x509.AuthorityInformationAccess | None = field(repr=False)
    critical: frozenset[x509.ObjectIdentifier] = field(repr=False)
    unknown: bool = field(repr=False)


def parse(der: bytes) -> Candidate | Deny:
    """One DER certificate, all of it and nothing behind it."""
    if len(der) > MAX_CERTIFICATE:
        return Deny(Reason.OVERSIZED)
    outline = _outline(der)
    if outline is None:
        return Deny(Reason.MALFORMED_CERTIFICATE)
    # Before the library sees it: it warns about such serials now and will refuse to load them later.
    if outline.serial <= 0 or outline.serial_octets > _MAX_SERIAL_OCTETS:
        return Deny(Reason.INVALID_SERIAL)
    return read(der, outline)


def read(der: bytes, outline: "Outline | None" = None) -> Candidate | Deny:
    """As `parse`, without bounds: for certificates from the configuration."""
    outline = outline or _outline(der)
    if outline is None:
        return Deny(Reason.MALFORMED_CERTIFICATE)
    try:
        candidate = _touch(der, outline)
    except _UNREADABLE:
        return Deny(Reason.MALFORMED_CERTIFICATE)
    if candidate.names is not None and len(candidate.names) > MAX_NAMES:
        return Deny(Reason.OVERSIZED)
    return candidate


def _touch(der: bytes, outline: "Outline") -> Candidate:
    certificate = x509.load_der_x509_certificate(der)
    found: dict[x509.ObjectIdentifier, Any] = {}
    critical = []
    for extension in certificate.extensions:
        found[extension.oid] = extension.value
        if extension.critical:
            critical.append(extension.oid)
    usages = found.get(ExtensionOID.EXTENDED_KEY_USAGE)
    constraints = found.get(ExtensionOID.BASIC_CONSTRAINTS)
    return Candidate(
        der=der,
        fingerprint=sha256(der).digest(),
        certificate=certificate,
        serial=outline.serial,
        issuer=outline.issuer,
        subject=outline.subject,
        spki=outline.spki,
        not_before=int(certificate.not_valid_before_utc.timestamp()),
        not_after=int(certificate.not_valid_after_utc.timestamp()),
        key=_key(certificate, outline.spki),
        signature_oid=_signature(certificate),
        usages=None if usages is None else frozenset(usage.dotted_string for usage in usages),
        key_usage=found.get(ExtensionOID.KEY_USAGE),
        is_ca=constraints is not None and constraints.ca,
        names=found.get(ExtensionOID.SUBJECT_ALTERNATIVE_NAME),
        constraints=found.get(ExtensionOID.NAME_CONSTRAINTS),
        points=found.get(ExtensionOID.CRL_DISTRIBUTION_POINTS),
        access=found.get(ExtensionOID.AUTHORITY_INFORMATION_ACCESS),
        critical=frozenset(critical),
        # By type: the classes are abstract base classes, whose isinstance() is slow.
        unknown=any(type(found[oid]) is x509.UnrecognizedExtension for oid in critical),
    )


def _key(certificate: x509.Certificate, spki: bytes) -> Key:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):  # explicit curve parameters, unknown curves and algorithms
        return Key("other")
    if isinstance(key, rsa.RSAPublicKey):
        # The exponent is only decoded where the size is one that may be accepted.
        return Key("rsa", key.key_size, exponent=key.public_numbers().e)
    if isinstance(key, ec.EllipticCurvePublicKey) and _names_its_curve(spki):
        return Key("ec", key.key_size, key.curve.name)
    return Key("other")


def _signature(certificate: x509.Certificate) -> str:
    """Dotted OID of the signature algorithm; for RSASSA-PSS followed by the name of its hash."""
    oid = certificate.signature_algorithm_oid
    if oid != x509.SignatureAlgorithmOID.RSASSA_PSS:
        return oid.dotted_string
    algorithm = certificate.signature_hash_algorithm
    return f"{oid.dotted_string} {algorithm.name if algorithm else 'unknown'}"


def distinguished_name(name: x509.Name) -> DistinguishedName:
    """String types do not count, everything else does: stricter than RFC 5280 section 7.1, never laxer."""
    return tuple(
        frozenset((attribute.oid.dotted_string, str(attribute.value)) for attribute in rdn) for rdn in name.rdns
    )


def issuer_name(candidate: Candidate) -> DistinguishedName | None:
    """None where the issuer's name cannot be decoded: then it is on no list."""
    try:
        return distinguished_name(candidate.certificate.issuer)
    except _UNREADABLE:
        return None


def subject_name(candidate: Candidate) -> x509.Name | None:
    """None where the subject cannot be decoded: then there is no name in it."""
    try:
        return candidate.certificate.subject
    except _UNREADABLE:
        return None


# A strict walk over the outer TLVs of TBSCertificate (RFC 5280 section 4.1). It yields the names as the bytes
# that were signed, at a quarter of the price of decoding them, and the serial before the library loads it.


@dataclass(frozen=True, slots=True)
class Outline:
    serial: int = field(repr=False)
    serial_octets: int
    issuer: bytes = field(repr=False)
    subject: bytes = field(repr=False)
    spki: bytes = field(repr=False)


def _outline(der: bytes) -> Outline | None:
    try:
        _, at, end = _element(der, 0, _SEQUENCE)
        if end != len(der):
            return None
        _, at, signed = _element(der, at, _SEQUENCE)
        _, signature, stop = _element(der, _element(der, signed, _SEQUENCE)[2], _BIT_STRING)
        if stop != end or der[signature] != 0:  # a signature is whole octets: unused bits would be a second spelling
            return None
        if der[at] == _VERSION:
            at = _element(der, at, _VERSION)[2]
        _, serial, at = _element(der, at, _INTEGER)
        parts = []
        number = der[serial:at]
        for _ in range(5):  # signature, issuer, validity, subject, subjectPublicKeyInfo
            start, _, at = _element(der, at, _SEQUENCE)
            parts.append(der[start:at])
    except (IndexError, ValueError):
        return None
    return Outline(int.from_bytes(number, "big", signed=True), len(number), parts[1], parts[3], parts[4])


def _names_its_curve(spki: bytes) -> bool:
    """RFC 5480 section 2.1.1: a name. Parameters written out are refused even where they are a named curve's."""
    algorithm = _element(spki, _element(spki, 0, _SEQUENCE)[1], _SEQUENCE)[1]
    return spki[_element(spki, algorithm, _OID)[2]] == _OID


def _element(der: bytes, at: int, tag: int) -> tuple[int, int, int]:
    """Start, start of content and end of the TLV at `at`; ValueError or IndexError if it is not `tag` in DER."""
    if der[at] != tag:
        raise ValueError(tag)
    length, content = der[at + 1], at + 2
    if length & 0x80:
        octets = length & 0x7F
        length = int.from_bytes(der[content : content + octets], "big")
        content += octets
    end = content + length
    if end > len(der):
        raise ValueError(tag)
    return at, content, end

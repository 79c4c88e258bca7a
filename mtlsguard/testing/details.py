"""Everything a certificate says, before somebody signs it: TBSCertificate, RFC 5280 section 4.1.

Wherever a detail has a form in Python, bytes are taken as its finished DER instead.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple, TypedDict

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from . import der, keys, names
from .keys import PrivateKey, PublicKey
from .names import GeneralNameLike, NameLike

KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)

ExtensionLike = tuple[x509.ExtensionType, bool] | bytes
KeyUsageLike = x509.KeyUsage | Iterable[str] | bytes
SanLike = x509.SubjectAlternativeName | Sequence[GeneralNameLike] | bytes


class Details(TypedDict, total=False):
    """What a test may say. Bytes for an extension are its value; in `extensions`, the whole extension."""

    version: int  # 3; 1 has no version field and no extensions
    serial: int | bytes
    issuer_name: NameLike
    not_before: datetime | bytes
    not_after: datetime | bytes
    subject: NameLike
    public_key: PublicKey | bytes  # another than that of `key`

    basic_constraints: x509.BasicConstraints | bytes | None
    key_usage: KeyUsageLike | None
    extended_key_usage: Iterable[x509.ObjectIdentifier] | bytes | None
    name_constraints: x509.NameConstraints | bytes | None
    spiffe: str | None
    uris: Sequence[str]
    dns: Sequence[str]
    emails: Sequence[str]
    addresses: Sequence[str]
    san: SanLike | None  # instead of all of the five above
    san_critical: bool
    subject_key_id: bytes
    authority_key_id: bytes
    extensions: Sequence[ExtensionLike]  # in addition, unchecked: a second one of a kind is welcome
    without: Sequence[type[x509.ExtensionType]]  # of the usual ones, not of `extensions`
    critical: Mapping[type[x509.ExtensionType], bool]  # of the usual ones

    key: PrivateKey
    algorithm: str  # of a key to be made, one of keys.ALGORITHMS
    fresh: bool  # never from the pool of keys
    signed_by: PrivateKey  # not the issuer's key: a forgery
    signature_hash: hashes.HashAlgorithm | str  # "sha256"
    rsa_pss: bool


class Field(IntEnum):
    """Where a TBSCertificate holds what, for `der.replaced`."""

    VERSION = 0
    SERIAL = 1
    ALGORITHM = 2
    ISSUER = 3
    VALIDITY = 4
    SUBJECT = 5
    PUBLIC_KEY = 6
    EXTENSIONS = 7


class Party(NamedTuple):
    """A subject or an issuer: its `Name` and its SubjectPublicKeyInfo, both DER."""

    name: bytes
    public_key: bytes


def require_known(details: Details) -> None:
    if unknown := details.keys() - Details.__annotations__.keys():
        raise TypeError(f"no such detail: {', '.join(sorted(unknown))}")


def to_be_signed(details: Details, subject: Party, issuer: Party, algorithm: bytes) -> bytes:
    return der.sequence(
        _version(details),
        _serial(details),
        algorithm,
        issuer.name,
        der.sequence(_time(details["not_before"]), _time(details["not_after"])),
        subject.name,
        subject.public_key,
        _extensions(details, subject, issuer),
    )


def extension(oid: x509.ObjectIdentifier, value: bytes, *, critical: bool) -> bytes:
    """`Extension`, with critical left out where it is FALSE (DER leaves defaults out)."""
    return der.sequence(der.oid(oid), der.TRUE if critical else b"", der.octet_string(value))


def extra(extensions: Sequence[ExtensionLike]) -> list[bytes]:
    return [
        one if isinstance(one, bytes) else extension(one[0].oid, one[0].public_bytes(), critical=one[1])
        for one in extensions
    ]


def _version(details: Details) -> bytes:
    version = details.get("version", 3)
    return b"" if version == 1 else der.context(0, der.integer(version - 1))


def _serial(details: Details) -> bytes:
    serial = details.get("serial")
    if isinstance(serial, bytes):
        return serial
    return der.integer(x509.random_serial_number() if serial is None else serial)


def _time(moment: datetime | bytes) -> bytes:
    return moment if isinstance(moment, bytes) else der.time(moment)


def _extensions(details: Details, subject: Party, issuer: Party) -> bytes:
    usual = [
        extension(kind.oid, value, critical=critical) for kind, value, critical in _usual(details, subject, issuer)
    ]
    every = usual + extra(details.get("extensions", ()))
    if not every or details.get("version") == 1:
        return b""
    return der.context(3, der.sequence(*every))


def _usual(details: Details, subject: Party, issuer: Party) -> Iterator[tuple[type[x509.ExtensionType], bytes, bool]]:
    """Kind, value and criticality, as RFC 5280 section 4.2.1 has them and the details change them."""
    san_critical = details.get("san_critical", False)
    candidates: list[tuple[type[x509.ExtensionType], bytes | None, bool]] = [
        (x509.BasicConstraints, _value(details.get("basic_constraints")), True),
        (x509.KeyUsage, _key_usage(details.get("key_usage")), True),
        (x509.ExtendedKeyUsage, _extended_key_usage(details.get("extended_key_usage")), False),
        (x509.NameConstraints, _value(details.get("name_constraints")), True),
        (x509.SubjectAlternativeName, _san(details), san_critical),
        (x509.SubjectKeyIdentifier, _subject_key_id(details, subject), False),
        (x509.AuthorityKeyIdentifier, _authority_key_id(details, issuer), False),
    ]
    changed = details.get("critical", {})
    for kind, value, critical in candidates:
        if value is not None and kind not in details.get("without", ()):
            yield kind, value, changed.get(kind, critical)


def _value(extension_value: x509.ExtensionType | bytes | None) -> bytes | None:
    if isinstance(extension_value, x509.ExtensionType):
        return extension_value.public_bytes()
    return extension_value


def _key_usage(usage: KeyUsageLike | None) -> bytes | None:
    if usage is None or isinstance(usage, (x509.KeyUsage, bytes)):
        return _value(usage)
    wanted = set(usage)
    if unknown := wanted - set(KEY_USAGES):
        raise ValueError(f"no such key usage: {', '.join(sorted(unknown))}")
    return x509.KeyUsage(**{name: name in wanted for name in KEY_USAGES}).public_bytes()


def _extended_key_usage(purposes: Iterable[x509.ObjectIdentifier] | bytes | None) -> bytes | None:
    if purposes is None or isinstance(purposes, bytes):
        return purposes
    return der.sequence(*(der.oid(purpose) for purpose in purposes))


def _san(details: Details) -> bytes | None:
    san = details["san"] if "san" in details else (_named(details) or None)
    if san is None or isinstance(san, (x509.SubjectAlternativeName, bytes)):
        return _value(san)
    return names.general_names(san)


def _named(details: Details) -> list[bytes]:
    spiffe = details.get("spiffe")
    return [
        *map(names.uri, [] if spiffe is None else [spiffe]),
        *map(names.uri, details.get("uris", ())),
        *map(names.dns, details.get("dns", ())),
        *map(names.email, details.get("emails", ())),
        *map(names.address, details.get("addresses", ())),
    ]


def _subject_key_id(details: Details, subject: Party) -> bytes:
    return der.octet_string(
        details["subject_key_id"] if "subject_key_id" in details else keys.key_id(subject.public_key)
    )


def _authority_key_id(details: Details, issuer: Party) -> bytes:
    return authority_key_id(
        details["authority_key_id"] if "authority_key_id" in details else keys.key_id(issuer.public_key)
    )


def authority_key_id(key_id: bytes) -> bytes:
    """`AuthorityKeyIdentifier { keyIdentifier [0] }`, RFC 5280 section 4.2.1.1."""
    return der.sequence(der.tlv(0x80, key_id))

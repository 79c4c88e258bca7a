"""Certificate revocation lists, RFC 5280 section 5, as unchecked as the certificates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from . import der, keys, names
from .details import ExtensionLike, authority_key_id, extension, extra
from .issued import Issued
from .keys import PrivateKey
from .names import NameLike
from .signing import Signing, digest_of


class CrlDetails(TypedDict, total=False):
    """What a test may say about a CRL; bytes are finished DER."""

    version: int  # 2; 1 has no version field and no extensions
    issuer_name: NameLike
    this_update: datetime | bytes
    next_update: datetime | bytes | None
    number: int | None
    extensions: Sequence[ExtensionLike]  # in addition, unchecked
    without: Sequence[type[x509.ExtensionType]]
    signed_by: PrivateKey
    signature_hash: hashes.HashAlgorithm | str
    rsa_pss: bool


@dataclass(frozen=True, slots=True)
class Revoked:
    """An entry (RFC 5280 section 5.3) that says more than a serial number."""

    what: Issued | int
    at: datetime | None = None  # thisUpdate
    reason: x509.ReasonFlags | None = None
    extensions: Sequence[ExtensionLike] = ()


def make(
    details: CrlDetails, issuer: Issued, revoked: Iterable[Issued | int | Revoked]
) -> x509.CertificateRevocationList:
    if unknown := details.keys() - CrlDetails.__annotations__.keys():
        raise TypeError(f"no such detail: {', '.join(sorted(unknown))}")
    signing = Signing(
        key=details.get("signed_by", issuer.key),
        digest=digest_of(details.get("signature_hash", "sha256")),
        pss=details.get("rsa_pss", False),
    )
    return x509.load_der_x509_crl(signing.signed(_to_be_signed(details, issuer, revoked, signing.algorithm)))


def _to_be_signed(
    details: CrlDetails, issuer: Issued, revoked: Iterable[Issued | int | Revoked], algorithm: bytes
) -> bytes:
    """`TBSCertList`, RFC 5280 section 5.1: without entries there is no list of them at all."""
    entries = [_entry(one, details) for one in revoked]
    lacks_version = details.get("version") == 1
    return der.sequence(
        b"" if lacks_version else der.integer(details.get("version", 2) - 1),
        algorithm,
        names.distinguished_name(details.get("issuer_name", issuer.party.name)),
        _time(details["this_update"]),
        _time(details.get("next_update")),
        der.sequence(*entries) if entries else b"",
        b"" if lacks_version else _extensions(details, issuer),
    )


def _time(moment: datetime | bytes | None) -> bytes:
    if moment is None:
        return b""
    return moment if isinstance(moment, bytes) else der.time(moment)


def _entry(one: Issued | int | Revoked, details: CrlDetails) -> bytes:
    entry = one if isinstance(one, Revoked) else Revoked(one)
    serial = entry.what if isinstance(entry.what, int) else entry.what.serial
    extensions = extra(entry.extensions)
    if entry.reason is not None:
        reason = x509.CRLReason(entry.reason)
        extensions.insert(0, extension(reason.oid, reason.public_bytes(), critical=False))
    return der.sequence(
        der.integer(serial),
        _time(entry.at or details["this_update"]),
        der.sequence(*extensions) if extensions else b"",
    )


def _extensions(details: CrlDetails, issuer: Issued) -> bytes:
    """CRL number and AKI, which section 5.2 demands of every CRL, then whatever is added."""
    key_id = authority_key_id(keys.key_id(issuer.party.public_key))
    number = details.get("number", 1)
    usual: list[tuple[type[x509.ExtensionType], bytes | None]] = [
        (x509.AuthorityKeyIdentifier, key_id),
        (x509.CRLNumber, None if number is None else der.integer(number)),
    ]
    every = [
        extension(kind.oid, value, critical=False)
        for kind, value in usual
        if value is not None and kind not in details.get("without", ())
    ] + extra(details.get("extensions", ()))
    return der.context(0, der.sequence(*every)) if every else b""

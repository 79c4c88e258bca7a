"""OCSP answers, RFC 6960 section 4.2.1, as unchecked as the certificates.

answer(ca, [Single(leaf)], at=noon)                       # good, for an hour
answer(helper, [Single(leaf, issuer=ca)], at=noon, certificates=[helper])
answer(ca, [Single(leaf, "revoked"), Single(leaf)], at=noon, signed_by=Pki().root.key)
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypedDict, Unpack

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID, OCSPExtensionOID

from . import der, keys, names
from .details import Details, ExtensionLike, extension, extra
from .issued import Issued
from .keys import PrivateKey
from .names import NameLike
from .pki import Pki
from .signing import Signing, digest_of

BASIC = x509.ObjectIdentifier("1.3.6.1.5.5.7.48.1.1")
SUCCESSFUL, MALFORMED_REQUEST, INTERNAL_ERROR, TRY_LATER, SIG_REQUIRED, UNAUTHORIZED = 0, 1, 2, 3, 5, 6

_DIGESTS = {
    "md5": "1.2.840.113549.2.5",
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}


@dataclass(frozen=True, slots=True)
class Single:
    """A SingleResponse: about what, how it is, from when to when. `issuer` is who CertID names.

    `next_update` None leaves it out. `name_hash` and `key_hash` stand instead of the right ones.
    """

    what: Issued | int
    status: Literal["good", "revoked", "unknown"] | bytes = "good"
    issuer: Issued | None = None
    this_update: datetime | bytes | None = None  # a minute before the answer
    next_update: datetime | bytes | Literal["in an hour"] | None = "in an hour"
    digest: str = "sha1"
    reason: x509.ReasonFlags | None = None
    name_hash: bytes | None = None
    key_hash: bytes | None = None
    extensions: Sequence[ExtensionLike] = field(default=())


class AnswerDetails(TypedDict, total=False):
    """What a test may say about an answer; bytes are finished DER."""

    status: int
    kind: x509.ObjectIdentifier  # the type of the response, BASIC unless told
    version: int  # 1, which is not written
    responder: Literal["key", "name"] | NameLike
    produced_at: datetime | bytes
    nonce: bytes | None
    extensions: Sequence[ExtensionLike]
    certificates: Sequence[Issued | bytes]
    signed_by: PrivateKey
    signature_hash: hashes.HashAlgorithm | str
    rsa_pss: bool


def answer(signer: Issued, singles: Sequence[Single], *, at: datetime, **details: Unpack[AnswerDetails]) -> bytes:
    """DER of an OCSPResponse, produced at that moment."""
    if unknown := details.keys() - AnswerDetails.__annotations__.keys():
        raise TypeError(f"no such detail: {', '.join(sorted(unknown))}")
    status = der.tlv(0x0A, bytes([details.get("status", SUCCESSFUL)]))
    if details.get("status", SUCCESSFUL) != SUCCESSFUL:
        return der.sequence(status)
    basic = _basic(signer, singles, at, details)
    kind = der.oid(details.get("kind", BASIC))
    return der.sequence(status, der.context(0, der.sequence(kind, der.octet_string(basic))))


def delegate(pki: Pki, issuer: Issued | None = None, **overrides: Unpack[Details]) -> Issued:
    """A responder's certificate that its issuer made for that: id-kp-OCSPSigning and id-pkix-ocsp-nocheck."""
    usual = Details(
        spiffe=None,
        extended_key_usage=[ExtendedKeyUsageOID.OCSP_SIGNING],
        extensions=[(x509.OCSPNoCheck(), False)],
    )
    details: Details = {**usual, **overrides}
    return pki.leaf("responder", issuer=issuer, **details)


def _basic(signer: Issued, singles: Sequence[Single], at: datetime, details: AnswerDetails) -> bytes:
    signing = Signing(
        key=details.get("signed_by", signer.key),
        digest=digest_of(details.get("signature_hash", "sha256")),
        pss=details.get("rsa_pss", False),
    )
    signed = _to_be_signed(signer, singles, at, details)
    ders = [one if isinstance(one, bytes) else one.der for one in details.get("certificates", ())]
    certificates = der.context(0, der.sequence(*ders)) if ders else b""
    return der.sequence(signed, signing.algorithm, der.bit_string(signing.sign(signed)), certificates)


def _to_be_signed(signer: Issued, singles: Sequence[Single], at: datetime, details: AnswerDetails) -> bytes:
    """`ResponseData`."""
    version = details.get("version", 1)
    return der.sequence(
        b"" if version == 1 else der.context(0, der.integer(version - 1)),
        _responder(signer, details.get("responder", "key")),
        _time(details.get("produced_at", at)),
        der.sequence(*(_single(one, signer, at) for one in singles)),
        _extensions(details),
    )


def _responder(signer: Issued, named: Literal["key", "name"] | NameLike) -> bytes:
    if named == "key":
        return der.context(2, der.octet_string(keys.key_id(signer.party.public_key)))
    name = signer.party.name if named == "name" else names.distinguished_name(named)
    return der.context(1, name)


def _single(one: Single, signer: Issued, at: datetime) -> bytes:
    this_update = at - timedelta(minutes=1) if one.this_update is None else one.this_update
    next_update = at + timedelta(hours=1) if one.next_update == "in an hour" else one.next_update
    extensions = extra(one.extensions)
    return der.sequence(
        _cert_id(one, one.issuer or signer),
        _status(one, at),
        _time(this_update),
        der.context(0, _time(next_update)) if next_update is not None else b"",
        der.context(1, der.sequence(*extensions)) if extensions else b"",
    )


def _cert_id(one: Single, issuer: Issued) -> bytes:
    bits = der.content(der.children(issuer.party.public_key)[1])[1:]
    algorithm = der.sequence(der.oid(x509.ObjectIdentifier(_DIGESTS[one.digest])), der.NULL)
    return der.sequence(
        algorithm,
        der.octet_string(_hashed(issuer.party.name, one.digest) if one.name_hash is None else one.name_hash),
        der.octet_string(_hashed(bits, one.digest) if one.key_hash is None else one.key_hash),
        der.integer(one.what if isinstance(one.what, int) else one.what.serial),
    )


def _hashed(octets: bytes, digest: str) -> bytes:
    hasher = hashes.Hash(digest_of(digest))
    hasher.update(octets)
    return hasher.finalize()


def _status(one: Single, at: datetime) -> bytes:
    """`CertStatus`: good [0] NULL, revoked [1] RevokedInfo, unknown [2] NULL."""
    match one.status:
        case bytes():
            return one.status
        case "good":
            return der.tlv(0x80, b"")
        case "unknown":
            return der.tlv(0x82, b"")
    reason = b"" if one.reason is None else der.context(0, x509.CRLReason(one.reason).public_bytes())
    return der.tlv(0xA1, der.generalized_time(at - timedelta(days=1)) + reason)


def _time(moment: datetime | bytes) -> bytes:
    return moment if isinstance(moment, bytes) else der.generalized_time(moment)


def _extensions(details: AnswerDetails) -> bytes:
    nonce = details.get("nonce")
    named = [] if nonce is None else [extension(OCSPExtensionOID.NONCE, der.octet_string(nonce), critical=False)]
    every = named + extra(details.get("extensions", ()))
    return der.context(1, der.sequence(*every)) if every else b""

"""AlgorithmIdentifier -> how the signature of a list is checked over a digest made beforehand.

The octets of a list are hashed once. After that, a check against one more key costs the same whatever the list's size.
"""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from mtlsguard.certificate import Candidate
from mtlsguard.keys import SIGNATURES, acceptable_key
from mtlsguard.revocation.tlv import INTEGER, NULL, OID, SEQUENCE, Element, element, elements, inner, unsigned, whole

_PSS = "1.2.840.113549.1.1.10"
_MGF1 = bytes.fromhex("2a864886f70d010108")
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
# Content of the OIDs, RFC 4055, RFC 5758 and RFC 5754: what they are in SIGNATURES, and their hash.
_SIGNATURES = {
    bytes.fromhex("2a864886f70d01010b"): ("1.2.840.113549.1.1.11", "sha256"),
    bytes.fromhex("2a864886f70d01010c"): ("1.2.840.113549.1.1.12", "sha384"),
    bytes.fromhex("2a864886f70d01010d"): ("1.2.840.113549.1.1.13", "sha512"),
    bytes.fromhex("2a8648ce3d040302"): ("1.2.840.10045.4.3.2", "sha256"),
    bytes.fromhex("2a8648ce3d040303"): ("1.2.840.10045.4.3.3", "sha384"),
    bytes.fromhex("2a8648ce3d040304"): ("1.2.840.10045.4.3.4", "sha512"),
}
_PSS_OID = bytes.fromhex("2a864886f70d01010a")
_DIGESTS = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
_ECDSA = "1.2.840.10045."
_HASH, _MASK, _SALT = 0xA0, 0xA1, 0xA2
_MAX_SALT = 1_024


@dataclass(frozen=True, slots=True)
class Algorithm:
    """`oid` dotted. `digest`: the name by which hashlib knows it. `salt`: octets, of RSASSA-PSS only."""

    oid: str
    digest: str
    salt: int = 0

    def verifies(self, digest: bytes, signature: bytes, authority: Candidate) -> bool:
        """`digest`: of the octets that were signed, under `self.digest`."""
        if not acceptable_key(authority.key):
            return False
        try:
            self._verify(digest, signature, authority)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            return False
        return True

    def _verify(self, digest: bytes, signature: bytes, authority: Candidate) -> None:
        key, how = authority.certificate.public_key(), Prehashed(_HASHES[self.digest])
        if isinstance(key, rsa.RSAPublicKey) and not self.oid.startswith(_ECDSA):
            key.verify(signature, digest, self._padding(), how)
        elif isinstance(key, ec.EllipticCurvePublicKey) and self.oid.startswith(_ECDSA):
            key.verify(signature, digest, ec.ECDSA(how))
        else:
            raise InvalidSignature

    def _padding(self) -> padding.AsymmetricPadding:
        if self.oid == _PSS:
            return padding.PSS(padding.MGF1(_HASHES[self.digest]), self.salt)
        return padding.PKCS1v15()


def algorithm_of(der: bytes) -> Algorithm | None:
    """DER of an AlgorithmIdentifier; None for what is not accepted. DerError for what is no DER."""
    outer = whole(der, SEQUENCE)
    oid = element(der, outer.start, outer.end, OID)
    content = der[oid.start : oid.end]
    if content == _PSS_OID:
        return _pss(der, oid.end, outer.end)
    named = _SIGNATURES.get(content)
    if named is None or named[0] not in SIGNATURES or not _plain(der, oid.end, outer.end, named[0]):
        return None
    return Algorithm(*named)


def _plain(der: bytes, at: int, end: int, oid: str) -> bool:
    """No parameters; NULL too for RSA (RFC 4055 section 5)."""
    if at == end:
        return True
    found = element(der, at, end)
    return not oid.startswith(_ECDSA) and found.tag == NULL and found.start == found.end == end


def _pss(der: bytes, at: int, end: int) -> Algorithm | None:
    """RSASSA-PSS-params (RFC 4055 section 3.1): each default is SHA-1's, so that all three must be written.

    The fourth, trailerField, can only be its default, which DER leaves out.
    """
    outer = element(der, at, end, SEQUENCE)
    fields = elements(der, outer.start, outer.end, 4)
    if outer.end != end or [field.tag for field in fields] != [_HASH, _MASK, _SALT]:
        return None
    digest = _digest(der, inner(der, fields[0], SEQUENCE))
    mask = _mask_digest(der, inner(der, fields[1], SEQUENCE))
    salt = unsigned(der, inner(der, fields[2], INTEGER))
    if digest is None or digest != mask or salt > _MAX_SALT or f"{_PSS} {digest}" not in SIGNATURES:
        return None
    return Algorithm(_PSS, digest, salt)


def _digest(der: bytes, algorithm: Element) -> str | None:
    oid = element(der, algorithm.start, algorithm.end, OID)
    return _DIGESTS.get(der[oid.start : oid.end]) if _plain(der, oid.end, algorithm.end, "") else None


def _mask_digest(der: bytes, algorithm: Element) -> str | None:
    oid = element(der, algorithm.start, algorithm.end, OID)
    if der[oid.start : oid.end] != _MGF1:
        return None
    digest = element(der, oid.end, algorithm.end, SEQUENCE)
    return _digest(der, digest) if digest.end == algorithm.end else None

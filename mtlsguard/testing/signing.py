"""Signing with any algorithm, sound or not: RFC 4055 (RSA), 5758 (ECDSA), 8410 (Edwards curves)."""

from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import SignatureAlgorithmOID

from . import der
from .keys import PrivateKey

_RSA = {
    "md5": SignatureAlgorithmOID.RSA_WITH_MD5,
    "sha1": SignatureAlgorithmOID.RSA_WITH_SHA1,
    "sha224": SignatureAlgorithmOID.RSA_WITH_SHA224,
    "sha256": SignatureAlgorithmOID.RSA_WITH_SHA256,
    "sha384": SignatureAlgorithmOID.RSA_WITH_SHA384,
    "sha512": SignatureAlgorithmOID.RSA_WITH_SHA512,
}
_ECDSA = {
    "sha1": SignatureAlgorithmOID.ECDSA_WITH_SHA1,
    "sha224": SignatureAlgorithmOID.ECDSA_WITH_SHA224,
    "sha256": SignatureAlgorithmOID.ECDSA_WITH_SHA256,
    "sha384": SignatureAlgorithmOID.ECDSA_WITH_SHA384,
    "sha512": SignatureAlgorithmOID.ECDSA_WITH_SHA512,
}
_DIGEST = {
    "sha1": ObjectIdentifier("1.3.14.3.2.26"),
    "sha224": ObjectIdentifier("2.16.840.1.101.3.4.2.4"),
    "sha256": ObjectIdentifier("2.16.840.1.101.3.4.2.1"),
    "sha384": ObjectIdentifier("2.16.840.1.101.3.4.2.2"),
    "sha512": ObjectIdentifier("2.16.840.1.101.3.4.2.3"),
}
_BY_NAME: dict[str, hashes.HashAlgorithm] = {
    algorithm.name: algorithm()
    for algorithm in (hashes.MD5, hashes.SHA1, hashes.SHA224, hashes.SHA256, hashes.SHA384, hashes.SHA512)
}
_MGF1 = ObjectIdentifier("1.2.840.113549.1.1.8")


def digest_of(named: hashes.HashAlgorithm | str) -> hashes.HashAlgorithm:
    """A digest by its name, `"sha1"`; or itself."""
    if isinstance(named, hashes.HashAlgorithm):
        return named
    if named not in _BY_NAME:
        raise ValueError(f"unknown digest {named!r}: expected one of {', '.join(_BY_NAME)}")
    return _BY_NAME[named]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Who signs and how; an Edwards key has only one way and ignores both choices."""

    key: PrivateKey = field(repr=False)
    digest: hashes.HashAlgorithm
    pss: bool = False

    @property
    def algorithm(self) -> bytes:
        """The AlgorithmIdentifier that says so."""
        match self.key:
            case rsa.RSAPrivateKey() if self.pss:
                return der.sequence(der.oid(SignatureAlgorithmOID.RSASSA_PSS), self._pss_parameters())
            case rsa.RSAPrivateKey():
                return der.sequence(der.oid(self._among(_RSA)), der.NULL)
            case ec.EllipticCurvePrivateKey():
                return der.sequence(der.oid(self._among(_ECDSA)))
            case ed25519.Ed25519PrivateKey():
                return der.sequence(der.oid(SignatureAlgorithmOID.ED25519))
            case ed448.Ed448PrivateKey():
                return der.sequence(der.oid(SignatureAlgorithmOID.ED448))
        raise ValueError("a key agreement key cannot sign: name another with signed_by")

    def sign(self, message: bytes) -> bytes:
        match self.key:
            case rsa.RSAPrivateKey():
                return self.key.sign(message, self._padding(), self.digest)
            case ec.EllipticCurvePrivateKey():
                return self.key.sign(message, ec.ECDSA(self.digest))
            case ed25519.Ed25519PrivateKey() | ed448.Ed448PrivateKey():
                return self.key.sign(message)
        raise ValueError("a key agreement key cannot sign: name another with signed_by")

    def signed(self, to_be_signed: bytes) -> bytes:
        """`SEQUENCE { tbs, algorithm, signature }`, of certificates (RFC 5280 4.1) and of CRLs (5.1)."""
        return der.sequence(to_be_signed, self.algorithm, der.bit_string(self.sign(to_be_signed)))

    def _padding(self) -> padding.AsymmetricPadding:
        if self.pss:
            return padding.PSS(padding.MGF1(self.digest), self.digest.digest_size)
        return padding.PKCS1v15()

    def _pss_parameters(self) -> bytes:
        """RSASSA-PSS-params, RFC 4055 section 3.1: digest, mask of the same digest, salt as long as it."""
        digest = der.sequence(der.oid(self._among(_DIGEST)), der.NULL)
        mask = der.sequence(der.oid(_MGF1), digest)
        salt = der.integer(self.digest.digest_size)
        return der.sequence(der.context(0, digest), der.context(1, mask), der.context(2, salt))

    def _among(self, table: dict[str, ObjectIdentifier]) -> ObjectIdentifier:
        if self.digest.name not in table:
            raise ValueError(f"no signature of this kind uses {self.digest.name}: one of {', '.join(table)}")
        return table[self.digest.name]

"""A link -> the request about it (RFC 6960 section 4.1)."""

from hashlib import new as new_hash

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from mtlsguard.certificate import Candidate
from mtlsguard.revocation.contract import Link
from mtlsguard.revocation.ocsp.rules import CertIdHash, Fault
from mtlsguard.revocation.tlv import BIT_STRING, SEQUENCE, element, whole

NONCE_OCTETS = 32  # RFC 9654 section 2.1: what every responder has to take

_HASHES: dict[CertIdHash, hashes.HashAlgorithm] = {
    CertIdHash.SHA1: hashes.SHA1(),  # noqa: S303 - a name, not a proof
    CertIdHash.SHA256: hashes.SHA256(),
}


def request(link: Link, nonce: bytes | None = None, cert_id: CertIdHash = CertIdHash.SHA1) -> bytes | Fault:
    """DER of an OCSPRequest about this one certificate, unsigned. A link without an issuer cannot be asked about."""
    if link.issuer is None:
        return Fault.NO_ISSUER
    named, keyed = issuer_hashes(link.issuer_name, link.issuer, cert_id.value)
    builder = ocsp.OCSPRequestBuilder().add_certificate_by_hash(named, keyed, link.serial, _HASHES[cert_id])
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def issuer_hashes(name: bytes, issuer: Candidate, algorithm: str) -> tuple[bytes, bytes]:
    """issuerNameHash of the DER name in the certificate, issuerKeyHash of the key in the path (section 4.1.1)."""
    return digest(algorithm, name), digest(algorithm, key_bits(issuer.spki))


def key_bits(spki: bytes) -> bytes:
    """The BIT STRING subjectPublicKey without tag, length and number of unused bits."""
    outer = whole(spki, SEQUENCE)
    algorithm = element(spki, outer.start, outer.end, SEQUENCE)
    bits = element(spki, algorithm.end, outer.end, BIT_STRING)
    return spki[bits.start + 1 : bits.end]


def digest(algorithm: str, octets: bytes) -> bytes:
    return new_hash(algorithm, octets, usedforsecurity=False).digest()

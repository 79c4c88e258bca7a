"""Throw-away keys.

An RSA key costs a tenth of a second, so a process draws them from a small pool per algorithm and purpose, in
turn: keys drawn one after the other differ, keys drawn far apart may be the same. All others are always new.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from hashlib import sha1
from typing import Literal

from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa, x448, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import PublicKeyAlgorithmOID

from . import der

POOL_SIZE = 4

SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | ed448.Ed448PrivateKey
PrivateKey = SigningKey | x25519.X25519PrivateKey | x448.X448PrivateKey
PublicKey = (
    rsa.RSAPublicKey
    | ec.EllipticCurvePublicKey
    | ed25519.Ed25519PublicKey
    | ed448.Ed448PublicKey
    | x25519.X25519PublicKey
    | x448.X448PublicKey
)
Purpose = Literal["authority", "leaf"]

_MAKERS: dict[str, Callable[[], PrivateKey]] = {
    "p192": partial(ec.generate_private_key, ec.SECP192R1()),
    "p224": partial(ec.generate_private_key, ec.SECP224R1()),
    "p256": partial(ec.generate_private_key, ec.SECP256R1()),
    "p384": partial(ec.generate_private_key, ec.SECP384R1()),
    "p521": partial(ec.generate_private_key, ec.SECP521R1()),
    "secp256k1": partial(ec.generate_private_key, ec.SECP256K1()),
    "brainpoolp256": partial(ec.generate_private_key, ec.BrainpoolP256R1()),
    "rsa1024": partial(rsa.generate_private_key, 65537, 1024),
    "rsa2048": partial(rsa.generate_private_key, 65537, 2048),
    "rsa2048e3": partial(rsa.generate_private_key, 3, 2048),
    "rsa3072": partial(rsa.generate_private_key, 65537, 3072),
    "rsa4096": partial(rsa.generate_private_key, 65537, 4096),
    "ed25519": ed25519.Ed25519PrivateKey.generate,
    "ed448": ed448.Ed448PrivateKey.generate,
    "x25519": x25519.X25519PrivateKey.generate,
    "x448": x448.X448PrivateKey.generate,
}
ALGORITHMS = tuple(_MAKERS)

_PRIME_FIELD = ObjectIdentifier("1.2.840.10045.1.1")

_POOL: dict[tuple[str, Purpose], deque[PrivateKey]] = {}


def generate(algorithm: str) -> PrivateKey:
    """A new key, whatever it costs."""
    if algorithm not in _MAKERS:
        raise ValueError(f"unknown key algorithm {algorithm!r}: expected one of {', '.join(ALGORITHMS)}")
    return _MAKERS[algorithm]()


def draw(algorithm: str, purpose: Purpose) -> PrivateKey:
    """A key for a test: new where that is cheap, from the pool where it is not."""
    if not algorithm.startswith("rsa"):
        return generate(algorithm)
    pool = _POOL.setdefault((algorithm, purpose), deque())
    pool.appendleft(generate(algorithm) if len(pool) < POOL_SIZE else pool.pop())
    return pool[0]


def spki(key: PublicKey) -> bytes:
    """A public key as a certificate holds it, SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7)."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def rsa_spki(modulus: int, exponent: int) -> bytes:
    """An RSA public key of any numbers: a giant exponent, an even one, a tiny modulus."""
    algorithm = der.sequence(der.oid(PublicKeyAlgorithmOID.RSAES_PKCS1_v1_5), der.NULL)
    return der.sequence(algorithm, der.bit_string(der.sequence(der.integer(modulus), der.integer(exponent))))


def explicit_curve_spki(key: ec.EllipticCurvePublicKey) -> bytes:
    """A P-256 public key with the curve spelled out instead of named, which RFC 5480 section 2.1.1 forbids.

    Certificates of this form carried CVE-2020-0601: the curve is the attacker's choice.
    """
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    algorithm = der.sequence(der.oid(PublicKeyAlgorithmOID.EC_PUBLIC_KEY), _p256_parameters())
    return der.sequence(algorithm, der.bit_string(point))


def key_id(subject_public_key_info: bytes) -> bytes:
    """SHA-1 of the key's BIT STRING, method (1) of RFC 5280 section 4.2.1.2."""
    bits = der.content(der.children(subject_public_key_info)[1])
    return sha1(bits[1:], usedforsecurity=False).digest()


def _p256_parameters() -> bytes:
    """`SpecifiedECDomain` of P-256 (SEC 1 section C.2, numbers from SEC 2 section 2.4.2)."""
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    b = "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"
    generator = (
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    )
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    field = der.sequence(der.oid(_PRIME_FIELD), der.integer(prime))
    curve = der.sequence(der.octet_string((prime - 3).to_bytes(32, "big")), der.octet_string(bytes.fromhex(b)))
    base = der.octet_string(bytes.fromhex(generator))
    return der.sequence(der.integer(1), field, curve, base, der.integer(order), der.integer(1))

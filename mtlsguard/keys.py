"""Which keys and signatures are accepted, of leaves and of authorities alike."""

from mtlsguard.certificate import Key
from mtlsguard.limits import MAX_RSA_BITS, MIN_RSA_BITS

_CURVES = frozenset({"secp256r1", "secp384r1", "secp521r1"})
_MAX_EXPONENT = 2**32 - 1  # larger ones only make verification slow
_MIN_EXPONENT = 3

# PKCS #1 v1.5 and ECDSA by their own OIDs (RFC 4055, RFC 5758), PSS by OID and hash.
SIGNATURES: frozenset[str] = frozenset(
    {
        "1.2.840.113549.1.1.11",  # sha256WithRSAEncryption
        "1.2.840.113549.1.1.12",
        "1.2.840.113549.1.1.13",
        "1.2.840.113549.1.1.10 sha256",  # id-RSASSA-PSS
        "1.2.840.113549.1.1.10 sha384",
        "1.2.840.113549.1.1.10 sha512",
        "1.2.840.10045.4.3.2",  # ecdsa-with-SHA256
        "1.2.840.10045.4.3.3",
        "1.2.840.10045.4.3.4",
    }
)


def acceptable_key(key: Key) -> bool:
    """RSA of whole octets within the bounds and with a small odd exponent, or one of the named curves."""
    if key.kind == "rsa":
        sound_exponent = _MIN_EXPONENT <= key.exponent <= _MAX_EXPONENT and key.exponent % 2 == 1
        return MIN_RSA_BITS <= key.bits <= MAX_RSA_BITS and key.bits % 8 == 0 and sound_exponent
    return key.kind == "ec" and key.curve in _CURVES

"""A short name for a certificate that only the holder of the key can compute: safe to log, good to grep."""

from base64 import b32encode
from hashlib import blake2b

_OCTETS = 5  # eight base-32 characters


class Process:
    """The key by which this process names certificates: that of the guard which was loaded last, None before that.

    Here and not in redaction, which takes time to import and which not every process needs.
    """

    key: bytes | None = None


def pseudonym(fingerprint: bytes, key: bytes) -> str:
    """`fingerprint`: SHA-256 of the DER. `key`: 16 to 64 octets. The same in all processes that share the key."""
    digest = blake2b(fingerprint, key=key, digest_size=_OCTETS).digest()
    return b32encode(digest).decode("ascii").lower()

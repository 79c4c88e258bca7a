"""What may be bound to a certificate: access tokens (RFC 8705) and login sessions.

Both end where the certificate does: a token or a session that was stolen is worth nothing without the key.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from enum import Enum
from hashlib import blake2b, sha256

from mtlsguard.decision import Identity

_MARKER_OCTETS = 20
_PERSON = b"mtlsguard session"[:16]  # blake2b takes at most 16 octets of it
_LONGEST_KEY = 64


class TokenBinding(Enum):
    """BOUND is the only one to accept where tokens have to be bound."""

    BOUND = "bound"
    MISSING = "missing"  # the token names no certificate
    OTHER = "other"  # it names another one, or the request has none


def thumbprint(certificate: bytes) -> str:
    """`x5t#S256` of a certificate in DER: base64url of its SHA-256 without padding (RFC 8705 section 3.1)."""
    return urlsafe_b64encode(sha256(certificate).digest()).rstrip(b"=").decode("ascii")


def token_binding(claims: Mapping[str, object], identity: Identity | None) -> TokenBinding:
    """Is `cnf.x5t#S256` of these verified claims, or of an introspection answer, this request's certificate?

    The token's own signature, issuer, audience and time are for a JWT library to check, before this.
    """
    confirmation = claims.get("cnf")
    named = confirmation.get("x5t#S256") if isinstance(confirmation, Mapping) else None
    if named is None:
        return TokenBinding.MISSING
    if identity is None or not isinstance(named, str):
        return TokenBinding.OTHER
    expected = thumbprint(identity.reveal().certificate)
    same = hmac.compare_digest(named.encode("utf-8", "replace"), expected.encode("ascii"))
    return TokenBinding.BOUND if same else TokenBinding.OTHER


def is_bound(claims: Mapping[str, object], identity: Identity | None) -> bool:
    """The short form: a token without the claim is refused as one for another certificate is."""
    return token_binding(claims, identity) is TokenBinding.BOUND


def session_marker(identity: Identity, key: bytes) -> str:
    """What a login session keeps of the certificate that it began with: nothing that could be read back.

    `key`: the application's secret, the same in all of its processes, so that a store of sessions names nobody.
    """
    if not key:
        raise ValueError("a session marker needs the application's secret key")
    digest = sha256(identity.reveal().certificate).digest()
    short = key if len(key) <= _LONGEST_KEY else sha256(key).digest()
    return blake2b(digest, key=short, person=_PERSON, digest_size=_MARKER_OCTETS).hexdigest()


def session_holds(marker: object, identity: Identity | None, key: bytes) -> bool:
    """Does this session belong to the certificate of this request? Without either of them it does not."""
    if identity is None or not isinstance(marker, str):
        return False
    expected = session_marker(identity, key)
    return hmac.compare_digest(marker.encode("utf-8", "replace"), expected.encode("ascii"))

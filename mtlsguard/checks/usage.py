"""Is this a certificate for a TLS client? (RFC 5280 sections 4.2.1.3, 4.2.1.9 and 4.2.1.12)"""

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from mtlsguard.certificate import Candidate
from mtlsguard.decision import Deny
from mtlsguard.policy import Policy
from mtlsguard.reason import Reason

_CLIENT_AUTH = ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string


def usage(candidate: Candidate, _policy: Policy, _now: float) -> Deny | None:
    """clientAuth must be there by name: no extension, or anyExtendedKeyUsage alone, is not enough."""
    for_clients = candidate.usages is not None and _CLIENT_AUTH in candidate.usages
    if not for_clients or candidate.is_ca or not _may_sign_handshakes(candidate.key_usage):
        return Deny(Reason.WRONG_USAGE)
    return None


def _may_sign_handshakes(key_usage: x509.KeyUsage | None) -> bool:
    """A key that may sign certificates is an authority's, whatever else it may do."""
    if key_usage is None:
        return True
    return (key_usage.digital_signature or key_usage.key_agreement) and not key_usage.key_cert_sign


def extensions(candidate: Candidate, _policy: Policy, _now: float) -> Deny | None:
    """A critical extension that nobody here understands refuses the certificate (RFC 5280 section 4.2)."""
    return Deny(Reason.UNKNOWN_EXTENSION) if candidate.unknown else None

"""Narrower than the anchors: which issuers, and which of their serial numbers."""

from hashlib import sha256

from mtlsguard.certificate import issuer_name
from mtlsguard.chain import Basis, VerifiedPath
from mtlsguard.decision import Deny
from mtlsguard.policy import Policy
from mtlsguard.reason import Reason


def issuer(path: VerifiedPath, policy: Policy, _now: float) -> Deny | None:
    """The certificate's direct issuer, by name or by the SHA-256 of its SubjectPublicKeyInfo."""
    names, keys = policy.trust.issuer_names, policy.trust.issuer_keys
    if path.basis is Basis.PIN or not (names or keys):
        return None
    if path.issuer is not None and sha256(path.issuer.spki).digest() in keys:
        return None
    if names and issuer_name(path.leaf) in names:
        return None
    return Deny(Reason.ISSUER_NOT_ALLOWED)


def serial(path: VerifiedPath, policy: Policy, _now: float) -> Deny | None:
    """A serial number is looked at only together with its issuer; a name that cannot be read is denied."""
    deny, allow = policy.serials.deny, policy.serials.allow
    if not deny and allow is None:
        return None
    name = issuer_name(path.leaf)
    if name is None or (name, path.leaf.serial) in deny:
        return Deny(Reason.SERIAL_DENIED)
    if allow is not None and (name, path.leaf.serial) not in allow:
        return Deny(Reason.SERIAL_NOT_ALLOWED)
    return None

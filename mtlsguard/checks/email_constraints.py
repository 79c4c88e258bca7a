"""rfc822Name constraints against an emailAddress in the subject (RFC 5280 section 4.2.1.10).

The verifier compares name constraints with alternative names only. Where a subject has the legacy attribute
and the certificate no rfc822Name, the constraint applies to the attribute.
"""

from cryptography import x509
from cryptography.x509.oid import NameOID

from mtlsguard.certificate import Candidate, subject_name
from mtlsguard.chain import VerifiedPath
from mtlsguard.decision import Deny
from mtlsguard.policy import Policy
from mtlsguard.reason import Reason


def email_constraints(path: VerifiedPath, _policy: Policy, _now: float) -> Deny | None:
    constraints = [member.constraints for member in path.certificates[1:] if member.constraints is not None]
    if not constraints:
        return None
    names = [name for member in path.certificates[:-1] for name in _emails(member)]
    fits = all(_permits(constraint, name) for constraint in constraints for name in names)
    return None if fits else Deny(Reason.UNTRUSTED_CHAIN)


def _emails(member: Candidate) -> list[str]:
    alternatives = member.names.get_values_for_type(x509.RFC822Name) if member.names else []
    subject = subject_name(member)
    if alternatives or subject is None:
        return []
    return [str(attribute.value) for attribute in subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)]


def _permits(constraints: x509.NameConstraints, name: str) -> bool:
    permitted = _addresses(constraints.permitted_subtrees)
    excluded = _addresses(constraints.excluded_subtrees)
    if any(_within(name, subtree) for subtree in excluded):
        return False
    return not permitted or any(_within(name, subtree) for subtree in permitted)


def _addresses(subtrees: list[x509.GeneralName] | None) -> list[str]:
    return [subtree.value for subtree in subtrees or () if isinstance(subtree, x509.RFC822Name)]


def _within(name: str, subtree: str) -> bool:
    """A subtree is a mailbox, a host, or with a leading dot all hosts below a domain."""
    local, _, host = name.rpartition("@")
    host, (box, _, subtree_host) = host.lower(), subtree.rpartition("@")
    if box:
        return local == box and host == subtree_host.lower()
    if subtree.startswith("."):
        return host.endswith(subtree.lower())
    return host == subtree.lower()

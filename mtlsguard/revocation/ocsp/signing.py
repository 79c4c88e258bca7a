"""Whose word is this answer? (RFC 6960 section 4.2.2.2)

The issuer's own, or that of a delegate which the issuer itself has certified for just this, or of a responder that
the operator named. Nobody else's: not the root's, not a sister's of the issuer, not the client's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from mtlsguard import certificate
from mtlsguard.certificate import Candidate
from mtlsguard.keys import SIGNATURES, acceptable_key
from mtlsguard.revocation.contract import FOREVER, Answer, Link, Status
from mtlsguard.revocation.names import name_key
from mtlsguard.revocation.ocsp.asking import digest, key_bits
from mtlsguard.revocation.ocsp.parsing import Response
from mtlsguard.revocation.ocsp.rules import Fault, OcspRules, Signer

_OCSP_SIGNING = ExtendedKeyUsageOID.OCSP_SIGNING.dotted_string
# The critical extensions of a delegate that are obeyed here, or only narrow what it may be besides.
_OBEYED = {
    ExtensionOID.BASIC_CONSTRAINTS,
    ExtensionOID.KEY_USAGE,
    ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME,
    ExtensionOID.OCSP_NO_CHECK,
}


@dataclass(frozen=True, slots=True)
class Authority:
    """A signer that may answer, until then (POSIX seconds): an answer does not outlive its delegate."""

    signer: Signer
    certificate: Candidate = field(repr=False)
    until: float = FOREVER
    link: Link | None = field(default=None, repr=False)  # of a delegate: by which its own revocation is asked about


def authority(response: Response, link: Link, issuer: Candidate, now: float, rules: OcspRules) -> Authority | Fault:
    """The one whose signature it bears and whose word counts; otherwise why the last that could be it is not."""
    fault, algorithm = Fault.UNAUTHORISED, response.algorithm
    digest_of_signed = b"" if algorithm is None else digest(algorithm.digest, response.signed)
    for found in _authorities(response, link, issuer, now, rules):
        if isinstance(found, Fault):
            fault = found
        elif algorithm is None or not acceptable_key(found.certificate.key):
            fault = Fault.WEAK_SIGNATURE
        elif not algorithm.verifies(digest_of_signed, response.signature, found.certificate):
            fault = Fault.WRONG_SIGNATURE
        else:
            return found
    return fault


def _authorities(
    response: Response, link: Link, issuer: Candidate, now: float, rules: OcspRules
) -> Iterator[Authority | Fault]:
    """Those that responderID names; one key may be another's name."""
    if _named(response, issuer):
        yield Authority(Signer.ISSUER, issuer)
    for local in rules.responders:
        if _named(response, local):
            yield _local(local, now)
    for der in response.certificates:
        delegate = certificate.parse(der)
        if isinstance(delegate, Candidate) and _named(response, delegate) and delegate.der != issuer.der:
            yield _delegate(delegate, link, issuer, now, rules)


def _named(response: Response, who: Candidate) -> bool:
    """responderID: a name, or the SHA-1 of the key's bits. Both only point at who is proven otherwise."""
    if response.responder_name is not None:
        return name_key(response.responder_name) == name_key(who.subject)
    return response.responder_key == digest("sha1", key_bits(who.spki))


def _local(responder: Candidate, now: float) -> Authority | Fault:
    if not responder.not_before <= now < responder.not_after + 1:
        return Fault.DELEGATE_EXPIRED
    return Authority(Signer.LOCAL, responder, responder.not_after + 1.0)


def _delegate(delegate: Candidate, link: Link, issuer: Candidate, now: float, rules: OcspRules) -> Authority | Fault:
    if not _may_answer(delegate) or delegate.serial == link.serial:
        return Fault.UNAUTHORISED
    if not delegate.not_before - rules.clock_skew <= now < delegate.not_after + 1:
        return Fault.DELEGATE_EXPIRED
    if delegate.signature_oid not in SIGNATURES:
        return Fault.WEAK_SIGNATURE
    if not _issued_by(delegate, issuer):
        return Fault.UNAUTHORISED
    own = _link(delegate, issuer)
    until = _unrevoked_until(delegate, own, now, rules)
    if until <= now:
        return Fault.DELEGATE_UNDETERMINED
    return Authority(Signer.DELEGATE, delegate, min(until, delegate.not_after + 1.0), own)


def _may_answer(delegate: Candidate) -> bool:
    """Explicitly: anyExtendedKeyUsage does not do. An authority below the issuer is not its responder, whatever its
    usages say: such certificates were once made by the dozen by mistake."""
    usage = delegate.key_usage
    return (
        delegate.usages is not None
        and _OCSP_SIGNING in delegate.usages
        and (usage is None or usage.digital_signature)
        and not delegate.is_ca
        and delegate.critical <= _OBEYED
    )


def _issued_by(delegate: Candidate, issuer: Candidate) -> bool:
    """Directly: by name and by the key that the path uses."""
    try:
        delegate.certificate.verify_directly_issued_by(issuer.certificate)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _unrevoked_until(delegate: Candidate, own: Link, now: float, rules: OcspRules) -> float:
    """RFC 6960 section 4.2.2.2.1: id-pkix-ocsp-nocheck, or a list that covers the delegate. No OCSP about OCSP.
    Nobody needs to vouch for the first kind, but whoever knows it to be revoked is heard."""
    answer = rules.delegates.answer(own, now) if rules.delegates is not None else Answer(Status.UNKNOWN)
    if answer.status is Status.REVOKED:
        return 0.0
    if any(isinstance(one.value, x509.OCSPNoCheck) for one in delegate.certificate.extensions):
        return FOREVER
    return answer.until if answer.status is Status.GOOD else 0.0


def _link(delegate: Candidate, issuer: Candidate) -> Link:
    return Link(
        serial=delegate.serial,
        issuer_name=delegate.issuer,
        issuer=issuer,
        is_ca=False,
        points=delegate.points,
        access=None,
        not_after=delegate.not_after,
    )

"""What a responder sent -> what it proves about one certificate, or why nothing (RFC 6960 section 3.2)."""

import hmac

from mtlsguard.certificate import Candidate
from mtlsguard.revocation.contract import Link, Status
from mtlsguard.revocation.ocsp.asking import issuer_hashes
from mtlsguard.revocation.ocsp.parsing import Response, Single, parse
from mtlsguard.revocation.ocsp.rules import Fault, OcspAnswer, OcspRules
from mtlsguard.revocation.ocsp.signing import authority
from mtlsguard.revocation_policy import Nonce

_CERT_ID_HASHES = frozenset({"sha1", "sha256", "sha384", "sha512"})
# Contradicting answers of one moment: the worse one counts.
_WORST_FIRST = (Status.REVOKED, Status.UNKNOWN, Status.GOOD)


def read(response: bytes, link: Link, now: float, rules: OcspRules, nonce: bytes | None = None) -> OcspAnswer | Fault:
    """`nonce` is what was sent with the request. Never raises, whatever the bytes are."""
    if link.issuer is None:
        return Fault.NO_ISSUER
    parsed = parse(response)
    if isinstance(parsed, Fault):
        return parsed
    fault = _as_a_whole(parsed, now, rules, nonce)
    if fault is not None:
        return fault
    matching = [single for single in parsed.singles if _is_about(single, link, link.issuer)]
    if not matching:
        return Fault.OTHER_CERTIFICATE
    signer = authority(parsed, link, link.issuer, now, rules)
    if isinstance(signer, Fault):
        return signer
    chosen = _chosen(matching, now, rules)
    if isinstance(chosen, Fault):
        return chosen
    until = min(_ends(chosen, rules), signer.until)
    return OcspAnswer(chosen.status, chosen.this_update, parsed.produced_at, until, signer.signer, signer.link)


def _as_a_whole(parsed: Response, now: float, rules: OcspRules, nonce: bytes | None) -> Fault | None:
    if parsed.critical:
        return Fault.CRITICAL_EXTENSION
    if parsed.produced_at > now + rules.clock_skew:
        return Fault.NOT_YET
    return None if _nonce_fits(parsed.nonce, nonce, rules.nonce) else Fault.WRONG_NONCE


def _nonce_fits(returned: bytes | None, sent: bytes | None, policy: Nonce) -> bool:
    if policy is Nonce.OFF:
        return True
    if returned is None:
        return policy is Nonce.IF_RETURNED
    return sent is not None and hmac.compare_digest(returned, sent)


def _is_about(single: Single, link: Link, issuer: Candidate) -> bool:
    """All three of CertID: a serial number means something only together with its issuer's name and key."""
    if single.serial != link.serial or single.algorithm not in _CERT_ID_HASHES:
        return False
    return (single.name_hash, single.key_hash) == issuer_hashes(link.issuer_name, issuer, single.algorithm)


def _chosen(matching: list[Single], now: float, rules: OcspRules) -> Single | Fault:
    """Of the fresh ones the worst; of those the one that ends first."""
    begun = [single for single in matching if single.this_update <= now + rules.clock_skew]
    if not begun:
        return Fault.NOT_YET
    fresh = [single for single in begun if now < _ends(single, rules)]
    if not fresh:
        return Fault.STALE
    return min(fresh, key=lambda single: (_WORST_FIRST.index(single.status), _ends(single, rules)))


def _ends(single: Single, rules: OcspRules) -> float:
    return single.this_update + rules.max_age if single.next_update is None else single.next_update

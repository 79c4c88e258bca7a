"""Lists as the edge makes values of them, and links as the engine does."""

from collections.abc import Iterable

from cryptography.hazmat.primitives.serialization import Encoding

from mtlsguard import certificate
from mtlsguard.certificate import Candidate
from mtlsguard.revocation.contract import Answer, Link
from mtlsguard.revocation.crl.entries import read_entries
from mtlsguard.revocation.crl.faults import Fault
from mtlsguard.revocation.crl.lists import CrlList, Rules, digest_of
from mtlsguard.revocation.crl.outline import outline
from mtlsguard.revocation.crl.store import CrlStore
from mtlsguard.testing import Issued
from tests.world import NOW

RULES = Rules()


def candidate(issued: Issued | bytes) -> Candidate:
    found = certificate.read(issued if isinstance(issued, bytes) else issued.der)
    assert isinstance(found, Candidate)
    return found


def link(leaf: Issued, issuer: Issued | None = None) -> Link:
    """`issuer`: who is above in the path, where that is not who issued it."""
    parsed, above = candidate(leaf), candidate(issuer or leaf.issuer)
    return Link(parsed.serial, parsed.issuer, above, parsed.is_ca, parsed.points, parsed.access, parsed.not_after)


def made(crl: object) -> CrlList | str:
    """A value, or the word that says why not."""
    der = crl if isinstance(crl, bytes) else crl.public_bytes(Encoding.DER)
    found = outline(der)
    if isinstance(found, Fault):
        return found.value
    entries = read_entries(der, *found.entries, indirect_default=found.indirect_default)
    return entries.fault or CrlList(found, entries, digest_of(der, found))


def usable(crls: Iterable[object]) -> list[CrlList]:
    return [one for one in map(made, crls) if isinstance(one, CrlList)]


def store(*crls: object, by: Iterable[Issued] = (), now: float = NOW, rules: Rules = RULES) -> CrlStore:
    return CrlStore(rules).next(usable(crls), map(candidate, by), now)


def says(leaf: Issued, *crls: object, now: float = NOW, rules: Rules = RULES, by: Iterable[Issued] = ()) -> Answer:
    by = by or [leaf.issuer]
    return store(*crls, by=by, now=now, rules=rules).answer(link(leaf), now)

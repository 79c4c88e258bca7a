"""What the tests of OCSP share: one hierarchy, links into it, and answers read at noon."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

from mtlsguard import certificate
from mtlsguard.certificate import Candidate
from mtlsguard.revocation.contract import Answer, Link, Status
from mtlsguard.revocation.ocsp import Fault, OcspAnswer, OcspRules, read
from mtlsguard.testing import Issued, Pki
from mtlsguard.testing.ocsp import Single, answer, delegate

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOW = NOON.timestamp()
RULES = OcspRules()


@cache
def pki() -> Pki:
    return Pki(now=NOON)


@cache
def leaf() -> Issued:
    return pki().leaf()


@cache
def responder() -> Issued:
    """A delegate as it should be."""
    return delegate(pki())


def candidate(issued: Issued) -> Candidate:
    found = certificate.parse(issued.der)
    assert isinstance(found, Candidate)
    return found


def link(what: Issued | None = None, issuer: Issued | None = None) -> Link:
    """As the path leaf - intermediate - root has it."""
    what = what or leaf()
    member, above = candidate(what), issuer or what.issuer
    assert above is not None
    return Link(
        serial=member.serial,
        issuer_name=member.issuer,
        issuer=candidate(above),
        is_ca=member.is_ca,
        points=member.points,
        access=member.access,
        not_after=member.not_after,
    )


def by_issuer(*singles: Single, **details: Any) -> bytes:
    """Signed by the intermediate itself; about the leaf and good unless told."""
    return answer(pki().intermediate, singles or [Single(leaf())], at=NOON, **details)


def by_delegate(signer: Issued | None = None, *singles: Single, **details: Any) -> bytes:
    """Signed by a delegate of the intermediate that comes with its certificate."""
    signer = signer or responder()
    about = singles or [Single(leaf(), issuer=pki().intermediate)]
    return answer(signer, about, at=NOON, **{"certificates": [signer], **details})


def outcome(
    response: bytes,
    *,
    rules: OcspRules = RULES,
    now: float = NOW,
    about: Link | None = None,
    nonce: bytes | None = None,
) -> Status | Fault:
    """What the answer proves about the leaf."""
    found = read(response, about or link(), now, rules, nonce)
    return found.status if isinstance(found, OcspAnswer) else found


class Lists:
    """A source that says the same about everybody, and remembers whom it was asked about."""

    def __init__(self, status: Status, until: float = NOW + 600) -> None:
        self.says = Answer(status, until)
        self.asked: list[Link] = []

    def answer(self, about: Link, now: float) -> Answer:
        self.asked.append(about)
        return self.says

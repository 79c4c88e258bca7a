"""What a client sends along cannot keep the path builder busy: it sees only what leads to a certificate of ours."""

import pytest
from cryptography import x509

from mtlsguard.chain import TrustStore
from mtlsguard.decision import Allow, Deny
from mtlsguard.reason import Reason
from mtlsguard.testing import Issued, Pki, present
from tests.world import NOON, guard, judge, pki

BY_CHAIN = {"proxy": {"dialect": "rfc9440"}, "trust": {"intermediates": []}}


def sent(leaf: Issued, *chain: Issued) -> dict[str, str]:
    headers = present(leaf.der, "rfc9440")
    members = [present(member.der, "rfc9440")["client-cert"] for member in chain]
    return headers | ({"client-cert-chain": ", ".join(members)} if members else {})


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many certificates the path builder was given, for each time it was asked."""
    pools: list[int] = []

    original = TrustStore._verify

    def verify(self, leaf, hints, now):
        pools.append(len(hints))
        return original(self, leaf, hints, now)

    monkeypatch.setattr(TrustStore, "_verify", verify)
    return pools


def test_authorities_that_issue_each_other_are_not_looked_into(built: list[int]) -> None:
    theirs = Pki(now=NOON)
    one, other = theirs.authority("One"), theirs.authority("Other")
    loop = [
        theirs.authority("One", issuer=other, key=one.key),
        theirs.authority("Other", issuer=one, key=other.key),
        theirs.authority("One", issuer=other, key=one.key),
        theirs.authority("Other", issuer=one, key=other.key),
    ]
    assert judge(sent(theirs.leaf(issuer=one), *loop), guard(**BY_CHAIN)) == Deny(Reason.UNTRUSTED_CHAIN)
    assert built == []


def test_a_flood_of_name_constraints_under_our_name_is_not_looked_into(built: list[int]) -> None:
    names = [x509.DNSName(f"h{number}.example") for number in range(200)]
    constraints = x509.NameConstraints(permitted_subtrees=names, excluded_subtrees=None)
    flood = Pki(now=NOON).authority("Flood", issuer=Pki(now=NOON).root, name_constraints=constraints)
    leaf = pki().leaf(issuer=flood, spiffe=None, dns=[f"h{number}.example" for number in range(200)])
    assert judge(sent(leaf, flood), guard(**BY_CHAIN)) == Deny(Reason.UNTRUSTED_CHAIN)
    assert built == []


def test_a_chain_in_any_order_and_with_strangers_in_it_is_sorted_out(built: list[int]) -> None:
    upper = pki().authority("Upper", issuer=pki().root)
    lower = pki().authority("Lower", issuer=upper)
    stranger = Pki(now=NOON).authority("Upper")
    by = guard(**BY_CHAIN)
    for chain in ([lower, stranger, upper], [upper, lower, stranger]):
        assert isinstance(judge(sent(pki().leaf(issuer=lower), *chain), by), Allow)
    assert built == [2, 2]


def test_what_was_tied_once_is_not_verified_again(monkeypatch: pytest.MonkeyPatch) -> None:
    by, calls = guard(**BY_CHAIN), []
    original = x509.Certificate.verify_directly_issued_by
    from mtlsguard import chain

    monkeypatch.setattr(
        chain, "_signed", lambda child, above: calls.append(1) or original(child.certificate, above.certificate) is None
    )
    for name in ("one", "two", "three"):
        assert isinstance(judge(sent(pki().leaf(name), pki().intermediate), by), Allow)
    assert len(calls) == 1


def test_remembered_ties_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtlsguard.chain._REMEMBERED_HINTS", 4)
    by = guard(**BY_CHAIN)
    for number in range(12):
        lower = pki().authority(f"Lower {number}", issuer=pki().root)
        assert isinstance(judge(sent(pki().leaf(issuer=lower), lower), by), Allow)
    assert len(by.current._trust._own._tied) <= 5

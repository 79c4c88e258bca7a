"""A decision never outlives what it rests on, and nothing pushes it out but others like it."""

from datetime import timedelta

import pytest

from mtlsguard.cache import Entry, Memory
from mtlsguard.connection import Pairs, from_asgi
from mtlsguard.decision import Allow, Deny, Identity, Revealed
from mtlsguard.dialects import HEADER_DIALECTS
from mtlsguard.reason import Reason
from mtlsguard.revocation.view import NOTHING
from mtlsguard.testing import present
from tests.world import NOON, NOW, guard, judge, pki, scope, speaking

HOUR = 3_600.0


def allowed(decision: object) -> Allow:
    assert isinstance(decision, Allow)
    return decision


def test_the_same_evidence_gets_the_same_decision_back() -> None:
    by, headers = guard(), present(pki().leaf(), "nginx")
    first, second, third = (allowed(judge(dict(headers), by)) for _ in range(3))
    assert first == second
    assert second is third
    assert (first.remembered, second.remembered) == (False, True)


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_in_every_dialect(dialect: str) -> None:
    by, headers = guard(proxy=speaking(dialect)), present(pki().leaf(), dialect)
    assert [allowed(judge(dict(headers), by)).remembered for _ in range(2)] == [False, True]


def test_it_ends_with_its_time_to_live() -> None:
    by, headers = guard(cache={"ttl": "5m"}), present(pki().leaf(), "nginx")
    first = allowed(judge(headers, by))
    assert first.valid_until == NOW + 300
    assert allowed(judge(headers, by, now=NOW + 299)).remembered
    assert not allowed(judge(headers, by, now=NOW + 300)).remembered


def test_it_ends_with_the_leaf() -> None:
    leaf = pki().leaf(not_after=NOON + timedelta(seconds=10))
    by, headers = guard(validity={"clock_skew": 0}), present(leaf, "nginx")
    assert allowed(judge(headers, by)).valid_until == NOW + 11
    assert judge(headers, by, now=NOW + 11) == Deny(Reason.EXPIRED)


def test_it_ends_with_any_certificate_above() -> None:
    short = pki().authority("Short", issuer=pki().root, not_after=NOON + timedelta(seconds=10))
    by = guard(trust={"intermediates": [short.pem]})
    assert allowed(judge(pki().leaf(issuer=short), by)).valid_until == NOW + 11


def test_it_ends_with_the_anchor() -> None:
    short = pki().authority("Short", not_after=NOON + timedelta(seconds=10))
    by = guard(trust={"anchors": [short.pem]})
    assert allowed(judge(pki().leaf(issuer=short), by)).valid_until == NOW + 11


def test_a_clock_that_goes_back_gets_no_remembered_decision() -> None:
    leaf = pki().leaf(not_before=NOON)
    by, headers = guard(validity={"clock_skew": 0}), present(leaf, "nginx")
    assert isinstance(judge(headers, by), Allow)
    assert judge(headers, by, now=NOW - 1) == Deny(Reason.NOT_YET_VALID)


def test_a_new_policy_retires_all_older_decisions_at_once() -> None:
    by, leaf = guard(), pki().leaf()
    headers = present(leaf, "nginx")
    assert isinstance(judge(headers, by), Allow)
    denied = {"issuer": pki().intermediate.certificate.subject.rfc4514_string(), "serial": hex(leaf.serial)}
    by.replace(guard(serials={"deny": [denied]}).current.policy)
    assert judge(headers, by) == Deny(Reason.SERIAL_DENIED)


@pytest.mark.parametrize(
    "change",
    [
        {"x-ssl-client-verify": "FAILED:x"},
        {"x_ssl_client_cert": "?"},
        {"connection": "x-ssl-client-verify"},
    ],
)
def test_remembered_evidence_is_compared_whole(change: dict[str, str]) -> None:
    by, headers = guard(), present(pki().leaf(), "nginx")
    assert isinstance(judge(headers, by), Allow)
    assert isinstance(judge(headers | change, by), Deny)


def test_a_remembered_decision_is_of_no_use_to_a_stranger() -> None:
    by, headers = guard(), present(pki().leaf(), "nginx")
    assert isinstance(judge(headers, by), Allow)
    assert judge(headers, by, peer=("203.0.113.9", 1)) == Deny(Reason.UNTRUSTED_PROXY)


def test_a_remembered_decision_does_not_lift_the_secret() -> None:
    by = guard(proxy={"secret": {"header": "X-Proxy-Secret", "values": ["correct-horse-battery"]}})
    headers = present(pki().leaf(), "nginx")
    assert isinstance(judge(headers | {"x-proxy-secret": "correct-horse-battery"}, by), Allow)
    assert judge(headers, by) == Deny(Reason.WRONG_PROXY_SECRET)


def test_the_secret_is_not_remembered() -> None:
    by = guard(proxy={"secret": {"header": "X-Proxy-Secret", "values": ["correct-horse-battery"]}})
    judge(present(pki().leaf(), "nginx") | {"x-proxy-secret": "correct-horse-battery"}, by)
    remembered = by.current._memory._young
    assert remembered
    assert b"correct-horse-battery" not in repr(remembered).encode()


def test_refusals_are_not_remembered_and_push_nothing_out() -> None:
    by, headers = guard(cache={"size": 4}), present(pki().leaf(), "nginx")
    judge(headers, by)
    for _ in range(20):
        judge(pki().leaf(extended_key_usage=None), by)
    assert allowed(judge(headers, by)).remembered


def test_a_cache_of_size_zero_remembers_nothing() -> None:
    by, headers = guard(cache={"size": 0}), present(pki().leaf(), "nginx")
    assert [allowed(judge(headers, by)).remembered for _ in range(2)] == [False, False]


def entry(number: int, seen: Pairs) -> Entry:
    allow = Allow(Identity("cn", frozenset(), "p", Revealed(str(number), "", b"")), 0.0, 10.0)
    return Entry(seen, allow, NOTHING, (), 10.0)


def test_its_size_is_bounded_in_entries() -> None:
    memory = Memory(100)
    for number in range(1_000):
        memory.remember(b"%d" % number, entry(number, [(b"x", b"%d" % number)]))
    assert len(memory) <= 100


def test_its_size_is_bounded_in_octets() -> None:
    memory = Memory(1_000_000)
    large = b"x" * 1_000_000
    for number in range(200):
        memory.remember(b"%d" % number, entry(number, [(b"x", large)]))
    assert len(memory) <= 64


def test_what_is_used_survives_a_flood_of_others() -> None:
    memory, kept = Memory(100), entry(0, [])
    memory.remember(b"kept", kept)
    for number in range(1_000):
        memory.remember(b"%d" % number, entry(number, []))
        assert memory.recall(b"kept", [], 5.0) == kept


def test_evidence_of_two_certificates_under_one_hint_is_never_mixed_up() -> None:
    memory = Memory(100)
    memory.remember(b"hint", entry(1, [(b"x", b"1")]))
    assert memory.recall(b"hint", [(b"x", b"2")], 5.0) is None


def test_two_clients_with_one_signature_tail_get_their_own_identity() -> None:
    """An attacker who could choose the hint still has to match the whole evidence."""
    by = guard()
    names = set()
    for leaf in (pki().leaf("one"), pki().leaf("two")) * 3:
        connection, _ = from_asgi(scope(present(leaf, "nginx")), by.current.names)
        connection.hint = b"the same for both"
        names.add((leaf.fingerprint, allowed(by.current.check(connection, NOW)).identity.name))
    assert len(names) == 2

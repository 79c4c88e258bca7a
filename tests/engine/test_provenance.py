"""Is the transport peer one of our proxies? What does not parse is nobody."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard import dialects
from mtlsguard.decision import Absent, Deny
from mtlsguard.policy import ProxyPolicy
from mtlsguard.provenance import Proxies
from mtlsguard.reason import Reason
from mtlsguard.testing import present
from tests.world import guard, judge, pki

OURS = Proxies(ProxyPolicy("nginx", networks=(ip_network("10.0.0.0/28"), ip_network("fd00::/64"))))


@pytest.mark.parametrize("host", ["10.0.0.1", "10.0.0.15", "::ffff:10.0.0.1", "fd00::1", "FD00:0::1"])
def test_addresses_in_the_networks_are_trusted(host: str) -> None:
    assert OURS.trust(host)
    assert OURS.trust(host)


@pytest.mark.parametrize(
    "host",
    [
        "10.0.0.16", "010.0.0.1", "10.1", "0x0a000001", "167772161", "10.0.0.1:80", "[fd00::1]", "fd00::1%eth0",
        "::10.0.0.1", "64:ff9b::10.0.0.1", "10.0.0.1 ", " 10.0.0.1", "10.0.0.1\n", "10.0.0.1,10.0.0.2", "unknown",
        "testclient", "rewritten", "unix", "unix:/run/app.sock", "", "localhost", "\u0661\u0660.0.0.1",
    ],
)  # fmt: skip
def test_everything_else_is_not(host: str) -> None:
    assert not OURS.trust(host)


@given(st.text(max_size=60))
def test_no_text_raises(host: str) -> None:
    OURS.trust(host)


def test_remembered_peers_are_bounded() -> None:
    for number in range(10_000):
        OURS.trust(f"192.0.{number // 256}.{number % 256}")
    assert len(OURS._known) <= 4_096


def test_not_one_octet_of_a_strangers_certificate_header_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    by = guard()
    for module, name in (("evidence", "screen"), ("certificate", "parse")):
        monkeypatch.setattr(f"mtlsguard.{module}.{name}", lambda *_: pytest.fail("parsed"))
    monkeypatch.setattr("mtlsguard.engine.screen", lambda *_: pytest.fail("screened"))
    assert judge(present(pki().leaf(), "nginx"), by, peer=("203.0.113.9", 1)) == Deny(Reason.UNTRUSTED_PROXY)


def test_a_stranger_without_evidence_is_just_somebody_without_a_certificate() -> None:
    assert judge({}, peer=("203.0.113.9", 1)) == Absent()


def test_other_vendors_headers_from_anybody_are_no_evidence() -> None:
    others = {name: "x" for name in dialects.EVIDENCE_HEADERS if not name.startswith("x-ssl-client-")}
    assert judge(others, peer=("203.0.113.9", 1)) == Absent()


def test_an_untrusted_look_alike_is_counted_as_an_attempt() -> None:
    assert judge({"x_ssl_client_cert": "x"}, peer=("203.0.113.9", 1)) == Deny(Reason.UNTRUSTED_PROXY)

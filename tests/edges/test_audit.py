"""One event per decision, nothing secret in it, and no flood."""

import logging
import threading

import pytest
import structlog
from structlog.testing import capture_logs

from mtlsguard.asgi import GuardMiddleware
from mtlsguard.audit import Counter
from mtlsguard.testing import Issued, present
from tests.world import NOW, STRANGER, ask, configuration, pki, scope


def middleware(**sections: object) -> GuardMiddleware:
    return GuardMiddleware(None, configuration(**sections), clock=lambda: NOW)


@pytest.fixture
def events(caplog: pytest.LogCaptureFixture) -> list[dict]:
    caplog.set_level("INFO", logger="mtlsguard")

    class Events:
        def __iter__(self):
            return (record.mtlsguard for record in caplog.records if hasattr(record, "mtlsguard"))

    return Events()  # type: ignore[return-value]


def test_an_allowance_is_told_once_and_counted_every_time(events: list) -> None:
    guarded, headers = middleware(), present(pki().leaf(), "nginx")
    identity, *_ = [ask(guarded, scope(dict(headers))).identity for _ in range(3)]
    assert list(events) == [
        {"outcome": "allow", "dialect": "nginx", "adapter": "asgi", "certificate": identity.pseudonym}
    ]
    assert guarded.audit.counts() == {("allow", ""): 3}


def test_every_allowance_is_told_where_the_operator_wants_it(events: list) -> None:
    guarded, headers = middleware(audit={"allowed": "every"}), present(pki().leaf(), "nginx")
    for _ in range(3):
        ask(guarded, scope(dict(headers)))
    assert len(list(events)) == 3


def test_a_refusal_is_told_with_its_reason(events: list) -> None:
    guarded = middleware()
    ask(guarded, scope(present(pki().leaf(extended_key_usage=None), "nginx")))
    [event] = events
    assert (event["outcome"], event["reason"]) == ("deny", "wrong-usage")
    assert len(event["certificate"]) == 8
    assert guarded.audit.counts() == {("deny", "wrong-usage"): 1}


def test_a_forger_on_a_public_route_is_noticed(events: list) -> None:
    guarded = middleware(routes=[{"path": "/healthz", "access": "public"}])
    ask(guarded, scope(present(pki().leaf(), "nginx"), path="/healthz", peer=(STRANGER, 1)))
    [event] = events
    assert (event["outcome"], event["reason"]) == ("unread", "untrusted-proxy")


def test_a_flood_of_refusals_is_thinned_out_and_counted_in_full(events: list) -> None:
    now = [NOW]
    guarded = GuardMiddleware(None, configuration(audit={"burst": 5, "per_second": 1}), clock=lambda: now[0])
    forged = present(pki().leaf(), "nginx")
    for _ in range(50):
        ask(guarded, scope(forged, peer=(STRANGER, 1)))
    assert len(list(events)) == 5
    now[0] += 10
    ask(guarded, scope(forged, peer=(STRANGER, 1)))
    assert list(events)[-1]["left_out"] == 45
    assert guarded.audit.counts() == {("deny", "untrusted-proxy"): 51}


def test_one_reasons_flood_does_not_silence_another(events: list) -> None:
    guarded = middleware(audit={"burst": 1, "per_second": 1})
    for _ in range(5):
        ask(guarded, scope(present(pki().leaf(), "nginx"), peer=(STRANGER, 1)))
    ask(guarded, scope(present(pki().leaf(extended_key_usage=None), "nginx")))
    assert [event["reason"] for event in events] == ["untrusted-proxy", "wrong-usage"]


def test_structlog_is_used_where_it_is_configured() -> None:
    structlog.configure()
    try:
        with capture_logs() as logs:
            ask(middleware(), scope(present(pki().leaf(), "nginx")))
    finally:
        structlog.reset_defaults()
    assert [(log["event"], log["outcome"], log["log_level"]) for log in logs] == [
        ("mtlsguard.decision", "allow", "info")
    ]


def secrets_of(issued: Issued) -> list[str]:
    certificate = issued.certificate
    return [
        issued.fingerprint,
        issued.fingerprint[:16],
        str(issued.serial),
        f"{issued.serial:x}",
        "example.org",
        "Example",
        "MII",
        certificate.subject.rfc4514_string(),
    ]


@pytest.mark.parametrize(
    "request_of",
    [
        lambda leaf: scope(present(leaf, "nginx")),
        lambda leaf: scope(present(leaf, "nginx"), peer=(STRANGER, 1)),
        lambda leaf: scope(present(leaf, "nginx"), path="//"),
        lambda leaf: scope(present(leaf, "nginx") | {"x-ssl-client-verify": "FAILED:" + leaf.fingerprint}),
    ],
)
def test_nothing_of_the_certificate_is_in_an_event(request_of, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    leaf = pki().leaf("Mallory Example")
    ask(middleware(routes=[{"path": "/a", "access": "public"}]), request_of(leaf))
    written = "".join(
        f"{record.getMessage()} {vars(record)}" for record in caplog.records if record.name == "mtlsguard"
    )
    assert written
    assert not [secret for secret in secrets_of(leaf) if secret in written]


def test_pseudonyms_need_the_key() -> None:
    headers = present(pki().leaf(), "nginx")
    keys = [b"0123456789abcdef", b"fedcba9876543210", b"0123456789abcdef"]
    names = [ask(configuration(audit={"key": key}), scope(dict(headers))).identity.pseudonym for key in keys]
    assert names[0] == names[2] != names[1]


def test_a_counter_loses_nothing_under_threads() -> None:
    counter = Counter()
    threads = [threading.Thread(target=lambda: [counter.add() for _ in range(20_000)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (counter.value(), counter.value()) == (80_000, 80_000)


def test_nothing_is_rendered_where_nobody_listens() -> None:
    logging.getLogger("mtlsguard").setLevel("ERROR")
    try:
        assert ask(middleware(), scope(present(pki().leaf(), "nginx"))).status == 200
    finally:
        logging.getLogger("mtlsguard").setLevel("NOTSET")

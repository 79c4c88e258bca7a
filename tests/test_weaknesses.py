"""One test for each weakness class that the guard is there to close (cwe.mitre.org)."""

import asyncio
import copy
import logging
import pickle
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest

import mtlsguard
from mtlsguard.asgi import GuardMiddleware
from mtlsguard.audit import Audit
from mtlsguard.decision import Allow, Identity
from mtlsguard.testing import Issued, present
from mtlsguard.wsgi import GuardMiddleware as WsgiGuardMiddleware
from tests.edges.test_wsgi import environ
from tests.world import NOW, STRANGER, ask, configuration, guard, judge, pki, scope

REPOSITORY = Path(__file__).parent.parent


def traces_of(leaf: Issued) -> list[str]:
    """Runs of a certificate that would give it away: names, serial, fingerprint, key, PEM in any escaping."""
    text = present(leaf, "haproxy")["x-ssl-client-cert"]
    return [
        "Mallory",
        "spiffe://",
        f"{leaf.serial:x}",
        f"{leaf.serial:X}",
        str(leaf.serial),
        leaf.fingerprint[:16],
        leaf.der.hex()[80:96],
        repr(leaf.der)[40:60],
        text[40:52],
        text[-60:-48],
    ]


def leaks(leaf: Issued, written: str) -> list[str]:
    return [trace for trace in traces_of(leaf) if trace in written]


@pytest.fixture
def leaf() -> Issued:
    return pki().leaf("Mallory")


def test_cwe_200_an_answer_holds_nothing_of_the_certificate(leaf: Issued) -> None:
    for request in (scope(present(leaf, "nginx")), scope(present(leaf, "nginx"), peer=(STRANGER, 1))):
        assert not leaks(leaf, repr(ask(configuration(), request).messages))


def test_cwe_209_refusals_do_not_say_why(leaf: Issued) -> None:
    bad = [leaf, pki().leaf(extended_key_usage=None), pki().self_signed(), pki().leaf(serial=0x7F)]
    denied = {"issuer": pki().intermediate.certificate.subject.rfc4514_string(), "serial": "0x7f"}
    mapping = configuration(trust={"issuers": ["CN=Another"]}, serials={"deny": [denied]})
    answers = [ask(mapping, scope(present(issued, "nginx"))).messages for issued in bad]
    assert all(answer == answers[0] for answer in answers)


def test_cwe_209_a_configuration_error_does_not_repeat_a_secret() -> None:
    with pytest.raises(mtlsguard.ConfigError) as caught:
        guard(proxy={"secret": {"header": "X-S", "values": ["hunter2 hunter2 hunter2"]}})
    assert "hunter2" not in str(caught.value)


def test_cwe_213_every_endpoint_is_guarded_unless_a_rule_opens_it() -> None:
    for path in ("/", "/openapi.json", "/static/a.css", "/nothing/here", "/healthz/../admin"):
        for request in (scope(path=path), scope(path=path, type="websocket")):
            assert ask(configuration(), request).scope is None


def test_cwe_213_the_application_gets_no_second_opinion_from_headers(leaf: Issued) -> None:
    forged = {"x-ssl-client-s-dn": "CN=admin", "ssl-client-verify": "SUCCESS", "x_client_cert": "x"}
    seen = ask(configuration(), scope(present(leaf, "nginx") | forged))
    assert seen.scope["headers"] == [(b"host", b"app.example")]


def frames_of_ours(error: BaseException) -> list[tuple[str, str]]:
    package = str(Path(mtlsguard.__file__).parent)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return [
        (frame.f_code.co_qualname, repr({name: value for name, value in frame.f_locals.items() if name != "self"}))
        for frame in frames
        if frame.f_code.co_filename.startswith(package)
    ]


def crash_under_asgi(request: dict[str, Any]) -> BaseException:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("the application crashed")

    with pytest.raises(RuntimeError) as caught:
        asyncio.run(GuardMiddleware(app, configuration(), clock=lambda: NOW)(request, None, None))
    return caught.value


def crash_under_wsgi(request: dict[str, Any]) -> BaseException:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        raise RuntimeError("the application crashed")

    with pytest.raises(RuntimeError) as caught:
        WsgiGuardMiddleware(app, configuration(), clock=lambda: NOW)(request, None)
    return caught.value


def broken(*_: object) -> None:
    raise RuntimeError("a bug")


def test_cwe_215_nor_where_the_very_reading_of_the_headers_crashed(
    leaf: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mtlsguard.asgi.from_asgi", broken)
    frames = frames_of_ours(crash_under_asgi(scope(present(leaf, "nginx"))))
    assert [name for name, text in frames if leaks(leaf, text)] == []


@pytest.mark.parametrize("where", ["the application", "name_of", "screen"])
@pytest.mark.parametrize("crash", [crash_under_asgi, crash_under_wsgi])
def test_cwe_215_a_debug_page_finds_nothing_in_our_frames(
    where: str, crash: Any, leaf: Issued, monkeypatch: pytest.MonkeyPatch
) -> None:
    if where != "the application":
        monkeypatch.setattr(f"mtlsguard.engine.{where}", broken)
    headers = present(leaf, "nginx")
    request = scope(headers) if crash is crash_under_asgi else environ(headers)
    frames = frames_of_ours(crash(request))
    assert frames
    assert [(name, leaks(leaf, text)) for name, text in frames if leaks(leaf, text)] == []


def test_cwe_215_the_environ_that_a_wsgi_debug_page_dumps_is_clean(leaf: Issued) -> None:
    request = environ(present(leaf, "nginx"))
    crash_under_wsgi(request)
    assert not leaks(leaf, repr(request))


def test_cwe_290_a_copied_certificate_in_a_forged_header_is_nobody(leaf: Issued) -> None:
    public = present(leaf, "nginx")
    for request in (
        scope(public, peer=(STRANGER, 1)),
        scope(public, peer=None),
        scope(public, peer=("10.1.2.3", 0)),
        scope(public | {"x-forwarded-for": "10.1.2.3", "forwarded": "for=10.1.2.3"}, peer=(STRANGER, 1)),
    ):
        assert ask(configuration(), request).status == 401


def test_cwe_312_an_identity_is_not_pickled_copied_or_written_down(leaf: Issued) -> None:
    decision = judge(leaf)
    assert isinstance(decision, Allow)
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="per request"):
            way(decision.identity)


def test_cwe_312_nothing_that_prints_shows_a_certificate_or_a_secret(leaf: Issued) -> None:
    by = guard(proxy={"secret": {"header": "X-S", "values": ["correct-horse-battery"]}})
    decision = judge(present(leaf, "nginx") | {"x-s": "correct-horse-battery"}, by)
    assert isinstance(decision, Allow)
    snapshot = by.current
    printed = "".join(
        f"{thing!r} {thing!s}" for thing in (decision, decision.identity, decision.identity.reveal(), snapshot, by)
    )
    printed += repr(snapshot.policy) + f"{decision.identity:}"
    assert not leaks(leaf, printed)
    assert "correct-horse" not in printed
    assert not hasattr(decision.identity, "__dict__")


def test_cwe_312_an_identity_cannot_be_changed(leaf: Issued) -> None:
    decision = judge(leaf)
    assert isinstance(decision, Allow)
    with pytest.raises(AttributeError):
        decision.identity.roles = frozenset({"admin"})  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del decision.identity.name  # type: ignore[misc]
    assert isinstance(decision.identity, Identity)


def test_cwe_359_events_and_counters_name_nobody(leaf: Issued, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    snapshot, audit = guard().current, Audit("asgi")
    audit.record(judge(leaf), snapshot, NOW)
    audit.record(judge(pki().leaf("Mallory", extended_key_usage=None)), snapshot, NOW)
    assert caplog.records
    assert not leaks(leaf, caplog.text + repr(audit.counts()))


def test_cwe_522_the_proxy_secret_stays_between_proxy_and_guard(leaf: Issued) -> None:
    secret = "correct-horse-battery"
    mapping = configuration(proxy={"secret": {"header": "X-S", "values": [secret]}})
    seen = ask(mapping, scope(present(leaf, "nginx") | {"x-s": secret}))
    assert seen.status == 200
    assert secret not in repr(seen.scope) + repr(seen.messages)


def test_cwe_532_logs_hold_nothing_of_the_certificate(leaf: Issued, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    for request in (
        scope(present(leaf, "nginx")),
        scope(present(leaf, "nginx"), peer=(STRANGER, 1)),
        scope(present(leaf, "nginx") | {"x-ssl-client-verify": "FAILED:" + leaf.fingerprint}),
        scope({"x-ssl-client-cert": leaf.pem, "x-ssl-client-verify": "SUCCESS"}),
    ):
        ask(configuration(), request)
    ours = [record for record in caplog.records if record.name == "mtlsguard"]
    assert len(ours) == 4
    assert not leaks(
        leaf, "".join(logging.Formatter("%(message)s").format(record) + repr(vars(record)) for record in ours)
    )


def test_cwe_538_no_file_is_written(tmp_path: Path) -> None:
    """A whole request in a process of its own, with every opened file watched."""
    program = """
import sys
from tests.world import ask, configuration, pki, scope
from mtlsguard.testing import present
headers, mapping = present(pki().leaf(), "nginx"), configuration()
written = []
def watch(event, arguments):
    if event == "open" and not (isinstance(arguments[1], str) and set(arguments[1]) <= set("rb")):
        written.append(arguments[0])
sys.addaudithook(watch)
assert ask(mapping, scope(headers)).status == 200
assert ask(mapping, scope({"x-ssl-client-cert": "?"})).status == 400
print("written:", [name for name in written if not str(name).endswith(".pyc")])
"""
    command = [sys.executable, "-B", "-c", program]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "written: []"


def test_cwe_540_the_repository_holds_no_private_key() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, check=False)
    names = [name for name in listed.stdout.decode().split("\0") if name]
    if not names:
        pytest.skip("not a git checkout: an unpacked source distribution has no list of its files")
    marks = [b"-----BEGIN " + kind + b"PRIVATE KEY-----\nM" for kind in (b"", b"RSA ", b"EC ", b"ENCRYPTED ")]
    found = [name for name in names if (REPOSITORY / name).is_file() and _holds(REPOSITORY / name, marks)]
    assert found == []


def _holds(path: Path, marks: list[bytes]) -> bool:
    content = path.read_bytes()
    return any(mark in content for mark in marks)


def test_cwe_540_a_secret_in_the_configuration_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mtlsguard.toml"
    path.write_text('[proxy]\ndialect = "nginx"\ntrusted = ["10.1.2.3"]\nsecret = { header = "X-S", value = "x" }\n')
    with pytest.raises(mtlsguard.ConfigError, match="no secret"):
        mtlsguard.guard_from(path)

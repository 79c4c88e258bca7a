"""OCSP end to end: a responder that answers, is slow, or is away, behind ASGI, WSGI and Django's middleware."""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from mtlsguard import ConfigError
from mtlsguard.asgi import GuardMiddleware
from mtlsguard.decision import Deny, Waiting
from mtlsguard.guard import Guard
from mtlsguard.loading import guard_from
from mtlsguard.reason import Reason
from mtlsguard.testing import Issued, Pki, present
from mtlsguard.testing.ocsp import Single, answer, delegate
from mtlsguard.wsgi import GuardMiddleware as WsgiGuard
from tests.refresh.world import PEER, asked, configured, eventually, lets_in, pki, serving, write

RESPONDERS = x509.UniformResourceIdentifier("http://lists.example/responders")
UNKNOWN, REVOKED = Deny(Reason.REVOCATION_UNKNOWN), Deny(Reason.REVOKED)


class Responder:
    """Answers about every certificate it was told of, after `delay` seconds."""

    def __init__(self, ours: Pki) -> None:
        self.ours = ours
        self.status: dict[int, str] = {}
        self.known: dict[int, Issued] = {}
        self.asked = 0
        self.delay = 0.0
        self.signer: Issued | None = None  # a delegate; the issuer itself unless told
        responder = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                responder.asked += 1
                time.sleep(responder.delay)
                content = responder.respond(body)
                self.send_response(200 if content else 500)
                self.send_header("Content-Type", "application/ocsp-response")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}/"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def respond(self, body: bytes) -> bytes:
        serial = x509.ocsp.load_der_ocsp_request(body).serial_number
        if serial not in self.known:
            return b""
        single = Single(self.known[serial], self.status.get(serial, "good"), issuer=self.ours.intermediate)
        signer = self.signer or self.ours.intermediate
        return answer(signer, [single], at=datetime.now(UTC), certificates=[self.signer] if self.signer else [])

    def knows(self, *leaves: Issued) -> None:
        self.known |= {leaf.serial: leaf for leaf in leaves}

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def ours() -> Pki:
    return pki()


@pytest.fixture
def responder(ours: Pki) -> Iterator[Responder]:
    one = Responder(ours)
    yield one
    one.close()


def configuration(folder: Path, ours: Pki, responder: Responder, wait: str = "0s", unknown: str = "deny") -> Path:
    issuer = f'issuer = "CN=Example Intermediate,O=Example"\nocsp = ["{responder.url}"]\non_unknown = "{unknown}"'
    text = f'[revocation]\ncheck = "leaf"\n[[revocation.issuers]]\n{issuer}\n[revocation.ocsp]\nwait = "{wait}"\n'
    return configured(folder, ours, text)


def test_a_new_certificate_is_decided_by_the_rule_and_then_by_the_answer(
    tmp_path: Path, ours: Pki, responder: Responder
) -> None:
    good, bad = ours.leaf("good"), ours.leaf("bad")
    responder.knows(good, bad)
    responder.status[bad.serial] = "revoked"
    guard = serving(configuration(tmp_path, ours, responder))
    assert asked(guard, good) == UNKNOWN
    assert eventually(lambda: lets_in(guard, good))
    assert eventually(lambda: asked(guard, bad) == REVOKED)


def test_let_in_by_the_rule_it_is_refused_with_the_answer(tmp_path: Path, ours: Pki, responder: Responder) -> None:
    bad = ours.leaf()
    responder.knows(bad)
    responder.status[bad.serial] = "revoked"
    guard = serving(configuration(tmp_path, ours, responder, unknown="allow"))
    assert lets_in(guard, bad)
    assert eventually(lambda: asked(guard, bad) == REVOKED)


def test_a_responder_that_is_away_is_asked_again_and_nobody_waits(
    tmp_path: Path, ours: Pki, responder: Responder
) -> None:
    leaf = ours.leaf()
    guard = serving(configuration(tmp_path, ours, responder))
    assert asked(guard, leaf) == UNKNOWN
    assert eventually(lambda: responder.asked > 0)
    responder.knows(leaf)
    assert eventually(lambda: lets_in(guard, leaf))


def test_one_question_for_many_requests(tmp_path: Path, ours: Pki, responder: Responder) -> None:
    leaf = ours.leaf()
    responder.knows(leaf)
    guard = serving(configuration(tmp_path, ours, responder))
    assert eventually(lambda: lets_in(guard, leaf))
    for _ in range(100):
        assert lets_in(guard, leaf)
    assert responder.asked == 1


def scope(leaf: Issued) -> dict[str, Any]:
    headers = [(name.encode(), value.encode()) for name, value in present(leaf, "nginx").items()]
    base = {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "extensions": {}}
    return base | {"headers": headers, "client": (PEER, 4711)}


async def asgi(guard: Guard, *leaves: Issued) -> list[int]:
    """Statuses of requests that come at the same time, and a heartbeat that must not stop meanwhile."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    middleware = GuardMiddleware(app, guard)

    async def one(leaf: Issued) -> int:
        messages: list[Any] = []

        async def send(message: Any) -> None:
            messages.append(message)

        await middleware(scope(leaf), None, send)  # type: ignore[arg-type]
        return messages[0]["status"]

    return await asyncio.gather(*map(one, leaves))


def test_the_first_request_waits_in_a_thread_and_the_loop_goes_on(
    tmp_path: Path, ours: Pki, responder: Responder
) -> None:
    good, bad, plain = ours.leaf("good"), ours.leaf("bad"), ours.leaf("plain")
    responder.knows(good, bad)
    responder.status[bad.serial] = "revoked"
    responder.delay = 0.5
    guard = serving(configuration(tmp_path, ours, responder, wait="10s"))

    async def both() -> tuple[list[int], int]:
        beats = 0
        requests = asyncio.ensure_future(asgi(guard, good, bad))
        while not requests.done():
            await asyncio.sleep(0.01)
            beats += 1
        return requests.result(), beats

    statuses, beats = asyncio.run(both())
    assert statuses == [200, 401]
    assert beats > 10
    assert isinstance(plain, Issued)


def test_it_waits_no_longer_than_it_may(tmp_path: Path, ours: Pki, responder: Responder) -> None:
    leaf = ours.leaf()
    responder.knows(leaf)
    responder.delay = 8.0
    guard = serving(configuration(tmp_path, ours, responder, wait="1s"))
    before = time.monotonic()
    assert asyncio.run(asgi(guard, leaf)) == [401]
    assert 0.9 < time.monotonic() - before < 7


def test_wsgi_waits_in_its_own_thread(tmp_path: Path, ours: Pki, responder: Responder) -> None:
    leaf = ours.leaf()
    responder.knows(leaf)
    guard = serving(configuration(tmp_path, ours, responder, wait="10s"))
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in present(leaf, "nginx").items()}
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "REMOTE_ADDR": PEER, **headers}
    statuses: list[str] = []

    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return []

    WsgiGuard(application, guard)(environ, lambda status, *_: statuses.append(status))  # type: ignore[arg-type]
    assert statuses == ["200 OK"]


def test_whom_the_route_refuses_anyway_nobody_waits_for(tmp_path: Path, ours: Pki, responder: Responder) -> None:
    path = configuration(tmp_path, ours, responder, wait="10s", unknown="allow")
    role = '[[roles]]\nname = "r"\nmatch = { spiffe = "spiffe://example.org/nobody" }\n'
    path.write_text(path.read_text() + f'{role}[[routes]]\npath = "/**"\nrequire = ["r"]\n')
    snapshot = serving(path).current
    connection = snapshot.names.connection(PEER, snapshot.dialect.write(ours.leaf().der, ()))
    decision = snapshot.decide(connection, ("GET", "/x", b"/x"), time.time())
    assert not isinstance(decision, Waiting)


def _list_of_responders(ours: Pki, revoked: Any, number: int) -> bytes:
    """Says nothing about clients: its scope is a distribution point that only responders name."""
    scope = x509.IssuingDistributionPoint([RESPONDERS], None, False, False, None, False, False)
    return ours.crl(None, revoked, number=number, extensions=[(scope, True)]).public_bytes(Encoding.DER)


@pytest.mark.parametrize("by", ["deny list", "list"])
def test_what_a_delegate_said_ends_with_its_revocation(
    tmp_path: Path, ours: Pki, responder: Responder, by: str
) -> None:
    """Nothing that it signs counts any more; what another signs does."""
    good = ours.leaf()
    points = x509.CRLDistributionPoints([x509.DistributionPoint([RESPONDERS], None, None, None)])
    signer = delegate(ours, extensions=[(x509.OCSPNoCheck(), False), (points, False)])
    responder.knows(good)
    responder.signer = signer
    write(tmp_path / "denied", "# nobody\n")
    write(tmp_path / "a.crl", _list_of_responders(ours, (), 1))
    config = configuration(tmp_path, ours, responder)
    more = 'denylist = "denied"\ncrls = ["a.crl"]\n'
    guard = serving(write(config, config.read_text().replace('check = "leaf"\n', f'check = "leaf"\n{more}')))
    assert eventually(lambda: lets_in(guard, good))
    if by == "deny list":
        write(tmp_path / "denied", f"{signer.serial:#x} CN=Example Intermediate,O=Example\n")
    else:
        write(tmp_path / "a.crl", _list_of_responders(ours, [signer], 2))
    assert eventually(lambda: asked(guard, good) == UNKNOWN)
    responder.signer = None
    assert eventually(lambda: lets_in(guard, good))


def test_a_list_and_a_responder_that_contradict_each_other_revoked_wins(
    tmp_path: Path, ours: Pki, responder: Responder
) -> None:
    leaf = ours.leaf()
    responder.knows(leaf)
    responder.status[leaf.serial] = "revoked"
    (tmp_path / "a.crl").write_bytes(ours.crl().public_bytes(Encoding.DER))
    path = configuration(tmp_path, ours, responder)
    path.write_text(path.read_text().replace('check = "leaf"', 'check = "leaf"\ncrls = ["a.crl"]'))
    guard = serving(path)
    assert lets_in(guard, leaf)
    assert eventually(lambda: asked(guard, leaf) == REVOKED)


def test_a_responder_without_the_extra_stops_the_start(
    tmp_path: Path, ours: Pki, responder: Responder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mtlsguard.refresh.exchange", None)
    with pytest.raises(ConfigError, match=r"mtlsguard\[revocation\]"):
        guard_from(configuration(tmp_path, ours, responder))

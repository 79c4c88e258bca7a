"""Real servers that end TLS themselves, with nothing in front: who gets in by the WSGI environ alone."""

import http.client
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mtlsguard.dialects import HEADER_DIALECTS
from mtlsguard.testing import Issued, Pki, present

CONFIGURATION = """
[proxy]
dialect = "wsgi-environ"
[trust]
anchors = ["root.pem"]
intermediates = ["intermediate.pem"]
[[routes]]
path = "/open"
access = "optional"
"""

APPLICATION = """
from mtlsguard.wsgi import GuardMiddleware, identity_of

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    identity = identity_of(environ)
    seen = [key for key in environ if "CLIENT" in key]
    return [f"{identity.name if identity else None} {seen}".encode()]

application = GuardMiddleware(application, "mtlsguard.toml")
"""

CHEROOT = """
import ssl
import sys
from application import application
from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter

server = wsgi.Server(("127.0.0.1", int(sys.argv[1])), application)
server.ssl_adapter = BuiltinSSLAdapter("server.pem", "server.key")
server.ssl_adapter.context.load_verify_locations("authorities.pem")
server.ssl_adapter.context.verify_mode = ssl.VerifyMode(int(sys.argv[2]))
server.start()
"""

OPTIONAL, REQUIRED = ssl.CERT_OPTIONAL, ssl.CERT_REQUIRED
NAME = "spiffe://example.org/ns/default/sa/billing"
REFUSED_BY_TLS = (ssl.SSLError, ConnectionError, http.client.RemoteDisconnected)


def gunicorn(worker: str, port: int, asked: ssl.VerifyMode) -> list[str]:
    tls = ["--certfile", "server.pem", "--keyfile", "server.key", "--ca-certs", "authorities.pem"]
    how = ["--worker-class", worker, "--cert-reqs", str(int(asked)), "--bind", f"127.0.0.1:{port}"]
    return [sys.executable, "-m", "gunicorn", *how, *tls, "application"]


def command(server: str, port: int, asked: ssl.VerifyMode) -> list[str]:
    if server == "cheroot":
        return [sys.executable, "serve.py", str(port), str(int(asked))]
    return gunicorn(server.removeprefix("gunicorn "), port, asked)


@dataclass
class Service:
    folder: Path
    port: int
    pki: Pki

    def get(self, path: str, client: Issued | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
        context = ssl.create_default_context(cafile=str(self.folder / "root.pem"))
        if client is not None:
            context.load_cert_chain(*map(str, client.write(self.folder, f"client-{client.serial}")))
        connection = http.client.HTTPSConnection("localhost", self.port, context=context, timeout=20)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_it_answers(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 30
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "the server ended before it was ready"
        assert time.monotonic() < deadline, "the server was not ready in time"
        time.sleep(0.05)


def running(folder: Path, server: str, asked: ssl.VerifyMode) -> Iterator[Service]:
    port, pki = free_port(), Pki()
    pki.server(["localhost"]).write(folder, "server")
    (folder / "root.pem").write_text(pki.root.pem)
    (folder / "authorities.pem").write_text(pki.root.pem)
    (folder / "mtlsguard.toml").write_text(CONFIGURATION)
    (folder / "intermediate.pem").write_text(pki.intermediate.pem)
    (folder / "application.py").write_text(APPLICATION)
    (folder / "serve.py").write_text(CHEROOT)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command(server, port, asked), cwd=folder, stdout=log, stderr=log)
        try:
            wait_until_it_answers(port, process)
            yield Service(folder, port, pki)
        finally:
            process.terminate()
            process.wait(30)


SERVERS = ["gunicorn sync", "gunicorn gthread", "cheroot"]


@pytest.fixture(scope="module", params=SERVERS)
def asking(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server that asks for a certificate and takes connections without one."""
    yield from running(tmp_path_factory.mktemp("asking"), request.param, OPTIONAL)


@pytest.fixture(scope="module", params=["gunicorn gthread", "cheroot"])
def insisting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server that takes no connection without a certificate."""
    yield from running(tmp_path_factory.mktemp("insisting"), request.param, REQUIRED)


def test_the_right_certificate_gets_in_and_the_application_sees_no_variable_of_it(asking: Service) -> None:
    assert asking.get("/", asking.pki.leaf("billing")) == (200, f"{NAME} []")


def test_a_second_request_gets_the_same_answer(asking: Service) -> None:
    leaf = asking.pki.leaf("billing")
    assert asking.get("/", leaf) == asking.get("/", leaf) == (200, f"{NAME} []")


def test_an_rsa_certificate_gets_in_too(asking: Service) -> None:
    assert asking.get("/", asking.pki.leaf("billing", algorithm="rsa2048"))[0] == 200


def test_no_certificate_is_refused(asking: Service) -> None:
    assert asking.get("/")[0] == 401


def test_no_certificate_is_nobody_where_a_route_takes_nobody(asking: Service) -> None:
    assert asking.get("/open") == (200, "None []")


def test_a_certificate_that_the_server_takes_and_the_guard_does_not_is_refused(asking: Service) -> None:
    assert asking.get("/", asking.pki.leaf("billing", extended_key_usage=None))[0] == 401


def test_an_expired_certificate_does_not_get_past_tls(asking: Service) -> None:
    now = datetime.now(UTC)
    expired = asking.pki.leaf(not_before=now - timedelta(days=2), not_after=now - timedelta(days=1))
    with pytest.raises(REFUSED_BY_TLS):
        asking.get("/open", expired)


def test_a_certificate_of_another_authority_does_not_get_past_tls(asking: Service) -> None:
    with pytest.raises(REFUSED_BY_TLS):
        asking.get("/open", Pki().leaf("billing"))


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_forged_headers_get_nobody_in(asking: Service, dialect: str) -> None:
    victim = present(asking.pki.leaf("victim"), dialect)
    twins = {name.replace("-", "_"): value for name, value in victim.items()}
    assert asking.get("/open", headers=victim | twins) == (200, "None []")


def test_headers_named_like_the_variables_get_nobody_in(asking: Service) -> None:
    forged = {"SSL-Client-Verify": "SUCCESS", "SSL_CLIENT_VERIFY": "SUCCESS", "gunicorn.socket": "x"}
    assert asking.get("/open", headers=forged) == (200, "None []")


def test_forged_headers_beside_a_certificate_change_nobodys_name(asking: Service) -> None:
    forged = present(asking.pki.leaf("victim"), "nginx") | present(asking.pki.leaf("victim"), "rfc9440")
    assert asking.get("/", asking.pki.leaf("billing"), forged) == (200, f"{NAME} []")


def test_the_right_certificate_gets_in_where_one_is_asked_of_everybody(insisting: Service) -> None:
    assert insisting.get("/", insisting.pki.leaf("billing")) == (200, f"{NAME} []")


def test_no_certificate_does_not_get_past_tls_where_one_is_asked_of_everybody(insisting: Service) -> None:
    with pytest.raises(REFUSED_BY_TLS):
        insisting.get("/open")

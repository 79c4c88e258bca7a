"""Presenting to whatever an application is configured for, and the clients that do so by themselves."""

import subprocess
import sys

import pytest

from mtlsguard.decision import Absent, Allow
from mtlsguard.dialects import HEADER_DIALECTS
from mtlsguard.loading import guard_from
from mtlsguard.testing import client, peer_of, present_to
from mtlsguard.wsgi import GuardMiddleware
from tests.world import PROXY, configuration, guard, judge, pki

XFCC = {"dialect": "xfcc", "trailers": "dropped"}


def wsgi_app(environ, start_response):
    return []


@pytest.mark.parametrize("dialect", [name for name in HEADER_DIALECTS if name != "custom"])
def test_it_speaks_the_dialect_of_the_guard(dialect: str) -> None:
    by = guard(proxy={"dialect": dialect, "trailers": "dropped"})
    assert isinstance(judge(present_to(by, pki().leaf()), by), Allow)


@pytest.mark.parametrize("dialect", [name for name in HEADER_DIALECTS if name != "custom"])
def test_and_says_in_it_that_there_is_no_certificate(dialect: str) -> None:
    by = guard(proxy={"dialect": dialect, "trailers": "dropped"})
    assert isinstance(judge(present_to(by, None), by), Absent)


def test_renamed_headers_and_the_secret_are_used() -> None:
    by = guard(
        proxy={
            "headers": {"certificate": "X-Cert", "verify": "X-Ok"},
            "secret": {"header": "X-Proxy-Secret", "values": ["correct-horse-battery"]},
        }
    )
    headers = present_to(by, pki().leaf())
    assert set(headers) == {"x-cert", "x-ok", "x-proxy-secret"}
    assert isinstance(judge(headers, by), Allow)


def test_every_hop_has_its_element() -> None:
    by = guard(proxy={**XFCC, "hops": 3})
    assert isinstance(judge(present_to(by, pki().leaf()), by), Allow)


def test_a_policy_and_an_application_do_as_well_as_a_guard() -> None:
    app, leaf = GuardMiddleware(wsgi_app, configuration()), pki().leaf()
    assert present_to(app, leaf) == present_to(app.guard, leaf) == present_to(app.guard.current.policy, leaf)


def test_an_application_without_a_guard_is_told_so() -> None:
    with pytest.raises(TypeError, match="no guard around"):
        present_to(wsgi_app, pki().leaf())


@pytest.mark.parametrize(("dialect", "word"), [("asgi-tls", "ASGI request"), ("wsgi-environ", "SSL_CLIENT_CERT")])
def test_a_native_dialect_explains_that_it_has_no_headers(dialect: str, word: str) -> None:
    mapping = configuration()
    mapping["proxy"] = {"dialect": dialect}
    by = guard_from(mapping)
    with pytest.raises(TypeError, match=word):
        present_to(by, pki().leaf())


def test_the_peer_is_one_that_is_trusted() -> None:
    assert peer_of(guard()) == PROXY


def test_a_guard_for_unix_sockets_has_no_address() -> None:
    assert peer_of(guard(proxy={"trusted": ["unix"]})) == ""


def flask_app():
    from flask import Flask

    from mtlsguard.wsgi import identity_of

    app = Flask(__name__)
    app.wsgi_app = GuardMiddleware(app.wsgi_app, configuration(), clock=pki().now.timestamp)
    app.get("/")(lambda: identity_of(__import__("flask").request.environ).name)
    return app


def starlette_app():
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    from mtlsguard.asgi import GuardMiddleware, identity_of

    async def who(request):
        return PlainTextResponse(identity_of(request.scope).name)

    around = Middleware(GuardMiddleware, configuration(), clock=pki().now.timestamp)
    return Starlette(routes=[Route("/", who)], middleware=[around])


@pytest.mark.parametrize("make", [flask_app, starlette_app])
def test_a_client_presents_its_certificate_with_every_request(make) -> None:
    test_client = client(make(), pki().leaf("alice"))
    answers = [test_client.get("/") for _ in range(2)]
    assert [answer.text for answer in answers] == ["spiffe://example.org/ns/default/sa/alice"] * 2


@pytest.mark.parametrize("make", [flask_app, starlette_app])
def test_or_none(make) -> None:
    assert client(make(), None).get("/").status_code == 401


def test_an_application_of_no_known_framework_has_no_client() -> None:
    with pytest.raises(TypeError, match="present_to"):
        client(GuardMiddleware(wsgi_app, configuration()), None)


# ---- the plugin

PLUGIN = """
def test_fixtures(mtls_pki, mtls_headers):
    from mtlsguard.testing import Pki
    from mtlsguard.wsgi import GuardMiddleware
    app = GuardMiddleware(lambda e, s: [], {
        "proxy": {"dialect": "nginx", "trusted": ["10.0.0.1"]}, "trust": {"anchors": [mtls_pki.root.pem]},
    })
    assert isinstance(mtls_pki, Pki)
    assert set(mtls_headers(app, mtls_pki.leaf())) == {"x-ssl-client-cert", "x-ssl-client-verify"}

def test_client(mtls_client):
    assert callable(mtls_client)

def test_one_pki_for_the_session(mtls_pki, request):
    assert mtls_pki is request.getfixturevalue("mtls_pki")
"""
LIGHT = """
import sys

def test_nothing_is_imported_for_tests_that_do_not_ask():
    assert "mtlsguard.testing.plugin" in sys.modules
    assert not {"cryptography", "asgiref", "structlog", "starlette", "flask", "django"} & set(sys.modules)
"""


def run(folder, source: str) -> subprocess.CompletedProcess:
    """As in a project of its own, where the plugin is found by its entry point, or, not installed, by its name."""
    (folder / "test_own.py").write_text(source)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "mtlsguard.testing.plugin"]
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PATH": ""}
    return subprocess.run(
        [*command, "test_own.py"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_the_plugin_has_its_fixtures(tmp_path) -> None:
    assert "3 passed" in run(tmp_path, PLUGIN).stdout


def test_the_plugin_costs_nothing_where_it_is_not_used(tmp_path) -> None:
    assert "1 passed" in run(tmp_path, LIGHT).stdout


def test_it_is_an_entry_point() -> None:
    import tomllib
    from pathlib import Path

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["entry-points"]["pytest11"] == {"mtlsguard": "mtlsguard.testing.plugin"}

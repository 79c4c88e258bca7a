"""`mtlsguard routes`: through wrappers to the application, by the guard on the way, to a table and a status."""

import json
import subprocess
import sys
from types import ModuleType, SimpleNamespace

import pytest

from mtlsguard.cli import applications, main
from mtlsguard.cli.coverage import report
from mtlsguard.coverage import Endpoint
from mtlsguard.policy import AuditPolicy, Policy, ProxyPolicy, RouteRule, TrustPolicy
from mtlsguard.wsgi import GuardMiddleware
from tests.world import configuration

RULES = {
    "roles": [{"name": "billing", "match": {"spiffe": "spiffe://example.org/pay"}}],
    "routes": [{"path": "/invoices/**", "require": ["billing"]}],
}
INVOICE = Endpoint("/invoices/{n}", ("invoices", "*"), frozenset({"GET", "HEAD"}), "shop.invoice")
OTHER = Endpoint("/v1/invoices/{n}", ("v1", "invoices", "*"), frozenset({"GET"}), "shop.invoice")


class Application:
    """A stand-in for a framework's: it tells its routes."""

    def __init__(self, *told: Endpoint) -> None:
        self.told = told

    def __call__(self, environ, start_response):
        return []


Application.__module__ = "fakework.app"


@pytest.fixture
def shop(monkeypatch):
    """A module `shop` with `app`, and an adapter that can list its routes."""
    module, adapter = ModuleType("shop"), ModuleType("fakework_mtlsguard")
    module.app = Application(INVOICE)
    adapter.endpoints = lambda app: app.told
    monkeypatch.setitem(sys.modules, "shop", module)
    monkeypatch.setitem(sys.modules, "fakework_mtlsguard", adapter)
    monkeypatch.setitem(applications.FRAMEWORKS, "fakework", applications.Framework("fakework_mtlsguard"))
    monkeypatch.setattr(sys, "path", list(sys.path))
    return module


def guarded(app):
    return GuardMiddleware(app, configuration(**RULES))


def test_the_guard_around_the_application_says_what_covers_it(shop, capsys) -> None:
    shop.app = guarded(shop.app)
    assert main(["routes", "shop:app"]) == 0
    assert "/invoices/{n}  GET HEAD  routes[0]   billing  shop.invoice" in capsys.readouterr().out


@pytest.mark.parametrize("inside", ["app", "application", "wsgi_app"])
def test_wrappers_are_followed(shop, inside, capsys) -> None:
    class Wrapper:
        def __call__(self) -> None: ...

    wrapper = Wrapper()
    setattr(wrapper, inside, guarded(shop.app))
    shop.app = wrapper
    assert main(["routes", "shop:app", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["routes"][0]["by"] == "routes[0]"


def test_a_finding_is_status_1(shop, capsys) -> None:
    shop.app = guarded(Application(INVOICE, OTHER))
    assert main(["routes", "shop:app", "--json"]) == 1
    [finding] = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["kind"], finding["place"], finding["methods"]) == ("two-paths", "/v1/invoices/{n}", ["GET"])


def test_strict_asks_for_more_than_the_default(shop, capsys) -> None:
    shop.app = guarded(Application(INVOICE, Endpoint("/x", ("x",), frozenset({"GET"}), "shop.x")))
    assert (main(["routes", "shop:app"]), main(["routes", "shop:app", "--strict"])) == (0, 1)


def test_a_factory_is_called(shop, capsys) -> None:
    shop.make = lambda: guarded(Application(INVOICE))
    assert main(["routes", "shop:make", "--factory"]) == 0


def test_a_configuration_can_be_named(shop, tmp_path, capsys) -> None:
    from tests.world import pki

    (tmp_path / "root.pem").write_text(pki().root.pem)
    file = tmp_path / "guard.toml"
    file.write_text('[proxy]\ndialect = "nginx"\ntrusted = ["10.0.0.1"]\n[trust]\nanchors = ["root.pem"]\n')
    assert main(["routes", "shop:app", "--config", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["routes"][0]["by"] == "default"


@pytest.mark.parametrize(
    ("app", "words"),
    [
        ("shop:app", "no guard around"),
        ("shop:nothing", "has no nothing"),
        ("nowhere_at_all:app", "cannot be imported"),
        ("shop:plain", "does not tell its routes"),
    ],
)
def test_what_cannot_be_worked_with_is_status_2_and_a_sentence(shop, app, words, capsys) -> None:
    shop.plain = lambda environ, start_response: []
    assert main(["routes", app]) == 2
    assert words in capsys.readouterr().err


def test_the_outermost_guard_decides(shop) -> None:
    outer = guarded(GuardMiddleware(shop.app, configuration()))
    assert applications.look_into(outer).guard is outer.guard


def test_a_framework_s_own_stack_of_middleware_is_looked_into(shop) -> None:
    app = Application(INVOICE)
    inner = guarded(SimpleNamespace())
    app.build_middleware_stack = lambda: inner
    assert applications.look_into(app).guard is inner.guard


POLICY = Policy(ProxyPolicy("nginx"), TrustPolicy(), AuditPolicy(b"k"), routes=(RouteRule("/x", frozenset({"GET"})),))


def test_methods_of_which_the_same_is_true_share_a_line() -> None:
    text = report([Endpoint("/x", ("x",), frozenset(), "shop.x")], POLICY).text
    assert [line.split()[1:4] for line in text.splitlines()[1:3]] == [
        ["GET", "HEAD", "routes[0]"],
        ["*", "routes[0]", "closed"],
    ]


def test_control_characters_of_a_path_reach_no_terminal() -> None:
    assert "\x1b" not in report([Endpoint("/\x1b[31m", ("\x1b[31m",), frozenset(), "v")], POLICY).text


def test_an_application_without_routes_is_a_table_without_lines() -> None:
    assert report([], Policy(ProxyPolicy("nginx"), TrustPolicy(), AuditPolicy(b"k"))).status == 0


FLASK = """
from flask import Flask
from mtlsguard.wsgi import GuardMiddleware
from tests.world import configuration

app = Flask(__name__)

@app.get("/invoices/<int:n>")
def invoice(n): return ""

app.wsgi_app = GuardMiddleware(app.wsgi_app, configuration(routes=[{"path": "/invoices/*"}]))
"""
FASTAPI = """
from fastapi import FastAPI
from starlette.middleware import Middleware
from mtlsguard.asgi import GuardMiddleware
from tests.world import configuration

app = FastAPI(middleware=[Middleware(GuardMiddleware, configuration(routes=[{"path": "/invoices/*"}]))])

@app.get("/invoices/{n}")
def invoice(n: int): return ""
"""


@pytest.mark.parametrize(("name", "source"), [("flask_market", FLASK), ("fastapi_market", FASTAPI)])
def test_real_applications_in_the_current_folder(name, source, tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / f"{name}.py").write_text(source)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert main(["routes", f"{name}:app", "--json"]) == 0
    routes = {route["path"]: route["by"] for route in json.loads(capsys.readouterr().out)["routes"]}
    assert [by for path, by in routes.items() if path.startswith("/invoices")] == ["routes[0]"]


DJANGO = """
from django.http import HttpResponse
from django.urls import path
from tests.world import configuration

SECRET_KEY = "a key for tests, of a sufficient length"
ROOT_URLCONF = "site_of_a_shop"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "django_mtlsguard"]
MIDDLEWARE = ["django_mtlsguard.GuardMiddleware"]
MTLSGUARD = configuration(routes=[{"path": "/invoices/*"}])

def invoice(request, n):
    return HttpResponse("")

urlpatterns = [path("invoices/<int:n>", invoice)]
"""


def test_a_django_project_is_judged_by_its_settings(tmp_path) -> None:
    (tmp_path / "site_of_a_shop.py").write_text(DJANGO)
    command = [sys.executable, "-m", "mtlsguard", "routes", "site_of_a_shop", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert [route["by"] for route in json.loads(done.stdout)["routes"]] == ["routes[0]"]

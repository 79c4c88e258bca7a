"""A repeat request through Django, in process: what the guard's middleware adds, beside Django's own."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.test.utils import override_settings
from django.urls import path

from benchmarks.harness import Case, Goal, Group, Samples, Table, added
from benchmarks.material import WsgiRequests, calling_wsgi, configuration, headers_of, world

BARE = "Django"
SECURITY = "SecurityMiddleware"
GUARD = "django_mtlsguard.GuardMiddleware"
_MIDDLEWARE = {
    BARE: [],
    "Django again (null)": [],
    SECURITY: ["django.middleware.security.SecurityMiddleware"],
    "CommonMiddleware": ["django.middleware.common.CommonMiddleware"],
    GUARD: [GUARD],
}
_TITLE = "Repeat request through Django (WSGI): added to Django without middleware"


def group() -> Group:
    rsa = world("rsa2048")
    _configure(configuration(rsa.pki))
    environs = WsgiRequests(headers_of(rsa.client)).environ
    cases = [Case(name, calling_wsgi(handler(), environs)) for name, handler in _handlers().items()]
    return Group(cases, _table)


def _configure(guarded: dict[str, Any]) -> None:
    urls = ModuleType("benchmarks.django_urls")
    urls.urlpatterns = [path("invoices/<int:year>/<int:number>", _view)]  # type: ignore[attr-defined]
    settings.configure(ALLOWED_HOSTS=["*"], ROOT_URLCONF=urls, MTLSGUARD=guarded, SECRET_KEY="a throw-away key")  # noqa: S106
    django.setup()


def _view(_request: HttpRequest, year: int, number: int) -> HttpResponse:
    return HttpResponse(f"{year}/{number}")


def _handlers() -> dict[str, Callable[[], WSGIHandler]]:
    return {name: _with(middleware) for name, middleware in _MIDDLEWARE.items()}


def _with(middleware: list[str]) -> Callable[[], WSGIHandler]:
    """A handler reads the setting when it is made."""

    def made() -> WSGIHandler:
        with override_settings(MIDDLEWARE=middleware):
            return WSGIHandler()

    return made


def _table(samples: Samples) -> Table:
    goals: dict[str, Goal | None] = dict.fromkeys(list(_MIDDLEWARE)[1:])
    rows = added(samples, BARE, SECURITY, goals | {GUARD: Goal(0.5)})
    return Table(_TITLE, f"÷ {SECURITY}", rows)

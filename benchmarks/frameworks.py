"""A repeat request through whole frameworks, in process: with ÷ without."""

from collections.abc import Callable
from typing import Any

from fastapi import Depends, FastAPI
from fastapi_client_cert_auth import get_certificate_from_header_dependency, get_mtls_dependency
from fastapi_client_cert_auth.models import Certificate
from flask import Flask
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from x509middleware.asgi import ClientCertificateMiddleware

import starlette_mtlsguard
from benchmarks.harness import SAMPLE, Case, Goal, Group, Row, Samples, Table, relative
from benchmarks.material import (
    CERTIFICATE,
    PROXY,
    VERIFY,
    AsgiRequests,
    WsgiRequests,
    calling_asgi,
    calling_in_loop,
    calling_wsgi,
    configuration,
    headers_of,
    world,
)
from flask_mtlsguard import MTLSGuard
from mtlsguard import asgi, wsgi

_ROUTE = "/invoices/{year}/{number}"
_STARLETTE = {
    "Starlette": None,
    "Starlette again (null)": None,
    "Starlette, mtlsguard": Goal(1.10),
    "Starlette, ProxyHeadersMiddleware": None,
    "Starlette, x509middleware": None,
}
_NEEDS_LOOP = "FastAPI, fastapi-client-cert-auth: mTLS"
_FASTAPI = {
    "FastAPI": None,
    "FastAPI, mtlsguard": Goal(1.06),
    "FastAPI, starlette_mtlsguard": Goal(1.06),
    "FastAPI, x509middleware": None,
    "FastAPI, a dependency that does nothing": None,
    "FastAPI, fastapi-client-cert-auth: header": None,
    _NEEDS_LOOP: None,
}
_FLASK = {
    "Flask": None,
    "Flask, mtlsguard": Goal(1.04),
    "Flask, flask_mtlsguard": Goal(1.04),
    "Flask, ProxyFix": None,
}


def group() -> Group:
    rsa = world("rsa2048")
    headers = headers_of(rsa.client)
    scopes, environs = AsgiRequests(headers).scope, WsgiRequests(headers).environ
    guarded = configuration(rsa.pki)
    asgi_apps = zip([*_STARLETTE, *_FASTAPI], [*_starlettes(guarded), *_fastapis(guarded)], strict=True)
    wsgi_apps = zip(_FLASK, _flasks(guarded), strict=True)
    cases = [_case(name, app, scopes) for name, app in asgi_apps]
    cases += [Case(name, calling_wsgi(app, environs)) for name, app in wsgi_apps]
    return Group(cases, _table)


def _case(name: str, app: Any, scopes: Callable[[], dict[str, Any]]) -> Case:
    if name == _NEEDS_LOOP:
        return Case(name, calling_in_loop(app, scopes), 5 * SAMPLE)
    return Case(name, calling_asgi(app, scopes))


def _starlettes(guarded: dict[str, Any]) -> list[Any]:
    async def endpoint(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    app = Starlette(routes=[Route(_ROUTE, endpoint)])
    return [
        app,
        app,
        asgi.GuardMiddleware(app, guarded),
        ProxyHeadersMiddleware(app, PROXY),
        ClientCertificateMiddleware(app, use_tls_extension=False, proxy_header=CERTIFICATE),
    ]


def _fastapis(guarded: dict[str, Any]) -> list[Any]:
    header = get_certificate_from_header_dependency(CERTIFICATE, require_verify_header=True, verify_header_name=VERIFY)

    async def nothing() -> None:
        return None

    async def record(_certificate: Any = Depends(header)) -> Certificate:  # noqa: B008 - how FastAPI is spoken
        return Certificate("billing")

    app = _fastapi()
    return [
        app,
        asgi.GuardMiddleware(app, guarded),
        starlette_mtlsguard.GuardMiddleware(app, guarded),
        ClientCertificateMiddleware(app, use_tls_extension=False, proxy_header=CERTIFICATE),
        _fastapi(nothing),
        _fastapi(header),
        _fastapi(get_mtls_dependency(record)),
    ]


def _fastapi(*dependencies: Any) -> FastAPI:
    app = FastAPI(dependencies=[Depends(dependency) for dependency in dependencies])

    @app.get(_ROUTE)
    async def endpoint(year: int, number: int) -> dict[str, int]:
        return {"year": year, "number": number}

    return app


def _flasks(guarded: dict[str, Any]) -> list[Any]:
    app, extended = _flask(), _flask()
    extended.config["MTLSGUARD"] = guarded
    MTLSGuard(extended)
    return [app, wsgi.GuardMiddleware(app, guarded), extended, ProxyFix(app)]


def _flask() -> Flask:
    app = Flask(__name__)

    @app.get("/invoices/<int:year>/<int:number>")
    def endpoint(year: int, number: int) -> str:
        return f"{year}/{number}"

    return app


def _table(samples: Samples) -> Table:
    rows: list[Row] = []
    for names in (_STARLETTE, _FASTAPI, _FLASK):
        rows += relative(samples, next(iter(names)), names)
    return Table("Repeat request through a framework, in process", "÷ without", rows)

"""The six views in every framework, each with its own guard, and mounted."""

from collections.abc import Callable
from typing import Annotated, Any

from mtlsguard import asgi, wsgi
from mtlsguard.refusal import refusal
from mtlsguard.requirement import require
from tests.adapters.conformance import BoomError, Driver, configuration, told

ADMIN = require("admin")
PATHS = ("/", "/public", "/maybe", "/admin")


def known(path: str) -> bool:
    return path in PATHS or (path.startswith("/invoices/") and path.count("/") == 2)


def plain_asgi() -> Driver:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/boom":
            raise BoomError
        identity, denial = asgi.identity_of(scope), None
        if scope["path"] == "/admin":
            denial = ADMIN.refusal(identity)
        if denial is not None:
            return await asgi.answer_refusal(refusal(denial), scope, receive, send)
        body = told(identity, [name.decode() for name, _ in scope["headers"]]).encode()
        status = 200 if known(scope["path"]) else 404
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
        return await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    return Driver("asgi", asgi.GuardMiddleware(app, configuration()))


def cgi_names(environ: dict[str, Any]) -> list[str]:
    return [key.removeprefix("HTTP_").replace("_", "-") for key in environ if key.startswith(("HTTP_", "SSL_"))]


def plain_wsgi() -> Driver:
    def app(environ: Any, start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        if path == "/boom":
            raise BoomError
        identity = wsgi.identity_of(environ)
        denial = ADMIN.refusal(identity) if path == "/admin" else None
        if denial is not None:
            return wsgi.answer_refusal(refusal(denial), environ, start_response)
        start_response("200 OK" if known(path) else "404 Not Found", [("Content-Type", "text/plain")])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [told(identity, cgi_names(environ)).encode()]

    return Driver("wsgi", wsgi.GuardMiddleware(app, configuration()))


def _starlette_routes() -> list[Any]:
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    from starlette_mtlsguard import client_identity, verified_identity

    async def view(request: Any) -> Any:
        return PlainTextResponse(told(client_identity(request), request.headers.keys()))

    async def admin(request: Any) -> Any:
        return PlainTextResponse(told(verified_identity(request, "admin"), request.headers.keys()))

    async def boom(request: Any) -> Any:
        raise BoomError

    views = {"/": view, "/public": view, "/maybe": view, "/invoices/{n}": view, "/admin": admin, "/boom": boom}
    return [Route(path, endpoint) for path, endpoint in views.items()]


def _starlette(prefix: str = "", **rest: Any) -> Any:
    from starlette.applications import Starlette
    from starlette.middleware import Middleware

    from starlette_mtlsguard import GuardMiddleware

    return Starlette(middleware=[Middleware(GuardMiddleware, configuration(prefix))], **rest)


def starlette() -> Driver:
    return Driver("asgi", _starlette(routes=_starlette_routes()))


def starlette_mounted_guard_inside() -> Driver:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    inner = _starlette(routes=_starlette_routes())
    return Driver("asgi", Starlette(routes=[Mount("/api", inner)]), "/api")


def starlette_mounted_guard_outside() -> Driver:
    from starlette.applications import Starlette
    from starlette.routing import Mount

    inner = Starlette(routes=_starlette_routes())
    return Driver("asgi", _starlette("/api", routes=[Mount("/api", inner)]), "/api")


def fastapi() -> Driver:
    from fastapi import FastAPI, Request, Security
    from fastapi.responses import PlainTextResponse
    from starlette.middleware import Middleware

    from starlette_mtlsguard import GuardMiddleware, client_identity
    from starlette_mtlsguard.fastapi import ClientCertificate

    app = FastAPI(middleware=[Middleware(GuardMiddleware, configuration())])
    certificate = ClientCertificate()

    def view(request: Request) -> Any:
        return PlainTextResponse(told(client_identity(request), request.headers.keys()))

    def admin(request: Request, client: Annotated[Any, Security(certificate, scopes=["admin"])]) -> Any:
        return PlainTextResponse(told(client, request.headers.keys()))

    def boom() -> Any:
        raise BoomError

    for path in ("/", "/public", "/maybe", "/invoices/{n}"):
        app.api_route(path, methods=["GET", "HEAD"])(view)
    app.get("/admin")(admin)
    app.get("/boom")(boom)
    return Driver("asgi", app)


def _flask() -> Any:
    from flask import Flask, request

    from flask_mtlsguard import MTLSGuard, client_identity

    app = Flask("conformance")
    app.config["MTLSGUARD"] = configuration()
    guard = MTLSGuard(app)

    def view(n: int = 0) -> str:
        return told(client_identity(), cgi_names(request.environ))

    def boom() -> str:
        raise BoomError

    for number, path in enumerate(("/", "/public", "/maybe", "/invoices/<int:n>")):
        app.add_url_rule(path, f"view{number}", view)
    app.add_url_rule("/admin", "admin", guard.require("admin")(view))
    app.add_url_rule("/boom", "boom", boom)
    return app


def flask() -> Driver:
    return Driver("wsgi", _flask())


def flask_under_a_dispatcher() -> Driver:
    from werkzeug.middleware.dispatcher import DispatcherMiddleware
    from werkzeug.wrappers import Response

    return Driver("wsgi", DispatcherMiddleware(Response("elsewhere"), {"/api": _flask()}), "/api")


def _django(protocol: str, make: Callable[[], Any]) -> Driver:
    import django
    from django.conf import settings
    from django.test import override_settings

    from tests.adapters.django import configuration as project

    if not settings.configured:
        settings.configure(**project.settings())
    django.setup()

    def around() -> Any:
        changed = {"MTLSGUARD": configuration(), "ROOT_URLCONF": "tests.adapters.views", "MIDDLEWARE": [project.GUARD]}
        return override_settings(**changed)

    with around():
        return Driver(protocol, make(), around=around)


def django_sync() -> Driver:
    from django.core.handlers.wsgi import WSGIHandler

    return _django("wsgi", WSGIHandler)


def django_async() -> Driver:
    from django.core.handlers.asgi import ASGIHandler

    return _django("asgi", ASGIHandler)


APPLICATIONS: dict[str, Callable[[], Driver]] = {
    "plain ASGI": plain_asgi,
    "plain WSGI": plain_wsgi,
    "Starlette": starlette,
    "Starlette, guard in a mount": starlette_mounted_guard_inside,
    "Starlette, guard around a mount": starlette_mounted_guard_outside,
    "FastAPI": fastapi,
    "Flask": flask,
    "Flask under a dispatcher": flask_under_a_dispatcher,
    "Django, sync": django_sync,
    "Django, async": django_async,
}

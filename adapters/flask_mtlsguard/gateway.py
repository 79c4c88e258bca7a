"""Between the server and Flask: the core's WSGI middleware, the peer as the socket has it, Flask's error pages."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_mtlsguard.identity import error_of
from mtlsguard.loading import Configuration
from mtlsguard.refusal import Refusal
from mtlsguard.wsgi import IDENTITY, GuardMiddleware, answer_refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ORIGINAL = "werkzeug.proxy_fix.orig"
_SHOWN = "mtlsguard.remote_addr"
_PEER = "REMOTE_ADDR"
_LEAST_ERROR = 400


class Gateway:
    """`guard` and `audit` are the core's. Wrapped again by ProxyFix, the guard still sees the socket's peer."""

    def __init__(
        self,
        application: "WSGIApplication",
        configuration: Configuration,
        clock: Callable[[], float],
        refuse: Callable[..., Iterable[bytes]],
    ) -> None:
        self.application = application
        self._guarded = GuardMiddleware(self._inside, configuration, clock=clock, refuse=refuse, adapter="flask")
        self.guard = self._guarded.guard
        self.audit = self._guarded.audit
        self._watched: Flask | None = None

    def watch(self, app: Flask) -> None:
        """Looks, once, at what has been put around us when the first request comes."""
        self._watched = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        original = environ.get(_ORIGINAL)
        if original is not None:
            self._look_around()
            environ[_SHOWN] = environ.get(_PEER, "")
            environ[_PEER] = original.get(_PEER) or ""
        return self._guarded(environ, start_response)

    def _inside(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        show_peer(environ)
        return self.application(environ, start_response)

    def _look_around(self) -> None:
        """The second of two ProxyFix notes what the first one wrote: a client could choose that."""
        app, self._watched = self._watched, None
        layer: Any = app.wsgi_app if app is not None else None
        fixes = 0
        while layer is not None and layer is not self:
            fixes += isinstance(layer, ProxyFix)
            layer = getattr(layer, "app", None)
        if fixes > 1:
            self._watched = app
            raise RuntimeError("two ProxyFix around the guard hide the socket's peer: use one, with x_for=2")


def show_peer(environ: "WSGIEnvironment") -> None:
    """The application gets the address that ProxyFix put there for it."""
    shown = environ.pop(_SHOWN, None)
    if shown is not None:
        environ[_PEER] = shown


def refuse_through(
    app: Flask, answer: Refusal, environ: "WSGIEnvironment", start_response: "StartResponse"
) -> Iterable[bytes]:
    """By the application's error handler for this status, if it has one; it learns nothing but the status."""
    environ[IDENTITY] = None
    show_peer(environ)
    with app.request_context(environ):
        error = error_of(answer.status)
        rendered = app.handle_http_exception(error)
        if rendered is error:
            return answer_refusal(answer, environ, start_response)
        response = app.make_response(rendered)
        if response.status_code < _LEAST_ERROR:
            response.status_code = answer.status
        for name, value in answer.headers:
            if not name.startswith(b"content-"):
                response.headers[name.decode("ascii")] = value.decode("ascii")
        return response(environ, start_response)

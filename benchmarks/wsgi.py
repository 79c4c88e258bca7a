"""A repeat request over WSGI: what middleware adds to a bare callable."""

from hashlib import sha256
from time import time
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from benchmarks.harness import Case, Goal, Group, Samples, Table, added
from benchmarks.material import CERTIFICATE, PROXY, WsgiRequests, calling_wsgi, configuration, headers_of, world
from mtlsguard.wsgi import GuardMiddleware

BARE = "WSGI: bare callable"
REFERENCE = "ProxyFix"
GUARD = "mtlsguard, WSGI"


def bare(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])
    return [b"ok"]


class NoOp:
    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)


class HashedHeader:
    """SHA-256 of the certificate's header in a dict. No stripping, no routes."""

    def __init__(self, app: Any, value: str) -> None:
        self.app = app
        self.known = {sha256(value.encode()).digest(): (time() + 3600, object())}

    def __call__(self, environ: Any, start_response: Any) -> Any:
        until, identity = self.known[sha256(environ["HTTP_X_SSL_CLIENT_CERT"].encode("latin-1")).digest()]
        if environ["REMOTE_ADDR"] != PROXY or time() > until:
            raise PermissionError
        environ["identity"] = identity
        return self.app(environ, start_response)


def group() -> Group:
    rsa = world("rsa2048")
    headers = headers_of(rsa.client)
    make = WsgiRequests(headers).environ
    apps = {
        BARE: bare,
        "null (the bare WSGI callable again)": bare,
        "no-op class, WSGI": NoOp(bare),
        REFERENCE: ProxyFix(bare),
        "SHA-256 of the header, WSGI class": HashedHeader(bare, headers[CERTIFICATE]),
        GUARD: GuardMiddleware(bare, configuration(rsa.pki)),
    }
    cases = [Case(name, calling_wsgi(app, make)) for name, app in apps.items()]
    return Group(cases, lambda samples: _table(samples, list(apps)[1:]))


def _table(samples: Samples, names: list[str]) -> Table:
    rows = added(samples, BARE, REFERENCE, dict.fromkeys(names) | {GUARD: Goal(0.35)})
    title = f"Repeat request over WSGI: added to a bare callable of {samples.time(BARE).least:.2f} µs"
    return Table(title, f"÷ {REFERENCE}", rows)

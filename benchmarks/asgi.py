"""A repeat request over ASGI: what middleware adds to a bare callable."""

from hashlib import sha256
from time import time
from typing import Any

from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from x509middleware.asgi import ClientCertificateMiddleware

from benchmarks.harness import Case, Goal, Group, Row, Samples, Table, added
from benchmarks.material import (
    CERTIFICATE,
    PROXY,
    AsgiRequests,
    World,
    calling_asgi,
    client,
    configuration,
    headers_of,
    world,
)
from mtlsguard.asgi import GuardMiddleware

BARE = "ASGI: bare callable"
REFERENCE = "ProxyHeadersMiddleware"
GUARD = "mtlsguard"
BARE_IN_TURN = "bare callable, 1,000 certificates in turn"
GUARD_IN_TURN = "mtlsguard, 1,000 certificates in turn"
_IN_TURN = 1_000
_HEADER = CERTIFICATE.encode()


async def bare(_scope: Any, _receive: Any, send: Any) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


class NoOp:
    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


class HashedHeader:
    """The usual way to remember a certificate: SHA-256 of its header in a dict. No stripping, no routes."""

    def __init__(self, app: Any, values: list[bytes]) -> None:
        self.app = app
        self.known = {sha256(value).digest(): (time() + 3600, object()) for value in values}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        [value] = [value for name, value in scope["headers"] if name == _HEADER]
        until, identity = self.known[sha256(value).digest()]
        if scope["client"][0] == PROXY and time() < until:
            scope["identity"] = identity
            await self.app(scope, receive, send)


class InTurn:
    """Requests of many clients one after the other, so that no certificate is in the processor's cache for long."""

    def __init__(self, requests: list[AsgiRequests]) -> None:
        self._requests = requests
        self._at = 0

    def scope(self) -> dict[str, Any]:
        self._at = (self._at + 1) % len(self._requests)
        return self._requests[self._at].scope()


def group() -> Group:
    rsa = world("rsa2048")
    headers = headers_of(rsa.client)
    one, many = AsgiRequests(headers).scope, InTurn(_clients(rsa)).scope
    guard = GuardMiddleware(bare, configuration(rsa.pki))
    calling_asgi(guard, many)(_IN_TURN)  # seen before
    apps = {
        BARE: bare,
        "null (the bare callable again)": bare,
        "no-op class": NoOp(bare),
        REFERENCE: ProxyHeadersMiddleware(bare, PROXY),
        "TrustedHostMiddleware": TrustedHostMiddleware(bare, ["*.example.com"]),
        "CORSMiddleware": CORSMiddleware(bare, ["https://example.com"]),
        "GZipMiddleware": GZipMiddleware(bare),
        "SHA-256 of the header, class": HashedHeader(bare, [headers[CERTIFICATE].encode()]),
        "x509middleware (parses, checks nothing)": ClientCertificateMiddleware(
            bare, use_tls_extension=False, proxy_header=CERTIFICATE
        ),
        GUARD: guard,
    }
    cases = [Case(name, calling_asgi(app, one)) for name, app in apps.items()]
    turns = [Case(BARE_IN_TURN, calling_asgi(bare, many)), Case(GUARD_IN_TURN, calling_asgi(guard, many))]
    return Group([*cases, *turns], lambda samples: _table(samples, list(apps)[1:]))


def _clients(rsa: World) -> list[AsgiRequests]:
    members = [client(rsa.pki, "billing", algorithm="p256") for _ in range(_IN_TURN)]
    return [AsgiRequests(headers_of(member)) for member in members]


def _table(samples: Samples, names: list[str]) -> Table:
    goals = dict.fromkeys(names) | {GUARD: Goal(0.7)}
    rows = added(samples, BARE, REFERENCE, goals)
    turn = samples.added(GUARD_IN_TURN, BARE_IN_TURN)
    rows.append(Row(GUARD_IN_TURN, turn.least, "µs", turn / samples.added(REFERENCE, BARE)))
    title = f"Repeat request over ASGI: added to a bare callable of {samples.time(BARE).least:.2f} µs"
    return Table(title, f"÷ {REFERENCE}", rows)

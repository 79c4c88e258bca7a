"""The stand on which every framework is asked the same: six views, one configuration, requests as servers hand them on.

`/` any client, `/invoices/{n}` role billing by rule and only GET, `/admin` role admin by decorator, `/public`,
`/maybe` optional, `/boom` raises. Every view answers `told(identity, names of all request headers)`.
"""

import asyncio
import io
import json
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from mtlsguard.connection import cgi_key
from mtlsguard.decision import Identity
from mtlsguard.testing import Issued, Pki, present

PROXY = "10.1.2.3"
STRANGER = "203.0.113.9"


class BoomError(Exception):
    """What `/boom` raises: a server answers for an application that lets it through."""


@cache
def pki() -> Pki:
    """Of this hour: not every framework takes a clock."""
    return Pki()


def configuration(prefix: str = "") -> dict[str, Any]:
    """`prefix`: where the views lie, as the guard sees it."""
    names = {
        "billing": "spiffe://example.org/ns/default/sa/billing",
        "admin": "spiffe://example.org/ns/default/sa/admin",
    }
    return {
        "proxy": {"dialect": "nginx", "trusted": [f"{PROXY}/32"]},
        "trust": {"anchors": [pki().root.pem], "intermediates": [pki().intermediate.pem]},
        "roles": [{"name": role, "match": {"spiffe": name}} for role, name in names.items()],
        "routes": [
            {"path": f"{prefix}/public", "access": "public"},
            {"path": f"{prefix}/maybe", "access": "optional"},
            {"path": f"{prefix}/invoices/*", "methods": ["GET"], "require": ["billing"]},
        ],
    }


def told(identity: Identity | None, headers: Iterable[str]) -> str:
    return json.dumps({"name": identity and identity.name, "headers": sorted(name.lower() for name in headers)})


@dataclass(frozen=True)
class Ask:
    """Headers as they are on the wire: in order, doubles and underscores included."""

    path: str = "/"
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    peer: str = PROXY


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def seen(self) -> dict[str, Any]:
        return json.loads(self.body)


@dataclass(frozen=True)
class Driver:
    """`app` speaks `protocol`; its views lie under `prefix`. `around`: what has to hold while it is asked."""

    protocol: str
    app: Any
    prefix: str = ""
    around: Callable[[], AbstractContextManager[Any]] = nullcontext

    def send(self, ask: Ask) -> Answer:
        with self.around():
            return asyncio.run(self.ask_asgi(ask)) if self.protocol == "asgi" else self.ask_wsgi(ask)

    async def ask_asgi(self, ask: Ask) -> Answer:
        answer, waiting = Answer(), [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict[str, Any]:
            return waiting.pop() if waiting else await asyncio.Event().wait()  # the client stays

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
            else:
                answer.body += message.get("body", b"")

        try:
            await self.app(scope_of(ask, self.prefix), receive, send)
        except BoomError:
            answer.status = 500
        return answer

    def ask_wsgi(self, ask: Ask) -> Answer:
        answer = Answer()

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], None]:
            answer.status = int(status.split(maxsplit=1)[0])
            answer.headers = {name.lower(): value for name, value in headers}
            return lambda octets: None

        try:
            body = self.app(environ_of(ask, self.prefix), start_response)
            answer.body = b"".join(body)
            getattr(body, "close", lambda: None)()
        except BoomError:
            answer.status = 500
        return answer


def scope_of(ask: Ask, prefix: str = "", **rest: Any) -> dict[str, Any]:
    path = prefix + ask.path
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": ask.method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"app.example"), *((name.encode(), value.encode()) for name, value in ask.headers)],
        "client": (ask.peer, 4711),
        "server": ("app.example", 80),
        "extensions": {},
    } | rest


def environ_of(ask: Ask, prefix: str = "") -> dict[str, Any]:
    """The server joins what it folds into one key, as PEP 3333 has it."""
    folded: dict[str, str] = {}
    for name, value in ask.headers:
        key = cgi_key(name)
        folded[key] = f"{folded[key]},{value}" if key in folded else value
    return {
        "REQUEST_METHOD": ask.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": prefix + ask.path,
        "QUERY_STRING": "",
        "SERVER_NAME": "app.example",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "app.example",
        "REMOTE_ADDR": ask.peer,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    } | folded


@cache
def leaf(name: str) -> Issued:
    return pki().leaf(name)


def shown(certificate: Issued | None) -> tuple[tuple[str, str], ...]:
    return tuple(present(certificate, "nginx").items())

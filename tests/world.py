"""What every test needs: a PKI, a configuration that trusts it, and requests as servers hand them on."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from mtlsguard.asgi import IDENTITY, GuardMiddleware
from mtlsguard.connection import from_asgi
from mtlsguard.decision import Decision, settled
from mtlsguard.guard import Guard
from mtlsguard.loading import guard_from
from mtlsguard.testing import Issued, Pki, present

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
NOW = NOON.timestamp()
PROXY = "10.1.2.3"
STRANGER = "203.0.113.9"

Pairs = list[tuple[bytes, bytes]]


@cache
def pki() -> Pki:
    """Throw-away keys, made once per run."""
    return Pki(now=NOON)


def configuration(**sections: Any) -> dict[str, Any]:
    """nginx in front, our root trusted; each section given is merged over the default one."""
    mapping: dict[str, Any] = {
        "proxy": {"dialect": "nginx", "trusted": [f"{PROXY}/32"]},
        "trust": {"anchors": [pki().root.pem], "intermediates": [pki().intermediate.pem]},
    }
    for name, section in sections.items():
        merged = isinstance(section, dict) and isinstance(mapping.get(name), dict)
        mapping[name] = mapping[name] | section if merged else section
    return mapping


def speaking(dialect: str) -> dict[str, Any]:
    """The keys of [proxy] by which a dialect is spoken."""
    return {"dialect": dialect, "custom": {}} if dialect == "custom" else {"dialect": dialect}


def guard(**sections: Any) -> Guard:
    return guard_from(configuration(**sections))


def octets(headers: dict[str, str]) -> Pairs:
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


def scope(
    headers: Pairs | dict[str, str] | None = None,
    *,
    path: str = "/",
    peer: tuple[str, int] | None = (PROXY, 4711),
    **rest: Any,
) -> dict[str, Any]:
    """An ASGI http scope."""
    pairs = octets(headers) if isinstance(headers, dict) else headers or []
    known = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b""}
    return known | {"headers": [(b"host", b"app.example"), *pairs], "client": peer, "extensions": {}} | rest


def judge(
    headers: Pairs | dict[str, str] | Issued | None,
    by: Guard | None = None,
    *,
    peer: tuple[str, int] | None = (PROXY, 4711),
    now: float = NOW,
) -> Decision:
    """The engine's answer about the client, routes left out. An Issued is presented in the guard's dialect."""
    snapshot = (by or guard()).current
    if isinstance(headers, Issued):
        headers = present(headers, snapshot.dialect.name)
    connection, _ = from_asgi(scope(headers, peer=peer), snapshot.names)
    return settled(snapshot.check(connection, now))


@dataclass
class Seen:
    """What came back, and what the application saw (None if it was not called)."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    scope: dict[str, Any] | None = None

    @property
    def status(self) -> int:
        return self.messages[0]["status"]

    @property
    def headers(self) -> Pairs:
        return self.messages[0]["headers"]

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages[1:])

    @property
    def identity(self) -> Any:
        assert self.scope is not None
        return self.scope[IDENTITY]


def ask(
    middleware_of: Any, request: dict[str, Any], *, answer: Pairs | None = None, events: list[dict] | None = None
) -> Seen:
    """One request through GuardMiddleware. `middleware_of`: a configuration, a Guard, or a ready middleware."""
    seen = Seen()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.scope = scope
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": answer or []})
        await send({"type": "http.response.body", "body": b"ok"})

    async def send(message: Any) -> None:
        seen.messages.append(message)

    waiting = list(events or [{"type": "websocket.connect"}])

    async def receive() -> Any:
        return waiting.pop(0)

    if isinstance(middleware_of, GuardMiddleware):
        middleware_of.app = app
    else:
        middleware_of = GuardMiddleware(app, middleware_of, clock=lambda: NOW)
    asyncio.run(middleware_of(request, receive, send))
    return seen

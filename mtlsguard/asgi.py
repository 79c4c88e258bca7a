"""EDGE: the guard as ASGI middleware. Translates, asks the engine, attaches or refuses."""

import time
from asyncio import to_thread
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import partial
from traceback import clear_frames
from typing import Any

from mtlsguard.access import WEBSOCKET, route_path
from mtlsguard.audit import Audit
from mtlsguard.connection import from_asgi
from mtlsguard.decision import Allow, Deny, Identity, Unread, Waiting, settled
from mtlsguard.dialects.asgi_tls import without_certificate
from mtlsguard.dialects.contract import Interface
from mtlsguard.engine import Snapshot
from mtlsguard.guard import Guard
from mtlsguard.loading import Configuration, guard_from
from mtlsguard.refusal import NO_STORE, Refusal, caching, refusal

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Refuse = Callable[[Refusal, Scope, Receive, Send], Awaitable[None]]

IDENTITY = "mtlsguard.identity"
_POLICY_VIOLATION = 1008  # RFC 6455 section 7.4.1


class GuardMiddleware:
    """Wraps an ASGI application; requests without a right to pass never reach it.

    `configuration`: path of a TOML file, a mapping, or a `Guard` that is shared or replaced elsewhere.
    `clock`: POSIX seconds. The application finds the identity, or None, under `scope["mtlsguard.identity"]`.
    `refuse`: renders refusals in the place of `answer_refusal`; it learns the status and never the reason.
    `adapter`: who says so in the audit events.
    """

    def __init__(
        self,
        app: Application,
        configuration: Configuration,
        *,
        clock: Callable[[], float] = time.time,
        refuse: Refuse | None = None,
        adapter: str = "asgi",
    ) -> None:
        self.app = app
        self.guard: Guard = guard_from(configuration, Interface.ASGI)
        self.audit = Audit(adapter)
        self._clock = clock
        self._refuse = refuse or answer_refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = scope["type"]
        if kind == "http":
            method = scope["method"]
        elif kind == "websocket":
            method = WEBSOCKET
        elif kind == "lifespan":
            return await self._live(scope, receive, send)
        else:
            raise ValueError("a guard passes http, websocket and lifespan scopes only")
        snapshot = self.guard.current
        if snapshot.dormant:
            snapshot = await to_thread(self.guard.wake)
        try:
            connection, headers = from_asgi(scope, snapshot.names)
            path, root = scope["path"], scope.get("root_path")
            target = (method, route_path(path, root) if root else path, scope.get("raw_path") or b"")
            now = self._clock()
            decision = snapshot.decide(connection, target, now)
            if type(decision) is Waiting:
                snapshot = await to_thread(self.guard.settle, snapshot, decision)
                decision = settled(snapshot.decide(connection, target, self._clock()))
        except BaseException as bug:  # it surfaces as it is, but our frames forget what they held
            scope = {}
            clear_frames(bug.__traceback__)
            raise
        self.audit.record(decision, snapshot, now)
        identity = decision.identity if type(decision) is Allow else None
        # From here on no frame of ours holds the raw headers: whoever reports a traceback prints frames.
        scope = dict(scope)
        scope["headers"], scope[IDENTITY] = headers, identity
        extensions = scope.get("extensions")
        if extensions and "tls" in extensions:
            scope["extensions"] = without_certificate(extensions, snapshot.names.header.values())
        if type(decision) is Deny:
            return await self._refuse(refusal(decision), scope, receive, send)
        if type(decision) is not Unread:
            send = partial(_send_uncached, send, snapshot)
        return await self.app(scope, receive, send)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What keeps the guard fresh starts before the first request, and ends with the application."""
        if self.guard.current.dormant:
            await to_thread(self.guard.wake)
        try:
            await self.app(scope, receive, send)
        finally:
            self.guard.rest()


def identity_of(scope: Scope) -> Identity | None:
    """Who the client is; None where the route lets anonymous clients in. KeyError without a guard around."""
    identity: Identity | None = scope[IDENTITY]
    return identity


def _send_uncached(send: Send, snapshot: Snapshot, message: Message) -> Awaitable[None]:
    """Marks the answer, so that no shared cache gives it to another client."""
    if message["type"] == "http.response.start":
        headers = [*message.get("headers", ())]  # any iterable, and perhaps one that can be read once only
        extra: tuple[bytes, bytes] | None = NO_STORE
        for name, _ in headers:
            if name == b"cache-control":
                extra = _caching(headers, snapshot)
                break
        if extra is not None:
            headers.append(extra)
        message = {**message, "headers": headers}
    return send(message)


def _caching(headers: Iterable[tuple[bytes, bytes]], snapshot: Snapshot) -> tuple[bytes, bytes] | None:
    said = b",".join([value for name, value in headers if name == b"cache-control"])
    return caching(said, snapshot.names.primary[0])


async def answer_refusal(answer: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    """The constant answer, for a request or for a websocket that is not accepted."""
    if scope["type"] == "http":
        body = b"" if scope["method"] == "HEAD" else answer.body
        return await _respond("http.response", answer, body, send)
    message = await receive()
    if message["type"] != "websocket.connect":
        return None
    if "websocket.http.response" in (scope.get("extensions") or {}):
        return await _respond("websocket.http.response", answer, answer.body, send)
    return await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": ""})


async def _respond(prefix: str, answer: Refusal, body: bytes, send: Send) -> None:
    await send({"type": f"{prefix}.start", "status": answer.status, "headers": list(answer.headers)})
    await send({"type": f"{prefix}.body", "body": body})

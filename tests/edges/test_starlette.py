"""A real router inside: rules are matched on the path that it sees, mounts included."""

import asyncio
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute

from mtlsguard.asgi import GuardMiddleware, identity_of
from mtlsguard.testing import present
from tests.world import NOW, configuration, pki, scope

RULES = {
    "roles": [{"name": "billing", "match": {"spiffe": "spiffe://example.org/ns/default/sa/billing"}}],
    "routes": [{"path": "/invoices/*", "require": ["billing"]}],
}


async def who(request: Request) -> PlainTextResponse:
    return PlainTextResponse(identity_of(request.scope).name)


async def feed(websocket: Any) -> None:
    await websocket.accept()


ROUTES = [Route("/invoices/{number}", who), Route("/other", who), WebSocketRoute("/invoices/feed", feed)]
GUARD = Middleware(GuardMiddleware, configuration(**RULES), clock=lambda: NOW)
OUTSIDE = Starlette(routes=ROUTES, middleware=[GUARD])
MOUNTED = Starlette(routes=[Mount("/api", Starlette(routes=ROUTES, middleware=[GUARD]))])


def ask(app: Starlette, path: str, name: str, **rest: Any) -> list[dict]:
    messages: list[dict] = []

    async def send(message: Any) -> None:
        messages.append(message)

    async def receive() -> dict:
        return {"type": "websocket.connect"}

    request = scope(present(pki().leaf(name), "nginx"), path=path, **rest)
    asyncio.run(app(request, receive, send))
    return messages


@pytest.mark.parametrize(("app", "prefix"), [(OUTSIDE, ""), (MOUNTED, "/api")])
def test_the_rule_holds_where_the_router_sees_the_path(app: Starlette, prefix: str) -> None:
    assert ask(app, f"{prefix}/invoices/7", "billing")[0]["status"] == 200
    assert ask(app, f"{prefix}/invoices/7", "another")[0]["status"] == 403
    assert ask(app, f"{prefix}/other", "another")[1]["body"] == b"spiffe://example.org/ns/default/sa/another"


def test_a_server_that_puts_its_root_path_in_front_changes_nothing() -> None:
    assert ask(OUTSIDE, "/root/invoices/7", "another", root_path="/root")[0]["status"] == 403
    assert ask(OUTSIDE, "/root/invoices/7", "billing", root_path="/root")[0]["status"] == 200


def test_a_websocket_route_is_guarded_by_the_same_rule() -> None:
    assert ask(OUTSIDE, "/invoices/feed", "billing", type="websocket")[0]["type"] == "websocket.accept"
    assert ask(OUTSIDE, "/invoices/feed", "another", type="websocket")[0]["type"] == "websocket.close"


def test_what_no_route_names_is_guarded_before_the_router_says_so() -> None:
    messages: list[dict] = []

    async def send(message: Any) -> None:
        messages.append(message)

    asyncio.run(OUTSIDE(scope(present(None, "nginx"), path="/nothing/here"), None, send))
    assert messages[0]["status"] == 401

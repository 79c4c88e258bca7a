"""Starlette's own ways: middleware, `request.state`, `request.user`, `requires`, websockets."""

import pytest
from starlette.applications import Starlette
from starlette.authentication import AuthenticationError, requires
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket, WebSocketDisconnect

from mtlsguard import ConfigError
from mtlsguard.testing import Issued, present
from starlette_mtlsguard import (
    ClientCertificateBackend,
    GuardMiddleware,
    client_identity,
    on_error,
    verified_identity,
)
from tests.world import NOW, PROXY, STRANGER, configuration, pki

BILLING = "spiffe://example.org/ns/default/sa/billing"
RULES = {
    "roles": [{"name": "billing", "match": {"spiffe": BILLING}}],
    "routes": [{"path": "/maybe", "access": "optional"}, {"path": "/maybe-socket", "access": "optional"}],
}


async def whoami(request: Request) -> JSONResponse:
    identity = request.state.client_identity
    return JSONResponse({"same": client_identity(request) is identity, "name": identity and identity.name})


async def user(request: Request) -> JSONResponse:
    return JSONResponse([request.user.is_authenticated, request.user.identity, list(request.auth.scopes)])


@requires("billing")
async def invoices(request: Request) -> PlainTextResponse:
    return PlainTextResponse("invoices")


@requires(["authenticated", "billing"])
def reports(request: Request) -> PlainTextResponse:
    return PlainTextResponse("reports")


async def by_hand(request: Request) -> PlainTextResponse:
    return PlainTextResponse(verified_identity(request, "billing").name)


async def crash(request: Request) -> PlainTextResponse:
    raise RuntimeError(repr(request.user))


async def names(request: Request) -> JSONResponse:
    return JSONResponse(sorted(request.headers))


async def socket(websocket: WebSocket) -> None:
    identity = client_identity(websocket)
    await websocket.accept()
    await websocket.send_text(identity.name if identity else "nobody")
    await websocket.close()


@requires("billing")
async def closed_socket(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


async def demanding_socket(websocket: WebSocket) -> None:
    verified_identity(websocket, "billing")
    await websocket.accept()


ROUTES = [
    Route("/whoami", whoami),
    Route("/maybe", whoami),
    Route("/user", user),
    Route("/invoices", invoices),
    Route("/reports", reports),
    Route("/by-hand", by_hand),
    Route("/crash", crash),
    Route("/names", names),
    WebSocketRoute("/socket", socket),
    WebSocketRoute("/maybe-socket", socket),
    WebSocketRoute("/closed-socket", closed_socket),
    WebSocketRoute("/demanding-socket", demanding_socket),
    Mount("/below", routes=[Route("/whoami", whoami)]),
]


def application(**sections: object) -> Starlette:
    guarded = Middleware(GuardMiddleware, configuration(**(RULES | sections)), clock=lambda: NOW)
    known = Middleware(AuthenticationMiddleware, backend=ClientCertificateBackend(), on_error=on_error)
    return Starlette(routes=ROUTES, middleware=[guarded, known])


def client(who: Issued | None = None, app: Starlette | None = None, peer: str = PROXY) -> TestClient:
    return TestClient(
        app or application(), client=(peer, 4711), headers=present(who, "nginx"), raise_server_exceptions=False
    )


def billing() -> Issued:
    return pki().leaf("billing")


def other() -> Issued:
    return pki().leaf("other")


def test_the_identity_is_in_the_requests_state_and_behind_the_accessor() -> None:
    assert client(billing()).get("/whoami").json() == {"same": True, "name": BILLING}


def test_in_a_mounted_application_too() -> None:
    assert client(billing()).get("/below/whoami").json()["name"] == BILLING


def test_without_a_certificate_there_is_no_identity_where_that_is_allowed() -> None:
    assert client().get("/maybe").json() == {"same": True, "name": None}


def test_and_the_user_is_starlettes_unauthenticated_one() -> None:
    app = application(client={"absent": "anonymous"})
    assert client(app=app).get("/user").json() == [False, "", []]


def test_the_user_has_the_name_and_its_roles_as_scopes() -> None:
    assert client(billing()).get("/user").json() == [True, BILLING, ["authenticated", "billing"]]


@pytest.mark.parametrize("path", ["/invoices", "/reports", "/by-hand"])
def test_requires_lets_the_role_pass_and_nobody_else(path: str) -> None:
    assert [client(who()).get(path).status_code for who in (billing, other)] == [200, 403]


def test_a_demand_by_hand_is_refused_without_a_word() -> None:
    answer = client(other()).get("/by-hand")
    assert (answer.text, answer.headers["cache-control"]) == ("Forbidden", "no-store")


def test_a_demand_by_hand_without_a_certificate_challenges() -> None:
    answer = client(app=application(client={"absent": "anonymous"})).get("/by-hand")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "ClientCertificate")


def test_unknown_paths_are_guarded_too() -> None:
    assert [client(who).get("/nowhere").status_code for who in (None, other())] == [401, 404]


def test_a_stranger_is_nobody() -> None:
    assert client(billing(), peer=STRANGER).get("/whoami").status_code == 401


def test_the_application_sees_no_header_of_the_certificate() -> None:
    assert [name for name in client(billing()).get("/names").json() if "ssl" in name] == []


def test_the_servers_own_state_is_not_written_to() -> None:
    state = {"shared": 1}
    app = application()

    async def with_state(scope, receive, send):
        await app({**scope, "state": state}, receive, send)

    TestClient(with_state, client=(PROXY, 1), headers=present(billing(), "nginx")).get("/whoami")
    assert state == {"shared": 1}


# ---- errors


def test_an_error_of_authentication_says_nothing() -> None:
    answer = on_error(None, AuthenticationError("CN=alice"))  # type: ignore[arg-type]
    assert (answer.status_code, b"alice" in answer.body) == (401, False)


def test_a_user_prints_a_pseudonym_only() -> None:
    app = application()
    with pytest.raises(RuntimeError) as raised:
        TestClient(app, client=(PROXY, 1), headers=present(billing(), "nginx")).get("/crash")
    assert "billing" not in str(raised.value)


def test_an_accessor_without_a_guard_is_an_error_that_says_what_to_add() -> None:
    app = Starlette(routes=ROUTES)
    with pytest.raises(RuntimeError, match="GuardMiddleware"):
        TestClient(app).get("/by-hand")


def test_a_backend_in_front_of_the_guard_is_an_error_that_says_so() -> None:
    guarded = Middleware(GuardMiddleware, configuration(**RULES), clock=lambda: NOW)
    known = Middleware(AuthenticationMiddleware, backend=ClientCertificateBackend())
    app = Starlette(routes=ROUTES, middleware=[known, guarded])
    with pytest.raises(RuntimeError, match="first in the list"):
        TestClient(app, client=(PROXY, 1)).get("/user")


def test_a_mistake_in_the_configuration_stops_the_start() -> None:
    app = Starlette(middleware=[Middleware(GuardMiddleware, {"proxy": {"dialekt": "nginx"}})])
    with pytest.raises(ConfigError):
        TestClient(app).get("/")


# ---- websockets


def test_a_websocket_knows_the_client() -> None:
    with client(billing()).websocket_connect("/socket") as opened:
        assert opened.receive_text() == BILLING


def test_a_websocket_without_a_certificate_is_refused_as_http() -> None:
    with pytest.raises(WebSocketDenialResponse) as refused, client().websocket_connect("/socket"):
        pass
    assert refused.value.status_code == 401


def test_or_is_nobodys_where_that_is_allowed() -> None:
    with client().websocket_connect("/maybe-socket") as opened:
        assert opened.receive_text() == "nobody"


@pytest.mark.parametrize("path", ["/closed-socket", "/demanding-socket"])
def test_a_websocket_without_the_role_is_closed(path: str) -> None:
    with pytest.raises(WebSocketDisconnect), client(other()).websocket_connect(path) as opened:
        opened.receive_text()

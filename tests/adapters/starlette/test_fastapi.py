"""FastAPI's own ways: a dependency with scopes, and the OpenAPI document."""

from typing import Annotated

import pytest
from fastapi import APIRouter, Depends, FastAPI, Security, WebSocket
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from mtlsguard import Identity
from mtlsguard.testing import Issued, present
from starlette_mtlsguard import GuardMiddleware
from starlette_mtlsguard.fastapi import ClientCertificate, install_openapi
from tests.world import NOW, PROXY, configuration, pki

BILLING = "spiffe://example.org/ns/default/sa/billing"
RULES = {
    "roles": [
        {"name": "billing", "match": {"spiffe": BILLING}},
        {"name": "audit", "match": {"spiffe": "spiffe://example.org/ns/default/sa/audit"}},
    ],
    "client": {"absent": "anonymous"},
}
CERTIFICATE = ClientCertificate(description="Issued by the example authority")
PERHAPS = ClientCertificate(auto_error=False)


def application() -> FastAPI:
    app = FastAPI()
    install_openapi(app)
    below = APIRouter(dependencies=[Security(CERTIFICATE, scopes=["audit"])])

    @app.get("/me")
    def me(client: Annotated[Identity, Security(CERTIFICATE)]) -> str:
        return client.name

    @app.get("/also-me")
    async def also_me(client: Annotated[Identity, Depends(CERTIFICATE)]) -> str:
        return client.name

    @app.get("/perhaps")
    def perhaps(client: Annotated[Identity | None, Security(PERHAPS)]) -> str:
        return client.name if client else "nobody"

    @app.get("/perhaps-billing")
    def perhaps_billing(client: Annotated[Identity | None, Security(PERHAPS, scopes=["billing"])]) -> str:
        return client.name if client else "nobody"

    @app.get("/invoices/{number}")
    def invoice(number: int, client: Annotated[Identity, Security(CERTIFICATE, scopes=["billing"])]) -> int:
        return number

    @app.get("/both")
    def both(client: Annotated[Identity, Security(CERTIFICATE, scopes=["billing", "audit"])]) -> str:
        return client.name

    @below.get("/log")
    def log() -> str:
        return "log"

    @app.websocket("/socket")
    async def socket(
        websocket: WebSocket, client: Annotated[Identity, Security(CERTIFICATE, scopes=["billing"])]
    ) -> None:
        await websocket.accept()
        await websocket.send_text(client.name)
        await websocket.close()

    app.include_router(below, prefix="/audit")
    app.add_middleware(GuardMiddleware, configuration=configuration(**RULES), clock=lambda: NOW)
    return app


def client(who: Issued | None) -> TestClient:
    return TestClient(application(), client=(PROXY, 4711), headers=present(who, "nginx"))


def statuses(path: str) -> list[int]:
    """Of nobody, of a client without roles, of one with the role billing, of one with the role audit."""
    clients = [None, *(pki().leaf(name) for name in ("web", "billing", "audit"))]
    return [client(who).get(path).status_code for who in clients]


def test_the_dependency_is_the_identity() -> None:
    assert [client(pki().leaf("billing")).get(path).json() for path in ("/me", "/also-me")] == [BILLING, BILLING]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/me", [401, 200, 200, 200]),
        ("/also-me", [401, 200, 200, 200]),
        ("/perhaps", [200, 200, 200, 200]),
        ("/perhaps-billing", [401, 403, 200, 403]),
        ("/invoices/7", [401, 403, 200, 403]),
        ("/both", [401, 403, 403, 403]),
        ("/audit/log", [401, 403, 403, 200]),
    ],
)
def test_every_scope_is_a_role_that_is_needed(path: str, expected: list[int]) -> None:
    assert statuses(path) == expected


def test_a_refusal_says_its_status_only() -> None:
    answer = client(pki().leaf("web")).get("/invoices/7")
    assert (answer.json(), answer.headers["cache-control"]) == ({"detail": "Forbidden"}, "no-store")


def test_a_refusal_without_a_certificate_challenges() -> None:
    assert client(None).get("/me").headers["www-authenticate"] == "ClientCertificate"


def test_a_websocket_knows_the_client() -> None:
    with client(pki().leaf("billing")).websocket_connect("/socket") as opened:
        assert opened.receive_text() == BILLING


@pytest.mark.parametrize("name", [None, "web"])
def test_a_websocket_without_the_role_is_closed(name: str | None) -> None:
    who = pki().leaf(name) if name else None
    with pytest.raises(WebSocketDisconnect) as closed, client(who).websocket_connect("/socket") as opened:
        opened.receive_text()
    assert closed.value.code == 1008


def test_a_dependency_without_a_guard_is_an_error_that_says_what_to_add() -> None:
    app = FastAPI(dependencies=[Security(CERTIFICATE)])
    app.add_api_route("/", lambda: None)
    with pytest.raises(RuntimeError, match="GuardMiddleware"):
        TestClient(app).get("/")


# ---- OpenAPI


def test_the_document_says_mutual_tls() -> None:
    document = application().openapi()
    scheme = {"type": "mutualTLS", "description": "Issued by the example authority"}
    assert document["components"]["securitySchemes"]["clientCertificate"] == scheme
    assert document["openapi"].startswith("3.1")


def test_the_document_names_the_scopes_of_a_route() -> None:
    assert application().openapi()["paths"]["/invoices/{number}"]["get"]["security"] == [
        {"clientCertificate": ["billing"]}
    ]


def test_the_document_is_made_once_and_stays_the_same() -> None:
    app = application()
    assert app.openapi() == app.openapi()


def test_the_page_with_the_document_shows_no_placeholder() -> None:
    answer = client(pki().leaf("web")).get("/openapi.json")
    assert ("mutualTLS" in answer.text, "mtlsguard" in answer.text) == (True, False)


def test_two_schemes_have_names_of_their_own() -> None:
    app = FastAPI()
    install_openapi(app)
    for name in ("people", "machines"):
        app.add_api_route(f"/{name}", lambda: None, dependencies=[Security(ClientCertificate(scheme_name=name))])
    assert app.openapi()["components"]["securitySchemes"].keys() == {"people", "machines"}

"""Code as users write it, for the type checker alone: nothing here is run."""

from typing import Annotated, assert_type

from fastapi import FastAPI, Request, Security, WebSocket
from flask import Blueprint, Flask
from starlette.applications import Starlette
from starlette.authentication import requires
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

import starlette_mtlsguard
from flask_mtlsguard import MTLSGuard, client_identity
from mtlsguard import Guard, Identity, Policy, guard_from
from mtlsguard.asgi import GuardMiddleware as AsgiGuard
from mtlsguard.binding import TokenBinding, is_bound, token_binding
from mtlsguard.redact import redact_certificates, redact_text
from mtlsguard.testing import Pki, present_to
from mtlsguard.wsgi import GuardMiddleware as WsgiGuard
from starlette_mtlsguard import ClientCertificateBackend, on_error, verified_identity
from starlette_mtlsguard.fastapi import ClientCertificate, install_openapi

# ---- plain applications

guard = guard_from({"proxy": {"dialect": "nginx", "trusted": ["10.0.0.7"]}})
assert_type(guard, Guard)
assert_type(guard.current.policy, Policy)
asgi = AsgiGuard(FastAPI(), guard)
wsgi = WsgiGuard(Flask(__name__), "mtlsguard.toml")
assert_type(wsgi.audit.counts(), dict[tuple[str, str], int])


def about(identity: Identity) -> str:
    assert_type(identity.roles, frozenset[str])
    assert_type(identity.reveal().certificate, bytes)
    assert_type(is_bound({"cnf": {}}, identity), bool)
    assert_type(token_binding({}, None), TokenBinding)
    return identity.name if identity.has("billing") else identity.pseudonym


# ---- Starlette


@requires("billing")
async def invoices(request: Request) -> PlainTextResponse:
    assert_type(starlette_mtlsguard.client_identity(request), Identity | None)
    return PlainTextResponse(about(verified_identity(request, "billing")))


starlette = Starlette(
    middleware=[
        Middleware(starlette_mtlsguard.GuardMiddleware, "mtlsguard.toml"),
        Middleware(AuthenticationMiddleware, backend=ClientCertificateBackend(), on_error=on_error),
    ]
)

# ---- FastAPI

app = FastAPI()
app.add_middleware(starlette_mtlsguard.GuardMiddleware, configuration="mtlsguard.toml")
install_openapi(app)
certificate = ClientCertificate()


@app.get("/me")
def me(client: Annotated[Identity, Security(certificate, scopes=["billing"])]) -> str:
    return about(client)


@app.websocket("/news")
async def news(websocket: WebSocket) -> None:
    assert_type(starlette_mtlsguard.client_identity(websocket), Identity | None)


# ---- Flask

flask = Flask(__name__)
mtls = MTLSGuard(flask)
reports = Blueprint("reports", __name__)
mtls.protect(reports, "billing")


@flask.get("/invoices/<int:number>")
@mtls.require("billing")
def invoice(number: int) -> str:
    assert_type(client_identity(), Identity | None)
    return str(number)


assert_type(invoice(7), str)

# ---- logs and tests

assert_type(redact_text("a line"), str)
processors = [redact_certificates]
pki = Pki()
client = TestClient(app, headers=present_to(app, pki.leaf("alice")))

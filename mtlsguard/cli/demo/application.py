"""The application behind the guard: says who the guard says is calling, and logs more than it should."""

import json
from typing import Any

import structlog

from mtlsguard.asgi import Application, Receive, Scope, Send, identity_of
from mtlsguard.cli.demo.settings import SECRET_HEADER
from mtlsguard.decision import Identity
from mtlsguard.dialects import EVIDENCE_HEADERS

_NEVER_SEEN = EVIDENCE_HEADERS | {SECRET_HEADER.lower()}


async def application(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - what ASGI wants
    identity = identity_of(scope)
    _log(scope, identity)
    body = json.dumps(_answer(scope, identity)).encode() + b"\n"
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _answer(scope: Scope, identity: Identity | None) -> dict[str, Any]:
    names = [name.decode("latin-1").lower().replace("_", "-") for name, _ in scope["headers"]]
    return {
        "identity": identity.name if identity else None,
        "roles": sorted(identity.roles) if identity else [],
        "certificate_headers": sorted(_NEVER_SEEN.intersection(names)),
    }


def _log(scope: Scope, identity: Identity | None) -> None:
    log = structlog.get_logger("application")
    log.info("request", path=scope["path"], client=repr(identity))
    if identity is not None and scope["path"].endswith("/careless"):
        revealed = identity.reveal()
        log.info("careless", der=revealed.certificate, fingerprint=revealed.fingerprint)


APPLICATION: Application = application

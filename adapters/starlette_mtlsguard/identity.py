"""Who the client is, for code that has a request or a websocket in hand."""

from starlette.exceptions import HTTPException, WebSocketException
from starlette.requests import HTTPConnection

from mtlsguard.asgi import IDENTITY
from mtlsguard.decision import Identity
from mtlsguard.refusal import Refusal, refusal
from mtlsguard.requirement import Requirement

_POLICY_VIOLATION = 1008  # RFC 6455 section 7.4.1


def client_identity(connection: HTTPConnection) -> Identity | None:
    """None where the route lets anonymous clients in. RuntimeError where no guard stands in front."""
    if IDENTITY not in connection.scope:
        raise RuntimeError(
            "no guard in front: add starlette_mtlsguard.GuardMiddleware, first in the list of middleware"
        )
    identity: Identity | None = connection.scope[IDENTITY]
    return identity


def verified_identity(connection: HTTPConnection, *roles: str) -> Identity:
    """The client, who must be verified and have one of `roles` where any are named; else the constant refusal."""
    return demand(connection, Requirement(frozenset(roles)))


def demand(connection: HTTPConnection, *requirements: Requirement) -> Identity:
    """The client, if it meets all requirements."""
    identity = client_identity(connection)
    for requirement in (Requirement(), *requirements):
        denial = requirement.refusal(identity)
        if denial is not None:
            raise rejection(connection, refusal(denial))
    assert identity is not None  # noqa: S101 - Requirement() has refused None
    return identity


def rejection(connection: HTTPConnection, answer: Refusal) -> HTTPException | WebSocketException:
    """What Starlette's handlers render: the status and its phrase, never why."""
    if connection.scope["type"] == "websocket":
        return WebSocketException(_POLICY_VIOLATION)
    kept = {b"www-authenticate", b"cache-control"}
    headers = {name.decode("ascii"): value.decode("ascii") for name, value in answer.headers if name in kept}
    return HTTPException(answer.status, headers=headers)

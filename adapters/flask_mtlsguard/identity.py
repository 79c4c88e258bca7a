"""Who the client of the current request is."""

from flask import request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import HTTPException, Unauthorized, default_exceptions
from werkzeug.local import LocalProxy

from mtlsguard.decision import Identity
from mtlsguard.refusal import refusal
from mtlsguard.requirement import Requirement
from mtlsguard.wsgi import IDENTITY

_UNAUTHORIZED = 401
_SCHEME = "clientcertificate"  # schemes are compared without regard to case (RFC 9110 section 11.1)


def client_identity() -> Identity | None:
    """None where the route lets anonymous clients in. RuntimeError where no guard stands in front."""
    if IDENTITY not in request.environ:
        raise RuntimeError("no guard in front of this application: call MTLSGuard(app), or init_app(app)")
    identity: Identity | None = request.environ[IDENTITY]
    return identity


# False without an identity; `client_identity()` is the same for type checkers.
current_identity = LocalProxy(client_identity)


def demand(requirement: Requirement) -> None:
    """Refuses through Flask's own error handlers what the requirement refuses."""
    denial = requirement.refusal(client_identity())
    if denial is not None:
        raise error_of(refusal(denial).status)


def error_of(status: int) -> HTTPException:
    """What Flask renders: the status and its standard sentence, never why."""
    if status == _UNAUTHORIZED:
        return Unauthorized(www_authenticate=WWWAuthenticate(_SCHEME))
    return default_exceptions[status]()

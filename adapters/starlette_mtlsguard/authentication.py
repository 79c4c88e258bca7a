"""Starlette's own authentication: the identity as `request.user`, its roles as scopes."""

from typing import final

from starlette.authentication import AuthCredentials, AuthenticationBackend, AuthenticationError, BaseUser
from starlette.requests import HTTPConnection
from starlette.responses import Response

from mtlsguard.decision import Deny, Identity
from mtlsguard.reason import Reason
from mtlsguard.refusal import refusal
from starlette_mtlsguard.identity import client_identity

AUTHENTICATED = "authenticated"


@final
class ClientUser(BaseUser):
    """`identity` is the configured name, `display_name` the pseudonym, which is safe to log."""

    __slots__ = ("client_identity",)

    def __init__(self, identity: Identity) -> None:
        self.client_identity = identity

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def display_name(self) -> str:
        return self.client_identity.pseudonym

    @property
    def identity(self) -> str:
        return self.client_identity.name

    def __repr__(self) -> str:
        return f"<ClientUser {self.client_identity.pseudonym}>"


class ClientCertificateBackend(AuthenticationBackend):
    """For AuthenticationMiddleware, behind GuardMiddleware: `requires("billing")` then asks for the role.

    Scopes are "authenticated" and the roles. Without a certificate, where the route allows that, the user is
    Starlette's UnauthenticatedUser without any scope.
    """

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, BaseUser] | None:
        identity = client_identity(conn)
        if identity is None:
            return None
        return AuthCredentials([AUTHENTICATED, *sorted(identity.roles)]), ClientUser(identity)


def on_error(_connection: HTTPConnection, _error: AuthenticationError) -> Response:
    """For AuthenticationMiddleware: 401 that says nothing, in the place of 400 with the error's text."""
    answer = refusal(Deny(Reason.NO_CERTIFICATE))
    headers = {name.decode("ascii"): value.decode("ascii") for name, value in answer.headers}
    return Response(answer.body, answer.status, headers)

"""mtlsguard for Starlette and FastAPI.

    app = Starlette(middleware=[
        Middleware(GuardMiddleware, "mtlsguard.toml"),
        Middleware(AuthenticationMiddleware, backend=ClientCertificateBackend(), on_error=on_error),
    ], routes=[...])

FastAPI's dependency is in `starlette_mtlsguard.fastapi`, so that Starlette alone needs no FastAPI.
"""

from starlette_mtlsguard.authentication import ClientCertificateBackend, ClientUser, on_error
from starlette_mtlsguard.identity import client_identity, verified_identity
from starlette_mtlsguard.middleware import GuardMiddleware

__all__ = [
    "ClientCertificateBackend",
    "ClientUser",
    "GuardMiddleware",
    "client_identity",
    "on_error",
    "verified_identity",
]

"""FastAPI: the client's identity as a dependency, and `mutualTLS` in the OpenAPI document.

certificate = ClientCertificate()

@app.get("/invoices/{number}")
def invoice(number: int, client: Annotated[Identity, Security(certificate, scopes=["billing"])]): ...
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.models import HTTPBase
from fastapi.requests import HTTPConnection
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase

from mtlsguard.decision import Identity
from mtlsguard.requirement import Requirement
from starlette_mtlsguard.identity import client_identity, demand

# FastAPI's models know no mutualTLS (OpenAPI 3.1 does): this stands in its place until the document is made.
_PLACEHOLDER = "mtlsguard-client-certificate"
_SCHEME = "mutualTLS"


class ClientCertificate(SecurityBase):
    """Each scope is a role, and all of them are needed, as FastAPI's people expect of scopes.

    `auto_error=False`: None in the place of a refusal when there is no certificate; a missing role still refuses.
    """

    def __init__(
        self, *, auto_error: bool = True, scheme_name: str = "clientCertificate", description: str | None = None
    ) -> None:
        self.model = HTTPBase(scheme=_PLACEHOLDER, description=description)
        self.scheme_name = scheme_name
        self.auto_error = auto_error

    async def __call__(self, scopes: SecurityScopes, connection: HTTPConnection) -> Identity | None:
        if not self.auto_error and not scopes.scopes and client_identity(connection) is None:
            return None
        return demand(connection, *role_requirements(scopes.scopes))

    def __repr__(self) -> str:
        return f"<ClientCertificate {self.scheme_name}>"


def role_requirements(scopes: list[str]) -> Iterator[Requirement]:
    return (Requirement(frozenset({scope})) for scope in scopes)


def install_openapi(app: FastAPI) -> None:
    """Makes `app.openapi()` say `mutualTLS` where a ClientCertificate guards a route. Call it once, at any time."""
    app.openapi = partial(_with_mutual_tls, app.openapi)  # type: ignore[method-assign]


def _with_mutual_tls(original: Any) -> dict[str, Any]:
    document: dict[str, Any] = original()
    schemes = document.get("components", {}).get("securitySchemes", {})
    for name, scheme in schemes.items():
        if scheme.get("scheme") == _PLACEHOLDER:
            kept = {key: value for key, value in scheme.items() if key == "description"}
            schemes[name] = {"type": _SCHEME, **kept}
    return document

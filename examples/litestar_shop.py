"""Litestar: a recipe, for it needs no adapter. `uvicorn --no-proxy-headers litestar_shop:app`"""

from typing import Any

from litestar import Litestar, Request, get
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, NotFoundException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.params import FromPath

import shop
from mtlsguard import Identity
from mtlsguard.asgi import GuardMiddleware, identity_of
from mtlsguard.requirement import require

AUDITOR = require("auditor")


def client(connection: ASGIConnection[Any, Any, Any, Any]) -> Identity:
    identity = identity_of(connection.scope)  # type: ignore[arg-type]
    if identity is None:
        raise NotAuthorizedException
    return identity


def auditors(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    if AUDITOR.refusal(client(connection)):
        raise PermissionDeniedException


def account(request: Request[Any, Any, Any]) -> shop.Account:
    found = shop.account_of(client(request))
    if found is None:
        raise PermissionDeniedException
    return found


@get("/healthz", sync_to_thread=False)
def healthz() -> str:
    return "ok"


@get("/orders", sync_to_thread=False)
def orders(request: Request[Any, Any, Any]) -> list[shop.Order]:
    return shop.orders_of(account(request))


@get("/orders/{number:int}", sync_to_thread=False)
def order(request: Request[Any, Any, Any], number: FromPath[int]) -> shop.Order:
    found = shop.order_for(account(request), number)
    if found is None:
        raise NotFoundException
    return found


@get("/audit/orders", guards=[auditors], sync_to_thread=False)
def all_orders() -> list[shop.Order]:
    return list(shop.ORDERS.values())


@get("/token", sync_to_thread=False)
def token(request: Request[Any, Any, Any]) -> str:
    claims = shop.token_claims(request.headers.get("authorization", ""), client(request))
    if claims is None:
        raise NotAuthorizedException
    return str(claims["sub"])


scheme = SecurityScheme(type="mutualTLS", description="A client certificate of the example authority")
application = Litestar(
    route_handlers=[healthz, orders, order, all_orders, token],
    openapi_config=OpenAPIConfig("Shop", "1", components=[Components(security_schemes={"clientCertificate": scheme})]),
)
app = GuardMiddleware(application, "mtlsguard.toml")  # type: ignore[arg-type]

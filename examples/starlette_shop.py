"""Starlette: `uvicorn --no-proxy-headers starlette_shop:app`"""

from dataclasses import asdict

from starlette.applications import Starlette
from starlette.authentication import requires
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.authentication import AuthenticationMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

import shop
from starlette_mtlsguard import ClientCertificateBackend, GuardMiddleware, on_error, verified_identity


def account(connection: HTTPConnection) -> shop.Account:
    found = shop.account_of(verified_identity(connection))
    if found is None:
        raise HTTPException(403)
    return found


async def healthz(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


async def orders(request: Request) -> JSONResponse:
    return JSONResponse([asdict(order) for order in shop.orders_of(account(request))])


async def order(request: Request) -> JSONResponse:
    found = shop.order_for(account(request), request.path_params["number"])
    if found is None:
        raise HTTPException(404)
    return JSONResponse(asdict(found))


@requires("auditor")
async def all_orders(request: Request) -> JSONResponse:
    return JSONResponse([asdict(order) for order in shop.ORDERS.values()])


async def token(request: Request) -> PlainTextResponse:
    claims = shop.token_claims(request.headers.get("authorization", ""), verified_identity(request))
    if claims is None:
        raise HTTPException(401)
    return PlainTextResponse(str(claims["sub"]))


async def news(websocket: WebSocket) -> None:
    found = shop.orders_of(account(websocket))
    await websocket.accept()
    await websocket.send_json([order.number for order in found])
    await websocket.close()


app = Starlette(
    middleware=[
        Middleware(GuardMiddleware, "mtlsguard.toml"),
        Middleware(AuthenticationMiddleware, backend=ClientCertificateBackend(), on_error=on_error),
    ],
    routes=[
        Route("/healthz", healthz),
        Route("/orders", orders),
        Route("/orders/{number:int}", order),
        Route("/audit/orders", all_orders),
        Route("/token", token),
        WebSocketRoute("/orders/news", news),
    ],
)

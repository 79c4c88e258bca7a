"""Quart: a recipe, for it needs no adapter. `hypercorn quart_shop:app`"""

from typing import Any

from quart import Quart, abort, jsonify, request

import shop
from mtlsguard import Identity
from mtlsguard.asgi import GuardMiddleware, identity_of
from mtlsguard.requirement import require

app = Quart(__name__)
app.asgi_app = GuardMiddleware(app.asgi_app, "mtlsguard.toml")  # type: ignore[method-assign, assignment, arg-type]
AUDITOR = require("auditor")


def client() -> Identity:
    identity = identity_of(request.scope)  # type: ignore[arg-type]
    if identity is None:
        abort(401)
    return identity


def account() -> shop.Account:
    found = shop.account_of(client())
    if found is None:
        abort(403)
    return found


@app.get("/healthz")
async def healthz() -> str:
    return "ok"


@app.get("/orders")
async def orders() -> Any:
    return jsonify(shop.orders_of(account()))


@app.get("/orders/<int:number>")
async def order(number: int) -> Any:
    found = shop.order_for(account(), number)
    if found is None:
        abort(404)
    return jsonify(found)


@app.get("/audit/orders")
async def all_orders() -> Any:
    if AUDITOR.refusal(client()):
        abort(403)
    return jsonify(list(shop.ORDERS.values()))


@app.get("/token")
async def token() -> str:
    claims = shop.token_claims(request.headers.get("Authorization", ""), client())
    if claims is None:
        abort(401)
    return str(claims["sub"])

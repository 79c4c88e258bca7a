"""Flask: `gunicorn flask_shop:app`"""

from typing import Any

from flask import Flask, abort, jsonify, request

import shop
from flask_mtlsguard import MTLSGuard, client_identity
from mtlsguard import Identity

app = Flask(__name__)
app.config["MTLSGUARD"] = "mtlsguard.toml"
mtls = MTLSGuard(app)


def client() -> Identity:
    identity = client_identity()
    if identity is None:
        abort(401)
    return identity


def account() -> shop.Account:
    found = shop.account_of(client())
    if found is None:
        abort(403)
    return found


@app.get("/healthz")
def healthz() -> str:
    return "ok"


@app.get("/orders")
def orders() -> Any:
    return jsonify(shop.orders_of(account()))


@app.get("/orders/<int:number>")
def order(number: int) -> Any:
    found = shop.order_for(account(), number)
    if found is None:
        abort(404)
    return jsonify(found)


@app.get("/audit/orders")
@mtls.require("auditor")
def all_orders() -> Any:
    return jsonify(list(shop.ORDERS.values()))


@app.get("/token")
def token() -> str:
    claims = shop.token_claims(request.headers.get("Authorization", ""), client())
    if claims is None:
        abort(401)
    return str(claims["sub"])

"""FastAPI: `uvicorn --no-proxy-headers fastapi_shop:app`"""

from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException, Security, WebSocket

import shop
from mtlsguard import Identity
from starlette_mtlsguard import GuardMiddleware, client_identity
from starlette_mtlsguard.fastapi import ClientCertificate, install_openapi

app = FastAPI(title="Shop")
app.add_middleware(GuardMiddleware, configuration="mtlsguard.toml")
install_openapi(app)
certificate = ClientCertificate(description="A client certificate of the example authority")


def account(client: Annotated[Identity, Security(certificate)]) -> shop.Account:
    found = shop.account_of(client)
    if found is None:
        raise HTTPException(403)
    return found


CurrentAccount = Annotated[shop.Account, Depends(account)]


@app.get("/healthz")
def healthz() -> str:
    return "ok"


@app.get("/orders")
def orders(who: CurrentAccount) -> list[shop.Order]:
    return shop.orders_of(who)


@app.get("/orders/{number}")
def order(number: int, who: CurrentAccount) -> shop.Order:
    found = shop.order_for(who, number)
    if found is None:
        raise HTTPException(404)
    return found


@app.get("/audit/orders")
def all_orders(_client: Annotated[Identity, Security(certificate, scopes=["auditor"])]) -> list[shop.Order]:
    return list(shop.ORDERS.values())


@app.get("/token")
def token(client: Annotated[Identity, Security(certificate)], authorization: Annotated[str, Header()] = "") -> str:
    claims = shop.token_claims(authorization, client)
    if claims is None:
        raise HTTPException(401)
    return str(claims["sub"])


@app.websocket("/orders/news")
async def news(websocket: WebSocket) -> None:
    identity = client_identity(websocket)
    found = shop.account_of(identity) if identity else None
    if found is None:
        await websocket.close(1008)
        return
    await websocket.accept()
    await websocket.send_json([order.number for order in shop.orders_of(found)])
    await websocket.close()

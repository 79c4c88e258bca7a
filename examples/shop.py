"""What all examples share: a shop whose customers are programs with client certificates.

No framework in here. Two look-ups are worth a second look:

- `account_of` is the controlled way from a verified identity to an account of ours. A certificate that our authority
  issued is not yet a customer.
- `order_for` asks for each order whether this account may see it. An order of somebody else is answered as one that
  does not exist.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from mtlsguard import Identity
from mtlsguard.binding import is_bound


@dataclass(frozen=True, slots=True)
class Account:
    name: str


@dataclass(frozen=True, slots=True)
class Order:
    number: int
    owner: str
    item: str


ACCOUNTS = {
    "spiffe://example.org/ns/shop/sa/alice": Account("alice"),
    "spiffe://example.org/ns/shop/sa/bob": Account("bob"),
    "spiffe://example.org/ns/shop/sa/auditor": Account("auditor"),
}
ORDERS = {1: Order(1, "alice", "a lamp"), 2: Order(2, "bob", "a chair"), 3: Order(3, "alice", "a desk")}


def account_of(identity: Identity) -> Account | None:
    return ACCOUNTS.get(identity.name)


def order_for(account: Account, number: int) -> Order | None:
    order = ORDERS.get(number)
    return order if order is not None and order.owner == account.name else None


def orders_of(account: Account) -> list[Order]:
    return [order for order in ORDERS.values() if order.owner == account.name]


def token_claims(authorization: str, identity: Identity) -> Mapping[str, Any] | None:
    """The claims of a bearer token that is genuine, in date, for us, and bound to this certificate (RFC 8705)."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        claims: dict[str, Any] = jwt.decode(token, os.environ["SHOP_TOKEN_KEY"], algorithms=["HS256"], audience="shop")
    except jwt.InvalidTokenError:
        return None
    return claims if is_bound(claims, identity) else None

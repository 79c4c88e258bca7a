"""The examples do what they say, each through its own framework: one table for all of them."""

import asyncio
import importlib
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import jwt
import pytest

from mtlsguard.binding import thumbprint
from mtlsguard.testing import Issued, Pki, present

EXAMPLES = Path(__file__).parents[2] / "examples"
KEY = "a throw-away key of at least 32 octets"
PEER = "127.0.0.1"
SHOPS = ["fastapi_shop", "starlette_shop", "flask_shop", "quart_shop", "litestar_shop"]


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


@pytest.fixture(params=SHOPS)
def shop(request: pytest.FixtureRequest, pki: Pki, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The example, loaded as somebody who stands in its folder does, with a PKI made just now."""
    (tmp_path / "pki").mkdir()
    (tmp_path / "pki/root.pem").write_text(pki.root.pem)
    (tmp_path / "pki/intermediate.pem").write_text(pki.intermediate.pem)
    (tmp_path / "mtlsguard.toml").write_text((EXAMPLES / "mtlsguard.toml").read_text())
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(EXAMPLES)
    monkeypatch.setenv("SHOP_TOKEN_KEY", KEY)
    if request.param == "quart_shop":
        pytest.importorskip("quart")
    for name in (request.param, "shop"):  # nothing that another test may have left, and nothing left to others
        monkeypatch.delitem(sys.modules, name, raising=False)
    yield importlib.import_module(request.param).app
    for name in (request.param, "shop"):
        sys.modules.pop(name, None)


def ask(app: Any, path: str, who: Issued | None, headers: dict[str, str] | None = None) -> tuple[int, str]:
    sent = present(who, "nginx") | (headers or {})
    return (
        by_wsgi(app, path, sent) if type(app).__module__.startswith("flask") else asyncio.run(by_asgi(app, path, sent))
    )


def by_wsgi(app: Any, path: str, headers: dict[str, str]) -> tuple[int, str]:
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    environ |= {"REQUEST_METHOD": "GET", "PATH_INFO": path, "REMOTE_ADDR": PEER, "wsgi.input": BytesIO()}
    environ |= {
        "SERVER_NAME": "shop.example",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
    }
    told: list[Any] = []
    body = b"".join(app(environ, lambda status, headers, exc_info=None: told.append(status)))
    return int(told[0][:3]), body.decode()


async def by_asgi(app: Any, path: str, headers: dict[str, str]) -> tuple[int, str]:
    pairs = [(name.encode(), value.encode()) for name, value in ({"host": "shop.example"} | headers).items()]
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http"}
    scope |= {"path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": pairs}
    scope |= {"client": (PEER, 4711), "server": ("shop.example", 80), "extensions": {}, "state": {}}
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": b"", "more_body": False}]
    answered = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await answered.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            answered.set()

    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


def member(pki: Pki, name: str, **more: Any) -> Issued:
    return pki.leaf(name, spiffe=f"spiffe://example.org/ns/shop/sa/{name}", **more)


def token(who: Issued | None, **claims: Any) -> dict[str, str]:
    bound = {"cnf": {"x5t#S256": thumbprint(who.der)}} if who else {}
    whole = {"sub": "alice", "aud": "shop", "exp": int(datetime.now(UTC).timestamp()) + 60} | bound | claims
    return {"authorization": f"Bearer {jwt.encode(whole, KEY, algorithm='HS256')}"}


def test_everybody_sees_their_own_orders_and_no_others(shop: Any, pki: Pki) -> None:
    alice, bob = member(pki, "alice"), member(pki, "bob")
    seen = [ask(shop, f"/orders/{number}", who)[0] for who in (alice, bob) for number in (1, 2, 9)]
    assert seen == [200, 404, 404, 404, 200, 404]
    assert [item in ask(shop, "/orders", alice)[1] for item in ("a lamp", "a desk", "a chair")] == [True, True, False]


def test_a_certificate_without_an_account_is_nobodys(shop: Any, pki: Pki) -> None:
    mallory = member(pki, "mallory")
    assert [ask(shop, path, mallory)[0] for path in ("/orders", "/orders/1")] == [403, 403]


def test_a_certificate_of_another_authority_is_refused(shop: Any) -> None:
    assert ask(shop, "/orders", member(Pki(), "alice"))[0] == 401


def test_without_a_certificate_only_what_is_public_answers(shop: Any) -> None:
    paths = ("/healthz", "/orders", "/orders/1", "/audit/orders", "/token", "/nowhere")
    assert [ask(shop, path, None)[0] for path in paths] == [200, 401, 401, 401, 401, 401]


def test_only_the_auditor_sees_all_orders(shop: Any, pki: Pki) -> None:
    names = ("alice", "auditor")
    assert [ask(shop, "/audit/orders", member(pki, name))[0] for name in names] == [403, 200]


def test_a_token_counts_only_with_the_certificate_that_it_is_bound_to(shop: Any, pki: Pki) -> None:
    alice, bob = member(pki, "alice"), member(pki, "bob")
    tokens = {
        "bound": token(alice),
        "of another": token(bob),
        "unbound": token(None),
        "out of date": token(alice, exp=1),
        "for others": token(alice, aud="bank"),
        "no bearer": {"authorization": "Basic YTpi"},
        "none": {},
    }
    found = {name: ask(shop, "/token", alice, sent)[0] for name, sent in tokens.items()}
    assert found == dict.fromkeys(tokens, 401) | {"bound": 200}

"""Two clients and nobody, in turn and at once, on every framework: none of them is ever taken for another."""

import asyncio
import json
import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest

from tests.adapters.applications import APPLICATIONS
from tests.adapters.conformance import Answer, Ask, Driver, configuration, leaf, scope_of, shown

NAMES = {name: f"spiffe://example.org/ns/default/sa/{name}" for name in ("billing", "admin")} | {None: None}
REQUESTS = 240
WORKERS = 8


@cache
def driver(framework: str) -> Driver:
    return APPLICATIONS[framework]()


@pytest.fixture(params=APPLICATIONS, ids=str)
def stand(request) -> Any:
    """The driver, with what it needs around all of the test's requests."""
    found = driver(request.param)
    with ExitStack() as stack:
        stack.enter_context(found.around())
        yield found


def ask_as(name: str | None, path: str = "/maybe") -> Ask:
    return Ask(path, headers=shown(leaf(name) if name else None))


def mixture(seed: int = 1) -> list[tuple[str | None, str]]:
    """Who asks for what: each client in turn, with views that raise, refuse and do not exist in between."""
    drawn = random.Random(seed)
    paths = ["/maybe"] * 4 + ["/", "/boom", "/admin", "/nothing", "/public"]
    return [(drawn.choice(list(NAMES)), drawn.choice(paths)) for _ in range(REQUESTS)]


def mistaken(name: str | None, path: str, answer: Answer) -> bool:
    """Did the view see somebody else than who asked?"""
    if answer.status != 200:
        return path == "/maybe"
    return json.loads(answer.body)["name"] != (None if path == "/public" else NAMES[name])


def in_turn(stand: Driver) -> list[Answer]:
    """One after another in one thread and one loop, as on a connection that is kept alive."""

    async def all_of_them() -> list[Answer]:
        return [await stand.ask_asgi(ask_as(*each)) for each in mixture()]

    if stand.protocol == "asgi":
        return asyncio.run(all_of_them())
    return [stand.ask_wsgi(ask_as(*each)) for each in mixture()]


def at_once(stand: Driver) -> list[Answer]:
    """Tasks of one loop, or threads of one pool."""

    async def all_of_them() -> list[Answer]:
        return list(await asyncio.gather(*(stand.ask_asgi(ask_as(*each)) for each in mixture(2))))

    if stand.protocol == "asgi":
        return asyncio.run(all_of_them())
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(lambda each: stand.ask_wsgi(ask_as(*each)), mixture(2)))


def test_in_turn_nobody_is_taken_for_the_one_before(stand: Driver) -> None:
    answers = in_turn(stand)
    assert [each for each, answer in zip(mixture(), answers, strict=True) if mistaken(*each, answer)] == []


def test_at_once_nobody_is_taken_for_the_one_beside(stand: Driver) -> None:
    answers = at_once(stand)
    assert [each for each, answer in zip(mixture(2), answers, strict=True) if mistaken(*each, answer)] == []


def test_loops_in_several_threads_share_nothing_either(stand: Driver) -> None:
    def one(each: tuple[str | None, str]) -> Answer:
        return asyncio.run(stand.ask_asgi(ask_as(*each))) if stand.protocol == "asgi" else stand.ask_wsgi(ask_as(*each))

    asked = mixture(3)[:80]
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(one, asked))
    assert [each for each, answer in zip(asked, answers, strict=True) if mistaken(*each, answer)] == []


def test_after_an_exception_nobody_is_left(stand: Driver) -> None:
    async def loop() -> Answer:
        assert (await stand.ask_asgi(ask_as("billing", "/boom"))).status == 500
        return await stand.ask_asgi(ask_as(None))

    if stand.protocol == "asgi":
        answer = asyncio.run(loop())
    else:
        assert stand.ask_wsgi(ask_as("billing", "/boom")).status == 500
        answer = stand.ask_wsgi(ask_as(None))
    assert answer.seen["name"] is None


def test_the_mixture_would_show_a_guard_that_remembers_the_client_before() -> None:
    """The twin: a stand that answers with the identity of the request before is found out."""
    honest = in_turn(driver("plain WSGI"))
    shifted = [honest[-1], *honest[:-1]]
    assert any(mistaken(*each, answer) for each, answer in zip(mixture(), shifted, strict=True))


# ---- websockets


def plain() -> Any:
    from mtlsguard.asgi import GuardMiddleware, identity_of

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] == "websocket.receive":
            identity = identity_of(scope)
            await send({"type": "websocket.send", "text": json.dumps(identity and identity.name)})

    return GuardMiddleware(app, configuration())


def starlette() -> Any:
    from starlette.applications import Starlette
    from starlette.middleware import Middleware
    from starlette.routing import WebSocketRoute

    from starlette_mtlsguard import GuardMiddleware, client_identity

    async def talk(websocket: Any) -> None:
        await websocket.accept()
        async for _ in websocket.iter_text():
            identity = client_identity(websocket)
            await websocket.send_text(json.dumps(identity and identity.name))

    around = Middleware(GuardMiddleware, configuration())
    return Starlette(routes=[WebSocketRoute("/maybe", talk)], middleware=[around])


async def conversation(app: Any, name: str | None, turns: int) -> list[str | None]:
    """What the application calls this client, turn by turn, while others talk to it as well."""
    said: list[str | None] = []
    events = [{"type": "websocket.connect"}, *[{"type": "websocket.receive", "text": "who?"}] * turns]

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        return events.pop(0) if events else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        if message["type"] == "websocket.send":
            said.append(json.loads(message["text"]))

    request = scope_of(ask_as(name), type="websocket", scheme="ws", subprotocols=[])
    await app(request, receive, send)
    return said


@pytest.mark.parametrize("make", [plain, starlette])
def test_websockets_beside_each_other_keep_their_own_client(make: Any) -> None:
    async def all_of_them() -> list[list[str | None]]:
        app = make()
        return await asyncio.gather(*(conversation(app, name, 10) for name in names))

    names = [*NAMES] * 10
    assert asyncio.run(all_of_them()) == [[NAMES[name]] * 10 for name in names]

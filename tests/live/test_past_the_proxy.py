"""Straight to the Python server, past the proxy: whoever is not the proxy is nobody, whatever it sends."""

from collections.abc import Callable

import pytest

from mtlsguard.testing import present
from tests.live.cast import SECRET, SECRET_HEADER, Cast
from tests.live.client import Answer, Request, ask_directly
from tests.live.processes import HOST
from tests.live.programs import PROGRAMS
from tests.live.servers import SERVERS, Running

ELSEWHERE = "127.0.0.2"  # of loopback too, and not trusted
GUESS = "a-guess-of-sixteen-octets-or-more"
RECIPES = {program.recipe: program.dialect for program in PROGRAMS.values()}

on_every_server = pytest.mark.parametrize("name", SERVERS)
of_every_proxy = pytest.mark.parametrize("recipe", RECIPES)


def ask_past(server: Running, cast: Cast, recipe: str, secret: str | None, source: str = HOST) -> Answer:
    """As if the proxy said that the victim calls."""
    headers = present(cast.members["victim"], RECIPES[recipe]) | ({SECRET_HEADER: secret} if secret else {})
    lines = tuple((name.encode(), value.encode()) for name, value in headers.items())
    return ask_directly(server.port, f"/{recipe}/", Request(lines), source)


@on_every_server
@of_every_proxy
def test_the_proxy_itself_would_be_believed(
    serve: Callable[[str], Running], cast: Cast, name: str, recipe: str
) -> None:
    assert ask_past(serve(name), cast, recipe, SECRET).identity == cast.identity("victim")


@on_every_server
@of_every_proxy
@pytest.mark.parametrize("secret", [None, GUESS], ids=["no-secret", "a-guess"])
def test_the_right_address_without_the_secret_is_refused(
    serve: Callable[[str], Running], cast: Cast, name: str, recipe: str, secret: str | None
) -> None:
    assert ask_past(serve(name), cast, recipe, secret).status == 401


@on_every_server
@of_every_proxy
def test_another_address_with_the_secret_is_refused(
    serve: Callable[[str], Running], cast: Cast, name: str, recipe: str
) -> None:
    assert ask_past(serve(name), cast, recipe, SECRET, ELSEWHERE).status == 401


@on_every_server
def test_a_request_without_anything_is_refused(serve: Callable[[str], Running], name: str) -> None:
    assert ask_directly(serve(name).port, "/nginx/", Request()).status == 401

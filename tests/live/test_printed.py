"""The command itself, in a process of its own: what it prints into a pipe is a configuration that starts and guards."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mtlsguard.proxies import RECIPES
from tests.live.cast import Cast
from tests.live.fronts import Front, Pair, arguments, started
from tests.live.processes import free_port
from tests.live.programs import PROGRAMS
from tests.live.servers import Running

# These two go by the ending, and Traefik's text names itself; every other proxy takes any name.
_NAMES = {"traefik": "traefik.yaml", "envoy": "envoy.yaml"}


@pytest.fixture(scope="module")
def printed(
    request: pytest.FixtureRequest,
    cast: Cast,
    serve: Callable[[str], Running],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Front]:
    pair: Pair = request.param
    if pair.program.path is None:
        pytest.skip(pair.program.missing)
    server, folder, port = serve(pair.server), tmp_path_factory.mktemp(pair.proxy), free_port()
    (folder / _NAMES.get(pair.program.recipe, "printed.conf")).write_text(_said(pair, cast, port, server.port, folder))
    with started(pair, cast, server, folder, port) as front:
        yield front


def _said(pair: Pair, cast: Cast, port: int, upstream: int, folder: Path) -> str:
    command = [sys.executable, "-m", "mtlsguard", *arguments(pair, cast, port, upstream)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=60).stdout


of_every_proxy = pytest.mark.parametrize(
    "printed", [Pair(name, "uvicorn-h11", "optional") for name in PROGRAMS], ids=str, indirect=True
)


@of_every_proxy
def test_a_good_certificate_gets_in(printed: Front) -> None:
    assert printed.ask("caller").identity == printed.cast.identity("caller")


@of_every_proxy
def test_no_certificate_is_refused(printed: Front) -> None:
    assert printed.ask(None).status == 401


def test_every_recipe_that_can_be_started_is_driven_here() -> None:
    startable = {name for name, recipe in RECIPES.items() if recipe.command is not None}
    assert {program.recipe for program in PROGRAMS.values()} == startable

"""Servers and proxies of the live tests, and the summary of what really ran."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from mtlsguard.proxies import RECIPES
from mtlsguard.testing import Pki
from tests.live.cast import Cast
from tests.live.fronts import Front, Pair, standing
from tests.live.programs import PROGRAMS, described
from tests.live.servers import SERVERS, Running, serving
from tests.live.summary import PROPERTY


@pytest.fixture(scope="session")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    made = Cast(Pki(), tmp_path_factory.mktemp("cast"))
    made.write()
    for program in PROGRAMS.values():
        made.write_site(
            program.recipe,
            dialect=program.dialect,
            trailers=RECIPES[program.recipe].trailers.value,
            intermediates="" if program.chain else '"intermediate.pem"',
        )
    return made


@pytest.fixture(autouse=True)
def _note_the_program(request: pytest.FixtureRequest, record_property: Callable[[str, object], None]) -> None:
    """For the summary: which programs really took part."""
    pair = _pair(request.node)
    if pair is not None and pair.program.path is not None:
        record_property(PROPERTY, described(pair.proxy))


@pytest.fixture(scope="session")
def serve(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Running]]:
    """Starts each server when it is first asked for; all of them end with the run."""
    begun: dict[str, Running] = {}
    with ExitStack() as stack:

        def serve(name: str) -> Running:
            if name not in begun:
                begun[name] = stack.enter_context(serving(SERVERS[name], cast.folder, tmp_path_factory.mktemp(name)))
            return begun[name]

        yield serve


@pytest.fixture(scope="session")
def front(
    request: pytest.FixtureRequest,
    cast: Cast,
    serve: Callable[[str], Running],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Front]:
    pair: Pair = request.param
    if pair.program.path is None:
        pytest.skip(pair.program.missing)
    server = serve(pair.server)
    with standing(pair, cast, server, tmp_path_factory.mktemp(str(pair))) as made:
        yield made


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of one pair in a row, whichever functions they are of: no pair is started twice."""
    items.sort(key=lambda item: str(_pair(item) or ""))


def _pair(item: pytest.Item) -> Pair | None:
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return next((value for value in values if isinstance(value, Pair)), None)

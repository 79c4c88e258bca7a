"""The Python servers that the guarded application is run by."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.live.processes import HOST, free_port, running

_ROOT = Path(__file__).parents[2]
_ASGI, _WSGI = "tests.live.application:asgi", "tests.live.application:wsgi"


@dataclass(frozen=True, slots=True)
class Server:
    """`arguments` of `python -m`, given the port. `module` is also what must be installed."""

    name: str
    module: str
    arguments: Callable[[int], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Running:
    name: str
    port: int
    log: Path


def _uvicorn(http: str) -> Callable[[int], tuple[str, ...]]:
    return lambda port: (
        *("--http", http, "--host", HOST, "--port", str(port), "--log-level", "debug"),
        *("--no-proxy-headers", _ASGI),  # the guard must see the peer, not what a header says about it
    )


def _granian(interface: str, application: str) -> Callable[[int], tuple[str, ...]]:
    return lambda port: (
        *("--interface", interface, "--host", HOST, "--port", str(port), "--log-level", "debug"),
        *("--access-log", application),
    )


def _gunicorn(worker: str, application: str) -> Callable[[int], tuple[str, ...]]:
    return lambda port: (
        *("--worker-class", worker, "--bind", f"{HOST}:{port}", "--log-level", "debug", "--access-logfile", "-"),
        *("--no-control-socket", application),
    )


def _hypercorn(port: int) -> tuple[str, ...]:
    return ("--bind", f"{HOST}:{port}", "--workers", "0", "--log-level", "debug", "--access-logfile", "-", _ASGI)


def _waitress(port: int) -> tuple[str, ...]:
    return ("--listen", f"{HOST}:{port}", _WSGI)


SERVERS = {
    server.name: server
    for server in (
        Server("uvicorn-h11", "uvicorn", _uvicorn("h11")),
        Server("uvicorn-httptools", "uvicorn", _uvicorn("httptools")),
        Server("hypercorn", "hypercorn", _hypercorn),
        Server("granian", "granian", _granian("asgi", _ASGI)),
        Server("gunicorn-asgi", "gunicorn", _gunicorn("asgi", _ASGI)),
        Server("gunicorn-sync", "gunicorn", _gunicorn("sync", _WSGI)),
        Server("waitress", "waitress", _waitress),
        Server("granian-wsgi", "granian", _granian("wsgi", _WSGI)),
    )
}


@contextmanager
def serving(server: Server, sites: Path, folder: Path) -> Iterator[Running]:
    """The server with the guarded application; `sites` has the guards' configurations."""
    port = free_port()
    environment = {"MTLSGUARD_LIVE": str(sites), "PYTHONPATH": str(_ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", server.module, *server.arguments(port)]
    with running(command, port, folder, environment) as log:
        yield Running(server.name, port, log)

"""A real ASGI server on a thread of its own, on a port of loopback that nobody else has."""

import importlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mtlsguard.asgi import Application
from mtlsguard.cli.terminal import CommandError

HOST = "127.0.0.1"
_PATIENCE = 10.0
INSTALL = "pip install 'mtlsguard[demo]'"


@contextmanager
def serving(application: Application) -> Iterator[int]:
    """The port. `proxy_headers` off: the guard must see who connects, not what a header says about it."""
    with socket.create_server((HOST, 0)) as listener:
        server = _server(application)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            _wait(server, thread)
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(_PATIENCE)


def _server(application: Application) -> Any:  # noqa: ANN401 - imported late: the only command that needs it
    try:
        uvicorn = importlib.import_module("uvicorn")
    except ImportError:
        raise CommandError(f"the demo needs uvicorn: {INSTALL}") from None
    config = uvicorn.Config(
        application,
        proxy_headers=False,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


def _wait(server: Any, thread: threading.Thread) -> None:  # noqa: ANN401
    deadline = time.monotonic() + _PATIENCE
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise CommandError("the application's server did not start")
        time.sleep(0.01)

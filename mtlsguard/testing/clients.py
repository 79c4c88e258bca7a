"""The test client of whatever framework an application is of, as if it stood behind the configured proxy."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from mtlsguard.testing.issued import Issued
from mtlsguard.testing.presenting import peer_of, present_to
from mtlsguard.wrappers import layers


def client(application: object, certificate: Issued | bytes | None) -> Any:  # noqa: ANN401 - a framework's own
    """Starlette's and FastAPI's TestClient, Flask's test_client(); each request presents this certificate.

    For Django there is `django_mtlsguard.testing`, as its guard is not around the application but in the settings.
    """
    for layer in layers(application):
        for cls in type(layer).__mro__:
            make = _CLIENTS.get(cls.__module__.partition(".")[0])
            if make is not None:
                return make(application, layer, certificate)
    raise TypeError("no test client is known for this application: use its own with present_to(...)")


def _starlette(application: object, _: object, certificate: Issued | bytes | None) -> Any:  # noqa: ANN401
    made = import_module("starlette.testclient").TestClient
    return made(application, client=(peer_of(application), 1), headers=present_to(application, certificate))


def _flask(_: object, app: Any, certificate: Issued | bytes | None) -> Any:  # noqa: ANN401
    found = app.test_client()
    found.environ_base["REMOTE_ADDR"] = peer_of(app)
    for name, value in present_to(app, certificate).items():
        found.environ_base[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return found


_CLIENTS: dict[str, Callable[[object, Any, Issued | bytes | None], Any]] = {
    "starlette": _starlette,
    "fastapi": _starlette,
    "flask": _flask,
}

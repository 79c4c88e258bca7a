"""One request, sync or async, with a certificate or without."""

from collections.abc import Callable
from typing import Any

from asgiref.sync import async_to_sync

from django_mtlsguard.testing import AsyncClient, Client
from mtlsguard.testing import Issued

BOTH = ("wsgi", "asgi")


def get(kind: str, path: str = "/", certificate: Issued | None = None, **extra: Any) -> Any:
    return _client(kind)(certificate)("get", path, **extra)


def post(kind: str, path: str, certificate: Issued | None = None, **extra: Any) -> Any:
    return _client(kind)(certificate)("post", path, **extra)


def client(kind: str, certificate: Issued | None = None) -> Any:
    """What is called with the method, the path and what Django's clients take."""
    return _client(kind)(certificate)


class _Sync:
    def __init__(self, certificate: Issued | None) -> None:
        self.django = Client(certificate=certificate)

    def __call__(self, method: str, path: str, **extra: Any) -> Any:
        return getattr(self.django, method)(path, **extra)


class _Async:
    def __init__(self, certificate: Issued | None) -> None:
        self.django = AsyncClient(certificate=certificate)

    def __call__(self, method: str, path: str, **extra: Any) -> Any:
        return async_to_sync(getattr(self.django, method))(path, **extra)


def _client(kind: str) -> Callable[[Issued | None], Any]:
    return _Sync if kind == "wsgi" else _Async

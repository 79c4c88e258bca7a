"""The core's ASGI middleware, with the identity where Starlette's people look for it."""

import time
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from mtlsguard.asgi import GuardMiddleware as Guarded
from mtlsguard.asgi import identity_of
from mtlsguard.loading import Configuration

STATE = "client_identity"


class GuardMiddleware:
    """Pure ASGI: guards requests and websockets, passes lifespan on, and sets `request.state.client_identity`.

    Put it first in the list of middleware. `configuration` and `clock` as in `mtlsguard.asgi`.
    """

    def __init__(self, app: ASGIApp, configuration: Configuration, *, clock: Callable[[], float] = time.time) -> None:
        self.app = app
        self._guarded = Guarded(self._attach, configuration, clock=clock, adapter="starlette")
        self.guard = self._guarded.guard
        self.audit = self._guarded.audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        guarded = self._guarded(scope, receive, send)
        del scope  # whoever reports a traceback prints frames: this one holds no raw headers
        await guarded

    async def _attach(self, scope: Any, receive: Any, send: Any) -> None:
        """The scope is this request's own copy; the state is made one, because servers may share it."""
        if scope["type"] != "lifespan":
            scope["state"] = {**scope.get("state", {}), STATE: identity_of(scope)}
        await self.app(scope, receive, send)

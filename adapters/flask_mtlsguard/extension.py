"""The extension: wraps the application's WSGI side, so that 404s and static files are guarded too."""

import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app

from flask_mtlsguard import sessions
from flask_mtlsguard.commands import mtls_commands
from flask_mtlsguard.gateway import Gateway, refuse_through
from flask_mtlsguard.identity import demand
from mtlsguard.config import ConfigError, Problem
from mtlsguard.requirement import mark, require

NAME = "mtlsguard"
SETTING = "MTLSGUARD"

V = TypeVar("V", bound=Callable[..., Any])


class MTLSGuard:
    """`clock`: POSIX seconds, for tests.

    Nothing of an application is kept here, so one extension serves several. What belongs to an application is
    `app.extensions["mtlsguard"]`: a Gateway with its `guard` and `audit`.
    """

    def __init__(self, app: Flask | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """ConfigError with every problem of `app.config["MTLSGUARD"]`, before the first request."""
        if NAME in app.extensions:
            raise RuntimeError("this application has its guard already: call init_app once")
        configuration = app.config.get(SETTING)
        if configuration is None:
            raise ConfigError(
                [Problem(SETTING, "a path, a mapping or a Guard in app.config", "set it before init_app")]
            )
        gateway = Gateway(app.wsgi_app, configuration, self._clock, partial(refuse_through, app))
        gateway.watch(app)
        app.wsgi_app = gateway  # type: ignore[method-assign]
        app.extensions[NAME] = gateway
        app.cli.add_command(mtls_commands())

    def require(self, *roles: str) -> Callable[[V], V]:
        """Decorates a view: a verified client, with at least one of `roles` where any are named."""
        requirement = require(*roles)

        def decorate(view: V) -> V:
            @wraps(view)
            def guarded(*args: Any, **values: Any) -> Any:
                demand(requirement)
                return current_app.ensure_sync(view)(*args, **values)

            return mark(guarded, requirement)  # type: ignore[return-value]

        return decorate

    def protect(self, group: Flask | Blueprint, *roles: str) -> None:
        """The same for all views of a blueprint (those nested in it too), or of the application."""
        requirement = require(*roles)
        group.before_request(mark(partial(demand, requirement), requirement))

    def bind_sessions(self, app: Flask) -> None:
        """Login sessions begin and end with the certificate: see `sessions`."""
        sessions.bind(app)

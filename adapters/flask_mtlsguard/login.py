"""Flask-Login: the user of a request by its certificate, without a session."""

from collections.abc import Callable
from typing import Any

from flask import Request

from flask_mtlsguard.identity import client_identity
from mtlsguard.decision import Identity


def load_by_certificate(login_manager: Any, find: Callable[[Identity], Any]) -> None:
    """`find`: the controlled look-up, from an identity to a user or None. Asked on every request."""

    def load(_request: Request) -> Any:
        identity = client_identity()
        return find(identity) if identity is not None else None

    login_manager.request_loader(load)

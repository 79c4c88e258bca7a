"""A login session belongs to the certificate that it was made with. Made without one, it belongs to none.

What is kept in the session is a keyed marker, from which nobody can read the certificate.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from mtlsguard import Identity
from mtlsguard.binding import session_holds, session_marker

MARKER = "_mtlsguard"
_SALT = "django_mtlsguard.sessions"


def keys() -> Iterator[bytes]:
    """Derived from SECRET_KEY, and then from its fallbacks."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac(_SALT, "", secret=secret, algorithm="sha256").digest()


def marker(identity: Identity) -> str:
    return session_marker(identity, next(keys()))


def bind(*, request: HttpRequest | None = None, **_: Any) -> None:
    """Receiver of `user_logged_in`. A session that is made without a certificate keeps no marker of an older one."""
    if request is None or not hasattr(request, "session"):
        return
    identity: Identity | None = getattr(request, "client_identity", None)
    if identity is not None:
        request.session[MARKER] = marker(identity)
    elif MARKER in request.session:
        del request.session[MARKER]


def holds(session: SessionBase, identity: Identity | None) -> bool:
    """Is the login in this session, which has been loaded, this client's?"""
    if MARKER not in session:
        return identity is None
    return any(session_holds(session[MARKER], identity, key) for key in keys())


def renew(session: SessionBase, identity: Identity | None) -> None:
    """A marker under a fallback of SECRET_KEY is made again under the key of today."""
    if identity is not None and session[MARKER] != (current := marker(identity)):
        session[MARKER] = current

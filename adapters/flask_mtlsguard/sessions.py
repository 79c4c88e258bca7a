"""A login session that begins with a certificate ends with it.

Each session that holds anything gets a marker of the certificate it was filled under. A request under another
certificate, or under none, finds the session empty.
"""

from flask import Flask, Response, current_app, session

from flask_mtlsguard.identity import client_identity
from mtlsguard.binding import session_holds, session_marker

MARKER = "_mtlsguard"


def bind(app: Flask) -> None:
    """Runs before every other hook of the application, whenever that was registered."""
    app.before_request_funcs.setdefault(None, []).insert(0, _end_foreign_session)
    app.after_request(_mark_session)


def _end_foreign_session() -> None:
    if not session or MARKER not in session:
        return
    identity = client_identity()
    if not any(session_holds(session[MARKER], identity, key) for key in _keys()):
        session.clear()


def _mark_session(response: Response) -> Response:
    identity = client_identity()
    if session and MARKER not in session and identity is not None:
        session[MARKER] = session_marker(identity, _keys()[0])
    return response


def _keys() -> list[bytes]:
    """The key that signs sessions first, then those that it replaced."""
    fallbacks = current_app.config.get("SECRET_KEY_FALLBACKS") or []
    keys = [key for key in [current_app.secret_key, *fallbacks] if key]
    return [key.encode() if isinstance(key, str) else key for key in keys]

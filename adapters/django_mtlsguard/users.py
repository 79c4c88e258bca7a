"""EDGE: who `request.user` is. Sync and async without a change of threads.

1. A login in the session counts as long as the session belongs to this request's certificate (see `sessions`); a
   session that belongs to another one, or to none, is flushed.
2. Without a login in the session the user is the one that the certificate is bound to, asked for when `request.user`
   is used first, and on every request anew: one indexed query, no session, no `user_logged_in`.
3. On a public route nobody has looked at the certificate: a session that belongs to one gives no user there, and stays.
"""

from functools import partial
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.contrib.auth import SESSION_KEY, load_backend
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from django_mtlsguard.identity import identity_of
from django_mtlsguard.middleware import Answer, GetResponse
from django_mtlsguard.sessions import MARKER, holds, renew
from mtlsguard import Identity

_CACHE = "_client_user"
User = Any  # the project's model, or AnonymousUser


class ClientUserMiddleware:
    """Directly after AuthenticationMiddleware."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self._backend, self._path = _backend()
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        if self._is_async:
            return self._call(request)
        identity, session = _client(request)
        if session is None:
            _hide_bound_login(request)
        elif not _is_held(session, identity):
            self._map(request, identity)
        return self.get_response(request)

    async def _call(self, request: HttpRequest) -> HttpResponseBase:
        identity, session = _client(request)
        if session is None:
            _hide_bound_login(request)
        elif not await _is_held_async(session, identity):
            self._map(request, identity)
        awaited: Any = self.get_response(request)
        return await awaited  # type: ignore[no-any-return]

    def _map(self, request: Any, identity: Identity | None) -> None:
        request.user = SimpleLazyObject(partial(self._user, request, identity))
        request.auser = partial(self._auser, request, identity)

    def _user(self, request: HttpRequest, identity: Identity | None) -> User:
        if _CACHE not in request.__dict__:
            found = None if identity is None else self._backend.authenticate(request, client_identity=identity)
            request.__dict__[_CACHE] = self._known(found)
        return request.__dict__[_CACHE]

    async def _auser(self, request: HttpRequest, identity: Identity | None) -> User:
        if _CACHE not in request.__dict__:
            found = None if identity is None else await self._backend.aauthenticate(request, client_identity=identity)
            request.__dict__[_CACHE] = self._known(found)
        return request.__dict__[_CACHE]

    def _known(self, user: User | None) -> User:
        if user is None:
            return _anonymous()
        user.backend = self._path  # as django.contrib.auth.authenticate does
        return user


def _client(request: Any) -> tuple[Identity | None, SessionBase | None]:
    """No session: this is a public route."""
    if not hasattr(request, "user"):
        raise ImproperlyConfigured("ClientUserMiddleware comes after AuthenticationMiddleware in MIDDLEWARE")
    return identity_of(request), None if request.client_unread else request.session


def _is_held(session: SessionBase, identity: Identity | None) -> bool:
    """Is there a login in the session, and is it this client's? One that is not ends here."""
    if session.session_key is None or SESSION_KEY not in session:
        return False
    if not holds(session, identity):
        session.flush()
        return False
    renew(session, identity)
    return True


async def _is_held_async(session: SessionBase, identity: Identity | None) -> bool:
    """The same; once the session is loaded, it is asked without waiting."""
    if session.session_key is None or not await session.ahas_key(SESSION_KEY):
        return False
    if not holds(session, identity):
        await session.aflush()
        return False
    renew(session, identity)
    return True


def _hide_bound_login(request: Any) -> None:
    """Lazily, so that a public page that asks for no user asks for no session either."""
    user, auser = request.user, request.auser

    async def visible() -> User:
        return _anonymous() if await request.session.ahas_key(MARKER) else await auser()

    request.user = SimpleLazyObject(lambda: _anonymous() if MARKER in request.session else user)
    request.auser = visible


def _anonymous() -> User:
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415 - needs the application registry

    return AnonymousUser()


def _backend() -> tuple[Any, str]:
    """The backend of AUTHENTICATION_BACKENDS that knows certificates, and its path."""
    from django_mtlsguard.backends import ClientCertificateBackend  # noqa: PLC0415 - needs the application registry

    for path in settings.AUTHENTICATION_BACKENDS:
        backend = load_backend(path)
        if isinstance(backend, ClientCertificateBackend):
            return backend, path
    raise ImproperlyConfigured(
        "ClientUserMiddleware needs django_mtlsguard.backends.ClientCertificateBackend in AUTHENTICATION_BACKENDS"
    )

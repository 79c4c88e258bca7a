"""The same backend with a memory: no query while nobody changes anything. For who needs it.

    AUTHENTICATION_BACKENDS = [..., "django_mtlsguard.remembered.RememberingBackend"]

Each process remembers which user a certificate is until a binding or a user is saved or deleted in it, and for no
more than `seconds`. What it cannot see is what another process changes, and `QuerySet.update()`: a user who is disabled
in that way may pass for `seconds` more. Where that is too long, use the backend that asks on every request.
"""

from copy import copy
from time import monotonic
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest

from django_mtlsguard.backends import ClientCertificateBackend, User
from django_mtlsguard.models import CertificateBinding
from mtlsguard import Identity

_MOST = 4_096


class _Memory:
    """fingerprint -> (the user as it was read, until when). What is known is thrown away whole."""

    def __init__(self) -> None:
        self.age = 0
        self._known: dict[str, tuple[User, float]] = {}

    def forget(self, **_signal: object) -> None:
        self.age += 1
        self._known = {}

    def user(self, identity: Identity) -> User | None:
        """A copy: what a request hangs on its user, permissions above all, stays with that request."""
        user, until = self._known.get(identity.reveal().fingerprint, (None, 0.0))
        return copy(user) if user is not None and monotonic() < until else None

    def keep(self, identity: Identity, user: User, seconds: float, age: int) -> None:
        """Not, if something has changed since the question was asked."""
        if age != self.age:
            return
        if len(self._known) >= _MOST:
            self._known = {}
        self._known[identity.reveal().fingerprint] = copy(user), monotonic() + seconds


_MEMORY = _Memory()
for _signal in (post_save, post_delete):
    for _model in (CertificateBinding, get_user_model()):
        _signal.connect(_MEMORY.forget, sender=_model, dispatch_uid=f"{__name__}.{_model.__name__}")


class RememberingBackend(ClientCertificateBackend):
    """`seconds`: how long a user is remembered at most."""

    seconds = 5.0

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, client_identity: Identity
    ) -> User | None:
        known = _MEMORY.user(client_identity)
        if known is not None:
            return known
        age = _MEMORY.age
        return self._kept(client_identity, super().authenticate(request, client_identity), age)

    async def aauthenticate(  # type: ignore[override]
        self, request: HttpRequest | None, client_identity: Identity
    ) -> User | None:
        known = _MEMORY.user(client_identity)
        if known is not None:
            return known
        age = _MEMORY.age
        return self._kept(client_identity, await super().aauthenticate(request, client_identity), age)

    def _kept(self, identity: Identity, user: Any, age: int) -> User | None:
        """Only who is somebody: a certificate that is bound now must count with the next request."""
        if user is not None:
            _MEMORY.keep(identity, user, self.seconds, age)
        return user

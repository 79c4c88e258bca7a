"""A verified certificate -> a user, in the shape of Django's RemoteUserBackend."""

from collections.abc import Iterable
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from django_mtlsguard.models import CertificateBinding
from django_mtlsguard.names import BindingKind, lookups
from mtlsguard import Deny, Identity
from mtlsguard.certificate import parse

User = Any  # the project's model
_CREATED_BY = {"spiffe": BindingKind.SPIFFE, "subject": BindingKind.DN}


class ClientCertificateBackend(ModelBackend):
    """Answers to `authenticate(request, client_identity=...)` only; other backends skip that keyword.

    `create_unknown_user`: a certificate that is bound to nobody gets a user of its own, called `clean_username` of the
    identity's name, and a binding. A user of that name who exists already is never taken: bind him on purpose.
    """

    create_unknown_user = False

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, client_identity: Identity
    ) -> User | None:
        user, created = _only_user(CertificateBinding.objects.of(client_identity)), False
        if user is None and self.create_unknown_user:
            user, created = self._create(client_identity)
        if user is None:
            return None
        user = self.configure_user(request, user, created=created)
        return user if self.user_can_authenticate(user) else None

    async def aauthenticate(  # type: ignore[override]
        self, request: HttpRequest | None, client_identity: Identity
    ) -> User | None:
        """See authenticate(). Threads are changed only to create a user, or where configure_user is overridden."""
        found = [binding async for binding in CertificateBinding.objects.of(client_identity)]
        user, created = _only_user(found), False
        if user is None and self.create_unknown_user:
            user, created = await sync_to_async(self._create)(client_identity)
        if user is None:
            return None
        user = await self.aconfigure_user(request, user, created=created)
        return user if self.user_can_authenticate(user) else None

    def clean_username(self, username: str) -> str:
        """The name of a user to create; an empty one creates none."""
        return username

    def configure_user(self, request: HttpRequest | None, user: User, created: bool = True) -> User:  # noqa: ARG002, FBT001, FBT002 - Django's signature
        """A place to set groups and the like; called for every user, before it is asked whether he may log in."""
        return user

    async def aconfigure_user(self, request: HttpRequest | None, user: User, created: bool = True) -> User:  # noqa: FBT001, FBT002
        """See configure_user()."""
        if type(self).configure_user is ClientCertificateBackend.configure_user:
            return user
        return await sync_to_async(self.configure_user)(request, user, created)

    def _create(self, identity: Identity) -> tuple[User | None, bool]:
        """The user of a certificate that is bound to nobody; of two requests at once one creates him."""
        candidate = parse(identity.reveal().certificate)
        kind = _CREATED_BY.get(identity.kind, BindingKind.FINGERPRINT)
        if isinstance(candidate, Deny) or CertificateBinding.objects.filter(lookup__in=lookups(candidate)).exists():
            return None, False  # bound, but switched off or to several
        new = _new_user(self.clean_username(identity.name))
        if new is None:
            return None, False
        try:
            with transaction.atomic():
                new.save(force_insert=True)
                CertificateBinding.objects.bind(new, candidate, kind)
        except IntegrityError:
            return _only_user(CertificateBinding.objects.of(identity)), False
        return new, True


def _only_user(bindings: Iterable[CertificateBinding]) -> User | None:
    """None also where the names of one certificate are bound to several users: nobody can say who it is."""
    users: dict[Any, User] = {binding.user_id: binding.user for binding in bindings}
    return next(iter(users.values())) if len(users) == 1 else None


def _new_user(username: str) -> User | None:
    model = get_user_model()
    longest = getattr(model._meta.get_field(model.USERNAME_FIELD), "max_length", None)  # noqa: SLF001 - Django's API
    if not username or (longest is not None and len(username) > longest):
        return None
    user = model(**{model.USERNAME_FIELD: username})
    user.set_unusable_password()
    return user

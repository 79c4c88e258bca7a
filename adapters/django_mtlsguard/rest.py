"""Django REST framework: the certificate as authentication, and roles as permission."""

from typing import Any

from django.conf import settings
from django.contrib.auth import load_backend
from django.http import HttpRequest
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from django_mtlsguard.backends import ClientCertificateBackend
from django_mtlsguard.identity import identity_of, is_cross_site
from mtlsguard import Identity
from mtlsguard.decision import Deny
from mtlsguard.reason import Reason
from mtlsguard.refusal import refusal
from mtlsguard.requirement import Requirement, require

_CHALLENGE = dict(refusal(Deny(Reason.NO_CERTIFICATE)).headers)[b"www-authenticate"].decode("ascii")


class ClientCertificateAuthentication(BaseAuthentication):  # type: ignore[misc] # DRF tells no types
    """The user that the certificate is bound to, with the identity as `request.auth`.

    Without a certificate the next class is asked. A certificate of nobody, or of a user who may not log in, is 401.
    """

    def authenticate(self, request: Request) -> tuple[Any, Identity] | None:
        plain: HttpRequest = request._request  # noqa: SLF001 - DRF's documented way to Django's request
        identity = identity_of(plain)
        if identity is None:
            return None
        if is_cross_site(plain):
            raise exceptions.PermissionDenied
        user = _backend().authenticate(plain, client_identity=identity)
        if user is None:
            raise exceptions.AuthenticationFailed
        return user, identity

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return _CHALLENGE


class _HasRole(BasePermission):  # type: ignore[misc]
    requirement: Requirement

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002
        return self.requirement.refusal(identity_of(request)) is None


def HasRole(*roles: str) -> type[_HasRole]:  # noqa: N802 - it is used where a class is
    """`permission_classes = [HasRole("billing")]`; without roles any verified client passes.

    Asks the identity and no user: for services without accounts let `authentication_classes` be empty.
    """
    return type("HasRole", (_HasRole,), {"requirement": require(*roles)})


def _backend() -> ClientCertificateBackend:
    """The project's own, if it has one in AUTHENTICATION_BACKENDS."""
    for path in settings.AUTHENTICATION_BACKENDS:
        backend = load_backend(path)
        if isinstance(backend, ClientCertificateBackend):
            return backend
    return ClientCertificateBackend()

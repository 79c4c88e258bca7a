"""django-ninja: `NinjaAPI(auth=ClientCertificate())`, or `auth=ClientCertificate("billing")` on one operation."""

from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.security.base import AuthBase

from django_mtlsguard.identity import identity_of, is_cross_site
from mtlsguard import Identity
from mtlsguard.requirement import require


class ClientCertificate(AuthBase):
    """`request.auth` is the identity. 401 without a certificate, 403 without one of the roles.

    It waits for nothing, so that it serves sync and async operations alike.
    """

    openapi_type = "mutualTLS"

    def __init__(self, *roles: str) -> None:
        self.requirement = require(*roles)
        super().__init__()

    def __call__(self, request: HttpRequest) -> Identity | None:
        identity = identity_of(request)
        if identity is None:
            return None
        deny = self.requirement.refusal(identity)
        if deny is not None or is_cross_site(request):
            raise HttpError(403, "Forbidden")
        return identity

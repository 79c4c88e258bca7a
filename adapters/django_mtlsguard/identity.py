"""The client of a request, and the constant answer for who may not pass."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

from mtlsguard import Identity
from mtlsguard.refusal import Refusal, refusal
from mtlsguard.requirement import Requirement

ATTRIBUTE = "client_identity"
UNREAD = "client_unread"

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
_OWN_SITE = {"same-origin", "none"}  # "none": the user typed the address


def identity_of(request: Any) -> Identity | None:
    """Who the client is; None where the route lets anonymous clients in."""
    try:
        identity: Identity | None = request.client_identity
    except AttributeError:
        raise ImproperlyConfigured("no guard: put django_mtlsguard.GuardMiddleware first into MIDDLEWARE") from None
    return identity


def render(answer: Refusal, request: HttpRequest) -> HttpResponse:
    """The core's refusal, octet for octet."""
    body = b"" if request.method == "HEAD" else answer.body
    headers = {name.decode("ascii").title(): value.decode("ascii") for name, value in answer.headers}
    return HttpResponse(body, status=answer.status, headers=headers)


def refused(request: HttpRequest, requirement: Requirement) -> HttpResponse | None:
    """The answer, if this client does not meet the requirement."""
    deny = requirement.refusal(identity_of(request))
    return None if deny is None else render(refusal(deny), request)


def is_cross_site(request: HttpRequest) -> bool:
    """A browser sends its certificate with what other sites make it send, too, and says so.

    For APIs without CSRF tokens. Clients that are no browsers send neither header.
    """
    if request.method in _SAFE_METHODS:
        return False
    site = request.META.get("HTTP_SEC_FETCH_SITE")
    if site:
        return site not in _OWN_SITE
    origin = request.META.get("HTTP_ORIGIN")
    return bool(origin) and origin != f"{request.scheme}://{request.get_host()}"

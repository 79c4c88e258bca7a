"""The six views as a Django URL configuration."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from django_mtlsguard import client_certificate_required, identity_of
from tests.adapters.conformance import BoomError, told


def view(request: HttpRequest, n: int = 0) -> HttpResponse:
    names = [key.removeprefix("HTTP_").replace("_", "-") for key in request.META if key.startswith(("HTTP_", "SSL_"))]
    return HttpResponse(told(identity_of(request), names))


def boom(request: HttpRequest) -> Any:
    raise BoomError


urlpatterns = [
    path("", view),
    path("public", view),
    path("maybe", view),
    path("invoices/<int:n>", view),
    path("admin", client_certificate_required("admin")(view)),
    path("boom", boom),
]

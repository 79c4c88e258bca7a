"""The controlled look-up is Django's: `request.user` is whom an administrator bound the certificate to."""

from dataclasses import asdict
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

import shop
from django_mtlsguard import client_certificate_required, identity_of


def account(request: Any) -> shop.Account:
    if not request.user.is_authenticated:
        raise PermissionDenied
    return shop.Account(request.user.get_username())


@login_not_required
def healthz(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def orders(request: HttpRequest) -> JsonResponse:
    return JsonResponse([asdict(order) for order in shop.orders_of(account(request))], safe=False)


def order(request: HttpRequest, number: int) -> JsonResponse:
    found = shop.order_for(account(request), number)
    if found is None:
        raise Http404
    return JsonResponse(asdict(found))


@client_certificate_required("auditor")
def all_orders(_request: HttpRequest) -> JsonResponse:
    return JsonResponse([asdict(order) for order in shop.ORDERS.values()], safe=False)


@client_certificate_required
def token(request: HttpRequest) -> HttpResponse:
    identity = identity_of(request)
    claims = shop.token_claims(request.headers.get("Authorization", ""), identity) if identity else None
    if claims is None:
        return HttpResponse(status=401)
    return HttpResponse(str(claims["sub"]))

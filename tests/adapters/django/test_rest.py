"""Django REST framework and django-ninja."""

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.test import AsyncRequestFactory, RequestFactory
from drf_spectacular.generators import SchemaGenerator
from ninja import NinjaAPI
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from django_mtlsguard.models import CertificateBinding
from django_mtlsguard.names import BindingKind
from django_mtlsguard.ninja import ClientCertificate
from django_mtlsguard.rest import ClientCertificateAuthentication, HasRole
from mtlsguard import Identity
from mtlsguard.certificate import parse
from mtlsguard.decision import Revealed
from tests.adapters.django.configuration import alice

pytestmark = pytest.mark.usefixtures("db")


class WhoAmI(APIView):
    authentication_classes = (ClientCertificateAuthentication,)
    permission_classes = (IsAuthenticated,)

    def get(self, request: object) -> Response:
        return Response({"user": request.user.get_username(), "identity": request.auth.kind})

    post = get


class ForBilling(WhoAmI):
    authentication_classes = ()
    permission_classes = (HasRole("billing"),)

    def get(self, request: object) -> Response:
        return Response("ok")


def identity(*roles: str) -> Identity:
    return Identity("spiffe", frozenset(roles), "abcdefgh", Revealed("spiffe://example.org/a", "", alice().der))


def ask(view: type[APIView], client: Identity | None, method: str = "get", **headers: str) -> Response:
    request = getattr(RequestFactory(), method)("/", headers=headers)
    request.client_identity = client
    return view.as_view()(request)


@pytest.fixture
def user() -> object:
    user = get_user_model().objects.create_user("alice")
    CertificateBinding.objects.bind(user, parse(alice().der), BindingKind.DN)
    return user


def test_the_user_is_the_one_that_the_certificate_is_bound_to(user: object) -> None:
    assert ask(WhoAmI, identity()).data == {"user": "alice", "identity": "spiffe"}


def test_without_a_certificate_it_is_401() -> None:
    assert ask(WhoAmI, None).status_code == 401


def test_401_has_a_challenge() -> None:
    assert ask(WhoAmI, None).headers["WWW-Authenticate"] == "ClientCertificate"


def test_a_certificate_of_nobody_is_401() -> None:
    assert ask(WhoAmI, identity()).status_code == 401


def test_a_disabled_user_is_401(user: object) -> None:
    user.is_active = False
    user.save()
    assert ask(WhoAmI, identity()).status_code == 401


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
def test_another_site_cannot_write_with_a_browsers_certificate(user: object, headers: dict[str, str]) -> None:
    assert ask(WhoAmI, identity(), "post", **headers).status_code == 403


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}])
def test_a_service_and_the_own_site_can_write(user: object, headers: dict[str, str]) -> None:
    assert ask(WhoAmI, identity(), "post", **headers).status_code == 200


def test_a_role_opens() -> None:
    assert ask(ForBilling, identity("billing")).status_code == 200


@pytest.mark.parametrize("client", [None, identity("audit")], ids=["nobody", "another role"])
def test_without_the_role_it_stays_closed(client: Identity | None) -> None:
    assert ask(ForBilling, client).status_code == 403


def test_the_schema_knows_mutual_tls() -> None:
    from django.urls import path

    schema = SchemaGenerator(patterns=[path("x", WhoAmI.as_view())]).get_schema(public=True)
    assert schema["components"]["securitySchemes"] == {"clientCertificate": {"type": "mutualTLS"}}


def ninja() -> NinjaAPI:
    api = NinjaAPI(urls_namespace=f"rest{len(MADE)}")
    MADE.append(api)

    @api.get("/sync", auth=ClientCertificate("billing"))
    def sync(request: object) -> str:
        return request.auth.kind

    @api.get("/async", auth=ClientCertificate("billing"))
    async def later(request: object) -> str:
        return request.auth.kind

    @api.post("/sync", auth=ClientCertificate())
    def write(request: object) -> str:
        return "ok"

    return api


MADE: list[NinjaAPI] = []


def call(name: str, client: Identity | None, method: str = "get", **headers: str) -> object:
    factory = RequestFactory() if name == "sync" else AsyncRequestFactory()
    request = getattr(factory, method)(f"/{name}", headers=headers)
    request.client_identity = client
    view = next(one.callback for one in ninja().urls[0] if str(one.pattern) == name)
    return view(request) if name == "sync" else async_to_sync(view)(request)


@pytest.mark.parametrize("name", ["sync", "async"])
def test_ninja_hands_out_the_identity(name: str) -> None:
    assert call(name, identity("billing")).content == b'"spiffe"'


@pytest.mark.parametrize("name", ["sync", "async"])
def test_ninja_answers_401_without_a_certificate(name: str) -> None:
    assert call(name, None).status_code == 401


@pytest.mark.parametrize("name", ["sync", "async"])
def test_ninja_answers_403_without_the_role(name: str) -> None:
    assert call(name, identity("audit")).status_code == 403


def test_ninja_does_not_let_other_sites_write() -> None:
    assert call("sync", identity(), "post", **{"sec-fetch-site": "cross-site"}).status_code == 403


def test_ninja_lets_services_write() -> None:
    assert call("sync", identity(), "post").status_code == 200


def test_ninjas_schema_knows_mutual_tls() -> None:
    schemes = ninja().get_openapi_schema(path_prefix="")["components"]["securitySchemes"]
    assert schemes == {"ClientCertificate": {"type": "mutualTLS"}}

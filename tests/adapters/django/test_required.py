"""@client_certificate_required and the mixin."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory
from django.views import View
from django.views.generic import TemplateView

from django_mtlsguard import ClientCertificateRequiredMixin, client_certificate_required
from mtlsguard.requirement import require, requirements
from tests.adapters.django import project
from tests.adapters.django.configuration import LOGIN_REQUIRED, MIDDLEWARE, alice, bob
from tests.adapters.django.running import BOTH, get, post

ROLE_PATHS = ("invoices", "ainvoices", "ledger", "aledger", "decorated")

pytestmark = pytest.mark.usefixtures("db")


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("name", ["any", *ROLE_PATHS])
def test_without_a_certificate_it_is_401(kind: str, name: str) -> None:
    assert get(kind, f"/optional/{name}/").status_code == 401


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("name", ROLE_PATHS)
def test_without_the_role_it_is_403(kind: str, name: str) -> None:
    assert get(kind, f"/optional/{name}/", bob()).status_code == 403


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("name", ["any", *ROLE_PATHS])
def test_with_the_role_it_opens(kind: str, name: str) -> None:
    assert get(kind, f"/optional/{name}/", alice()).status_code == 200


def test_401_has_a_challenge() -> None:
    assert "WWW-Authenticate" in get("wsgi", "/optional/any/").headers


def test_any_verified_client_may_where_no_role_is_named() -> None:
    assert get("wsgi", "/optional/any/", bob()).status_code == 200


def test_one_method_of_a_view_can_be_closed() -> None:
    assert post("wsgi", "/optional/writers/", bob()).status_code == 403


def test_the_other_methods_stay_open() -> None:
    assert get("wsgi", "/optional/writers/", bob()).status_code == 200


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (project.any_client, (require(),)),
        (project.invoices, (require("billing", "audit"),)),
        (project.ainvoices, (require("billing"),)),
        (project.Ledger.as_view(), (require("billing"),)),
        (project.Ledger.as_view(roles=("audit",)), (require("audit"),)),
        (project.Decorated.as_view(), (require("billing"),)),
    ],
    ids=["bare", "roles", "async", "mixin", "mixin with its own roles", "class"],
)
def test_the_requirement_can_be_read_from_the_view(view: object, expected: object) -> None:
    assert requirements(view) == expected


def test_roles_given_to_as_view_are_asked() -> None:
    request = RequestFactory().get("/")
    request.client_identity = None
    assert project.Ledger.as_view(roles=("audit",))(request).status_code == 401


def test_a_list_is_no_role() -> None:
    with pytest.raises(TypeError):
        client_certificate_required(["billing"])


def test_a_single_text_is_not_many_roles() -> None:
    class Letters(ClientCertificateRequiredMixin, View):
        roles = "billing"

    with pytest.raises(ImproperlyConfigured):
        Letters.as_view()


def test_the_mixin_must_stand_left() -> None:
    with pytest.raises(TypeError, match="left"):

        class Never(TemplateView, ClientCertificateRequiredMixin):
            pass


def test_without_the_guard_a_view_is_not_open() -> None:
    with pytest.raises(ImproperlyConfigured):
        project.any_client(RequestFactory().get("/"))


def test_login_is_still_asked_for_where_the_project_asks_for_it(settings: object) -> None:
    settings(MIDDLEWARE=[*MIDDLEWARE, LOGIN_REQUIRED])
    assert get("wsgi", "/optional/invoices/", alice()).status_code == 302


def test_a_view_for_services_says_that_it_needs_no_login(settings: object) -> None:
    settings(MIDDLEWARE=[*MIDDLEWARE, LOGIN_REQUIRED])
    assert get("wsgi", "/optional/services/", alice()).status_code == 200


def test_a_view_that_needs_no_login_still_needs_its_role(settings: object) -> None:
    settings(MIDDLEWARE=[*MIDDLEWARE, LOGIN_REQUIRED])
    assert get("wsgi", "/optional/services/", bob()).status_code == 403


def test_the_view_keeps_its_name() -> None:
    @client_certificate_required("billing")
    def view(request: object) -> HttpResponse:
        return HttpResponse()

    assert view.__name__ == "view"

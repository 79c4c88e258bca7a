"""What is told about the routes of a project."""

import contextlib
import json
import types
from io import StringIO

import pytest
from django.conf.urls.i18n import i18n_patterns
from django.core.management import call_command
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views import static
from ninja import NinjaAPI
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSet

from django_mtlsguard.ninja import ClientCertificate
from django_mtlsguard.rest import HasRole
from django_mtlsguard.routes import endpoints
from mtlsguard.coverage import Endpoint
from mtlsguard.requirement import require
from mtlsguard.segments import ONE, REST
from tests.adapters.django import project
from tests.adapters.django.project import plain


def of(*patterns: object) -> tuple[Endpoint, ...]:
    urlconf = types.ModuleType("urlconf")
    urlconf.urlpatterns = list(patterns)
    return endpoints(urlconf)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (path("", plain), [("",)]),
        (path("invoices/", plain), [("invoices", "")]),
        (path("invoices/<int:pk>", plain), [("invoices", ONE)]),
        (path("<slug:a>-<slug:b>/", plain), [(ONE, "")]),
        (path("files/<path:rest>", plain), [("files", REST)]),
        (path("files/<path:rest>/edit", plain), [("files", REST)]),
        (re_path(r"^archive/(?P<year>[0-9]{4})/$", plain), [("archive", ONE, "")]),
        (re_path(r"^archive/([^/]+)$", plain), [("archive", ONE)]),
        (re_path(r"^archive/(.*)$", plain), [("archive", REST)]),
        (re_path(r"^archive/[a-z]{2}/x$", plain), [("archive", ONE, "x")]),
        (re_path(r"^archive/.*$", plain), [("archive", REST)]),
        (re_path(r"^archive/a?$", plain), [("archive", REST)]),
        (re_path(r"^archive/(a/)?b$", plain), [("archive", REST)]),
        (re_path(r"^robots\.txt$", plain), [("robots.txt",)]),
        (re_path(r"^open", plain), [(REST,)]),
        (re_path(r"loose/$", plain), [(REST,)]),
        (path("a/", include([path("<int:x>/", include([path("b", plain)]))])), [("a", ONE, "b")]),
        (re_path(r"^a/", include([re_path(r"^b$", plain)])), [("a", "b")]),
    ],
    ids=str,
)
def test_patterns(pattern: object, expected: object) -> None:
    assert [one.pattern for one in of(pattern)] == expected


def test_a_language_is_a_segment_or_missing(settings: object) -> None:
    found = of(*i18n_patterns(path("x/", plain), prefix_default_language=False))
    assert {one.pattern for one in found} == {(ONE, "x", ""), ("x", "")}


def test_a_view_of_any_method() -> None:
    assert of(path("x", plain))[0].methods == frozenset()


def test_a_view_is_named() -> None:
    assert of(path("x", plain))[0].view == "tests.adapters.django.project.plain"


def test_a_folder_of_files_is_opaque() -> None:
    assert of(path("media/<path:path>", static.serve))[0].opaque


def test_a_decorator_is_seen() -> None:
    assert of(path("x", project.invoices))[0].requirements == (require("billing", "audit"),)


def test_a_mixin_is_seen_with_its_methods() -> None:
    (found,) = of(path("x", project.Ledger.as_view()))
    assert (found.requirements, found.methods) == ((require("billing"),), {"GET", "HEAD"})


def test_methods_that_ask_differently_are_told_apart() -> None:
    found = {one.methods: one.requirements for one in of(path("x", project.WritersOnly.as_view()))}
    assert found == {frozenset({"GET", "HEAD"}): (), frozenset({"POST"}): (require("billing"),)}


class Numbers(ViewSet):
    permission_classes = (HasRole("billing"),)

    def list(self, request: object) -> None: ...
    def create(self, request: object) -> None: ...


class OneNumber(APIView):
    def get(self, request: object) -> None: ...


def test_a_view_set_tells_its_actions() -> None:
    (found,) = of(path("x", Numbers.as_view({"get": "list", "post": "create"})))
    assert (found.requirements, found.methods) == ((require("billing"),), {"GET", "HEAD", "POST"})


def test_an_api_view_tells_its_methods() -> None:
    assert of(path("x", OneNumber.as_view()))[0].methods == {"GET", "HEAD"}


def test_operations_of_ninja_tell_what_they_ask() -> None:
    api = NinjaAPI(urls_namespace="routes", docs_url=None, openapi_url=None)

    @api.get("/open")
    def get(request: object) -> HttpResponse: ...
    @api.post("/open", auth=ClientCertificate("billing"))
    def post(request: object) -> HttpResponse: ...

    found = {tuple(one.methods): one.requirements for one in of(path("api/", api.urls)) if one.pattern[-1] == "open"}
    assert found == {("GET",): (), ("POST",): (require("billing"),)}


def test_another_way_to_authenticate_makes_the_certificate_no_requirement() -> None:
    api = NinjaAPI(urls_namespace="either", docs_url=None, openapi_url=None)

    @api.get("/x", auth=[ClientCertificate("billing"), lambda _: True])
    def get(request: object) -> HttpResponse: ...

    assert [one.requirements for one in of(path("api/", api.urls)) if one.pattern[-1] == "x"] == [()]


def test_the_projects_own_routes_are_the_default() -> None:
    assert ("ledger", "") in {one.pattern for one in endpoints()}


def test_the_admin_is_followed() -> None:
    assert ("admin", "auth", "user", "add", "") in {one.pattern for one in endpoints()}


def test_manage_py_prints_what_covers_the_routes() -> None:
    out = StringIO()
    with contextlib.suppress(SystemExit):
        call_command("mtlsguard_routes", "--json", stdout=out)
    assert "/ledger/" in {one["path"] for one in json.loads(out.getvalue())["routes"]}

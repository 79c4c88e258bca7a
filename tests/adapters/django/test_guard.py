"""GuardMiddleware: the core's decision, under WSGI and under ASGI."""

import asyncio
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync, iscoroutinefunction
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, AsyncRequestFactory, Client, RequestFactory

from django_mtlsguard import GuardMiddleware, identity_of
from django_mtlsguard.middleware import AUDIT
from mtlsguard import Guard
from mtlsguard.decision import Deny
from mtlsguard.reason import Reason
from mtlsguard.refusal import refusal
from mtlsguard.testing import Pki, present
from tests.adapters.django import project
from tests.adapters.django.configuration import GUARD, PROXY, alice, bob, leaf, mtlsguard, pki
from tests.adapters.django.running import BOTH, client, get

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    project.SEEN.clear()
    return request.param


def carries(request: HttpRequest) -> bool:
    return "X-SSL-Client-Cert" in request.headers or "X-SSL-Client-Verify" in request.headers


def path(kind: str, name: str = "") -> str:
    return f"/{name}async/" if kind == "asgi" else f"/{name}"


def test_a_verified_client_has_an_identity(kind: str) -> None:
    assert get(kind, path(kind), alice()).json()["identity"] == "spiffe://example.org/ns/billing/sa/alice"


def test_a_client_without_a_certificate_is_refused(kind: str) -> None:
    assert get(kind, path(kind)).status_code == 401


def test_a_forger_is_refused(kind: str) -> None:
    forged = Pki().leaf("alice", spiffe="spiffe://example.org/ns/billing/sa/alice")
    assert get(kind, path(kind), forged).status_code == 401


def test_an_expired_certificate_is_refused_on_a_route_for_everybody(kind: str) -> None:
    late = leaf(not_after=pki().now - timedelta(hours=1), not_before=pki().now - timedelta(days=2))
    assert get(kind, path(kind, "optional/"), late).status_code == 401


def test_an_optional_route_lets_anonymous_clients_in(kind: str) -> None:
    assert get(kind, path(kind, "optional/")).json()["identity"] is None


def test_a_route_asks_for_its_role(kind: str) -> None:
    assert get(kind, "/ledger/", bob()).status_code == 403


def test_a_route_opens_for_its_role(kind: str) -> None:
    assert get(kind, "/ledger/", alice()).status_code == 200


def test_a_path_with_two_readings_is_refused(kind: str) -> None:
    assert get(kind, "/public/..//ledger/", alice()).status_code == 403


def test_a_refusal_is_the_constant_one(kind: str) -> None:
    answer, expected = get(kind, path(kind)), refusal(Deny(Reason.NO_CERTIFICATE))
    sent = {(name.lower().encode(), value.encode()) for name, value in answer.headers.items()}
    assert (answer.content, sent) == (expected.body, set(expected.headers))


def test_a_stranger_is_not_believed(kind: str) -> None:
    asking = client(kind, alice())
    asking.django.peer = "203.0.113.9"
    assert asking("get", path(kind)).status_code == 401


@pytest.mark.parametrize(("port", "status"), [(4711, 200), (0, 401)])
def test_a_peer_that_the_server_rewrote_is_not_believed(port: int, status: int) -> None:
    request = AsyncRequestFactory().get("/ledger/", headers=present(alice(), "nginx"))
    request.scope["client"] = (PROXY, port)
    assert GuardMiddleware(lambda _: HttpResponse())(request).status_code == status


def test_views_see_no_certificate_header_in_meta(kind: str) -> None:
    get(kind, path(kind), alice())
    assert not [name for name in project.SEEN[0].META if "SSL_CLIENT" in name]


def test_views_see_no_certificate_header(kind: str) -> None:
    get(kind, path(kind), alice())
    assert not carries(project.SEEN[0])


def test_a_view_on_a_public_route_sees_no_certificate_header_either(kind: str) -> None:
    get(kind, path(kind, "public/"), alice())
    assert not carries(project.SEEN[0])


def test_views_see_no_header_of_another_vendor(kind: str) -> None:
    extra = (
        {"HTTP_X_FORWARDED_CLIENT_CERT": "Hash=00"} if kind == "wsgi" else {"headers": {"X-Forwarded-Client-Cert": "x"}}
    )
    get(kind, path(kind, "public/"), **extra)
    assert "X-Forwarded-Client-Cert" not in project.SEEN[0].headers


def test_views_see_no_certificate_header_in_the_scope() -> None:
    project.SEEN.clear()
    get("asgi", "/async/", alice())
    assert not [name for name, _ in project.SEEN[0].scope["headers"] if b"ssl-client" in name]


def test_the_scope_of_the_server_stays_as_it_was() -> None:
    request = AsyncRequestFactory().get("/public/plain/", headers={"X-SSL-Client-Cert": "x"})
    scope, before = request.scope, list(request.scope["headers"])
    GuardMiddleware(lambda _: HttpResponse())(request)
    assert scope["headers"] == before
    assert request.scope is not scope


def test_headers_that_were_looked_at_before_the_guard_are_forgotten() -> None:
    headers = present(alice(), "nginx")
    request = RequestFactory(REMOTE_ADDR=PROXY).get("/", headers=headers)
    assert carries(request)
    GuardMiddleware(lambda _: HttpResponse())(request)
    assert not carries(request)


def test_on_a_public_route_nobody_looks_at_the_certificate(kind: str) -> None:
    assert get(kind, path(kind, "public/"), alice()).json()["identity"] is None


def test_an_answer_is_kept_out_of_caches(kind: str) -> None:
    assert get(kind, path(kind), alice()).headers["Cache-Control"] == "no-store"


def test_an_answer_that_may_be_stored_varies(kind: str) -> None:
    assert get(kind, "/storable/", alice()).headers["Vary"].lower() == "x-ssl-client-cert"


def test_a_public_answer_is_not_marked(kind: str) -> None:
    assert "Cache-Control" not in get(kind, "/public/plain/").headers


def test_a_refusal_of_head_has_no_body() -> None:
    assert Client(REMOTE_ADDR=PROXY).head("/").content == b""


def test_decisions_are_counted_for_django(kind: str) -> None:
    before = AUDIT.counts().get(("deny", "no-certificate"), 0)
    get(kind, path(kind))
    assert AUDIT.counts()[("deny", "no-certificate")] == before + 1


def test_under_asgi_no_thread_is_changed() -> None:
    threads = []

    async def view(request: ASGIRequest) -> HttpResponse:
        threads.append(threading.get_ident())
        return HttpResponse()

    async def ask() -> int:
        await GuardMiddleware(view)(AsyncRequestFactory().get("/public/plain/"))
        return threading.get_ident()

    assert [async_to_sync(ask)()] == threads


def test_it_is_async_where_what_it_wraps_is() -> None:
    async def view(_: object) -> HttpResponse:
        return HttpResponse()

    assert iscoroutinefunction(GuardMiddleware(view))


def test_it_is_sync_where_what_it_wraps_is() -> None:
    assert not iscoroutinefunction(GuardMiddleware(lambda _: HttpResponse()))


def test_a_changed_setting_is_a_new_guard(settings: object) -> None:
    assert get("wsgi", "/", alice()).status_code == 200
    settings(MTLSGUARD=mtlsguard(trust={"anchors": [Pki().root.pem]}))
    assert get("wsgi", "/", alice()).status_code == 401


def test_a_client_that_is_in_use_meets_the_new_guard(settings: object) -> None:
    client, headers = Client(REMOTE_ADDR=PROXY), present(alice(), "nginx")
    assert client.get("/", headers=headers).status_code == 200
    settings(MTLSGUARD=mtlsguard(trust={"anchors": [Pki().root.pem]}))
    assert client.get("/", headers=headers).status_code == 401


def test_the_file_may_be_named(settings: object, tmp_path: object) -> None:
    (tmp_path / "root.pem").write_text(pki().root.pem)
    file = tmp_path / "mtlsguard.toml"
    file.write_text('[proxy]\ndialect = "nginx"\ntrusted = ["10.1.2.3"]\n[trust]\nanchors = ["root.pem"]\n')
    settings(MTLSGUARD={"config": file})
    assert get("wsgi").status_code == 401


@pytest.mark.parametrize(
    "wrong",
    [None, {}, [], {"config": "a.toml", "proxy": {}}, {"config": 7}, {"proxi": {}}, {"config": "/nowhere/a.toml"}],
    ids=["none", "empty", "list", "both", "number", "typo", "no file"],
)
def test_a_wrong_setting_stops_the_start(settings: object, wrong: object) -> None:
    settings(MTLSGUARD=wrong)
    with pytest.raises(ImproperlyConfigured):
        GuardMiddleware(lambda _: HttpResponse())


def test_a_wrong_setting_is_told_without_its_values(settings: object) -> None:
    settings(MTLSGUARD=mtlsguard(proxy={"secret": "hunter2"}))
    with pytest.raises(ImproperlyConfigured) as caught:
        GuardMiddleware(lambda _: HttpResponse())
    assert "hunter2" not in str(caught.value)


def test_without_a_guard_there_is_no_identity() -> None:
    with pytest.raises(ImproperlyConfigured, match="GuardMiddleware"):
        identity_of(RequestFactory().get("/"))


def test_a_bug_surfaces_and_its_frames_hold_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(self: object, connection: object, now: float) -> None:
        pem = connection.seen
        raise RuntimeError(len(pem))

    monkeypatch.setattr("mtlsguard.engine.Snapshot.check", check)
    with pytest.raises(RuntimeError) as caught:
        get("wsgi", "/", alice())
    frames = [entry.frame for entry in caught.traceback if entry.frame.code.name == "check"]
    assert [frame.f_locals for frame in frames] == [{}]


def test_a_project_can_render_refusals(settings: object) -> None:
    settings(MIDDLEWARE=[f"{__name__}.Rendering"])
    assert get("wsgi").content == b"sorry: 401"


class Rendering(GuardMiddleware):
    def refuse(self, request: object, answer: object) -> HttpResponse:
        return HttpResponse(f"sorry: {answer.status}", status=answer.status)


def test_the_guard_can_be_named_from_the_top(settings: object) -> None:
    settings(MIDDLEWARE=[GUARD])
    assert async_to_sync(AsyncClient().get)("/ledger/").status_code == 401


def test_the_guard_is_the_cores(settings: object) -> None:
    from django_mtlsguard.conf import guard

    assert isinstance(guard(), Guard)


def test_the_package_can_be_imported_before_the_applications_are_ready() -> None:
    source = "from django.conf import settings; settings.configure(); import django_mtlsguard"
    assert subprocess.run([sys.executable, "-c", source], check=False).returncode == 0


def native_request() -> ASGIRequest:
    request = AsyncRequestFactory().get("/")
    request.scope["extensions"] = {"tls": {"client_cert_chain": [alice().pem], "client_cert_error": None}}
    return request


@pytest.fixture
def native(settings: object) -> None:
    settings(MTLSGUARD={"proxy": {"dialect": "asgi-tls"}, "trust": mtlsguard()["trust"]})


def test_a_server_that_knows_the_certificate_itself_is_asked(native: None) -> None:
    request = native_request()
    GuardMiddleware(lambda _: HttpResponse())(request)
    assert identity_of(request).name == "spiffe://example.org/ns/billing/sa/alice"


def test_what_the_server_knows_is_not_for_views(native: None) -> None:
    request = native_request()
    GuardMiddleware(lambda _: HttpResponse())(request)
    assert alice().pem not in str(request.scope)


def test_requests_at_the_same_time_have_their_own_identities() -> None:
    async def view(request: ASGIRequest) -> HttpResponse:
        before = identity_of(request).name
        await asyncio.sleep(0)
        return HttpResponse(str(before == identity_of(request).name) + before[-5:])

    async def ask() -> list[bytes]:
        middleware = GuardMiddleware(view)
        requests = [AsyncRequestFactory().get("/ledger/", headers=present(one, "nginx")) for one in (alice(), CAROL)]
        for request in requests:
            request.scope["client"] = (PROXY, 4711)
        return [one.content for one in await asyncio.gather(*map(middleware, requests))]

    assert async_to_sync(ask)() == [b"Truealice", b"Truecarol"]


CAROL = leaf("carol")

"""Error pages and error mails hold no certificate data."""

import base64
import logging
import sys
from urllib.parse import quote

import pytest
from django.core import mail
from django.http import HttpRequest, QueryDict
from django.test import RequestFactory
from django.utils.log import AdminEmailHandler
from django.views.debug import technical_500_response

from django_mtlsguard.conf import guard
from django_mtlsguard.reporting import MTLSGuardExceptionReporterFilter
from mtlsguard.testing import present
from tests.adapters.django import project
from tests.adapters.django.configuration import PROXY, alice, mtlsguard
from tests.adapters.django.running import BOTH, client

pytestmark = pytest.mark.usefixtures("db")

SECRET = "a-very-secret-word-of-the-proxy"


def pieces() -> list[str]:
    """What would give the certificate away, however it is written."""
    body = base64.b64encode(alice().der).decode()
    return [body[40:80], body[200:240], alice().fingerprint, alice().der.hex()[80:120], "Example Secret Division"]


def leaks(text: str) -> list[str]:
    return [piece for piece in pieces() if piece in text]


@pytest.fixture(autouse=True)
def _pem() -> None:
    project.PEM[:] = [alice().pem, "subject=CN=alice,O=Example Secret Division,C=DE"]


def page(kind: str) -> str:
    asking = client(kind, alice())
    asking.django.raise_request_exception = False
    return asking("get", "/breaks/", headers={"accept": "text/html"}).content.decode()


@pytest.mark.parametrize("kind", BOTH)
def test_the_page_of_an_error_holds_no_certificate(kind: str, settings: object) -> None:
    settings(DEBUG=True)
    assert leaks(page(kind)) == []


def test_the_page_shows_the_frame_that_broke(settings: object) -> None:
    settings(DEBUG=True)
    shown = page("wsgi")
    assert "[certificate sha256:" in shown
    assert "revealed" in shown


def test_without_filter_and_reporter_the_page_would_hold_it(settings: object) -> None:
    settings(
        DEBUG=True,
        DEFAULT_EXCEPTION_REPORTER="django.views.debug.ExceptionReporter",
        DEFAULT_EXCEPTION_REPORTER_FILTER="django.views.debug.SafeExceptionReporterFilter",
    )
    settings_changed()
    assert leaks(page("wsgi")) != []


@pytest.fixture(autouse=True)
def _fresh_filter() -> None:
    settings_changed()
    yield
    settings_changed()


def settings_changed() -> None:
    from django.views.debug import get_default_exception_reporter_filter

    get_default_exception_reporter_filter.cache_clear()


def mailed(request: HttpRequest) -> str:
    """What AdminEmailHandler sends, text and HTML."""
    try:
        project.breaks(request)
    except ValueError:
        record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Error: /", (), sys.exc_info())
    record.request = request
    mail.outbox = []
    AdminEmailHandler(include_html=True).emit(record)
    message = mail.outbox[0]
    return "\n".join([message.subject, message.body, *(str(part[0]) for part in message.alternatives)])


def guarded(**extra: object) -> HttpRequest:
    from django.http import HttpResponse

    from django_mtlsguard import GuardMiddleware

    request = RequestFactory(REMOTE_ADDR=PROXY).get("/ledger/", headers=present(alice(), "nginx"), **extra)
    GuardMiddleware(lambda _: HttpResponse())(request)
    return request


def test_the_mail_about_an_error_holds_no_certificate(settings: object) -> None:
    settings(ADMINS=[("a", "a@example.org")] if _pairs() else ["a@example.org"])
    assert leaks(mailed(guarded())) == []


def _pairs() -> bool:
    import django

    return django.VERSION < (6, 0)


def shown(request: HttpRequest) -> str:
    try:
        project.breaks(request)
    except ValueError:
        return technical_500_response(request, *sys.exc_info()).content.decode()
    raise AssertionError


def test_the_query_holds_no_certificate() -> None:
    request = guarded()
    request.GET = QueryDict(f"certificate={quote(alice().pem)}")
    assert leaks(shown(request)) == []


def test_a_form_holds_no_certificate() -> None:
    request = guarded()
    request.method, request.POST = "POST", QueryDict(f"upload={quote(alice().pem)}&upload=x")
    assert leaks(shown(request)) == []


def test_a_form_keeps_its_other_fields() -> None:
    request = guarded()
    request.method, request.POST = "POST", QueryDict("colour=heliotrope")
    assert "heliotrope" in shown(request)


def test_the_chained_error_holds_no_certificate() -> None:
    try:
        raises_behind(alice().pem)
    except RuntimeError:
        page = technical_500_response(guarded(), *sys.exc_info()).content.decode()
    assert leaks(page) == []


def raises_behind(text: str) -> None:
    try:
        int(text)
    except ValueError as error:
        raise RuntimeError("outer") from error


def test_a_request_that_never_met_the_guard_holds_none_either() -> None:
    request = RequestFactory().get("/", headers=present(alice(), "nginx"))
    meta = MTLSGuardExceptionReporterFilter().get_safe_request_meta(request)
    assert leaks(str(meta)) == []


def test_the_secret_of_the_proxy_is_hidden(settings: object) -> None:
    settings(MTLSGUARD=mtlsguard(proxy={"secret": {"header": "X-Door", "value": SECRET}}))
    assert guard().current.policy.proxy.secret is not None
    request = RequestFactory().get("/", headers={"x-door": SECRET})
    assert SECRET not in str(MTLSGuardExceptionReporterFilter().get_safe_request_meta(request))


def test_the_secret_in_the_settings_is_hidden(settings: object) -> None:
    settings(MTLSGUARD=mtlsguard(proxy={"secret": {"header": "X-Door", "value": SECRET}}))
    assert SECRET not in str(MTLSGuardExceptionReporterFilter().get_safe_settings()["MTLSGUARD"])


def test_certificates_in_the_settings_are_hidden(settings: object) -> None:
    settings(MTLSGUARD=mtlsguard(), SOMETHING=[alice().pem])
    assert leaks(str(MTLSGuardExceptionReporterFilter().get_safe_settings())) == []


def test_other_settings_stay() -> None:
    assert MTLSGuardExceptionReporterFilter().get_safe_settings()["LOGIN_URL"] == "/optional/login/"


def test_a_wrong_configuration_does_not_break_the_report(settings: object) -> None:
    settings(MTLSGUARD={})
    request = RequestFactory().get("/", headers={"x-colour": "red"})
    assert MTLSGuardExceptionReporterFilter().get_safe_request_meta(request)["HTTP_X_COLOUR"] == "red"

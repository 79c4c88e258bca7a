"""Django as a project runs it, in a process of its own: the debug page, the logs, the mail, and check --deploy."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sinks.emissions import ALICE

ROOT = Path(__file__).parents[2]

PROJECT = """
import json, logging, sys
import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import path
from tests.redact.material import Material
from cryptography import x509

PEM = sys.stdin.read()
CERTIFICATE = x509.load_pem_x509_certificate(PEM.encode())

def broken(request):
    leaf, pem, dn = CERTIFICATE, PEM, CERTIFICATE.subject.rfc4514_string()
    serial, headers = CERTIFICATE.serial_number, dict(request.headers)
    logging.getLogger("shop").warning("refused %s", dn, extra={"client_cert": pem})
    raise ValueError(f"no way for {dn}")

urlpatterns = [path("", broken)]
options = json.loads(sys.argv[1])
settings.configure(
    SECRET_KEY="a key for tests, of a sufficient length",
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django_mtlsguard"],
    MIDDLEWARE=[],
    ADMINS=[("a", "a@example.org")] if django.VERSION < (6, 0) else ["a@example.org"],
    EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    **options,
)
django.setup()
"""
ASKED = """
from django.core import mail
from django.test import Client
mail.outbox = []
client = Client(raise_request_exception=False)
answer = client.get("/", headers={"x-ssl-client-cert": PEM.replace(chr(10), "%0A"), "accept": "text/html"})
print(answer.status_code)
print(answer.content.decode())
print(*(f"{one.subject} {one.body} {one.alternatives}" for one in mail.outbox))
"""
CHECKED = """
from django.core.checks import run_checks
found = run_checks(tags=["security"], include_deployment_checks=True)
print(json.dumps([[one.id, one.msg, one.hint] for one in found if one.id == "mtlsguard.W008"]))
"""

REPORTING = {
    "DEFAULT_EXCEPTION_REPORTER_FILTER": "django_mtlsguard.reporting.MTLSGuardExceptionReporterFilter",
    "DEFAULT_EXCEPTION_REPORTER": "django_mtlsguard.reporting.MTLSGuardExceptionReporter",
}
REDACTED = {"LOGGING_CONFIG": "mtlsguard.redact.sinks.stdlib.configure", "LOGGING": {"version": 1}}
KEEP = {"version": 1, "disable_existing_loggers": False}
CONSOLE = {
    **KEEP,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"]},
}

MAIL = "logger django, handler AdminEmailHandler mail_admins"  # Django's own, by default
SERVER = "logger django.server, handler StreamHandler django.server"


def ran(program: str, **settings: object) -> tuple[str, str]:
    command = [sys.executable, "-c", PROJECT + program, json.dumps(settings)]
    done = subprocess.run(command, cwd=ROOT, input=ALICE.pem, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr[-2000:].replace(ALICE.pem, "")
    return done.stdout, done.stderr


def test_the_debug_page_of_a_view_with_a_certificate_in_its_variables() -> None:
    page, log = ran(ASKED, DEBUG=True, **REPORTING, **(REDACTED | {"LOGGING": CONSOLE}))
    assert page.startswith("500")
    assert (ALICE.leaks_in(page), ALICE.leaks_in(log)) == ([], [])
    expected = ["broken", "leaf", "[certificate", "[dn sha256:", "[serial", "ValueError"]
    assert [word for word in expected if word not in page] == []
    assert [word for word in ("refused [dn", "Traceback", "ValueError") if word not in log] == []


def test_without_any_of_it_all_would_be_there() -> None:
    page, log = ran(ASKED, DEBUG=True, LOGGING=CONSOLE)
    assert ALICE.leaks_in(page) != []
    assert ALICE.leaks_in(log) != []


def test_the_mail_in_production() -> None:
    page, log = ran(ASKED, DEBUG=False, **REPORTING, **(REDACTED | {"LOGGING": CONSOLE}))
    assert "Traceback" in page
    assert (ALICE.leaks_in(page), ALICE.leaks_in(log)) == ([], [])


@pytest.mark.parametrize(
    ("settings", "leaking"),
    [
        ({"LOGGING": CONSOLE}, ["logger root, handler StreamHandler console", MAIL, SERVER]),
        ({}, ["logger root, handler _StderrHandler", MAIL, SERVER]),
        (REDACTED | {"LOGGING": CONSOLE}, []),
        (REDACTED | {"LOGGING": KEEP}, []),
        ({"LOGGING": CONSOLE, "LOGGING_CONFIG": None}, []),  # its own affair
    ],
    ids=["plain", "the default", "redacted", "redacted, the default", "not by Django"],
)
def test_the_check_before_a_deployment(settings: dict[str, object], leaking: list[str]) -> None:
    told = json.loads(ran(CHECKED, **settings)[0])
    assert [one for one in leaking if not any(one in message for _, message, _ in told)] == []
    assert (len(told), ALICE.leaks_in(str(told))) == (len(leaking), [])
    assert all("sinks.stdlib.configure" in hint for _, _, hint in told)

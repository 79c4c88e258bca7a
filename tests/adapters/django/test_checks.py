"""System checks: each has what fires it, and the usual settings fire none."""

import re
from pathlib import Path

import pytest
from django.core.checks import run_checks

from mtlsguard.testing import Pki
from tests.adapters.django.configuration import (
    CLIENT_USERS,
    GUARD,
    MIDDLEWARE,
    SESSIONS,
    USERS,
    mtlsguard,
)

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
REMOTE = "django.contrib.auth.middleware.RemoteUserMiddleware"
PERSISTENT = "django.contrib.auth.middleware.PersistentRemoteUserMiddleware"
FILTER = "django.views.debug.SafeExceptionReporterFilter"
REPORTER = "django.views.debug.ExceptionReporter"
NATIVE = {"trust": {"anchors": [Pki().root.pem]}}

FIRES = {
    "E001 missing": ("E001", {"MTLSGUARD": None}),
    "E001 nobody trusted": ("E001", {"MTLSGUARD": {"proxy": {"dialect": "nginx"}}}),
    "E001 unknown key": ("E001", {"MTLSGUARD": mtlsguard(proxi={"a": 1})}),
    "E001 no file": ("E001", {"MTLSGUARD": {"config": "/nowhere/mtlsguard.toml"}}),
    "E002": ("E002", {"MIDDLEWARE": MIDDLEWARE[1:]}),
    "E003": ("E003", {"MIDDLEWARE": [*MIDDLEWARE[1:], GUARD]}),
    "W001": ("W001", {"MIDDLEWARE": ["django.middleware.gzip.GZipMiddleware", *MIDDLEWARE]}),
    "E004": ("E004", {"MIDDLEWARE": [*MIDDLEWARE, "django.middleware.cache.UpdateCacheMiddleware"]}),
    "E004 before": ("E004", {"MIDDLEWARE": ["django.middleware.cache.FetchFromCacheMiddleware", *MIDDLEWARE]}),
    "E005": ("E005", {"MIDDLEWARE": [GUARD, SESSIONS, CLIENT_USERS, USERS]}),
    "E005 without": ("E005", {"MIDDLEWARE": [GUARD, SESSIONS, CLIENT_USERS]}),
    "E006": ("E006", {"AUTHENTICATION_BACKENDS": [MODEL_BACKEND]}),
    "E007": ("E007", {"MIDDLEWARE": [*MIDDLEWARE, REMOTE], "ASGI_APPLICATION": "a.b"}),
    "W002": ("W002", {"MIDDLEWARE": [*MIDDLEWARE, PERSISTENT]}),
    "E008 asgi": ("E008", {"MTLSGUARD": NATIVE | {"proxy": {"dialect": "asgi-tls"}}, "WSGI_APPLICATION": "a.b"}),
    "E008 wsgi": ("E008", {"MTLSGUARD": NATIVE | {"proxy": {"dialect": "wsgi-environ"}}, "ASGI_APPLICATION": "a.b"}),
    "W003": ("W003", {"LOGIN_URL": "/public/login/"}),
    "W004": ("W004", {"DEBUG": True}),
    "W005": ("W005", {"DEFAULT_EXCEPTION_REPORTER_FILTER": FILTER}),
    "W006": ("W006", {"DEFAULT_EXCEPTION_REPORTER": REPORTER}),
    "W007": ("W007", {"SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies"}),
    "W008": ("W008", {"LOGGING_CONFIG": "logging.config.dictConfig"}),
}

PASSES = {
    "the usual settings": {},
    "behind SecurityMiddleware": {"MIDDLEWARE": ["django.middleware.security.SecurityMiddleware", *MIDDLEWARE]},
    "caches without a guard": {"MIDDLEWARE": ["django.middleware.cache.UpdateCacheMiddleware"]},
    "the default header under WSGI": {"MIDDLEWARE": [*MIDDLEWARE, REMOTE], "WSGI_APPLICATION": "a.b"},
    "another header under ASGI": {"MIDDLEWARE": [*MIDDLEWARE, f"{__name__}.OtherHeader"], "ASGI_APPLICATION": "a.b"},
    "asgi-tls under ASGI": {"MTLSGUARD": NATIVE | {"proxy": {"dialect": "asgi-tls"}}, "ASGI_APPLICATION": "a.b"},
    "a subclass of the backend": {"AUTHENTICATION_BACKENDS": ["tests.adapters.django.test_checks.backend"]},
    "no client users, no backend": {"MIDDLEWARE": MIDDLEWARE[:3], "AUTHENTICATION_BACKENDS": [MODEL_BACKEND]},
    "middleware that is a function": {"MIDDLEWARE": [*MIDDLEWARE, "tests.adapters.django.test_checks.function"]},
}

NOT_OURS = {"caches without a guard": {"E002"}}


def found() -> set[str]:
    messages = run_checks(tags=["security"], include_deployment_checks=True)
    return {one.id.partition(".")[2] for one in messages if one.id.startswith("mtlsguard.")}


def other_header() -> type:
    from django.contrib.auth.middleware import RemoteUserMiddleware

    return type("OtherHeader", (RemoteUserMiddleware,), {"header": "HTTP_X_CHECKED_USER"})


def __getattr__(name: str) -> object:
    """Classes that need Django to be ready."""
    if name == "OtherHeader":
        return other_header()
    if name == "backend":
        from django_mtlsguard.backends import ClientCertificateBackend

        return type("Own", (ClientCertificateBackend,), {})
    raise AttributeError(name)


def function(get_response: object) -> object:
    return get_response


@pytest.mark.parametrize("name", FIRES)
def test_it_fires(name: str, settings: object) -> None:
    expected, changed = FIRES[name]
    settings(**changed)
    assert expected in found()


@pytest.mark.parametrize("name", PASSES)
def test_it_does_not_fire(name: str, settings: object) -> None:
    settings(**PASSES[name])
    assert found() == NOT_OURS.get(name, set())


@pytest.mark.parametrize("name", ["W004", "W005", "W006", "W007", "W008"])
def test_it_is_asked_before_a_deployment_only(name: str, settings: object) -> None:
    settings(**FIRES[name][1])
    assert not [one for one in run_checks(tags=["security"]) if one.id == f"mtlsguard.{name}"]


def test_every_problem_of_the_configuration_is_told(settings: object) -> None:
    settings(MTLSGUARD={"proxi": {}, "rolez": []})
    assert len([one for one in run_checks(tags=["security"]) if one.id == "mtlsguard.E001"]) > 2


def test_no_value_of_the_configuration_is_told(settings: object) -> None:
    settings(MTLSGUARD=mtlsguard(proxy={"secret": "hunter2", "trusted": ["hunter2"]}))
    assert "hunter2" not in str(run_checks(tags=["security"]))


def test_every_check_is_in_the_table_of_the_readme() -> None:
    table = (Path(__file__).parents[3] / "README.md").read_text().split("\n## Django\n")[1].split("\n## ")[0]
    listed = set(re.findall(r"`([EW]\d{3})`", table))
    assert listed == {expected for expected, _ in FIRES.values()}

"""System checks: what is wrong with the settings, each with a stable id.

E: requests would be decided wrongly, or not at all. W: safe, but less than it seems. Those for production are run by
`manage.py check --deploy`.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.middleware import (
    AuthenticationMiddleware,
    PersistentRemoteUserMiddleware,
    RemoteUserMiddleware,
)
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's name
from django.core.exceptions import ImproperlyConfigured
from django.middleware.cache import FetchFromCacheMiddleware, UpdateCacheMiddleware
from django.middleware.security import SecurityMiddleware
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch
from django.utils.module_loading import import_string

from django_mtlsguard import ClientUserMiddleware, GuardMiddleware
from django_mtlsguard.conf import configuration, guard
from django_mtlsguard.reporting import MTLSGuardExceptionReporter, MTLSGuardExceptionReporterFilter
from mtlsguard import ConfigError, canary, guard_from
from mtlsguard.dialects.contract import Interface
from mtlsguard.policy import Access

Check = Callable[..., list[CheckMessage]]

_KNOWS_USERS = (SessionMiddleware, AuthenticationMiddleware, RemoteUserMiddleware, ClientUserMiddleware)
_CACHES = (UpdateCacheMiddleware, FetchFromCacheMiddleware)
_COOKIES = "django.contrib.sessions.backends.signed_cookies"


def check_configuration(**_: Any) -> list[CheckMessage]:
    """E001: every problem of MTLSGUARD."""
    try:
        guard_from(configuration())
    except ImproperlyConfigured as error:
        return [Error(str(error), id="mtlsguard.E001")]
    except ConfigError as error:
        return [Error(f"MTLSGUARD: {problem}", id="mtlsguard.E001") for problem in error.problems]
    return []


def check_guard(**_: Any) -> list[CheckMessage]:
    """E002: no guard. E003: it comes after those who say who the user is. W001: it is not first."""
    before = _until(GuardMiddleware)
    if before is None:
        hint = "MIDDLEWARE = ['django_mtlsguard.GuardMiddleware', ...]"
        return [Error("GuardMiddleware is not in MIDDLEWARE: nobody is refused", hint, id="mtlsguard.E002")]
    if any(_is(one, _KNOWS_USERS) for one in before):
        return [Error("GuardMiddleware comes after sessions or users", "put it first", id="mtlsguard.E003")]
    if any(not _is(one, (SecurityMiddleware,)) for one in before):
        text = "middleware before GuardMiddleware sees raw certificate headers and requests that will be refused"
        return [Warning(text, "put GuardMiddleware first", id="mtlsguard.W001")]
    return []


def check_cache(**_: Any) -> list[CheckMessage]:
    """E004: a cache of whole answers keeps them by address and hands one client's to another."""
    if _until(GuardMiddleware) is None or not any(_is(one, _CACHES) for one in _middleware()):
        return []
    hint = "cache what is the same for everybody with cache_page, view by view"
    return [Error("the cache of the whole site does not tell clients apart", hint, id="mtlsguard.E004")]


def check_client_user(**_: Any) -> list[CheckMessage]:
    """E005: ClientUserMiddleware without AuthenticationMiddleware before it. E006: without its backend."""
    before = _until(ClientUserMiddleware)
    if before is None:
        return []
    found: list[CheckMessage] = []
    if not any(_is(one, (AuthenticationMiddleware,)) for one in before):
        hint = "put it directly after AuthenticationMiddleware"
        found.append(Error("ClientUserMiddleware needs AuthenticationMiddleware before it", hint, id="mtlsguard.E005"))
    if not any(issubclass(backend, _backend()) for backend in _imported(settings.AUTHENTICATION_BACKENDS)):
        hint = "add django_mtlsguard.backends.ClientCertificateBackend to AUTHENTICATION_BACKENDS"
        found.append(Error("ClientUserMiddleware has no backend to ask", hint, id="mtlsguard.E006"))
    return found


def check_remote_user(**_: Any) -> list[CheckMessage]:
    """E007: under ASGI the default header is one that clients can send. W002: logins outlive what made them."""
    found: list[CheckMessage] = []
    remote = [one for one in _middleware() if _is(one, (RemoteUserMiddleware,))]
    if _asgi() and any(one.header == RemoteUserMiddleware.header for one in remote):
        hint = "under ASGI Django reads the request header Remote-User; use ClientUserMiddleware"
        found.append(Error("RemoteUserMiddleware would believe the client", hint, id="mtlsguard.E007"))
    if any(_is(one, (PersistentRemoteUserMiddleware,)) for one in remote):
        hint = "ClientUserMiddleware ends a login with its certificate"
        found.append(Warning("PersistentRemoteUserMiddleware keeps users logged in", hint, id="mtlsguard.W002"))
    return found


def check_interface(**_: Any) -> list[CheckMessage]:
    """E008: a dialect that the server of this project does not speak."""
    native = _guard_says(lambda made: made.current.dialect.native)
    if native is None:
        return []
    wsgi = bool(settings.WSGI_APPLICATION)
    wrong = wsgi and not _asgi() if native.interface is Interface.ASGI else _asgi() and not wsgi
    if not wrong:
        return []
    name = native.interface.value.upper()
    hint = f"set {name}_APPLICATION and not the other one, or choose another proxy.dialect"
    return [Error(f"only {name} servers speak this proxy.dialect", hint, id="mtlsguard.E008")]


def check_login_page(**_: Any) -> list[CheckMessage]:
    """W003: who logs in on a public route is bound to no certificate, and logged out with the next request."""
    if _until(ClientUserMiddleware) is None:
        return []
    try:
        path = resolve_url(settings.LOGIN_URL)
    except NoReverseMatch:
        return []
    gate = _guard_says(lambda made: made.current.routes.gate(("POST", path, b"")))
    if gate is None or gate.access is not Access.PUBLIC:
        return []
    hint = 'give its route access = "optional"'
    return [Warning("LOGIN_URL is a public route: logins there belong to no certificate", hint, id="mtlsguard.W003")]


def check_debug(**_: Any) -> list[CheckMessage]:
    """W004: error pages for everybody."""
    if not settings.DEBUG:
        return []
    return [Warning("DEBUG is on: error pages show the application's variables", id="mtlsguard.W004")]


def check_reports(**_: Any) -> list[CheckMessage]:
    """W005, W006: error mails and error pages with certificate data."""
    found: list[CheckMessage] = []
    for setting, wanted, number in (
        ("DEFAULT_EXCEPTION_REPORTER_FILTER", MTLSGuardExceptionReporterFilter, "W005"),
        ("DEFAULT_EXCEPTION_REPORTER", MTLSGuardExceptionReporter, "W006"),
    ):
        used = list(_imported([getattr(settings, setting)]))
        if not used or not issubclass(used[0], wanted):
            hint = f"{setting} = 'django_mtlsguard.reporting.{wanted.__name__}'"
            found.append(Warning("error reports can hold certificate data", hint, id=f"mtlsguard.{number}"))
    return found


def check_sessions(**_: Any) -> list[CheckMessage]:
    """W007: a session that lives in the cookie only cannot be ended by the server."""
    if _until(ClientUserMiddleware) is None or settings.SESSION_ENGINE != _COOKIES:
        return []
    text = "sessions in signed cookies: a copy of the cookie outlives the flush, until its certificate is shown again"
    return [Warning(text, "use sessions in the database or in the cache", id="mtlsguard.W007")]


def check_logging(**_: Any) -> list[CheckMessage]:
    """W008: certificate data comes out of a handler of LOGGING, as it is in effect. A project that set LOGGING_CONFIG
    to None configures logging by itself: `mtlsguard check-config --logging` asks about that.
    """
    if getattr(settings, "LOGGING_CONFIG", None) is None:
        return []
    hint = "LOGGING_CONFIG = 'mtlsguard.redact.sinks.stdlib.configure', and LOGGING not empty"
    return [Warning(f"{leak}", hint, id="mtlsguard.W008") for leak in canary.check_logging()]


ALWAYS: tuple[Check, ...] = (
    check_configuration,
    check_guard,
    check_cache,
    check_client_user,
    check_remote_user,
    check_interface,
    check_login_page,
)
IN_PRODUCTION: tuple[Check, ...] = (check_debug, check_reports, check_sessions, check_logging)


def _imported(paths: Iterable[str]) -> Iterator[Any]:
    """What cannot be imported is not ours to report."""
    for path in paths:
        try:
            yield import_string(path)
        except ImportError:
            continue


def _middleware() -> list[Any]:
    return list(_imported(settings.MIDDLEWARE))


def _is(one: object, classes: tuple[type, ...]) -> bool:
    """Middleware may be a function."""
    return isinstance(one, type) and issubclass(one, classes)


def _until(wanted: type) -> list[Any] | None:
    """What comes before `wanted` in MIDDLEWARE; None where it is not there."""
    found = _middleware()
    for position, one in enumerate(found):
        if _is(one, (wanted,)):
            return found[:position]
    return None


def _asgi() -> bool:
    """Channels and Daphne ask for the setting; Django itself does not know it."""
    return bool(getattr(settings, "ASGI_APPLICATION", None))


def _backend() -> type[BaseBackend]:
    from django_mtlsguard.backends import ClientCertificateBackend  # noqa: PLC0415 - needs the user model

    return ClientCertificateBackend


def _guard_says(question: Callable[[Any], Any]) -> Any:
    """None where there is no guard to ask: E001 says why."""
    try:
        return question(guard())
    except ImproperlyConfigured:
        return None

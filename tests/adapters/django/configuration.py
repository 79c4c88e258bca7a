"""A small Django project around the adapter, and the certificates that its tests show."""

from functools import cache
from typing import Any

from mtlsguard.testing import Issued, Pki

PROXY = "10.1.2.3"
PASSWORD = "correct horse"

GUARD = "django_mtlsguard.GuardMiddleware"
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"
USERS = "django.contrib.auth.middleware.AuthenticationMiddleware"
LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"
CLIENT_USERS = "django_mtlsguard.ClientUserMiddleware"
MIDDLEWARE = [
    GUARD,
    SESSIONS,
    USERS,
    CLIENT_USERS,
    "django.contrib.messages.middleware.MessageMiddleware",
]


@cache
def pki() -> Pki:
    return Pki()


def leaf(name: str = "alice", **details: Any) -> Issued:
    return pki().leaf(name, spiffe=f"spiffe://example.org/ns/billing/sa/{name}", **details)


@cache
def alice() -> Issued:
    return leaf("alice")


@cache
def bob() -> Issued:
    """Has no role."""
    return pki().leaf("bob", spiffe="spiffe://example.org/ns/sales/sa/bob")


def mtlsguard(**sections: Any) -> dict[str, Any]:
    """The setting MTLSGUARD; each section given is merged over the usual one."""
    usual: dict[str, Any] = {
        "proxy": {"dialect": "nginx", "trusted": [f"{PROXY}/32"]},
        "trust": {"anchors": [pki().root.pem], "intermediates": [pki().intermediate.pem]},
        "roles": [{"name": "billing", "match": {"spiffe": "spiffe://example.org/ns/billing/**"}}],
        "routes": [
            {"path": "/public/**", "access": "public"},
            {"path": "/optional/**", "access": "optional"},
            {"path": "/ledger/", "require": ["billing"]},
        ],
    }
    merged = {key: usual.get(key, {}) | value if isinstance(value, dict) else value for key, value in sections.items()}
    return usual | merged


def settings() -> dict[str, Any]:
    return {
        "SECRET_KEY": "a key for tests, of a sufficient length",
        "ALLOWED_HOSTS": ["*"],
        "ROOT_URLCONF": "tests.adapters.django.project",
        "INSTALLED_APPS": [
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django_mtlsguard",
            "rest_framework",
            "drf_spectacular",
        ],
        "MIDDLEWARE": MIDDLEWARE,
        "AUTHENTICATION_BACKENDS": [
            "django.contrib.auth.backends.ModelBackend",
            "django_mtlsguard.backends.ClientCertificateBackend",
        ],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "DEFAULT_EXCEPTION_REPORTER_FILTER": "django_mtlsguard.reporting.MTLSGuardExceptionReporterFilter",
        "DEFAULT_EXCEPTION_REPORTER": "django_mtlsguard.reporting.MTLSGuardExceptionReporter",
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        "STATIC_URL": "/static/",
        "LOGIN_URL": "/optional/login/",
        "LOGGING_CONFIG": None,  # other tests share this process's loggers
        "USE_TZ": True,
        "REST_FRAMEWORK": {"DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema"},
        "SPECTACULAR_SETTINGS": {"OAS_VERSION": "3.1.0", "TITLE": "Tests"},
        "MTLSGUARD": mtlsguard(),
    }

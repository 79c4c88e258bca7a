"""Django: in `examples`, `python -m django migrate --settings django_shop.settings`, bind users to certificates

    python -m django mtlsguard_bind alice --certificate alice.pem --by spiffe --settings django_shop.settings

and then `gunicorn django_shop.wsgi`, or `uvicorn --no-proxy-headers django_shop.asgi:application`.
"""

import os
from pathlib import Path

SECRET_KEY = os.environ["SHOP_SECRET_KEY"]
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
ROOT_URLCONF = "django_shop.urls"
WSGI_APPLICATION = "django_shop.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_mtlsguard",
]
MIDDLEWARE = [
    "django_mtlsguard.GuardMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_mtlsguard.ClientUserMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "django_mtlsguard.backends.ClientCertificateBackend",
]
MTLSGUARD = {"config": "mtlsguard.toml"}
DEFAULT_EXCEPTION_REPORTER_FILTER = "django_mtlsguard.reporting.MTLSGuardExceptionReporterFilter"
DEFAULT_EXCEPTION_REPORTER = "django_mtlsguard.reporting.MTLSGuardExceptionReporter"
TEMPLATES = [
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
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path("shop.sqlite3")}}
STATIC_URL = "/static/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

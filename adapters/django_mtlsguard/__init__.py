"""mtlsguard for Django: `GuardMiddleware` first in MIDDLEWARE, `MTLSGUARD` in the settings, everything else as needed.

    INSTALLED_APPS += ["django_mtlsguard"]
    MIDDLEWARE = ["django_mtlsguard.GuardMiddleware", *MIDDLEWARE]
    MTLSGUARD = {"config": BASE_DIR / "mtlsguard.toml"}

What is named here needs no application registry; backend, models and the exception reporter have modules of their own.
"""

from django_mtlsguard.identity import identity_of
from django_mtlsguard.middleware import GuardMiddleware
from django_mtlsguard.required import ClientCertificateRequiredMixin, client_certificate_required
from django_mtlsguard.users import ClientUserMiddleware

__all__ = [
    "ClientCertificateRequiredMixin",
    "ClientUserMiddleware",
    "GuardMiddleware",
    "client_certificate_required",
    "identity_of",
]

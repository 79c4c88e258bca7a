"""The application: its checks, and what happens when somebody logs in."""

from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_in
from django.core.checks import Tags, register


class MTLSGuardConfig(AppConfig):
    name = "django_mtlsguard"
    verbose_name = "Client certificates"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django_mtlsguard import checks, sessions  # noqa: PLC0415 - they look at settings

        for check in checks.ALWAYS:
            register(check, Tags.security)
        for check in checks.IN_PRODUCTION:
            register(check, Tags.security, deploy=True)
        user_logged_in.connect(sessions.bind, dispatch_uid="django_mtlsguard.sessions")
        if apps.is_installed("drf_spectacular"):
            from django_mtlsguard import schema  # noqa: F401, PLC0415 - its class registers itself

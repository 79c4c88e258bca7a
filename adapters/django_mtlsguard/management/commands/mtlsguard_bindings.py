"""manage.py mtlsguard_bindings: who is bound, and by what, shortened."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from django_mtlsguard.models import CertificateBinding


class Command(BaseCommand):
    help = "Lists the certificates that are bound to users."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", nargs="?", help="of this user only")

    def handle(self, *_: Any, **options: Any) -> None:
        found = CertificateBinding.objects.select_related("user").order_by("pk")
        if options["user"]:
            found = found.filter(**{f"user__{get_user_model().USERNAME_FIELD}": options["user"]})
        for one in found:
            state = "" if one.enabled else " (off)"
            label = f"  {one.label}" if one.label else ""
            self.stdout.write(f"{one.pk}: {one.user.get_username()} by {one.kind} {one.shortened()}{state}{label}")

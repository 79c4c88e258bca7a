"""manage.py mtlsguard_unbind 7: the number is the one that mtlsguard_bindings shows."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from django_mtlsguard.models import CertificateBinding


class Command(BaseCommand):
    help = "Removes bindings: from the next request on their certificates stand for no user."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("binding", nargs="+", type=int, help="numbers, as mtlsguard_bindings shows them")

    def handle(self, *_: Any, **options: Any) -> None:
        wanted = set(options["binding"])
        found = CertificateBinding.objects.filter(pk__in=wanted)
        missing = wanted - set(found.values_list("pk", flat=True))
        if missing:
            raise CommandError(f"no such binding: {', '.join(map(str, sorted(missing)))}")
        found.delete()
        self.stdout.write(f"removed {len(wanted)}")

"""manage.py mtlsguard_routes: what covers each route, judged by the setting MTLSGUARD."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from django_mtlsguard.conf import guard
from django_mtlsguard.routes import endpoints
from mtlsguard.cli.coverage import report


class Command(BaseCommand):
    help = "Lists which rule or decorator covers each route, and which routes are left open beside their siblings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--urlconf", help="a module of routes; the project's own unless told")
        parser.add_argument("--json", action="store_true", help="as one JSON document")
        parser.add_argument("--strict", action="store_true", help="a route that only the default covers is a finding")

    def handle(self, *_: Any, **options: Any) -> None:
        """Ends with status 1 where there are findings."""
        found = endpoints(options["urlconf"])
        told = report(found, guard().current.policy, json=options["json"], strict=options["strict"])
        self.stdout.write(told.text)
        if told.status:
            sys.exit(told.status)

"""manage.py mtlsguard_bind alice --certificate alice.pem --by spiffe"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from django_mtlsguard.models import CertificateBinding
from django_mtlsguard.names import BindingKind
from django_mtlsguard.uploads import NoCertificateError, certificate_in
from mtlsguard.certificate import Candidate


class Command(BaseCommand):
    help = "Binds a certificate to a user. The file is read and not kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="the user's name")
        parser.add_argument("--certificate", required=True, help="a PEM or DER file")
        parser.add_argument("--by", required=True, choices=[kind.value for kind in BindingKind])
        parser.add_argument("--label", default="", help="a note for people")

    def handle(self, *_: Any, **options: Any) -> None:
        user, candidate = _user(options["user"]), _candidate(options["certificate"])
        try:
            with transaction.atomic():
                made = CertificateBinding.objects.bind(user, candidate, BindingKind(options["by"]), options["label"])
        except ValueError as error:
            raise CommandError(str(error)) from None
        except IntegrityError:
            raise CommandError("this name is bound to a user already") from None
        self.stdout.write(f"{made.pk}: {user.get_username()} by {made.kind}")


def _user(username: str) -> Any:
    model = get_user_model()
    try:
        return model._default_manager.get_by_natural_key(username)  # noqa: SLF001 - Django's API
    except model.DoesNotExist:
        raise CommandError("no such user") from None


def _candidate(file: str) -> Candidate:
    try:
        return certificate_in(Path(file).read_bytes())
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from None
    except NoCertificateError as error:
        raise CommandError(str(error)) from None

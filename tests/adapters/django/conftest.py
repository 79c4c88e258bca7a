"""Django is set up once per process, with a database in memory; every test's changes to it are rolled back."""

from collections.abc import Iterator

import django
import pytest
from django.conf import settings as django_settings
from django.test.utils import get_runner, override_settings, setup_databases, setup_test_environment

from tests.adapters.django import configuration

if not django_settings.configured:
    django_settings.configure(**configuration.settings())
    django.setup()
    setup_test_environment()


@pytest.fixture(scope="session")
def _database() -> Iterator[None]:
    old = setup_databases(verbosity=0, interactive=False)
    yield
    get_runner(django_settings)(verbosity=0).teardown_databases(old)


@pytest.fixture
def db(_database: None) -> Iterator[None]:
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Settings:
    """`settings(DEBUG=True)` until the test is over."""

    def __init__(self) -> None:
        self._made: list[override_settings] = []

    def __call__(self, **changed: object) -> None:
        one = override_settings(**changed)
        one.enable()
        self._made.append(one)

    def undo(self) -> None:
        while self._made:
            self._made.pop().disable()


@pytest.fixture
def settings() -> Iterator[Settings]:
    made = Settings()
    yield made
    made.undo()

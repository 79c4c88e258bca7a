"""The backend with a memory: no query, and nothing is remembered that has changed."""

from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_mtlsguard import remembered
from django_mtlsguard.models import CertificateBinding
from django_mtlsguard.names import BindingKind
from django_mtlsguard.remembered import RememberingBackend
from mtlsguard.certificate import parse
from tests.adapters.django.configuration import alice, bob
from tests.adapters.django.conftest import Settings
from tests.adapters.django.running import BOTH, client
from tests.adapters.django.test_users import user_of

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def remembering(settings: Settings) -> Iterator[None]:
    settings(AUTHENTICATION_BACKENDS=["django_mtlsguard.remembered.RememberingBackend"])
    remembered._MEMORY.forget()
    yield
    remembered._MEMORY.forget()


@pytest.fixture
def user() -> User:
    made = get_user_model().objects.create_user("alice")
    CertificateBinding.objects.bind(made, parse(alice().der), BindingKind.SPIFFE)
    return made


def queries(kind: str, times: int) -> list[int]:
    """How many each of so many requests makes."""
    asking, found = client(kind, alice()), []
    for _ in range(times):
        with CaptureQueriesContext(connection) as caught:
            assert user_of(asking, kind) == "alice"
        found.append(len(caught))
    return found


@pytest.mark.parametrize("kind", BOTH)
def test_the_second_request_makes_no_query(kind: str, user: User) -> None:
    assert queries(kind, 3) == [1, 0, 0]


def test_another_certificate_is_asked_about_by_itself(user: User) -> None:
    assert [user_of(client("wsgi", who), "wsgi") for who in (alice(), bob(), alice())] == ["alice", "", "alice"]


@pytest.mark.parametrize("kind", BOTH)
def test_a_user_who_is_disabled_is_nobody_on_the_next_request(kind: str, user: User) -> None:
    asking = client(kind, alice())
    assert user_of(asking, kind) == "alice"
    user.is_active = False
    user.save()
    assert user_of(asking, kind) == ""


def test_a_user_who_is_deleted_is_nobody_on_the_next_request(user: User) -> None:
    asking = client("wsgi", alice())
    assert user_of(asking, "wsgi") == "alice"
    user.delete()
    assert user_of(asking, "wsgi") == ""


def test_a_binding_that_is_taken_away_counts_no_more(user: User) -> None:
    asking = client("wsgi", alice())
    assert user_of(asking, "wsgi") == "alice"
    user.certificate_bindings.get().delete()
    assert user_of(asking, "wsgi") == ""


def test_a_certificate_of_nobody_is_not_remembered() -> None:
    asking = client("wsgi", alice())
    assert user_of(asking, "wsgi") == ""
    made = get_user_model().objects.create_user("alice")
    CertificateBinding.objects.bind(made, parse(alice().der), BindingKind.SPIFFE)
    assert user_of(asking, "wsgi") == "alice"


def test_what_nobody_tells_is_seen_when_the_time_is_over(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    asking, clock = client("wsgi", alice()), [1000.0]
    monkeypatch.setattr(remembered, "monotonic", lambda: clock[0])
    assert user_of(asking, "wsgi") == "alice"
    get_user_model().objects.filter(pk=user.pk).update(is_active=False)
    clock[0] += RememberingBackend.seconds
    assert user_of(asking, "wsgi") == ""


def test_permissions_are_asked_for_each_copy(user: User) -> None:
    user.user_permissions.add(Permission.objects.get(codename="view_user"))
    identity = identity_of_alice()
    first, second = (RememberingBackend().authenticate(None, identity) for _ in range(2))
    assert first.has_perm("auth.view_user")
    user.user_permissions.clear()
    assert not RememberingBackend().authenticate(None, identity).has_perm("auth.view_user")
    assert not second.has_perm("auth.view_user")


def test_what_a_request_hangs_on_its_user_stays_there(user: User) -> None:
    identity = identity_of_alice()
    first = RememberingBackend().authenticate(None, identity)
    first.note = "of this request"
    first._state.fields_cache["related"] = object()
    second = RememberingBackend().authenticate(None, identity)
    assert (hasattr(second, "note"), second._state.fields_cache) == (False, {})


def test_an_answer_that_a_change_has_overtaken_is_not_kept(user: User) -> None:
    identity, memory = identity_of_alice(), remembered._Memory()
    age = memory.age
    memory.forget()
    memory.keep(identity, user, 5.0, age)
    assert memory.user(identity) is None


def test_it_is_bounded(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_MOST", 1)
    memory = remembered._Memory()
    for certificate in (alice(), bob()):
        memory.keep(identity_of(certificate), user, 5.0, memory.age)
    assert (memory.user(identity_of(alice())), memory.user(identity_of(bob()))) == (None, user)


def identity_of_alice():
    return identity_of(alice())


def identity_of(certificate):
    from django_mtlsguard.testing import _identity

    return _identity(certificate)

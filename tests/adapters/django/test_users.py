"""Who request.user is: by binding, or by a session that belongs to the certificate."""

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission, User
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext

from django_mtlsguard import ClientUserMiddleware
from django_mtlsguard.backends import ClientCertificateBackend
from django_mtlsguard.models import CertificateBinding
from django_mtlsguard.names import BindingKind
from django_mtlsguard.sessions import MARKER
from mtlsguard.certificate import parse
from mtlsguard.testing import Issued
from tests.adapters.django.configuration import (
    CLIENT_USERS,
    GUARD,
    LOGIN_REQUIRED,
    MIDDLEWARE,
    PASSWORD,
    SESSIONS,
    USERS,
    alice,
    bob,
    leaf,
)
from tests.adapters.django.running import BOTH, client, get

pytestmark = pytest.mark.usefixtures("db")

LOGIN = "/optional/login/"


def bound(username: str = "alice", certificate: Issued | None = None, kind: str = "spiffe", **rest: object) -> User:
    user = get_user_model().objects.create_user(username, password=PASSWORD, **rest)
    CertificateBinding.objects.bind(user, parse((certificate or alice()).der), BindingKind(kind))
    return user


def who(kind: str, certificate: Issued | None = None, name: str = "optional/") -> str:
    return user_of(client(kind, certificate), kind, name)


def user_of(asking: object, kind: str, name: str = "optional/") -> str:
    return asking("get", f"/{name}async/" if kind == "asgi" else f"/{name}").json()["user"]


def logged_in(kind: str, certificate: Issued | None, path: str = LOGIN) -> object:
    """A client who logged in with name and password."""
    asking = client(kind, certificate)
    assert asking("post", path, data={"username": "carol", "password": PASSWORD}).content == b"in"
    return asking


@pytest.fixture
def carol() -> User:
    return get_user_model().objects.create_user("carol", password=PASSWORD)


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("by", list(BindingKind))
def test_a_bound_certificate_is_its_user(kind: str, by: str) -> None:
    bound(kind=by)
    assert who(kind, alice()) == "alice"


@pytest.mark.parametrize("kind", BOTH)
def test_a_certificate_of_nobody_is_nobody(kind: str) -> None:
    assert who(kind, alice()) == ""


@pytest.mark.parametrize("kind", BOTH)
def test_no_certificate_is_nobody(kind: str) -> None:
    bound()
    assert who(kind) == ""


def test_a_user_of_the_same_name_is_not_taken() -> None:
    get_user_model().objects.create_user("alice")
    assert who("wsgi", alice()) == ""


@pytest.mark.parametrize("by", list(BindingKind))
def test_another_certificate_is_not_the_user(by: str) -> None:
    bound(kind=by)
    assert who("wsgi", bob()) == ""


def test_a_renewed_certificate_with_the_same_spiffe_id_is_the_same_user() -> None:
    bound(kind="spiffe")
    assert who("wsgi", leaf("alice", fresh=True)) == "alice"


def test_a_renewed_certificate_has_another_fingerprint() -> None:
    bound(kind="fingerprint")
    assert who("wsgi", leaf("alice", fresh=True)) == ""


@pytest.mark.parametrize("kind", BOTH)
def test_a_disabled_user_is_nobody_on_the_next_request(kind: str) -> None:
    user, asking = bound(), client(kind, alice())
    assert user_of(asking, kind) == "alice"
    get_user_model().objects.filter(pk=user.pk).update(is_active=False)
    assert user_of(asking, kind) == ""


def test_a_deleted_user_is_nobody_on_the_next_request() -> None:
    user, asking = bound(), client("wsgi", alice())
    assert user_of(asking, "wsgi") == "alice"
    user.delete()
    assert user_of(asking, "wsgi") == ""


def test_a_binding_that_is_switched_off_stands_for_nobody() -> None:
    bound()
    CertificateBinding.objects.update(enabled=False)
    assert who("wsgi", alice()) == ""


def test_a_certificate_whose_names_are_bound_to_two_users_is_nobody() -> None:
    bound("alice", kind="spiffe")
    bound("mallory", kind="fingerprint")
    assert who("wsgi", alice()) == ""


def test_a_certificate_may_be_bound_to_one_user_twice() -> None:
    user = bound("alice", kind="spiffe")
    CertificateBinding.objects.bind(user, parse(alice().der), BindingKind.SERIAL)
    assert who("wsgi", alice()) == "alice"


@pytest.mark.parametrize("kind", BOTH)
def test_the_user_costs_one_query(kind: str) -> None:
    bound()
    with CaptureQueriesContext(connection) as queries:
        who(kind, alice())
    assert len(queries) == 1


def test_a_view_that_asks_for_no_user_costs_no_query() -> None:
    bound()
    with CaptureQueriesContext(connection) as queries:
        get("wsgi", "/ledger/", alice())
    assert len(queries) == 0


def test_the_look_up_uses_the_index() -> None:
    with connection.cursor() as cursor:
        query, values = CertificateBinding.objects.filter(lookup__in=["a", "b"], enabled=True).query.sql_with_params()
        cursor.execute(f"EXPLAIN QUERY PLAN {query}", values)
        assert any("lookup=?" in str(row) for row in cursor.fetchall())


@pytest.mark.parametrize("kind", BOTH)
def test_a_certificate_makes_no_session(kind: str) -> None:
    bound()
    who(kind, alice())
    assert Session.objects.count() == 0


def test_a_certificate_is_no_login() -> None:
    bound()
    logins = []
    receiver = lambda **_: logins.append(1)  # noqa: E731
    user_logged_in.connect(receiver)
    who("wsgi", alice())
    user_logged_in.disconnect(receiver)
    assert not logins


def test_a_new_permission_counts_from_the_next_request() -> None:
    user = bound(is_staff=True)
    asking = client("wsgi", alice())
    url = "/admin/auth/user/"
    assert asking("get", url).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_user"))
    assert asking("get", url).status_code == 200


def test_a_bound_user_passes_where_login_is_required(settings: object) -> None:
    settings(MIDDLEWARE=[*MIDDLEWARE, LOGIN_REQUIRED])
    bound()
    assert get("wsgi", "/optional/invoices/", alice()).status_code == 200


@pytest.mark.parametrize("kind", BOTH)
def test_a_login_stays_with_its_certificate(kind: str, carol: User) -> None:
    assert user_of(logged_in(kind, alice()), kind) == "carol"


@pytest.mark.parametrize("kind", BOTH)
def test_a_login_ends_with_another_certificate(kind: str, carol: User) -> None:
    asking = logged_in(kind, alice())
    asking.django.certificate = bob()
    assert user_of(asking, kind) == ""


@pytest.mark.parametrize("kind", BOTH)
def test_a_login_ends_without_its_certificate(kind: str, carol: User) -> None:
    asking = logged_in(kind, alice())
    asking.django.certificate = None
    assert user_of(asking, kind) == ""


@pytest.mark.parametrize("kind", BOTH)
def test_a_login_that_ended_does_not_come_back(kind: str, carol: User) -> None:
    asking = logged_in(kind, alice())
    asking.django.certificate = bob()
    user_of(asking, kind)
    asking.django.certificate = alice()
    assert user_of(asking, kind) == ""


def test_a_session_that_ended_is_deleted(carol: User) -> None:
    asking = logged_in("wsgi", alice())
    asking.django.certificate = None
    user_of(asking, "wsgi")
    assert Session.objects.count() == 0


def test_the_session_ends_even_if_nobody_asks_for_the_user(carol: User) -> None:
    asking = logged_in("wsgi", alice())
    asking.django.certificate = bob()
    asking("get", "/optional/any/")
    assert Session.objects.count() == 0


@pytest.mark.parametrize("kind", BOTH)
def test_after_its_end_the_user_is_the_one_of_the_new_certificate(kind: str, carol: User) -> None:
    bound("bob", bob())
    asking = logged_in(kind, alice())
    asking.django.certificate = bob()
    assert user_of(asking, kind) == "bob"


@pytest.mark.parametrize("kind", BOTH)
def test_a_login_without_a_certificate_lasts_without_one(kind: str, carol: User) -> None:
    assert user_of(logged_in(kind, None), kind) == "carol"


def test_a_login_without_a_certificate_ends_with_one(carol: User) -> None:
    asking = logged_in("wsgi", None)
    asking.django.certificate = alice()
    assert user_of(asking, "wsgi") == ""


def test_a_login_counts_more_than_the_binding(carol: User) -> None:
    bound("alice")
    assert user_of(logged_in("wsgi", alice()), "wsgi") == "carol"


def test_a_later_login_without_a_certificate_keeps_no_marker(carol: User) -> None:
    asking = logged_in("wsgi", alice())
    asking.django.certificate = None
    asking("post", LOGIN, data={"username": "carol", "password": PASSWORD})
    assert user_of(asking, "wsgi") == "carol"


@pytest.mark.parametrize("kind", BOTH)
def test_on_a_public_route_a_bound_session_gives_no_user(kind: str, carol: User) -> None:
    assert user_of(logged_in(kind, alice()), kind, "public/") == ""


@pytest.mark.parametrize("kind", BOTH)
def test_on_a_public_route_a_bound_session_stays(kind: str, carol: User) -> None:
    asking = logged_in(kind, alice())
    user_of(asking, kind, "public/")
    assert user_of(asking, kind) == "carol"


@pytest.mark.parametrize("kind", BOTH)
def test_on_a_public_route_another_session_is_as_usual(kind: str, carol: User) -> None:
    assert user_of(logged_in(kind, None), kind, "public/") == "carol"


def test_a_session_holds_a_marker_and_no_certificate(carol: User) -> None:
    asking = logged_in("wsgi", alice())
    assert alice().fingerprint not in str(dict(asking.django.session.items()))


def test_a_secret_of_yesterday_is_a_fallback(carol: User, settings: object) -> None:
    from django.conf import settings as current

    asking = logged_in("wsgi", alice())
    old = current.SECRET_KEY
    settings(SECRET_KEY="the secret key of today, long enough", SECRET_KEY_FALLBACKS=[old])
    assert user_of(asking, "wsgi") == "carol"


def test_the_marker_is_made_again_under_the_key_of_today(carol: User, settings: object) -> None:
    from django.conf import settings as current

    asking = logged_in("wsgi", alice())
    before = asking.django.session[MARKER]
    settings(SECRET_KEY="the secret key of today, long enough", SECRET_KEY_FALLBACKS=[current.SECRET_KEY])
    user_of(asking, "wsgi")
    assert asking.django.session[MARKER] != before


def test_force_login_of_the_test_client_belongs_to_its_certificate(carol: User) -> None:
    asking = client("wsgi", alice())
    asking.django.force_login(carol)
    assert user_of(asking, "wsgi") == "carol"


def test_force_login_of_the_async_test_client_belongs_to_its_certificate(carol: User) -> None:
    asking = client("asgi", alice())
    async_to_sync(asking.django.aforce_login)(carol)
    assert user_of(asking, "asgi") == "carol"


def test_without_its_backend_it_does_not_start(settings: object) -> None:
    settings(AUTHENTICATION_BACKENDS=["django.contrib.auth.backends.ModelBackend"])
    with pytest.raises(ImproperlyConfigured):
        ClientUserMiddleware(lambda _: HttpResponse())


def test_before_authentication_it_says_so(settings: object) -> None:
    settings(MIDDLEWARE=[GUARD, SESSIONS, CLIENT_USERS, USERS])
    with pytest.raises(ImproperlyConfigured, match="AuthenticationMiddleware"):
        get("wsgi", "/optional/", alice())


class Creating(ClientCertificateBackend):
    create_unknown_user = True

    def clean_username(self, username: str) -> str:
        return username.rpartition("/")[2]

    def configure_user(self, request: object, user: User, created: bool = True) -> User:
        if created:
            user.first_name = "new"
            user.save()
        return user


@pytest.fixture
def creating(settings: object) -> None:
    settings(AUTHENTICATION_BACKENDS=[f"{__name__}.Creating"])


@pytest.mark.parametrize("kind", BOTH)
def test_a_project_may_create_users(kind: str, creating: None) -> None:
    assert who(kind, alice()) == "alice"


@pytest.mark.parametrize("kind", BOTH)
def test_a_created_user_is_configured(kind: str, creating: None) -> None:
    who(kind, alice())
    assert get_user_model().objects.get().first_name == "new"


def test_a_created_user_is_the_same_the_next_time(creating: None) -> None:
    who("wsgi", alice())
    who("wsgi", alice())
    assert get_user_model().objects.count() == 1


def test_a_created_user_has_no_password(creating: None) -> None:
    who("wsgi", alice())
    assert not get_user_model().objects.get().has_usable_password()


def test_a_user_who_exists_already_is_never_taken_over(creating: None) -> None:
    get_user_model().objects.create_superuser("alice", password=PASSWORD)
    assert who("wsgi", alice()) == ""


def test_a_binding_that_is_switched_off_creates_nobody(creating: None) -> None:
    bound("carol")
    CertificateBinding.objects.update(enabled=False)
    assert (who("wsgi", alice()), get_user_model().objects.count()) == ("", 1)


def test_other_credentials_are_not_for_this_backend() -> None:
    from django.contrib.auth import authenticate

    bound()
    assert authenticate(None, username="alice", password=PASSWORD).backend.endswith("ModelBackend")

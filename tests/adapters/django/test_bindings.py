"""Bindings: what they are made of, in the admin and in the shell."""

from io import StringIO
from pathlib import Path

import pytest
from cryptography.x509.oid import NameOID
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from django_mtlsguard.models import CertificateBinding
from django_mtlsguard.names import BindingKind, lookups, name
from django_mtlsguard.testing import Client
from mtlsguard.certificate import parse
from mtlsguard.testing import Issued, Pki
from tests.adapters.django.configuration import PASSWORD, alice, bob, leaf, pki

pytestmark = pytest.mark.usefixtures("db")

ADMIN = "/admin/django_mtlsguard/certificatebinding/"


@pytest.fixture
def user() -> object:
    return get_user_model().objects.create_user("alice")


@pytest.fixture
def admin() -> Client:
    client = Client(certificate=bob())
    client.force_login(get_user_model().objects.create_superuser("root", password=PASSWORD))
    return client


def value(issued: Issued, kind: BindingKind) -> str | None:
    found = name(parse(issued.der), kind)
    return found and found.value


def form(issued: Issued | bytes, user: object, **changed: object) -> dict[str, object]:
    octets = issued if isinstance(issued, bytes) else issued.pem.encode()
    upload = SimpleUploadedFile("alice.pem", octets)
    return {"user": user.pk, "certificate": upload, "kind": "spiffe", "label": "laptop", "enabled": "on"} | changed


def test_the_spiffe_id() -> None:
    assert value(alice(), BindingKind.SPIFFE) == "spiffe://example.org/ns/billing/sa/alice"


def test_the_fingerprint() -> None:
    assert value(alice(), BindingKind.FINGERPRINT) == alice().fingerprint


def test_the_serial_number() -> None:
    assert value(alice(), BindingKind.SERIAL) == f"{alice().serial:x}"


def test_the_subject() -> None:
    assert value(alice(), BindingKind.DN) == "CN=alice,O=Example"


def test_two_spiffe_ids_are_none() -> None:
    assert value(pki().leaf(uris=["spiffe://example.org/a"]), BindingKind.SPIFFE) is None


def test_a_subject_with_something_invisible_is_none() -> None:
    hidden = pki().leaf(subject=[(NameOID.COMMON_NAME, "ali\u200bce")])
    assert value(hidden, BindingKind.DN) is None


def test_one_serial_number_of_two_issuers_is_two_names() -> None:
    other = pki().authority("Another", issuer=pki().root)
    mine, theirs = pki().leaf(serial=7), pki().leaf(serial=7, issuer=other)
    kind = BindingKind.SERIAL
    assert name(parse(mine.der), kind).lookup != name(parse(theirs.der), kind).lookup


def test_every_kind_has_a_key_of_its_own() -> None:
    keys = lookups(parse(alice().der))
    assert len(set(keys)) == len(BindingKind)


def test_a_name_is_bound_to_one_user_only(user: object) -> None:
    CertificateBinding.objects.bind(user, parse(alice().der), BindingKind.SPIFFE)
    other = get_user_model().objects.create_user("other")
    with pytest.raises(IntegrityError):
        CertificateBinding.objects.bind(other, parse(alice().der), BindingKind.SPIFFE)


def test_a_binding_prints_nothing_of_the_certificate(user: object) -> None:
    made = CertificateBinding.objects.bind(user, parse(alice().der), BindingKind.DN)
    assert "CN=" not in f"{made} {made!r}"


def test_a_user_takes_his_bindings_along(user: object) -> None:
    CertificateBinding.objects.bind(user, parse(alice().der), BindingKind.DN)
    user.delete()
    assert not CertificateBinding.objects.exists()


def test_there_is_a_migration_for_every_change() -> None:
    call_command("makemigrations", "django_mtlsguard", check=True, dry_run=True, stdout=StringIO())


@pytest.mark.parametrize("kind", list(BindingKind))
def test_the_admin_binds_an_uploaded_certificate(admin: Client, user: object, kind: BindingKind) -> None:
    admin.post(f"{ADMIN}add/", form(alice(), user, kind=kind.value))
    assert CertificateBinding.objects.get().value == value(alice(), kind)


def test_the_admin_takes_der(admin: Client, user: object) -> None:
    admin.post(f"{ADMIN}add/", form(alice().der, user))
    assert CertificateBinding.objects.get().user == user


def test_the_admin_takes_the_first_of_a_chain(admin: Client, user: object) -> None:
    admin.post(f"{ADMIN}add/", form(alice().chain_pem.encode(), user))
    assert CertificateBinding.objects.get().value.endswith("/alice")


@pytest.mark.parametrize("octets", [b"nonsense", b"-----BEGIN CERTIFICATE-----\nnonsense", b"x" * 70_000])
def test_the_admin_refuses_what_is_no_certificate(admin: Client, user: object, octets: bytes) -> None:
    answer = admin.post(f"{ADMIN}add/", form(octets, user))
    assert answer.status_code == 200
    assert not CertificateBinding.objects.exists()


def test_the_admin_says_that_a_name_is_missing(admin: Client, user: object) -> None:
    answer = admin.post(f"{ADMIN}add/", form(pki().leaf(spiffe=None), user))
    assert b"no such name" in answer.content


def test_the_admin_says_that_a_name_is_taken(admin: Client, user: object) -> None:
    admin.post(f"{ADMIN}add/", form(alice(), user))
    assert b"bound to a user already" in admin.post(f"{ADMIN}add/", form(alice(), user)).content


def test_the_admin_asks_for_a_certificate(admin: Client, user: object) -> None:
    answer = admin.post(f"{ADMIN}add/", {"user": user.pk, "kind": "dn"})
    assert b"This field is required" in answer.content


def test_the_admins_list_shows_values_shortened(admin: Client, user: object) -> None:
    CertificateBinding.objects.bind(user, parse(alice().der), BindingKind.FINGERPRINT)
    content = admin.get(ADMIN).content.decode()
    assert alice().fingerprint[:16] in content
    assert alice().fingerprint not in content


@pytest.mark.parametrize(("words", "found"), [("alice", True), ("laptop", True), ("carol", False)])
def test_the_admin_searches(admin: Client, user: object, words: str, found: bool) -> None:
    CertificateBinding.objects.bind(user, parse(alice().der), BindingKind.SPIFFE, "laptop")
    assert (b"1 certificate binding" in admin.get(ADMIN, {"q": words}).content) is found


def test_the_admin_filters(admin: Client, user: object) -> None:
    CertificateBinding.objects.bind(user, parse(alice().der), BindingKind.SPIFFE)
    assert b"0 certificate bindings" in admin.get(ADMIN, {"kind__exact": "dn"}).content


def test_the_admin_switches_off(admin: Client, user: object) -> None:
    made = CertificateBinding.objects.bind(user, parse(alice().der), BindingKind.SPIFFE)
    admin.post(f"{ADMIN}{made.pk}/change/", {"user": user.pk, "label": ""})
    made.refresh_from_db()
    assert not made.enabled


def test_the_admin_does_not_change_what_is_bound(admin: Client, user: object) -> None:
    made = CertificateBinding.objects.bind(user, parse(alice().der), BindingKind.SPIFFE)
    admin.post(f"{ADMIN}{made.pk}/change/", {"user": user.pk, "kind": "dn", "value": "CN=root", "label": "new"})
    before = (made.kind, made.value, made.lookup)
    made.refresh_from_db()
    assert (made.kind, made.value, made.lookup, made.label) == (*before, "new")


def test_the_admins_history_holds_nothing_of_the_certificate(admin: Client, user: object) -> None:
    admin.post(f"{ADMIN}add/", form(alice(), user, kind="dn", label=""))
    assert "CN=" not in LogEntry.objects.get().object_repr


def bind(folder: Path, certificate: Issued, *arguments: str) -> str:
    file, _ = certificate.write(folder, "client")
    out = StringIO()
    call_command("mtlsguard_bind", "alice", "--certificate", str(file), *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("kind", list(BindingKind))
def test_the_shell_binds(tmp_path: Path, user: object, kind: BindingKind) -> None:
    bind(tmp_path, alice(), "--by", kind.value)
    assert CertificateBinding.objects.get().value == value(alice(), kind)


def test_the_shell_knows_no_stranger(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such user"):
        bind(tmp_path, alice(), "--by", "dn")


def test_the_shell_says_that_a_name_is_taken(tmp_path: Path, user: object) -> None:
    bind(tmp_path, alice(), "--by", "dn")
    with pytest.raises(CommandError, match="already"):
        bind(tmp_path, alice(), "--by", "dn")


def test_the_shell_says_that_a_name_is_missing(tmp_path: Path, user: object) -> None:
    with pytest.raises(CommandError, match="no spiffe"):
        bind(tmp_path, pki().leaf(spiffe=None), "--by", "spiffe")


def test_the_shell_says_that_there_is_no_file(user: object) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("mtlsguard_bind", "alice", "--certificate", "nowhere.pem", "--by", "dn")


def test_the_shell_says_that_a_file_is_no_certificate(tmp_path: Path, user: object) -> None:
    (tmp_path / "x").write_text("-----BEGIN CERTIFICATE-----\nsecret\n")
    with pytest.raises(CommandError) as caught:
        call_command("mtlsguard_bind", "alice", "--certificate", str(tmp_path / "x"), "--by", "dn")
    assert "secret" not in str(caught.value)


def listed(*arguments: str) -> str:
    out = StringIO()
    call_command("mtlsguard_bindings", *arguments, stdout=out)
    return out.getvalue()


def test_the_shell_lists(tmp_path: Path, user: object) -> None:
    bind(tmp_path, alice(), "--by", "dn", "--label", "laptop")
    pk = CertificateBinding.objects.get().pk
    assert listed() == f"{pk}: alice by dn CN=alice,O=Example  laptop\n"


def test_the_shell_lists_one_user(tmp_path: Path, user: object) -> None:
    bind(tmp_path, alice(), "--by", "dn")
    assert (listed("alice") != "", listed("carol")) == (True, "")


def test_the_shell_shows_what_is_off(tmp_path: Path, user: object) -> None:
    bind(tmp_path, alice(), "--by", "dn")
    CertificateBinding.objects.update(enabled=False)
    assert "(off)" in listed()


def test_the_shell_unbinds(tmp_path: Path, user: object) -> None:
    bind(tmp_path, alice(), "--by", "dn")
    call_command("mtlsguard_unbind", str(CertificateBinding.objects.get().pk), stdout=StringIO())
    assert not CertificateBinding.objects.exists()


def test_the_shell_removes_all_or_nothing(tmp_path: Path, user: object) -> None:
    bind(tmp_path, alice(), "--by", "dn")
    with pytest.raises(CommandError, match="no such binding: 0"):
        call_command("mtlsguard_unbind", str(CertificateBinding.objects.get().pk), "0", stdout=StringIO())
    assert CertificateBinding.objects.exists()


def test_a_forgers_twin_has_the_same_names_and_needs_the_guard() -> None:
    """Names are compared after the path is verified: a look-up alone proves nothing."""
    forged = Pki().leaf("alice", spiffe="spiffe://example.org/ns/billing/sa/alice")
    assert set(lookups(parse(forged.der))) & set(lookups(parse(leaf("alice").der)))

"""`mtlsguard inspect`: what the guard sees, for the eyes of a person who asked."""

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from mtlsguard.cli import main
from mtlsguard.testing import Pki

CONFIGURATION = """
[proxy]
dialect = "{dialect}"
trusted = ["10.0.0.1"]
secret = {{ header = "X-Secret", file = "secret" }}
[trust]
anchors = ["root.pem"]
[[roles]]
name = "billing"
match = {{ spiffe = "spiffe://example.org/ns/default/sa/*" }}
"""


@pytest.fixture(scope="module")
def pki():
    return Pki()


@pytest.fixture
def folder(tmp_path, pki):
    (tmp_path / "root.pem").write_text(pki.root.pem)
    (tmp_path / "secret").write_text("0123456789abcdef")
    return tmp_path


def inspected(capsys, folder, content, *options):
    path = folder / "one.pem"
    path.write_bytes(content) if isinstance(content, bytes) else path.write_text(content)
    status = main(["inspect", str(path), *options])
    return status, capsys.readouterr()


def configured(folder, dialect="rfc9440"):
    path = folder / "guard.toml"
    path.write_text(CONFIGURATION.format(dialect=dialect))
    return "--config", str(path)


def document(captured):
    return json.loads(captured.out)


def test_a_good_certificate_passes_every_check(capsys, folder, pki):
    status, captured = inspected(capsys, folder, pki.leaf().pem, "--json", "--reveal")
    checks = {value for name, value in document(captured).items() if name.startswith("check ")}
    assert (status, checks) == (0, {"ok"})


def test_der_is_read_as_well_as_pem(capsys, folder, pki):
    leaf = pki.leaf()
    captured = inspected(capsys, folder, leaf.der, "--json", "--reveal")[1]
    assert document(captured)["sha-256"] == leaf.fingerprint


def test_says_which_identity_each_kind_would_give(capsys, folder, pki):
    leaf = pki.leaf("pay", dns=["a.example", "b.example"])
    shown = document(inspected(capsys, folder, leaf.pem, "--json", "--reveal")[1])
    found = {name: shown[f"as {name}"] for name in ("spiffe", "dns", "email", "cn")}
    assert found == {
        "spiffe": "spiffe://example.org/ns/default/sa/pay",
        "dns": "ambiguous-identity",
        "email": "no-identity",
        "cn": "pay",
    }


@pytest.mark.parametrize(
    ("objection", "details"),
    [
        (("validity", "expired"), {"not_before": -3, "not_after": -1}),
        (("usage", "wrong-usage"), {"extended_key_usage": [ExtendedKeyUsageOID.SERVER_AUTH]}),
        (("key", "unacceptable-key"), {"algorithm": "rsa1024"}),
        (("signature", "weak-signature"), {"signature_hash": "sha1"}),
        (("parsing", "invalid-serial"), {"serial": -5}),
    ],
)
def test_a_bad_certificate_is_shown_with_the_objection(capsys, folder, pki, objection, details):
    check, reason = objection
    days = {name: pki.now + timedelta(days=days) for name, days in details.items() if name.startswith("not_")}
    leaf = pki.leaf("bad", **{**details, **days})
    status, captured = inspected(capsys, folder, leaf.pem, "--json", "--reveal")
    shown = document(captured)
    assert (status, shown[f"check {check}"].split(":")[0], shown["as cn"]) == (1, reason, "bad")


def test_with_a_configuration_the_engine_decides(capsys, folder, pki):
    status, captured = inspected(capsys, folder, pki.leaf().chain_pem, "--json", "--reveal", *configured(folder))
    shown = document(captured)
    assert (status, shown["roles"], len(shown["path"])) == (0, "billing", 3)


def test_a_dialect_without_a_chain_leaves_the_file_s_chain_unused(capsys, folder, pki):
    status, captured = inspected(capsys, folder, pki.leaf().chain_pem, "--json", *configured(folder, "nginx"))
    assert (status, document(captured)["reason"].split(":")[0]) == (1, "unknown-issuer")


def test_a_foreign_certificate_is_refused_by_the_configuration(capsys, folder):
    foreign = Pki().authority("Elsewhere")
    status, captured = inspected(capsys, folder, Pki().leaf(issuer=foreign).pem, *configured(folder))
    assert (status, "unknown-issuer" in captured.out) == (1, True)


def identifying(leaf):
    return [leaf.fingerprint, f"{leaf.serial:x}", "CN=pay", "Example Intermediate", "spiffe://"]


@pytest.mark.parametrize("options", [[], ["--json"], ["--redact"]])
@pytest.mark.parametrize("decided", [False, True])
def test_a_pipe_gets_nothing_that_identifies(capsys, folder, pki, options, decided):
    leaf = pki.leaf("pay")
    more = configured(folder) if decided else ()
    captured = inspected(capsys, folder, leaf.chain_pem, *options, *more)[1]
    assert [text for text in identifying(leaf) if text in captured.out] == []


def test_reveal_shows_all_in_a_pipe_too(capsys, folder, pki):
    leaf = pki.leaf("pay")
    captured = inspected(capsys, folder, leaf.pem, "--reveal")[1]
    assert [text for text in identifying(leaf) if text not in captured.out] == []


def test_a_terminal_gets_all_without_being_told(capsys, folder, pki, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "CN=pay" in inspected(capsys, folder, pki.leaf("pay").pem)[1].out


def test_control_characters_reach_no_terminal(capsys, folder, pki):
    captured = inspected(capsys, folder, pki.leaf("a\x1b[2Jb\u202ec\nd", spiffe=None).pem, "--reveal")[1]
    assert not {"\x1b", "\u202e"} & set(captured.out)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00" * 300, b"0\x82\xff", b"hello", "-----BEGIN CERTIFICATE-----\nAAAA\n", "-----BEGIN X-----\n"],
)
def test_no_certificate_is_a_sentence(capsys, folder, content):
    status, captured = inspected(capsys, folder, content)
    assert status in {1, 2}
    assert "Traceback" not in captured.err


def test_a_cut_certificate_is_malformed(capsys, folder, pki):
    status, captured = inspected(capsys, folder, pki.leaf().der[:-7])
    assert (status, "malformed-certificate" in captured.out) == (1, True)


def test_a_missing_file_is_status_2(capsys, folder):
    assert main(["inspect", str(folder / "none.pem")]) == 2


def test_a_broken_configuration_is_status_2(capsys, folder, pki):
    (folder / "bad.toml").write_text("[proxy]\n")
    assert inspected(capsys, folder, pki.leaf().pem, "--config", str(folder / "bad.toml"))[0] == 2


# revocation, as it stands now


def with_sources(folder, **sources):
    path = folder / "guard.toml"
    lines = "\n".join(f'{name} = ["{place}"]' for name, place in sources.items())
    path.write_text(
        CONFIGURATION.format(dialect="rfc9440").replace("[[roles]]", f"[revocation]\n{lines}\n[[roles]]", 1)
    )
    return "--config", str(path)


def test_the_lists_of_the_configuration_are_asked(capsys, folder, pki):
    good, revoked = pki.leaf("good"), pki.leaf("revoked")
    listed = [pki.crl(revoked=[revoked]), pki.crl(pki.root)]
    (folder / "lists.pem").write_bytes(b"".join(crl.public_bytes(Encoding.PEM) for crl in listed))
    told = {}
    for leaf in (good, revoked):
        status, captured = inspected(capsys, folder, leaf.chain_pem, "--json", *with_sources(folder, crls="lists.pem"))
        told[status] = document(captured).get("reason", "").split(":")[0]
    assert told == {0: "", 1: "revoked"}


def test_the_deny_list_of_the_configuration_is_asked(capsys, folder, pki):
    leaf = pki.leaf("stolen")
    (folder / "denied").write_text("# nobody yet\n")
    options = with_sources(folder, denylist="denied")
    assert inspected(capsys, folder, leaf.chain_pem, *options)[0] == 0
    assert main(["revoke", *options, "--certificate", str(folder / "one.pem")]) == 0
    capsys.readouterr()
    status, captured = inspected(capsys, folder, leaf.chain_pem, "--json", *options)
    assert (status, document(captured)["reason"].split(":")[0]) == (1, "revoked")


def test_a_list_that_cannot_be_used_is_said(capsys, folder, pki):
    (folder / "lists.pem").write_text("nothing")
    status, captured = inspected(capsys, folder, pki.leaf().chain_pem, *with_sources(folder, crls="lists.pem"))
    assert (status, "revocation.crls" in captured.err) == (2, True)

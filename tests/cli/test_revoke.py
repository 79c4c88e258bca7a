"""`mtlsguard revoke`, `unrevoke` and `revoked` on a deny list in a file; the shared one is in tests/refresh."""

import json
from pathlib import Path
from typing import Any

import pytest

from mtlsguard.cli import main
from mtlsguard.testing import Issued
from tests.world import pki

ISSUER = "CN=Example Intermediate,O=Example"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "root.pem").write_text(pki().root.pem)
    (tmp_path / "denied").write_text("# ours\n")
    text = '[proxy]\ndialect = "nginx"\ntrusted = ["10.0.0.1"]\n[trust]\nanchors = ["root.pem"]\n'
    (tmp_path / "mtlsguard.toml").write_text(f'{text}[revocation]\ndenylist = "denied"\n')
    return tmp_path / "mtlsguard.toml"


@pytest.fixture
def leaf(tmp_path: Path) -> Issued:
    one = pki().leaf()
    (tmp_path / "leaf.pem").write_text(one.pem)
    return one


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_certificate_from_a_file(config: Path, leaf: Issued, capsys: pytest.CaptureFixture[str]) -> None:
    at = config.parent
    assert run("revoke", "--config", config, "--certificate", at / "leaf.pem", "--note", "stolen", "--json") == 0
    assert told(capsys) == {"ok": True, "changed": True, "where": "file"}
    lines = (at / "denied").read_text().splitlines()
    assert lines[0] == "# ours"
    assert lines[1].endswith("stolen")
    assert lines[2] == f"{leaf.serial:#x} {ISSUER}"


def test_by_issuer_and_serial_twice_changes_nothing_more(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for changed in (True, False):
        assert run("revoke", "--config", config, "--issuer", ISSUER, "--serial", "01:f4", "--json") == 0
        assert told(capsys)["changed"] is changed


def test_unrevoke_takes_it_off(config: Path, leaf: Issued, capsys: pytest.CaptureFixture[str]) -> None:
    at = config.parent
    run("revoke", "--config", config, "--certificate", at / "leaf.pem")
    capsys.readouterr()
    for changed in (True, False):
        assert run("unrevoke", "--config", config, "--issuer", ISSUER, "--serial", f"{leaf.serial:#x}", "--json") == 0
        assert told(capsys)["changed"] is changed
    assert (at / "denied").read_text() == "# ours\n"


def test_revoked_shows_in_a_pipe_how_many_and_which_ones_when_told(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run("revoke", "--config", config, "--issuer", ISSUER, "--serial", "0x1f4")
    capsys.readouterr()
    assert run("revoked", "--config", config) == 0
    assert capsys.readouterr().out == "1 on the list; --reveal shows them\n"
    assert run("revoked", "--config", config, "--reveal") == 0
    assert capsys.readouterr().out == f"0x1f4 {ISSUER}\n1 on the list\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--serial", "0x1f"],
        ["--issuer", ISSUER],
        ["--issuer", ISSUER, "--serial", "31"],
        ["--issuer", "nobody", "--serial", "0x1f"],
        ["--certificate", "missing.pem"],
        ["--certificate", "leaf.pem", "--serial", "0x1f"],
        ["--issuer", ISSUER, "--serial", "0x1f", "--note", "two\nlines"],
    ],
)
def test_what_names_no_certificate_is_status_two(config: Path, arguments: list[str]) -> None:
    assert run("revoke", "--config", config, *arguments) == 2
    assert (config.parent / "denied").read_text() == "# ours\n"


def test_a_broken_list_is_not_written_over(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (config.parent / "denied").write_text("everybody\n")
    assert run("revoke", "--config", config, "--issuer", ISSUER, "--serial", "0x1f") == 2
    assert (config.parent / "denied").read_text() == "everybody\n"
    assert "everybody" not in capsys.readouterr().err


def test_a_store_that_is_away_is_status_two_without_its_address(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text(config.read_text().replace('"denied"', '"redis://127.0.0.1:1/0"'))
    assert run("revoke", "--config", config, "--issuer", ISSUER, "--serial", "0x1f") == 2
    assert "127.0.0.1" not in capsys.readouterr().err


def test_a_configuration_without_a_list_says_so(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(config.read_text().replace("[revocation]", "").replace('denylist = "denied"', ""))
    assert run("revoked", "--config", config) == 2
    assert "revocation.denylist" in capsys.readouterr().err


def test_a_certificate_whose_issuer_no_library_decodes_can_be_revoked(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = b"Example Intermediate"
    odd = pki().leaf().resigned(lambda signed: signed.replace(name, name[:-2] + b"\xff\xfe", 1))
    (config.parent / "odd.pem").write_text(odd.pem)
    for changed in (True, False):
        assert run("revoke", "--config", config, "--certificate", config.parent / "odd.pem", "--json") == 0
        assert told(capsys)["changed"] is changed

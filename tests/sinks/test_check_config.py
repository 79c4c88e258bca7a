"""`mtlsguard check-config FILE --logging CONFIG`, in a process of its own: it configures logging."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mtlsguard.redact.sinks.stdlib import redacted_config
from mtlsguard.testing import Pki

SOUND = '[proxy]\ndialect = "nginx"\ntrusted = ["10.0.0.0/8"]\n[trust]\nanchors = ["root.pem"]\n'
PLAIN: dict[str, Any] = {
    "version": 1,
    "handlers": {"file": {"class": "logging.FileHandler", "filename": "app.log"}},
    "root": {"handlers": ["file"]},
}
MODULE = f"""
import logging
from mtlsguard.redact.sinks.stdlib import redact_handlers, redacted_config
PLAIN = {PLAIN!r}
CLEAN = redacted_config(PLAIN)
def clean():
    logging.basicConfig()
    redact_handlers()
def plain():
    logging.basicConfig()
NUMBER = 1
"""
STRUCTLOG = """
import structlog
from mtlsguard.redact import redact_certificates
render, print_it = structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=repr)
def plain():
    structlog.configure(processors=[render, print_it])
def clean():
    structlog.configure(processors=[render, redact_certificates, print_it])
"""
INI = """
[loggers]
keys=root
[handlers]
keys=out
[formatters]
keys=
[logger_root]
handlers=out
[handler_out]
class=StreamHandler
"""
TOML = 'version = 1\nroot = { handlers = ["a"] }\n[handlers.a]\nclass = "logging.StreamHandler"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "root.pem").write_text(Pki().root.pem)
    (tmp_path / "guard.toml").write_text(SOUND)
    (tmp_path / "mylogging.py").write_text(MODULE)
    (tmp_path / "mystructlog.py").write_text(STRUCTLOG)
    (tmp_path / "configured.py").write_text("import logging\nlogging.basicConfig()\n")
    (tmp_path / "plain.json").write_text(json.dumps(PLAIN))
    (tmp_path / "clean.json").write_text(json.dumps(redacted_config(PLAIN)))
    (tmp_path / "plain.toml").write_text(TOML)
    (tmp_path / "plain.ini").write_text(INI)
    (tmp_path / "broken.json").write_text("{")
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mtlsguard", "check-config", "guard.toml", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def test_a_configuration_that_leaks_is_told_and_fails(folder: Path) -> None:
    done = run(folder, "--logging", "mylogging:PLAIN")
    assert (done.returncode, done.stderr) == (1, "")
    expected = [
        "the configuration is sound",
        "lets certificate data out",
        "handler FileHandler file",
        "redact_handlers()",
    ]
    assert [words for words in expected if words not in done.stdout] == []
    assert not (folder / "app.log").exists()


def test_a_configuration_that_does_not_is_told_and_passes(folder: Path) -> None:
    done = run(folder, "--logging", "mylogging:CLEAN")
    assert (done.returncode, "the logging lets no certificate data out" in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("named", "status", "leaking"),
    [
        ("mylogging:plain", 1, 1),
        ("mylogging:clean", 0, 0),
        ("mystructlog:clean", 1, 1),  # the last resort of logging itself
        ("mystructlog:plain", 1, 2),
        ("configured", 1, 1),
        ("plain.json", 1, 1),
        ("clean.json", 0, 0),
        ("plain.toml", 1, 1),
        ("plain.ini", 1, 1),
    ],
)
def test_every_form_is_taken(named: str, status: int, leaking: int, folder: Path) -> None:
    done = run(folder, "--json", "--logging", named)
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"], len(told["logging"])) == (status, status == 0, leaking)


@pytest.mark.parametrize("named", ["mylogging:NOTHING", "mylogging:NUMBER", "no_such_module", "broken.json"])
def test_what_cannot_be_configured_is_status_2(named: str, folder: Path) -> None:
    done = run(folder, "--logging", named)
    assert (done.returncode, done.stdout, done.stderr.startswith("mtlsguard: ")) == (2, "", True)


def test_without_the_option_nothing_is_said_about_logging(folder: Path) -> None:
    done = run(folder, "--json")
    assert (done.returncode, "logging" in json.loads(done.stdout)) == (0, False)

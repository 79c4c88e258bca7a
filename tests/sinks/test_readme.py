"""The README's section about sinks runs as it is written."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"


def examples() -> list[str]:
    _, found, rest = README.read_text().partition("\n## Sinks\n")
    return re.findall(r"```python\n(.*?)```", rest.split("\n## ")[0], re.DOTALL) if found else []


@pytest.mark.skipif(not examples(), reason="the README has no section about sinks yet")
def test_every_example_runs_and_redacts() -> None:
    """In a process of its own: they configure what the whole process logs with."""
    check = """
import logging.config, sys
for number, source in enumerate(__import__("json").loads(sys.stdin.read())):
    namespace = {}
    exec(compile(source, f"example {number}", "exec"), namespace)
    if "handlers" in namespace.get("LOGGING", ()):
        logging.config.dictConfig(namespace["LOGGING"])
        from mtlsguard.canary import check_logging
        assert not check_logging([logging.root]), check_logging([logging.root])
        assert namespace["LOGGING"]["formatters"]
assert namespace["log_access_format"] == '%(addr)s "%(path)s" -'
"""
    command = [sys.executable, "-c", check]
    done = subprocess.run(
        command, input=json.dumps(examples()), capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")

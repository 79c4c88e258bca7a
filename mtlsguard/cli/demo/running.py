"""A proxy as a process of ours: started, waited for, and ended whatever happens."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mtlsguard.cli.demo.proxies import Proxy
from mtlsguard.cli.demo.serving import HOST
from mtlsguard.cli.terminal import CommandError
from mtlsguard.redact import redact_text

_PATIENCE = 10.0
_TO_END = 3.0
_LOG = "proxy.log"


@contextmanager
def running(proxy: Proxy, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """In a session of its own: Ctrl-C reaches us alone, and we end it in our own order."""
    with (folder / _LOG).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - a program that was looked up, arguments of our own
            [proxy.program(), *proxy.arguments],
            cwd=folder,
            env=dict(proxy.environment(folder)),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _end(process)


def free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def wait_until_it_listens(process: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise CommandError(f"the proxy did not start; its last words:\n{_last_words(folder)}")


def _last_words(folder: Path) -> str:
    lines = (folder / _LOG).read_text(errors="replace").splitlines()[-8:]
    return os.linesep.join(f"  {redact_text(line)}" for line in lines)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

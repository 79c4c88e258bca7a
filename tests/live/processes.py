"""Programs that are started for a test, waited for, and ended whatever happens."""

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

HOST = "127.0.0.1"
_PATIENCE = 30.0
_TO_END = 2.0
# Below the ports that the kernel gives to outgoing connections: nobody takes one between our look and our use.
_PORTS = range(20_000, 32_000)
_SETPRIV = shutil.which("setpriv")


def free_port() -> int:
    while True:
        port = random.choice(_PORTS)
        with suppress(OSError), socket.create_server((HOST, port)):
            return port


@contextmanager
def running(
    command: Sequence[str | Path], port: int, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Path]:
    """The program listens when this is entered, and has gone when it is left. Gives its log."""
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*_tied_to_us(), *command],
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_until(lambda: process.poll() is not None or _accepts(port), log)
        assert process.poll() is None, f"ended at once: {_last_words(log)}"
        yield log
    finally:
        _end(process)


def _tied_to_us() -> list[str]:
    """Where util-linux is: the kernel ends the program even if we are killed."""
    return [_SETPRIV, "--pdeathsig", "TERM", "--"] if _SETPRIV else []


def wait_until(ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not ready():
        assert time.monotonic() < deadline, f"not ready in time: {_last_words(log)}"
        time.sleep(0.02)


def _last_words(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_TO_END)
    with suppress(ProcessLookupError):  # its children too, and itself if it did not listen
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()

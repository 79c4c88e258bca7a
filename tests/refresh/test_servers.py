"""Real servers with several workers: one keeper in each process that serves, and a revocation reaches all of them."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mtlsguard.testing import Issued, Pki, present
from tests.refresh.valkey import free_port
from tests.refresh.world import configured, eventually, pki, write

ROOT = Path(__file__).parents[2]
SERVICE = "tests.refresh.service"
SERVERS = {
    "gunicorn": ("gunicorn", "--workers", "2", "--bind", "{at}", "--no-control-socket", f"{SERVICE}:wsgi"),
    "gunicorn-preload": (
        *("gunicorn", "--preload", "--workers", "2", "--bind", "{at}", "--no-control-socket"),
        f"{SERVICE}:wsgi",
    ),
    "gunicorn-threads": (
        *("gunicorn", "--worker-class", "gthread", "--threads", "4", "--workers", "2", "--bind", "{at}"),
        *("--no-control-socket", f"{SERVICE}:wsgi"),
    ),
    "uvicorn": ("uvicorn", "--workers", "2", "--port", "{port}", "--no-proxy-headers", f"{SERVICE}:asgi"),
    "uvicorn-reload": ("uvicorn", "--reload", "--port", "{port}", "--no-proxy-headers", f"{SERVICE}:asgi"),
    "uvicorn-no-lifespan": (
        *("uvicorn", "--lifespan", "off", "--port", "{port}", "--no-proxy-headers"),
        f"{SERVICE}:asgi",
    ),
    "hypercorn": ("hypercorn", "--workers", "2", "--bind", "{at}", f"{SERVICE}:asgi"),
}


@dataclass
class Service:
    port: int
    process: "subprocess.Popen[bytes]"
    threads: dict[int, int] = field(default_factory=dict)

    def ask(self, leaf: Issued) -> tuple[int, int]:
        """Status, and the process that answered (0 for a refusal, which does not tell)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/", headers=present(leaf, "nginx"))
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            return answer.status, 0
        told = json.loads(body)
        self.threads[told["process"]] = told["threads"]
        return 200, told["process"]

    def statuses(self, leaf: Issued, number: int = 30) -> set[int]:
        return {self.ask(leaf)[0] for _ in range(number)}

    def answers(self, leaf: Issued) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self.ask(leaf)[0] > 0
        return False


@contextmanager
def served(name: str, configuration: Path, leaf: Issued) -> Iterator[Service]:
    port = free_port()
    module, *rest = (part.format(at=f"127.0.0.1:{port}", port=port) for part in SERVERS[name])
    environment = {**os.environ, "MTLSGUARD_SERVICE": str(configuration), "PYTHONPATH": str(ROOT)}
    log = (configuration.parent / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", module, *rest], env=environment, stdout=log, stderr=log, start_new_session=True, cwd=ROOT
    )
    try:
        service = Service(port, process)
        assert eventually(lambda: service.answers(leaf), 60), (configuration.parent / "server.log").read_text()
        yield service
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()


@pytest.fixture
def ours() -> Pki:
    return pki()


def denying(folder: Path, ours: Pki) -> tuple[Path, Path]:
    denied = write(folder / "denied", "# nobody\n")
    trusted = configured(folder, ours, '[revocation]\ndenylist = "denied"\n')
    return write(trusted, trusted.read_text().replace('"10.0.0.1"', '"127.0.0.1"')), denied


def line(leaf: Issued) -> str:
    return f"{leaf.serial:#x} CN=Example Intermediate,O=Example\n"


@pytest.mark.parametrize("name", SERVERS)
def test_one_keeper_in_each_process_and_a_revocation_reaches_all(tmp_path: Path, ours: Pki, name: str) -> None:
    good, bad = ours.leaf("good"), ours.leaf("bad")
    configuration, denied = denying(tmp_path, ours)
    with served(name, configuration, good) as service:
        assert service.statuses(bad) == {200}
        assert set(service.threads.values()) == {1}
        write(denied, line(bad))
        assert eventually(lambda: service.statuses(bad) == {401})
        assert service.statuses(good) == {200}


@pytest.mark.parametrize("name", ["gunicorn", "gunicorn-preload"])
def test_a_worker_that_is_killed_during_a_reload_is_followed_by_one_that_knows(
    tmp_path: Path, ours: Pki, name: str
) -> None:
    good, bad = ours.leaf("good"), ours.leaf("bad")
    configuration, denied = denying(tmp_path, ours)
    with served(name, configuration, good) as service:
        service.statuses(good)
        for worker in list(service.threads):
            write(denied, line(bad))
            os.kill(worker, signal.SIGKILL)
        assert eventually(lambda: service.answers(good))
        assert eventually(lambda: service.statuses(bad) == {401})
        assert service.statuses(good) == {200}


@pytest.fixture
def _heard_hang_ups() -> Iterator[None]:
    """A child of a process that ignores the signal (nohup) would ignore it too."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("_heard_hang_ups")
def test_sighup_makes_a_worker_look_at_once(tmp_path: Path, ours: Pki) -> None:
    good, bad = ours.leaf("good"), ours.leaf("bad")
    configuration, denied = denying(tmp_path, ours)
    write(configuration, configuration.read_text() + '[refresh]\nwatch = "off"\n')
    with served("uvicorn-no-lifespan", configuration, good) as service:
        assert service.statuses(bad) == {200}
        write(denied, line(bad))
        time.sleep(1.5)  # long enough for a look, if there were any
        assert service.statuses(bad) == {200}
        os.kill(service.process.pid, signal.SIGHUP)
        assert eventually(lambda: service.statuses(bad) == {401})


def test_the_service_ends_when_it_is_told_to(tmp_path: Path, ours: Pki) -> None:
    good = ours.leaf()
    configuration, _ = denying(tmp_path, ours)
    with served("uvicorn", configuration, good) as service:
        service.process.terminate()
        assert service.process.wait(30) in {0, -signal.SIGTERM}

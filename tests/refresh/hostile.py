"""A server that does with each connection just what a test says, down to the octet."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

Behaviour = Callable[[socket.socket], None]


class Hostile:
    """`requests` are the octets that came, one entry for each connection that sent a whole head."""

    def __init__(self, behaviour: Behaviour, context: ssl.SSLContext | None = None) -> None:
        self._behaviour = behaviour
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lines: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._listener.getsockname()[1]

    def url(self, path: str = "/list", scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def close(self) -> None:
        self.ended.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for line in self._lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in (self._thread, *self._threads):
            thread.join(10)
        for line in self._lines:
            line.close()

    def _serve(self) -> None:
        while not self.ended.is_set():
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._lines.append(line)
            thread = threading.Thread(target=self._one, args=(line,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _one(self, line: socket.socket) -> None:
        with suppress(OSError):
            if self._context is not None:
                line = self._context.wrap_socket(line, server_side=True)
                self._lines.append(line)
            self._behaviour(line)
            line.shutdown(socket.SHUT_RDWR)
        line.close()

    def read(self, line: socket.socket) -> bytes:
        """One request, its body with it."""
        octets = b""
        while b"\r\n\r\n" not in octets and (more := line.recv(65_536)):
            octets += more
        head, _, body = octets.partition(b"\r\n\r\n")
        for field in head.lower().split(b"\r\n"):
            if field.startswith(b"content-length:"):
                while len(body) < int(field.split(b":")[1]) and (more := line.recv(65_536)):
                    body += more
        self.requests.append(head + b"\r\n\r\n" + body)
        return self.requests[-1]


@contextmanager
def serving(
    behave: Callable[[Hostile, socket.socket], None], context: ssl.SSLContext | None = None
) -> Iterator[Hostile]:
    """`behave` gets the server and a connection; what it raises about the connection is passed over."""
    server: Hostile

    def behaviour(line: socket.socket) -> None:
        behave(server, line)

    server = Hostile(behaviour, context)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def answering(*answers: bytes, context: ssl.SSLContext | None = None) -> Iterator[Hostile]:
    """Reads a request and sends one answer to each connection; the last one again and again."""

    def behave(server: Hostile, line: socket.socket) -> None:
        server.read(line)
        at = min(len(server.requests), len(answers)) - 1
        line.sendall(answers[at].replace(b"{port}", str(server.port).encode()))

    with serving(behave, context) as server:
        yield server


def http(status: str = "200 OK", body: bytes = b"", **headers: str) -> bytes:
    """Content-Length unless told; underscores in names are dashes."""
    fields = {"Content-Length": str(len(body))} | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value != "none")
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context

"""EDGE: one connection to Valkey or Redis, in the older of their protocols (RESP2), which all their versions speak.

Written out instead of taken from a client library for one reason: here every operation has a deadline for the whole
of it, and every reply a bound. Libraries bound each read of the socket, so that a server which sends an octet a second
holds a thread for ever, and read a value of 512 MB because the server has one.
"""

import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from mtlsguard.revocation_policy import StorePolicy

Reply = bytes | int | list["Reply"] | None

_MOST_OCTETS = 64 * 1024 * 1024  # of one reply
_MOST_LINE = 65_536
_DEEPEST = 8
_PORT = 6_379


class StoreError(Exception):
    """`kind` is a word for health and events; nothing in it comes from the store or from the configuration."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class LostError(StoreError):
    """The connection is of no more use: no answer in time, an end, or an answer that is none."""


class RefusedError(StoreError):
    """The store answered that it will not; the connection goes on. `kind` is one of its known words, else "ERR"."""


_WORDS = {
    *("BUSY", "CLUSTERDOWN", "ERR", "LOADING", "MASTERDOWN", "MISCONF", "MOVED", "NOAUTH", "NOPERM", "NOREPLICAS"),
    *("OOM", "READONLY", "WRONGPASS", "WRONGTYPE"),
    *("FULL", "STAMPS"),  # our own scripts'
}


@dataclass(frozen=True, slots=True)
class Address:
    """`path` is a UNIX socket's; then there is no host."""

    host: str
    port: int
    path: str
    database: int
    tls: bool


def address_of(url: str) -> Address:
    """redis://host:port/db, rediss://host:port/db or unix:///path?db=0; ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path:
        return Address("", 0, parts.path, int(parts.query.removeprefix("db=") or 0), tls=False)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ValueError("a scheme or a host")
    return Address(parts.hostname, parts.port or _PORT, "", int(parts.path.strip("/") or 0), parts.scheme == "rediss")


class Wire:
    """Connected, encrypted and authenticated once it exists. For one thread; `cut` alone may be called by another."""

    def __init__(self, address: Address, policy: StorePolicy, seconds: float) -> None:
        self._buffer = bytearray()
        self._taken = 0
        deadline = time.monotonic() + seconds
        self._socket = _connected(address, policy, deadline)
        try:
            if policy.password is not None:
                user = (policy.username.encode(),) if policy.username else ()
                self._call(deadline, b"AUTH", *user, policy.password)
            if address.database:
                self._call(deadline, b"SELECT", str(address.database).encode())
        except StoreError:
            self.close()
            raise

    def call(self, seconds: float, *parts: bytes | str | int) -> Reply:
        """One command and its whole reply within `seconds`. After `LostError` the connection must be closed."""
        return self._call(time.monotonic() + seconds, *parts)

    def close(self) -> None:
        self._socket.close()

    def cut(self) -> None:
        """Ends whatever the owner waits for."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _call(self, deadline: float, *parts: bytes | str | int) -> Reply:
        try:
            self._socket.settimeout(_left(deadline))
            self._socket.sendall(_request(parts))
            self._taken = 0
            return self._reply(deadline, _DEEPEST)
        except (OSError, ValueError) as error:
            raise LostError(_kind(error)) from None

    def _reply(self, deadline: float, depth: int) -> Reply:
        line = self._line(deadline)
        sign, rest = line[:1], line[1:]
        if sign == b"+":
            return rest
        if sign == b"-" and depth == _DEEPEST:
            word = rest.split(b" ", 1)[0].decode("ascii", "replace")
            raise RefusedError(word if word in _WORDS else "ERR")
        if sign == b":":
            return int(rest)
        if sign == b"$":
            return self._bulk(deadline, int(rest))
        if sign == b"*" and depth:
            return self._array(deadline, int(rest), depth)
        raise LostError("Protocol")

    def _array(self, deadline: float, count: int, depth: int) -> Reply:
        if count > _MOST_OCTETS // 4:
            raise LostError("Oversized")
        return None if count < 0 else [self._reply(deadline, depth - 1) for _ in range(count)]

    def _bulk(self, deadline: float, size: int) -> bytes | None:
        if size < 0:
            return None
        if size > _MOST_OCTETS:
            raise LostError("Oversized")
        self._fill(deadline, size + 2)
        found = bytes(self._buffer[:size])
        if self._buffer[size : size + 2] != b"\r\n":
            raise LostError("Protocol")
        del self._buffer[: size + 2]
        return found

    def _line(self, deadline: float) -> bytes:
        while (end := self._buffer.find(b"\r\n")) < 0:
            if len(self._buffer) > _MOST_LINE:
                raise LostError("Protocol")
            self._fill(deadline, len(self._buffer) + 1)
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def _fill(self, deadline: float, size: int) -> None:
        while len(self._buffer) < size:
            self._socket.settimeout(_left(deadline))
            read = self._socket.recv(65_536)
            if not read:
                raise LostError("Closed")
            self._taken += len(read)
            if self._taken > _MOST_OCTETS:
                raise LostError("Oversized")
            self._buffer += read


def _connected(address: Address, policy: StorePolicy, deadline: float) -> socket.socket:
    plain: socket.socket | None = None
    try:
        if address.path:
            plain = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            plain.settimeout(_left(deadline))
            plain.connect(address.path)
            return plain
        plain = _reached(address, deadline)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not address.tls:
            return plain
        context = ssl.create_default_context(cafile=policy.ca or None)
        plain.settimeout(_left(deadline))
        return context.wrap_socket(plain, server_hostname=address.host)
    except (OSError, ValueError) as error:
        if plain is not None:
            plain.close()
        raise LostError(_kind(error)) from None


def _reached(address: Address, deadline: float) -> socket.socket:
    """The first of the host's addresses that answers. Each has its share of the time, so that a dead one is passed."""
    found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    last: OSError = ConnectionRefusedError()
    for at, (*_, where) in enumerate(found):
        try:
            host, port = str(where[0]), int(where[1])
            return socket.create_connection((host, port), _left(deadline) / (len(found) - at))
        except OSError as error:
            last = error
    raise last


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _request(parts: tuple[bytes | str | int, ...]) -> bytes:
    encoded = [part if isinstance(part, bytes) else str(part).encode() for part in parts]
    return b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%b\r\n" % (len(part), part) for part in encoded)


def _kind(error: Exception) -> str:
    return "Protocol" if type(error) is ValueError else type(error).__name__

"""EDGE: a connection that ends at its deadline, whatever the other side does.

A timeout of a socket is per read: a server that sends an octet a second never meets it. So a watch shuts the
connection down when its time is over, whichever of handshake, headers or body it is in.
"""

import queue
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from threading import Thread, Timer
from time import monotonic

from mtlsguard.refresh.fetched import Addresses, FetchFault, Kind, Target

_MOST_TUNNEL_OCTETS = 8_192
_OPENED = b" 200"  # after "HTTP/1.1"

_AddressInfo = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str, int] | tuple[str, int, int, int]]


class UnusableError(Exception):
    """There is no connection. Says why, and nothing of where to."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.value)
        self.fault = FetchFault(kind)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of the monotonic clock."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        return cls(monotonic() + seconds)

    @property
    def over(self) -> bool:
        return monotonic() >= self.at

    def left(self) -> float:
        """Seconds; UnusableError where none are left."""
        seconds = self.at - monotonic()
        if seconds <= 0:
            raise UnusableError(Kind.DEADLINE)
        return seconds


@dataclass(frozen=True, slots=True)
class Route:
    """How connections are made: `context` for TLS, `proxy` where there is one."""

    context: ssl.SSLContext = field(repr=False)
    addresses: Addresses = Addresses.ANY
    proxy: Target | None = None


@contextmanager
def connected(target: Target, route: Route, deadline: Deadline) -> Iterator[socket.socket]:
    """A socket that speaks to `target`, through TLS where its scheme says so. UnusableError if there is none."""
    via = route.proxy or target
    line = _reached(_resolved(via, route.addresses, deadline), deadline)
    with _cut_off(line, deadline):
        try:
            if target.scheme == "https":
                if route.proxy:
                    _tunnel(line, target)
                line = _secured(line, target, route.context)
            yield line
        finally:
            line.close()


@contextmanager
def _cut_off(line: socket.socket, deadline: Deadline) -> Iterator[None]:
    """Shuts the connection down at the deadline. By a copy: TLS takes the socket itself over."""
    copy = line.dup()
    watch = Timer(max(0.0, deadline.at - monotonic()), _shut_down, (copy,))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        watch.join()  # not to shut down whatever would have the number of the copy next
        copy.close()


def _shut_down(line: socket.socket) -> None:
    with suppress(OSError):  # the other side was faster
        line.shutdown(socket.SHUT_RDWR)


def _resolved(target: Target, addresses: Addresses, deadline: Deadline) -> list[_AddressInfo]:
    """A resolver knows no deadline, so it runs beside; one that never answers costs a thread until it does."""
    answers: queue.SimpleQueue[list[_AddressInfo]] = queue.SimpleQueue()
    Thread(target=_resolve, args=(target.host, target.port, answers.put), daemon=True).start()
    try:
        found = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise UnusableError(Kind.DEADLINE) from None
    if not found:
        raise UnusableError(Kind.UNRESOLVED)
    if addresses is Addresses.PUBLIC and not all(_is_public(str(one[4][0])) for one in found):
        raise UnusableError(Kind.NOT_PUBLIC)
    return found


def _resolve(host: str, port: int, put: Callable[[list[_AddressInfo]], None]) -> None:
    try:
        put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))  # type: ignore[arg-type]
    except (OSError, UnicodeError):
        put([])


def _is_public(address: str) -> bool:
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast


def _reached(addresses: list[_AddressInfo], deadline: Deadline) -> socket.socket:
    """The first that answers; the very addresses that were looked at, not the name once more."""
    for at, (family, kind, protocol, _, address) in enumerate(addresses):
        line = socket.socket(family, kind, protocol)
        try:
            # A fair share of the time for each: one that swallows everything must not take the others' away.
            line.settimeout(deadline.left() / (len(addresses) - at))
            line.connect(address)
            line.settimeout(deadline.left())
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, UnusableError):
            line.close()
        else:
            return line
    raise UnusableError(Kind.DEADLINE if deadline.over else Kind.UNREACHABLE)


def _secured(line: socket.socket, target: Target, context: ssl.SSLContext) -> socket.socket:
    try:
        return context.wrap_socket(line, server_hostname=target.host)
    except TimeoutError:
        raise UnusableError(Kind.DEADLINE) from None
    except (OSError, ValueError):  # SSLError and CertificateError are OSErrors
        raise UnusableError(Kind.TLS) from None


def _tunnel(line: socket.socket, target: Target) -> None:
    """RFC 9110 section 9.3.6. Read octet by octet: what follows the answer's head belongs to TLS."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    authority = f"{host}:{target.port}"
    answer = bytearray()
    try:
        line.sendall(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode("ascii"))
        while not answer.endswith(b"\r\n\r\n") and len(answer) < _MOST_TUNNEL_OCTETS:
            octet = line.recv(1)
            if not octet:
                break
            answer += octet
    except OSError:
        raise UnusableError(Kind.PROXY_REFUSED) from None
    if not answer.endswith(b"\r\n\r\n") or not answer.startswith(b"HTTP/1.") or answer[8:12] != _OPENED:
        raise UnusableError(Kind.PROXY_REFUSED)

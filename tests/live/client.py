"""A TLS client that says exactly what it is told to, octet for octet, and reports what came back."""

import http.client
import json
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, ResponseReceived, StreamEnded, StreamReset
from h2.exceptions import ProtocolError

from tests.live.processes import HOST

Lines = tuple[tuple[bytes, bytes], ...]
_PATIENCE = 20.0
_READ = 65_536
TLS12, TLS13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` and `trailers` go out in this order, names as they are written here."""

    headers: Lines = ()
    trailers: Lines = ()


PLAIN = Request()


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` 0: TLS or HTTP ended without an answer, and `end` is how. `said` is the application's own, or None."""

    status: int
    said: dict[str, Any] | None = None
    resumed: bool = False
    session: ssl.SSLSession | None = field(default=None, repr=False)
    end: str = ""

    @property
    def identity(self) -> str | None:
        """Whom the application took this for."""
        return self.said["identity"] if self.said else None

    @property
    def names(self) -> set[str]:
        """Of the headers that the application saw, in one spelling for all."""
        names = self.said["headers"] if self.said else []
        return {name.lower().replace("-", "_").removeprefix("http_") for name in names}


def context(member: Path | None, newest: ssl.TLSVersion = TLS13, protocols: Sequence[str] = ()) -> ssl.SSLContext:
    """Without a trust store: OpenSSL would add issuers from it to the chain that it sends."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    made.minimum_version, made.maximum_version = TLS12, newest
    if protocols:
        made.set_alpn_protocols(list(protocols))
    if member is not None:
        made.load_cert_chain(member.with_suffix(".pem"), member.with_suffix(".key"))
    return made


def ask(
    port: int, tls: ssl.SSLContext, path: str, request: Request = PLAIN, session: ssl.SSLSession | None = None
) -> Answer:
    """One request over a connection of its own, HTTP/1.1."""
    try:
        with (
            socket.create_connection((HOST, port), _PATIENCE) as plain,
            tls.wrap_socket(plain, server_hostname="localhost", session=session) as secured,
        ):
            answer = _exchange(secured, path, request)
            return Answer(answer.status, answer.said, bool(secured.session_reused), secured.session)
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException) as end:
        return Answer(0, end=repr(end))


def ask_directly(port: int, path: str, request: Request, source: str = HOST) -> Answer:
    """Past the proxy: plain text to the Python server, from an address of loopback."""
    with socket.create_connection((HOST, port), _PATIENCE, source_address=(source, 0)) as plain:
        return _exchange(plain, path, request)


def _exchange(connection: socket.socket, path: str, request: Request) -> Answer:
    connection.sendall(_octets(path, request))
    with http.client.HTTPResponse(connection, method="GET") as answer:
        answer.begin()
        body = answer.read()
    return Answer(answer.status, _said(answer.status, body))


def _said(status: int, body: bytes) -> dict[str, Any] | None:
    return json.loads(body) if status == http.HTTPStatus.OK else None


def _octets(path: str, request: Request) -> bytes:
    """In one write: a server that takes trailers for headers does so when they arrive together."""
    method = "POST" if request.trailers else "GET"
    framing = ((b"Transfer-Encoding", b"chunked"),) if request.trailers else ()
    head = [f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n".encode(), *map(_line, (*request.headers, *framing))]
    body = [b"2\r\nhi\r\n0\r\n", *map(_line, request.trailers), b"\r\n"] if request.trailers else []
    return b"".join([*head, b"\r\n", *body])


def _line(pair: tuple[bytes, bytes]) -> bytes:
    return b"%s: %s\r\n" % pair


def ask_http2(port: int, tls: ssl.SSLContext, path: str, request: Request = PLAIN) -> Answer:
    """The same over HTTP/2; `tls` must offer it. Header names go out in lower case, as RFC 9113 wants."""
    try:
        with (
            socket.create_connection((HOST, port), _PATIENCE) as plain,
            tls.wrap_socket(plain, server_hostname="localhost") as secured,
        ):
            assert secured.selected_alpn_protocol() == "h2", "this proxy does not speak HTTP/2"
            return _exchange_http2(secured, path, request)
    except TimeoutError:
        raise
    except (OSError, ProtocolError) as end:
        return Answer(0, end=repr(end))


def _exchange_http2(secured: ssl.SSLSocket, path: str, request: Request) -> Answer:
    # Nothing is checked or tidied up on the way out: a forger does not do so either.
    unchecked = H2Configuration(validate_outbound_headers=False, normalize_outbound_headers=False)
    connection = H2Connection(unchecked)
    connection.initiate_connection()
    _send_http2(connection, path, request)
    secured.sendall(connection.data_to_send())
    status, body, ended = 0, b"", False
    while not ended and (octets := secured.recv(_READ)):
        for event in connection.receive_data(octets):
            if isinstance(event, ResponseReceived):
                status = int(dict(event.headers)[b":status"])
            elif isinstance(event, DataReceived):
                body += event.data
            ended = ended or isinstance(event, StreamEnded | StreamReset | ConnectionTerminated)
        secured.sendall(connection.data_to_send())
    return Answer(status, _said(status, body))


def _send_http2(connection: H2Connection, path: str, request: Request) -> None:
    method = b"POST" if request.trailers else b"GET"
    pseudo = ((b":method", method), (b":scheme", b"https"), (b":authority", b"localhost"), (b":path", path.encode()))
    stream = connection.get_next_available_stream_id()
    regular = [(name.lower(), value) for name, value in request.headers]
    connection.send_headers(stream, [*pseudo, *regular], end_stream=not request.trailers)
    if request.trailers:
        connection.send_data(stream, b"hi")
        connection.send_headers(stream, [(name.lower(), value) for name, value in request.trailers], end_stream=True)

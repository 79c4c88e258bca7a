"""EDGE: one request and its answer over a connection (HTTP/1.1, by urllib3). Imported by who fetches, and then only."""

import re
import socket
from collections.abc import Mapping
from http.client import HTTPException

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from mtlsguard.refresh.fetched import Fetched, FetchFault, Kind, Moved, NotModified, Question, Validators

_CHUNK = 65_536
_OK, _NOT_MODIFIED = 200, 304
_MOVED = {301, 302, 303, 307, 308}
_PLAIN = re.compile(r"[ -~]{1,256}", re.ASCII)
# What is no HTTP, ends too early, or is cut off. urllib3 asserts nothing about the numbers of chunks: ValueError.
_BROKEN = (OSError, HTTPException, HTTPError, ValueError)


def exchange(line: socket.socket, question: Question, seconds: float) -> Fetched | NotModified | Moved | FetchFault:
    """`seconds`: the most that one read may take; who opened the connection ends it when all of it takes too long."""
    connection = HTTPConnection(question.target.host, question.target.port, timeout=seconds)
    connection.auto_open = 0  # this connection, and no other
    connection.sock = line
    method = "GET" if question.body is None else "POST"
    try:
        connection.request(
            method, question.line, question.body, _headers(question), preload_content=False, decode_content=False
        )
        response = connection.getresponse()
    except _BROKEN:
        return FetchFault(Kind.PROTOCOL)
    try:
        return _answer(response, question)
    except _BROKEN:
        return FetchFault(Kind.PROTOCOL)
    finally:
        response.close()


def _headers(question: Question) -> Mapping[str, str]:
    headers = {
        "Host": question.target.authority,
        "User-Agent": "mtlsguard",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    if question.content_type:
        headers["Content-Type"] = question.content_type
    if question.validators and question.validators.etag:
        headers["If-None-Match"] = question.validators.etag
    if question.validators and question.validators.last_modified:
        headers["If-Modified-Since"] = question.validators.last_modified
    return headers


def _answer(response: HTTPResponse, question: Question) -> Fetched | NotModified | Moved | FetchFault:
    if response.status == _NOT_MODIFIED and question.validators is not None:
        return NotModified()
    if response.status in _MOVED and question.body is None:
        return Moved(response.headers.get("Location", ""))
    if response.status in _MOVED:
        return FetchFault(Kind.REDIRECTED, response.status)
    if response.status != _OK:
        return FetchFault(Kind.STATUS, response.status)
    if _is_encoded(response):
        return FetchFault(Kind.ENCODED)
    return _body(response, question.most_octets)


def _is_encoded(response: HTTPResponse) -> bool:
    """Nothing is unpacked: what was asked for is the thing itself, and a small bomb unpacks to a large one."""
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    transfer = response.headers.get("Transfer-Encoding", "").strip().lower()
    return encoding not in {"", "identity"} or transfer not in {"", "chunked"}


def _body(response: HTTPResponse, most: int) -> Fetched | FetchFault:
    announced = response.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced[:20]) > most:
        return FetchFault(Kind.OVERSIZED)
    parts, size = [], 0
    for part in response.stream(_CHUNK, decode_content=False):
        size += len(part)
        if size > most:
            return FetchFault(Kind.OVERSIZED)
        parts.append(part)
    return Fetched(b"".join(parts), _validators(response))


def _validators(response: HTTPResponse) -> Validators | None:
    found = Validators(_plain(response.headers.get("ETag", "")), _plain(response.headers.get("Last-Modified", "")))
    return found if found.etag or found.last_modified else None


def _plain(value: str) -> str:
    """As it was, or not at all: it is written into the next request."""
    return value if _PLAIN.fullmatch(value) else ""

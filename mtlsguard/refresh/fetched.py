"""What is fetched from where, by which rules, and what comes of it: values only."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}
_MOST = 2_048  # characters of an address
_WRITABLE = re.compile(r"[!-~]+", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9._:-]+", re.ASCII)


class Kind(StrEnum):
    """Why nothing was fetched. The values are stable: they are the last_error of a source's health."""

    BAD_ADDRESS = "bad-address"
    UNRESOLVED = "unresolved"
    NOT_PUBLIC = "not-public"
    UNREACHABLE = "unreachable"
    PROXY_REFUSED = "proxy-refused"
    TLS = "tls"
    DEADLINE = "deadline"
    PROTOCOL = "protocol"
    STATUS = "status"
    REDIRECTED = "redirected"
    ENCODED = "encoded"
    OVERSIZED = "oversized"


class Addresses(StrEnum):
    """ANY: lists and responders often live in private networks. PUBLIC: a name that leads into one is refused."""

    ANY = "any"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class FetchRules:
    """`deadline`: seconds for all of it, from the name to the last octet, redirects included. `ca`: a PEM file of
    authorities in place of the system's. `proxy`: "http://host:port", never taken from the environment."""

    deadline: float = 30.0
    most_octets: int = 1024 * 1024
    redirects: int = 3
    addresses: Addresses = Addresses.ANY
    ca: str = ""
    proxy: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said about the state of what it sent (RFC 9110 section 8.8), handed back to it as it is."""

    etag: str = field(default="", repr=False)
    last_modified: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Fetched:
    octets: bytes = field(repr=False)
    validators: Validators | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """What the validators belong to is still what the server has."""


@dataclass(frozen=True, slots=True)
class FetchFault:
    """`status`: of the server's answer, where it is the reason."""

    kind: Kind
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. `host` without brackets; `path` with the query."""

    scheme: str
    host: str = field(repr=False)
    port: int
    path: str = field(repr=False)

    @property
    def authority(self) -> str:
        """As the Host header has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port


@dataclass(frozen=True, slots=True)
class Question:
    """`line`: the request target, as a proxy or the server itself wants it. No body: GET; else POST."""

    target: Target
    line: str = field(repr=False)
    most_octets: int
    body: bytes | None = field(default=None, repr=False)
    content_type: str = ""
    validators: Validators | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """The server says that it is elsewhere."""

    location: str = field(repr=False)


def target_of(url: str) -> Target | None:
    """None for what is no address of http or https, and for one with a user or password in it."""
    if len(url) > _MOST or _WRITABLE.fullmatch(url) is None or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or _HOST.fullmatch(host) is None or "@" in parts.netloc or port == 0:
        return None
    query = f"?{parts.query}" if parts.query else ""
    return Target(parts.scheme, host.lower(), port or _PORTS[parts.scheme], (parts.path or "/") + query)

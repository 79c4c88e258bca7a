"""What the guard looks at in a request, and the two pure readers that make it from ASGI and WSGI.

Reading is one pass over the headers. It also takes every certificate header, in every spelling, out of what
the application will see: that happens whatever the decision will be.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from mtlsguard.dialects import EVIDENCE_HEADERS
from mtlsguard.dialects.contract import UNREADABLE, Collect, Dialect
from mtlsguard.dialects.names import SERVER_VARIABLES, spellings
from mtlsguard.policy import ProxyPolicy

HIDDEN = ""  # a UNIX socket, or a server that does not tell the peer
REWRITTEN = "rewritten"  # the server put a forwarded address in the peer's place: it parses as no address

# Roles of names that belong to no field of the dialect.
TWIN = "(look-alike)"
SECRET = "(secret)"  # noqa: S105 - the name of a role
HOP = "(connection)"
CODING = "(transfer-encoding)"

ANY = b"*"  # RFC 9110 section 12.5.5: the answer depends on more than headers

_HOP_BY_HOP = {"connection": HOP, "transfer-encoding": CODING}

Pairs = list[tuple[Any, bytes]]


class Connection:
    """`peer`: the transport's peer address, HIDDEN or REWRITTEN. `seen`: the watched headers as they came.

    A plain class because one is made for every request and a frozen dataclass costs twice as much.
    """

    __slots__ = ("hint", "peer", "seen")

    def __init__(self, peer: str, seen: Pairs, hint: bytes) -> None:
        self.peer = peer
        self.seen = seen
        self.hint = hint

    def __repr__(self) -> str:
        return f"<Connection with {len(self.seen)} watched headers>"


@dataclass(frozen=True, slots=True)
class Names:
    """Compiled once per snapshot: which header names matter, and what each of them is.

    `roles` has wire names (bytes, lower case) and keys of environments (str) side by side. `primary` are the two
    names of the dialect's first field and `hint` cuts its value; `asgi` and `cgi` are the names to watch, `kept`
    those of them that stay. `collect` asks the server itself, where the dialect is a native one: no header has
    a role then.
    """

    roles: Mapping[bytes | str, str]
    asgi: frozenset[bytes]
    cgi: frozenset[str]
    kept: frozenset[bytes | str]
    primary: tuple[bytes, str]
    hint: slice
    header: Mapping[str, str]
    collect: Collect | None = None

    @classmethod
    def of(cls, dialect: Dialect, policy: ProxyPolicy) -> "Names":
        if dialect.native is not None:
            return cls._native(dialect, dialect.native.collect, policy)
        header = {field.role: policy.headers.get(field.role, field.header).lower() for field in dialect.fields}
        secret = policy.secret.header.lower() if policy.secret else None
        own = {name: role for role, name in header.items()} | ({secret: SECRET} if secret else {})
        watched = EVIDENCE_HEADERS | own.keys()
        wire = [spelling.encode() for name in watched for spelling in spellings(name)]
        kept: set[bytes | str] = {spelling for name in _HOP_BY_HOP for spelling in (name.encode(), cgi_key(name))}
        primary = header[dialect.fields[0].role]
        return cls(
            roles=_roles(own),
            asgi=frozenset([*wire, *(name.encode() for name in _HOP_BY_HOP)]),
            cgi=frozenset(cgi_key(name) for name in [*watched, *_HOP_BY_HOP]) | SERVER_VARIABLES,
            kept=frozenset(kept),
            primary=(primary.encode(), cgi_key(primary)),
            hint=dialect.hint,
            header=header,
        )

    @classmethod
    def _native(cls, dialect: Dialect, collect: Collect, policy: ProxyPolicy) -> "Names":
        """Certificate headers have no role: nobody may send them, and they are removed all the same."""
        keys = {field.role: policy.headers.get(field.role, field.header) for field in dialect.fields}
        wire = [spelling.encode() for name in EVIDENCE_HEADERS for spelling in spellings(name)]
        return cls(
            roles={key: role for role, key in keys.items()},
            asgi=frozenset(wire),
            cgi=frozenset([*map(cgi_key, EVIDENCE_HEADERS), *keys.values()]) | SERVER_VARIABLES,
            kept=frozenset(),
            primary=(ANY, keys[dialect.fields[0].role]),
            hint=dialect.hint,
            header=keys,
            collect=collect,
        )

    def connection(self, peer: str, values: Mapping[str, str]) -> "Connection":
        """What a server would hand on if the dialect's producer sent these values, by role."""
        pairs = [(self.header[role], value.encode("latin-1")) for role, value in values.items()]
        if self.collect is None:
            return Connection(peer, [(name.encode(), value) for name, value in pairs], b"")
        return Connection(peer, list(pairs), b"")


def _roles(own: Mapping[str, str]) -> dict[bytes | str, str]:
    roles: dict[bytes | str, str] = {}
    for name, role in {**own, **_HOP_BY_HOP}.items():
        exact, *twins = spellings(name)
        roles |= {exact.encode(): role, cgi_key(name): role}
        roles |= {twin.encode(): TWIN for twin in twins if role not in {HOP, CODING}}
    return roles


def cgi_key(name: str) -> str:
    """RFC 3875 section 4.1.18: the environment key of a request header."""
    return "HTTP_" + name.upper().replace("-", "_")


def from_asgi(scope: Mapping[str, Any], names: Names) -> tuple[Connection, list[tuple[bytes, bytes]]]:
    """The connection, and the headers that the application may see, in a list of its own.

    Own list: some servers go on appending request trailers to the scope's list while the body is read.
    """
    watched, primary = names.asgi, names.primary[0]
    seen: Pairs = []
    kept: list[tuple[bytes, bytes]] = []
    hint = b""
    for pair in scope["headers"]:
        if pair[0] not in watched:
            kept.append(pair)
            continue
        seen.append(pair)
        if pair[0] == primary:
            hint = pair[1][names.hint]
        elif pair[0] in names.kept:
            kept.append(pair)
    if names.collect is not None:
        hint = _add_native(scope, names, names.collect, seen)
    client = scope.get("client")
    if not client:
        return Connection(HIDDEN, seen, hint), kept
    # Port 0 is no port that a peer has: the server took the address from a header.
    return Connection(client[0] if client[1] != 0 else REWRITTEN, seen, hint), kept


def from_wsgi(environ: MutableMapping[str, Any], names: Names) -> Connection:
    """The connection; certificate headers are removed from `environ`, which PEP 3333 makes per request."""
    watched, primary, kept = names.cgi, names.primary[1], names.kept
    seen: Pairs = []
    hint = b""
    for key in [key for key in environ if key in watched]:
        value = environ[key] if key in kept else environ.pop(key)
        octets = value.encode("latin-1", "replace") if isinstance(value, str) else _octets(value)
        seen.append((key, octets))
        if key == primary:
            hint = octets[names.hint]
    if names.collect is not None:
        hint = _add_native(environ, names, names.collect, seen) or hint
    return Connection(environ.get("REMOTE_ADDR") or HIDDEN, seen, hint)


def _add_native(source: Mapping[str, Any], names: Names, collect: Collect, seen: Pairs) -> bytes:
    """Puts what the server says beside what was seen; answers the hint."""
    found = collect(source, names.header)
    seen.extend(found)
    return found[0][1][names.hint] if found else b""


def _octets(value: object) -> bytes:
    """A variable that is no text: PEP 3333 allows a server anything but in the keys of CGI."""
    return value if isinstance(value, bytes) else b"" if value is None else UNREADABLE


def named_by_connection(seen: Iterable[tuple[Any, bytes]], names: Names) -> bool:
    """Does a Connection header nominate a certificate header, so that a proxy on the way would drop it?"""
    for name, value in seen:
        if names.roles.get(name) == HOP:
            tokens = (token.strip(b" \t") for token in value.lower().split(b","))
            if any(names.roles.get(token, HOP) != HOP and token not in names.kept for token in tokens):
                return True
    return False

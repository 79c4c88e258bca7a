"""One request's headers, screened and read as the engine does it."""

from functools import cache
from ipaddress import ip_network

from mtlsguard.connection import Names, cgi_key, from_asgi, from_wsgi
from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects import DIALECTS, HEADER_DIALECTS
from mtlsguard.dialects.contract import Presented, Times
from mtlsguard.evidence import screen
from mtlsguard.policy import ProxyPolicy, Trailers

PEER = "10.0.0.1"
SAMPLE = bytes(range(256)) + b"\x00\x10\x83"  # makes "+", "/" and "=" in base64, whatever it is as a certificate
OTHER = SAMPLE[::-1]
ABOVE = b"\x30\x03\x02\x01\x07"  # for a chain: some dialects run DERs together, which must be DERs then

Line = tuple[str, str | bytes]


def header(dialect: str, role: str) -> str:
    return next(field.header for field in DIALECTS[dialect].fields if field.role == role)


def certificate_text(dialect: str, leaf: bytes = SAMPLE) -> str:
    return HEADER_DIALECTS[dialect].write(leaf, ())["certificate"]


def times(dialect: str) -> Times:
    """How often a value may stand in the certificate's field, which is the first of every dialect."""
    return HEADER_DIALECTS[dialect].fields[0].times


def carries_chain(dialect: str) -> bool:
    write = HEADER_DIALECTS[dialect].write
    return write(SAMPLE, (ABOVE,)) != write(SAMPLE, ())


def witnesses(dialect: str) -> list[str]:
    """Roles beside the certificate and its chain: verdicts, hashes."""
    write = HEADER_DIALECTS[dialect].write
    alone, together = write(SAMPLE, ()), write(SAMPLE, (ABOVE,))
    return [role for role in alone if role != "certificate" and alone[role] == together[role]]


def lines(
    dialect: str, leaf: bytes = SAMPLE, others: tuple[bytes, ...] = (), **changed: str | bytes | None
) -> list[Line]:
    """What the proxy sends; by its role a field may be given another value, or None to leave it out."""
    values = {**DIALECTS[dialect].write(leaf, others), **changed}
    return [(header(dialect, role), value) for role, value in values.items() if value is not None]


def received(
    dialect: str, headers: list[Line], *, hops: int = 1, trailers: Trailers = Trailers.POSSIBLE
) -> Presented | Absent | Deny:
    """As an ASGI server hands them on."""
    names = _names(dialect)
    pairs = [(name.encode(), value.encode("latin-1") if isinstance(value, str) else value) for name, value in headers]
    connection, _ = from_asgi({"headers": pairs, "client": (PEER, 40_000)}, names)
    values = screen(connection, names, DIALECTS[dialect], trailers)
    return values if isinstance(values, Deny) else DIALECTS[dialect].read(values, hops)


def joined(dialect: str, headers: list[tuple[str, str]]) -> Presented | Absent | Deny:
    """As a WSGI server hands them on: lines of one name in one value, names with either mark the same."""
    names = _names(dialect)
    environ = {"REMOTE_ADDR": PEER}
    for name, value in headers:
        key = cgi_key(name)
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    values = screen(from_wsgi(environ, names), names, DIALECTS[dialect], Trailers.POSSIBLE)
    return values if isinstance(values, Deny) else DIALECTS[dialect].read(values, 1)


@cache
def _names(dialect: str) -> Names:
    return Names.of(DIALECTS[dialect], ProxyPolicy(dialect, (ip_network(f"{PEER}/32"),)))

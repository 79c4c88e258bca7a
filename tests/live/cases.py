"""The table: what a client presents and what it forges, and whom the application may take it for.

A forger has the victim's certificate, which is public, and sends it in every way that ever got past a proxy.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from mtlsguard.dialects import HEADER_DIALECTS
from mtlsguard.testing import Issued, present
from tests.live.cast import SECRET_HEADER
from tests.live.client import Lines, Request


class Expected(Enum):
    """Whom the application sees. Never anybody else, whatever is expected."""

    OWN = "the certificate's own identity"
    NOBODY = "no request at all"
    OWN_OR_NOBODY = "either: some proxies and servers drop the forgery, before others the guard refuses"


# The victims' certificates, and the dialect that is spoken behind the proxy.
Forge = Callable[[Mapping[str, Issued], str], Request]


@dataclass(frozen=True, slots=True)
class Case:
    """`member` of the cast presents its certificate; None: nobody presents any."""

    name: str
    member: str | None
    expected: Expected
    forge: Forge = lambda _cast, _dialect: Request()


def _lines(headers: Mapping[str, str]) -> Lines:
    return tuple((name.encode(), value.encode("latin-1")) for name, value in headers.items())


def _victim(cast: Mapping[str, Issued], dialect: str, name: str = "victim") -> Lines:
    return _lines(present(cast[name], dialect))


def _renamed(rename: Callable[[bytes], bytes]) -> Forge:
    return lambda cast, dialect: Request(tuple((rename(name), value) for name, value in _victim(cast, dialect)))


def _last_dash(name: bytes) -> bytes:
    return b"_".join(name.rsplit(b"-", 1))


def _first_dash(name: bytes) -> bytes:
    return name.replace(b"-", b"_", 1)


def _alternating(name: bytes) -> bytes:
    return b"".join(bytes([octet]).upper() if at % 2 else bytes([octet]) for at, octet in enumerate(name))


def _twice(cast: Mapping[str, Issued], dialect: str) -> Request:
    between = ((b"X-Between", b"1"),)
    return Request(_victim(cast, dialect) + between + _victim(cast, dialect, "second-victim"))


def _dash_and_underscore(cast: Mapping[str, Issued], dialect: str) -> Request:
    same = _victim(cast, dialect)
    return Request(same + tuple((name.replace(b"-", b"_"), value) for name, value in same) + same)


def _empty(cast: Mapping[str, Issued], dialect: str) -> Request:
    return Request(tuple((name, b"") for name, _ in _victim(cast, dialect)))


def _nominating(count: int | None, rename: Callable[[bytes], bytes] | None = None) -> Forge:
    """A Connection header names the first `count` fields, so that a proxy drops them; forged ones come along."""

    def forge(cast: Mapping[str, Issued], dialect: str) -> Request:
        forged = _victim(cast, dialect)
        names = b", ".join([b"close", *(name for name, _ in forged[:count])])
        own = tuple((rename(name), value) for name, value in forged) if rename else ()
        return Request(((b"Connection", names), *own))

    return forge


def _trailing(rename: Callable[[bytes], bytes] = lambda name: name, *, announced: bool = True) -> Forge:
    def forge(cast: Mapping[str, Issued], dialect: str) -> Request:
        trailers = tuple((rename(name), value) for name, value in _victim(cast, dialect))
        names = b", ".join(name for name, _ in trailers)
        return Request(((b"Trailer", names), (b"TE", b"trailers")) if announced else (), trailers)

    return forge


def _of_vendor(vendor: str) -> Forge:
    return lambda cast, _dialect: Request(_victim(cast, vendor))


def _smuggled(glue: bytes) -> Forge:
    """The field hides in the value of a harmless one, after what some readers take for a line's end."""
    return lambda cast, dialect: Request(
        tuple((b"X-Harmless", b"1" + glue + name + b": " + value) for name, value in _victim(cast, dialect))
    )


def _folded(cast: Mapping[str, Issued], dialect: str) -> Request:
    return Request(tuple((name, b"\r\n " + value) for name, value in _victim(cast, dialect)))


def _guessing(cast: Mapping[str, Issued], dialect: str) -> Request:
    secret = ((SECRET_HEADER.encode(), b"a-guess-of-sixteen-octets-or-more"),)
    return Request(secret + _victim(cast, dialect))


def _forwarded(cast: Mapping[str, Issued], dialect: str) -> Request:
    return Request(((b"X-Forwarded-For", b"127.0.0.1"), (b"Forwarded", b"for=127.0.0.1"), *_victim(cast, dialect)))


CERTIFICATES = (
    Case("an-ecdsa-certificate", "caller", Expected.OWN),
    Case("an-rsa-certificate", "rsa", Expected.OWN),
    Case("a-certificate-of-the-root", "from-the-root", Expected.OWN),
    Case("an-odd-name", "odd", Expected.OWN),
    Case("no-certificate", None, Expected.NOBODY),
    Case("an-expired-certificate", "expired", Expected.NOBODY),
    Case("another-authority", "other-authority", Expected.NOBODY),
    Case("another-authority-of-the-same-name", "same-name-authority", Expected.NOBODY),
    Case("a-certificate-without-usage", "without-usage", Expected.NOBODY),
    Case("a-server-certificate", "server-only", Expected.NOBODY),
    Case("a-denied-serial", "revoked", Expected.NOBODY),
)

_OVERWRITTEN: dict[str, Forge] = {
    "the-same-name": _renamed(lambda name: name),
    "capitals": _renamed(bytes.upper),
    "other-case": _renamed(_alternating),
    "twice": _twice,
    "empty-values": _empty,
    "a-guessed-secret": _guessing,
    "a-forwarded-address": _forwarded,
}
_VENDORS: dict[str, Forge] = {f"the-names-of-{vendor}": _of_vendor(vendor) for vendor in HEADER_DIALECTS}
_UNDERSCORES: dict[str, Forge] = {
    "underscores": _renamed(lambda name: name.replace(b"-", b"_")),
    "a-last-underscore": _renamed(_last_dash),
    "a-first-underscore": _renamed(_first_dash),
    "dashes-and-underscores": _dash_and_underscore,
}
_TRAILERS: dict[str, Forge] = {
    "trailers": _trailing(),
    "silent-trailers": _trailing(announced=False),
    "trailers-with-underscores": _trailing(lambda name: name.replace(b"-", b"_")),
}
_HTTP1: dict[str, Forge] = {
    "connection-names-all": _nominating(None),
    "connection-names-one": _nominating(1),
    "connection-and-underscores": _nominating(None, lambda name: name.replace(b"-", b"_")),
    "connection-and-the-same-name": _nominating(None, lambda name: name),
    "behind-a-line-feed": _smuggled(b"\n"),
    "behind-a-carriage-return": _smuggled(b"\r"),
    "a-blank-before-the-colon": _renamed(lambda name: name + b" "),
    "folded": _folded,
}


def _table(
    overwritten: Mapping[str, Forge], disputed: Mapping[str, Forge], only: Collection[str] = ()
) -> Iterator[Case]:
    for name, forge in {**overwritten, **disputed}.items():
        if only and name not in only:
            continue
        yield Case(f"{name}-without-a-certificate", None, Expected.NOBODY, forge)
        own = Expected.OWN if name in overwritten else Expected.OWN_OR_NOBODY
        yield Case(f"{name}-beside-a-certificate", "caller", own, forge)


FORGERIES = tuple(_table(_OVERWRITTEN, {**_UNDERSCORES, **_TRAILERS, **_HTTP1}))
OTHER_NAMES = tuple(_table(_VENDORS, {}))
FORGERIES_HTTP2 = tuple(_table(_OVERWRITTEN, {**_UNDERSCORES, **_TRAILERS}))

_CORE = {"the-same-name", "underscores", "trailers", "silent-trailers", "connection-names-all"}
CORE = (
    *(case for case in CERTIFICATES if case.name in {"an-ecdsa-certificate", "no-certificate", "a-denied-serial"}),
    *_table(_OVERWRITTEN, {**_UNDERSCORES, **_TRAILERS, **_HTTP1}, _CORE),
)
_BY_NAME = {case.name: case for case in (*CERTIFICATES, *FORGERIES)}
NO_CERTIFICATE = _BY_NAME["no-certificate"]
RESUMED = tuple(
    _BY_NAME[name] for name in ("an-ecdsa-certificate", "a-denied-serial", "the-same-name-beside-a-certificate")
)

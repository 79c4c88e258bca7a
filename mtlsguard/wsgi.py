"""EDGE: the guard as WSGI middleware. Translates, asks the engine, attaches or refuses."""

import time
from collections.abc import Callable, Iterable
from functools import partial
from traceback import clear_frames
from types import TracebackType
from typing import TYPE_CHECKING

from mtlsguard.access import Target
from mtlsguard.audit import Audit
from mtlsguard.connection import from_wsgi
from mtlsguard.decision import Allow, Deny, Identity, Unread, Waiting, settled
from mtlsguard.dialects.contract import Interface
from mtlsguard.engine import Snapshot
from mtlsguard.guard import Guard
from mtlsguard.loading import Configuration, guard_from
from mtlsguard.refusal import Refusal, caching, refusal

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Refuse = Callable[[Refusal, WSGIEnvironment, StartResponse], Iterable[bytes]]

ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

_NO_STORE = ("Cache-Control", "no-store")
IDENTITY = "mtlsguard.identity"


class GuardMiddleware:
    """Wraps a WSGI application; requests without a right to pass never reach it.

    `configuration`: path of a TOML file, a mapping, or a `Guard` that is shared or replaced elsewhere.
    `clock`: POSIX seconds. The application finds the identity, or None, under `environ["mtlsguard.identity"]`.
    `refuse`: renders refusals in the place of `answer_refusal`; it learns the status and never the reason.
    `adapter`: who says so in the audit events.
    """

    def __init__(
        self,
        application: "WSGIApplication",
        configuration: Configuration,
        *,
        clock: Callable[[], float] = time.time,
        refuse: "Refuse | None" = None,
        adapter: str = "wsgi",
    ) -> None:
        self.application = application
        self.guard: Guard = guard_from(configuration, Interface.WSGI)
        self.audit = Audit(adapter)
        self._clock = clock
        self._refuse = refuse or answer_refusal

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        snapshot = self.guard.current
        if snapshot.dormant:
            snapshot = self.guard.wake()
        try:
            connection = from_wsgi(environ, snapshot.names)
            now = self._clock()
            decision = snapshot.decide(connection, _target(environ), now)
            if type(decision) is Waiting:
                snapshot = self.guard.settle(snapshot, decision)
                decision = settled(snapshot.decide(connection, _target(environ), self._clock()))
        except BaseException as bug:  # it surfaces as it is, but its frames forget what they held
            clear_frames(bug.__traceback__)
            raise
        self.audit.record(decision, snapshot, now)
        if type(decision) is Deny:
            return self._refuse(refusal(decision), environ, start_response)
        environ[IDENTITY] = decision.identity if type(decision) is Allow else None
        if type(decision) is not Unread:
            start_response = partial(_start_uncached, start_response, snapshot)
        return self.application(environ, start_response)


def identity_of(environ: "WSGIEnvironment") -> Identity | None:
    """Who the client is; None where the route lets anonymous clients in. KeyError without a guard around."""
    identity: Identity | None = environ[IDENTITY]
    return identity


def _target(environ: "WSGIEnvironment") -> Target:
    """PATH_INFO is decoded octets written as latin-1 (PEP 3333); routers read it as UTF-8."""
    path = environ.get("PATH_INFO", "")
    if not path.isascii():
        path = path.encode("latin-1", "replace").decode("utf-8", "replace")
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw == path:  # nearly always
        return environ["REQUEST_METHOD"], path, path.encode("latin-1", "replace")
    return environ["REQUEST_METHOD"], path, path_octets(raw) if raw else b""


def path_octets(uri: str) -> bytes:
    """The path of a request target in origin form or absolute form, as it was on the wire."""
    path = uri.partition("?")[0]
    if not path.startswith("/") and "://" in path:
        path = "/" + path.partition("://")[2].partition("/")[2]
    return path.encode("latin-1", "replace")


def _start_uncached(
    start_response: "StartResponse",
    snapshot: Snapshot,
    status: str,
    headers: list[tuple[str, str]],
    exc_info: ExcInfo | None = None,
) -> Callable[[bytes], object]:
    """Marks the answer, so that no shared cache gives it to another client."""
    extra = _NO_STORE
    for name, _ in headers:
        if name.lower() == "cache-control":
            extra = _cgi_caching(headers, snapshot)
            break
    if extra[0]:
        headers = [*headers, extra]
    return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)


def _cgi_caching(headers: list[tuple[str, str]], snapshot: Snapshot) -> tuple[str, str]:
    """Name and value of the header to add; an empty name for none."""
    said = ",".join([value for name, value in headers if name.lower() == "cache-control"])
    extra = caching(said.encode("latin-1", "replace"), snapshot.names.primary[0])
    return (extra[0].decode("ascii").title(), extra[1].decode("latin-1")) if extra else ("", "")


def answer_refusal(answer: Refusal, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """The constant answer."""
    headers = [(name.decode("ascii").title(), value.decode("ascii")) for name, value in answer.headers]
    start_response(f"{answer.status} {answer.phrase}", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

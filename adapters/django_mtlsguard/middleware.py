"""EDGE: the guard as Django middleware, for WSGI and for ASGI without a change of threads."""

from asyncio import to_thread
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import time
from traceback import clear_frames
from typing import Any, final

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from django_mtlsguard.conf import guard
from django_mtlsguard.identity import render
from mtlsguard.access import Target
from mtlsguard.audit import Audit
from mtlsguard.connection import Connection, Names, from_asgi, from_wsgi
from mtlsguard.decision import Allow, Decision, Deny, Unread, Waiting, settled
from mtlsguard.dialects.asgi_tls import without_certificate
from mtlsguard.engine import Snapshot
from mtlsguard.refusal import Refusal, caching, refusal
from mtlsguard.wsgi import path_octets

GetResponse = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]
Answer = HttpResponseBase | Awaitable[HttpResponseBase]

_NO_STORE = ("Cache-Control", "no-store")

AUDIT = Audit("django")  # AUDIT.counts() is for whoever exports metrics


class GuardMiddleware:
    """First in MIDDLEWARE: requests without a right to pass reach nothing behind it.

    Sets `request.client_identity`, and `request.client_unread` for a public route, where nobody looked who it is.
    To render refusals as the project does, override `refuse`, which learns the status and never the reason.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        guard()  # what is wrong with the configuration is said now and not with the first request
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> Answer:
        if self._is_async:
            return self._call(request)
        kept = guard()
        snapshot = kept.wake() if kept.current.dormant else kept.current
        asked = _ask(request, snapshot)
        if type(asked) is _Pending:
            snapshot = kept.settle(snapshot, asked.waiting)
            asked = asked.again(snapshot)
        decision = _attached(request, asked, snapshot)
        if type(decision) is Deny:
            return self.refuse(request, refusal(decision))
        response: Any = self.get_response(request)
        if type(decision) is not Unread:
            _keep_private(response, snapshot.names)
        return response  # type: ignore[no-any-return]

    async def _call(self, request: HttpRequest) -> HttpResponseBase:
        kept = guard()
        snapshot = await to_thread(kept.wake) if kept.current.dormant else kept.current
        asked = _ask(request, snapshot)
        if type(asked) is _Pending:
            snapshot = await to_thread(kept.settle, snapshot, asked.waiting)
            asked = asked.again(snapshot)
        decision = _attached(request, asked, snapshot)
        if type(decision) is Deny:
            return self.refuse(request, refusal(decision))
        awaited: Any = self.get_response(request)
        response: HttpResponseBase = await awaited
        if type(decision) is not Unread:
            _keep_private(response, snapshot.names)
        return response

    def refuse(self, request: HttpRequest, answer: Refusal) -> HttpResponseBase:
        """What a refused client gets. It must not depend on who the client is."""
        return render(answer, request)


@final
@dataclass(frozen=True, slots=True, repr=False)
class _Pending:
    """A decision that is worth waiting for, and what it is asked about again afterwards."""

    waiting: Waiting
    connection: Connection
    target: Target

    def again(self, snapshot: Snapshot) -> Decision:
        return settled(snapshot.decide(self.connection, self.target, time()))


def _ask(request: Any, snapshot: Snapshot) -> Decision | _Pending:
    """Translates, asks."""
    try:
        connection, raw = _taken(request, snapshot.names)
        target = (request.method, request.path_info, raw)
        decision = snapshot.decide(connection, target, time())
    except BaseException as bug:  # it surfaces as it is, but its frames forget what they held
        clear_frames(bug.__traceback__)
        raise
    return _Pending(decision, connection, target) if type(decision) is Waiting else decision


def _attached(request: Any, decision: Decision, snapshot: Snapshot) -> Decision:
    """Tells the audit and the application."""
    AUDIT.record(decision, snapshot, time())
    request.client_identity = decision.identity if type(decision) is Allow else None
    request.client_unread = type(decision) is Unread
    return decision


def _taken(request: Any, names: Names) -> tuple[Connection, bytes]:
    """The connection, taken out of all that the application will see, and the path as it was on the wire."""
    scope, meta = getattr(request, "scope", None), request.META
    request.__dict__.pop("headers", None)  # a cached view of META, if anybody has looked already
    if scope is None:
        uri = meta.get("RAW_URI") or meta.get("REQUEST_URI")
        return from_wsgi(meta, names), path_octets(uri) if uri else b""
    for key in names.cgi.intersection(meta):
        if key not in names.kept:
            del meta[key]
    connection, headers = from_asgi(scope, names)
    request.scope = _without(scope, headers)
    return connection, scope.get("raw_path") or b""


def _without(scope: dict[str, Any], headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    """A scope of its own: whoever wrote the other one may go on using it."""
    scope = {**scope, "headers": headers}
    extensions = scope.get("extensions")
    if extensions and "tls" in extensions:
        scope["extensions"] = without_certificate(extensions)
    return scope


def _keep_private(response: HttpResponseBase, names: Names) -> None:
    """Marks the answer, so that no shared cache gives it to another client."""
    # What Django keeps the headers in: to ask and to set by its own mapping costs ten times as much, on every request.
    store: Any = response.headers._store  # noqa: SLF001
    if "cache-control" not in store:
        store["cache-control"] = _NO_STORE
    elif extra := caching(response.headers["Cache-Control"].encode("latin-1", "replace"), names.primary[0]):
        patch_vary_headers(response, [extra[1].decode("latin-1")])

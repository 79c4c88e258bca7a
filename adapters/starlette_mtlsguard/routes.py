"""Every route of a Starlette or FastAPI application, for the check of what covers it."""

import sys
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from starlette import authentication
from starlette.routing import BaseRoute, Host, Mount, Route, WebSocketRoute

from mtlsguard.access import WEBSOCKET
from mtlsguard.coverage import Endpoint
from mtlsguard.requirement import Requirement, requirements
from mtlsguard.segments import ONE, REST

_DEEPEST = 16  # mounts within mounts


def endpoints(app: object) -> tuple[Endpoint, ...]:
    """`app`: what has `routes`. Mounts, hosts and included routers are followed."""
    return tuple(_walk(getattr(app, "routes", ()), "", (), _DEEPEST))


def _walk(routes: Any, prefix: str, outer: tuple[Requirement, ...], left: int) -> Iterator[Endpoint]:
    for route in _effective(routes):
        kind = getattr(route, "original_route", route)
        if isinstance(kind, (Route, WebSocketRoute)):
            yield _endpoint(route, kind, prefix, outer)
        elif isinstance(kind, Mount | Host):
            yield from _mounted(kind, prefix + getattr(kind, "path", ""), outer, left)
        else:
            yield _opaque(prefix + str(getattr(route, "path", "") or ""), type(kind).__qualname__)


def _effective(routes: Any) -> Any:
    """Newer FastAPI keeps included routers as they are and combines prefix and dependencies when asked."""
    fastapi = sys.modules.get("fastapi.routing")
    combine = getattr(fastapi, "iter_route_contexts", None)
    return combine(routes) if combine is not None else routes


def _mounted(mount: Mount | Host, prefix: str, outer: tuple[Requirement, ...], left: int) -> Iterator[Endpoint]:
    inner: list[BaseRoute] = mount.routes or []
    if inner and left:
        yield from _walk(inner, prefix, outer, left - 1)
    else:
        yield _opaque(prefix, type(mount.app).__qualname__)


def _opaque(prefix: str, view: str) -> Endpoint:
    return Endpoint(f"{prefix}/**", (*_segments(prefix), REST), frozenset(), view, opaque=True)


def _endpoint(route: Any, kind: Route | WebSocketRoute, prefix: str, outer: tuple[Requirement, ...]) -> Endpoint:
    path = prefix + str(route.path)
    methods = {WEBSOCKET} if isinstance(kind, WebSocketRoute) else set(route.methods or ())
    asked = (*outer, *requirements(route.endpoint), *_scopes(route.endpoint), *_dependencies(route))
    return Endpoint(path, _segments(path), frozenset(methods), _name(route.endpoint), asked)


def _segments(path: str) -> tuple[str, ...]:
    """`{name}` within a segment makes it any one, `{name:path}` any number."""
    found: list[str] = []
    for segment in path.split("/")[1:]:
        if "{" in segment and ":path}" in segment:
            return (*found, REST)
        found.append(ONE if "{" in segment else segment)
    return tuple(found)


def _scopes(endpoint: object) -> Iterator[Requirement]:
    """What Starlette's `requires` asks, all of it: it keeps the list in the closure of its wrapper."""
    while isinstance(endpoint, FunctionType):
        code, cells = endpoint.__code__, endpoint.__closure__ or ()
        if code.co_filename == authentication.__file__ and "scopes_list" in code.co_freevars:
            scopes = cells[code.co_freevars.index("scopes_list")].cell_contents
            yield from (Requirement(_role(scope)) for scope in scopes)
        endpoint = getattr(endpoint, "__wrapped__", None)


def _role(scope: str) -> frozenset[str]:
    return frozenset() if scope == "authenticated" else frozenset({scope})


def _dependencies(route: Any) -> Iterator[Requirement]:
    """What ClientCertificate dependencies ask, with the scopes that reach them."""
    dependant = getattr(route, "dependant", None)
    fastapi = sys.modules.get("starlette_mtlsguard.fastapi")
    if dependant is None or fastapi is None:
        return
    waiting: list[tuple[Any, list[str]]] = [(dependant, [])]
    while waiting:
        current, above = waiting.pop()
        scopes = above + list(getattr(current, "own_oauth_scopes", None) or [])
        if isinstance(current.call, fastapi.ClientCertificate) and (scopes or current.call.auto_error):
            yield Requirement()
            yield from fastapi.role_requirements(scopes)
        waiting += [(dependency, scopes) for dependency in current.dependencies]


def _name(endpoint: object) -> str:
    return f"{getattr(endpoint, '__module__', '?')}.{getattr(endpoint, '__qualname__', type(endpoint).__qualname__)}"

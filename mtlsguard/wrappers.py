"""From an application to what it wraps, and to the guard on the way: for commands and tests, never for requests."""

from collections.abc import Iterator

from mtlsguard.guard import Guard

_INSIDE = ("app", "application", "wsgi_app", "wsgi_application")
_DEEPEST = 64  # wrappers around one application


def layers(application: object) -> Iterator[object]:
    """The application itself, then what it wraps, then what that wraps."""
    for _ in range(_DEEPEST):
        yield application
        inside = (getattr(application, name, None) for name in _INSIDE)
        application = next((layer for layer in inside if callable(layer)), None)
        if application is None:
            return


def guard_of(application: object) -> Guard | None:
    """The outermost one: it decides. A framework's own list of middleware is looked into as well."""
    outside = list(layers(application))
    stack = getattr(outside[-1], "build_middleware_stack", None)
    every = [*outside, *(layers(stack()) if callable(stack) else ())]
    guards = [guard for layer in every if isinstance(guard := getattr(layer, "guard", None), Guard)]
    return guards[0] if guards else None

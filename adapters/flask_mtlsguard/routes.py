"""Every route of a Flask application, for the check of what covers it."""

from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from mtlsguard.coverage import Endpoint
from mtlsguard.requirement import Requirement, requirements
from mtlsguard.segments import ONE, REST


def endpoints(app: Flask) -> tuple[Endpoint, ...]:
    """All rules of the URL map, with what decorators, blueprints and the application itself ask."""
    return tuple(endpoint for rule in app.url_map.iter_rules() for endpoint in _of(app, rule))


def _of(app: Flask, rule: Rule) -> Iterator[Endpoint]:
    view = app.view_functions.get(rule.endpoint)
    groups = _groups(app, rule.endpoint)
    methods = frozenset(rule.methods or ())
    by_class = _by_method(view, methods)
    for asked, of_these in by_class.items():
        outer = (*groups, *requirements(view))
        yield Endpoint(rule.rule, _segments(rule), of_these, _name(view, rule), (*outer, *asked))


def _groups(app: Flask, endpoint: str) -> tuple[Requirement, ...]:
    """What hooks before the request ask: the application's, and those of each blueprint around the view."""
    parts = endpoint.split(".")[:-1]
    names: list[str | None] = [None, *(".".join(parts[:number]) for number in range(1, len(parts) + 1))]
    hooks = [hook for name in names for hook in app.before_request_funcs.get(name, ())]
    return tuple(requirement for hook in hooks for requirement in requirements(hook))


def _by_method(view: Any, methods: frozenset[str]) -> dict[tuple[Requirement, ...], frozenset[str]]:
    """A class-based view may ask something else for each method."""
    cls = getattr(view, "view_class", None)
    found: dict[tuple[Requirement, ...], frozenset[str]] = {}
    for method in sorted(methods):
        own = getattr(cls, method.lower(), None)
        if own is None and method == "HEAD":
            own = getattr(cls, "get", None)
        asked = requirements(own)
        found[asked] = found.get(asked, frozenset()) | {method}
    return found or {(): methods}


def _segments(rule: Rule) -> tuple[str, ...]:
    """`<name>` within a segment makes it any one, `<path:name>` any number."""
    found: list[str] = []
    for segment in rule.rule.split("/")[1:]:
        if "<path:" in segment:
            return (*found, REST)
        found.append(ONE if "<" in segment else segment)
    return tuple(found)


def _name(view: Any, rule: Rule) -> str:
    return f"{view.__module__}.{view.__qualname__}" if hasattr(view, "__qualname__") else rule.endpoint

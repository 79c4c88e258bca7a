"""Every route of a Django project, for the check of what covers it.

Where a pattern says more than segments can, the answer is wider than the pattern and never narrower.
"""

import re
from collections.abc import Iterator
from types import FunctionType
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern, RoutePattern

from mtlsguard.coverage import Endpoint
from mtlsguard.requirement import Requirement, requirements
from mtlsguard.segments import ONE, REST

# In a route's text, while it is put together: a part within one segment, and any number of segments.
_PART, _PARTS = "\0", "\1"

_CONVERTED = re.compile(r"<(?:[^>:]+:)?([^>]+)>")
_SPANNING = ("a/b", "1/1", "a/b/c", "/", "1/", "a/")
_ESCAPED = re.compile(r"\\([.\-_])")
_META = re.compile(r"[.*+?\[\]{}|^$()\\]")
# May match a slash, or make what stands before the next one optional.
_OPEN = re.compile(r"\.[*+]|\[\^|\||\\[^dw]|[?*]$")
_FILES = "django.views.static.serve"
_DEEPEST = 32  # includes within includes


def endpoints(urlconf: Any = None) -> tuple[Endpoint, ...]:
    """`urlconf`: its module or the name of it; the project's own unless told."""
    return tuple(_walk(get_resolver(urlconf).url_patterns, "", _DEEPEST))


def _walk(patterns: Any, prefix: str, left: int) -> Iterator[Endpoint]:
    for pattern in patterns:
        for text in _texts(pattern.pattern, is_whole=isinstance(pattern, URLPattern)):
            if isinstance(pattern, URLResolver) and left:
                yield from _walk(pattern.url_patterns, prefix + text, left - 1)
            elif isinstance(pattern, URLPattern):
                yield from _endpoints(prefix + text, pattern)
            else:
                yield Endpoint(*_place(prefix + text + _PARTS), frozenset(), type(pattern).__qualname__, opaque=True)


def _texts(pattern: Any, *, is_whole: bool) -> list[str]:
    """The pattern with its variables marked; two where the language may be left out."""
    if isinstance(pattern, LocalePrefixPattern):
        return [f"{_PART}/"] if pattern.prefix_default_language else [f"{_PART}/", ""]
    if isinstance(pattern, RoutePattern):
        return [_CONVERTED.sub(lambda found: _mark(pattern.converters[found[1]].regex), str(pattern))]
    return [_of_expression(str(pattern), is_whole=is_whole)]


def _mark(expression: str) -> str:
    """Can what it matches have a slash in it?"""
    spans = "/" in expression.replace("[^/]", "") or any(re.fullmatch(expression, text) for text in _SPANNING)
    return _PARTS if spans else _PART


def _of_expression(expression: str, *, is_whole: bool) -> str:
    """A regular expression: groups are variables, everything odd is one, too; open ends match whatever follows."""
    if not expression.startswith(("^", "\\A")):
        return _PARTS
    text = expression.removeprefix("^").removeprefix("\\A")
    has_end = text.endswith(("$", "\\Z")) and not text.endswith("\\$")
    text = text.removesuffix("$").removesuffix("\\Z")
    text = _without_groups(text.replace("\\/", "/"))
    if has_end or not is_whole:
        return _literal(text)
    return _literal(text) + _PARTS


def _without_groups(text: str) -> str:
    """Outermost groups -> marks. One that may be missing or repeated makes everything behind it uncertain."""
    pieces, depth, start = "", 0, 0
    for position, char in enumerate(text):
        if position and text[position - 1] == "\\":
            pieces += char if not depth else ""
        elif char == "(":
            start = start if depth else position
            depth += 1
        elif char == ")":
            depth -= 1
            if not depth:
                group = re.sub(r"^\((?:\?P<[^>]+>|\?:)?", "(?:", text[start : position + 1])
                pieces += _PARTS if text[position + 1 : position + 2] in {"?", "*", "+", "{"} else _mark(group)
        elif not depth:
            pieces += char
    return pieces


def _literal(text: str) -> str:
    """Segments with signs that are no letters of the path are variable, or the end of what can be said."""
    segments: list[str] = []
    for segment in text.split("/"):
        bare = _ESCAPED.sub("", segment)
        if _PARTS in segment or _OPEN.search(bare):
            return "/".join([*segments, _PARTS])
        if not _META.search(bare):
            segments.append(_ESCAPED.sub(r"\1", segment))
        else:
            segments.append(_PART)
    return "/".join(segments)


def _place(text: str) -> tuple[str, tuple[str, ...]]:
    """The path as people read it, and in segments; what follows a part of any length is not told."""
    head = text.partition(_PARTS)[0]
    segments = [ONE if _PART in segment else segment for segment in head.split("/")]
    if _PARTS in text:
        segments[-1] = REST
    return "/" + "/".join(segments), tuple(segments)


def _endpoints(text: str, pattern: URLPattern) -> Iterator[Endpoint]:
    """One endpoint for all methods that ask the same."""
    path, segments = _place(text)
    for asked, methods in _asked(pattern.callback).items():
        yield Endpoint(path, segments, methods, pattern.lookup_str, asked, opaque=pattern.lookup_str == _FILES)


Asked = dict[tuple[Requirement, ...], frozenset[str]]


def _asked(view: Any) -> Asked:
    """What is asked, and of which methods; no method stands for all of them."""
    outer = requirements(view)
    view_class = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if view_class is not None:
        return _of_handlers(view_class, _handlers(view, view_class), outer)
    operations = _ninja_operations(view)
    if not operations:
        return {outer: frozenset()}
    found: Asked = {}
    for operation in operations:
        asked = _distinct(outer, _of_ninja(operation))
        found[asked] = found.get(asked, frozenset()) | frozenset(operation.methods)
    return found


def _handlers(view: Any, view_class: Any) -> dict[str, str]:
    """HTTP method -> name of the handler; DRF's view sets say it themselves."""
    actions = getattr(view, "actions", None)
    names = actions or {name: name for name in view_class.http_method_names if _is_own(view_class, name)}
    return names | ({"head": names["get"]} if "get" in names and "head" not in names else {})


def _is_own(view_class: Any, name: str) -> bool:
    """The frameworks' own OPTIONS tells the methods and nothing else."""
    handler = getattr(view_class, name, None)
    module = str(getattr(handler, "__module__", ""))
    return handler is not None and not (name == "options" and module.startswith(("django.", "rest_framework.")))


def _of_handlers(view_class: Any, handlers: dict[str, str], outer: tuple[Requirement, ...]) -> Asked:
    permissions = [getattr(one, "requirement", None) for one in getattr(view_class, "permission_classes", ())]
    outer = _distinct(outer, (one for one in permissions if isinstance(one, Requirement)))
    found: Asked = {}
    for method, name in handlers.items():
        asked = _distinct(outer, requirements(getattr(view_class, name, None)))
        found[asked] = found.get(asked, frozenset()) | {method.upper()}
    return found or {outer: frozenset()}


def _ninja_operations(view: Any) -> list[Any]:
    """django-ninja's views are closures around the object that knows their operations."""
    if not isinstance(view, FunctionType) or "self" not in view.__code__.co_freevars:
        return []
    cell = (view.__closure__ or ())[view.__code__.co_freevars.index("self")]
    return list(getattr(cell.cell_contents, "operations", ()))


def _of_ninja(operation: Any) -> tuple[Requirement, ...]:
    """Of several ways to authenticate one is enough: then ours is not what is asked."""
    callbacks = list(operation.auth_callbacks)
    asked = getattr(callbacks[0], "requirement", None) if len(callbacks) == 1 else None
    return (asked,) if isinstance(asked, Requirement) else ()


def _distinct(outer: tuple[Requirement, ...], more: Any) -> tuple[Requirement, ...]:
    return tuple(dict.fromkeys((*outer, *more)))

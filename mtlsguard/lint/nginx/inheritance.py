"""A scope with a line of its own loses the certificate lines of the scopes around it."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Place, Rule
from mtlsguard.lint.nginx.model import Nginx, Passing, quoted


def check(model: Nginx, expected: Expected) -> Iterable[Hit]:
    for passing in model.passings():
        lost = {name: line for name, line in passing.above(expected).items() if name not in passing.names()}
        if lost:
            fix = tuple(quoted(line) for line in lost.values())
            what = f"this {passing.setter} cancels the inherited lines for {', '.join(lost)}"
            yield Hit(_first(passing), what, fix)


def _first(passing: Passing) -> Place:
    return passing.lines()[0].place


LOST_HEADERS = Rule(
    "nginx-lost-headers",
    Level.ERROR,
    "nginx inherits these lines only into scopes without any of their own, so here the client's own certificate "
    "headers reach the application.",
    check,
)

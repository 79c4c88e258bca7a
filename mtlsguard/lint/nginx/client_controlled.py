"""Certificate headers that are set from what the client sent."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.nginx.model import SETTERS, Directive, Nginx, carries, header_of

_CLIENTS = ("http_", "arg_", "cookie_")
_ALSO = frozenset({"args", "query_string"})


def check(model: Nginx, expected: Expected) -> Iterable[Hit]:
    for line in model.http():
        if line.name in SETTERS and carries(line, expected) and _clients(line):
            what = f"{header_of(line)} is set from {', '.join(f'${name}' for name in _clients(line))}"
            yield Hit(line.place, what, (f'{line.name} {line.arguments[0]} "";', "# or nginx's own $ssl_client_..."))


def _clients(line: Directive) -> list[str]:
    return [name for name in line.variables() if name.startswith(_CLIENTS) or name in _ALSO]


CLIENT_CONTROLLED = Rule(
    "nginx-client-controlled",
    Level.ERROR,
    "The client writes this value, so it says itself who it is.",
    check,
)

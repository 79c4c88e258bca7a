"""Certificate data, or the proxy secret, in an answer."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.nginx.data import sensitive
from mtlsguard.lint.nginx.model import Nginx

_ANSWERS = frozenset({"add_header", "add_trailer", "return", "rewrite", "more_set_headers", "sub_filter", "echo"})


def check(model: Nginx, expected: Expected) -> Iterable[Hit]:
    for line in model.http():
        names = sensitive(line, expected) if line.name in _ANSWERS else []
        if names:
            what = f"{line.name} sends {', '.join(f'${name}' for name in names)} back"
            yield Hit(line.place, what, (f"# no {line.name} with these variables",))


RETURNED = Rule(
    "nginx-returned",
    Level.WARNING,
    "Answers end in caches, in browser histories and in the logs of whoever stands between.",
    check,
)

"""An upstream that is told about certificates and is also reached on a way that leaves their headers alone."""

from collections.abc import Iterable, Mapping

from mtlsguard.dialects.nginx import NGINX
from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.nginx.model import Directive, Nginx, Passing, carries, from_certificate, header_of
from mtlsguard.lint.nginx.targets import targets, upstreams

_DEFAULTS = tuple(field.header for field in NGINX.fields)
_VALUES = {
    "certificate": "$ssl_client_escaped_cert",
    "verify": "$ssl_client_verify",
}
_BY_HEADER = {field.header: _VALUES[field.role] for field in NGINX.fields}


def check(model: Nginx, expected: Expected) -> Iterable[Hit]:
    needed = _needed(model, expected)
    named = upstreams(model)
    for passing in model.passings():
        wanted = {name for target in targets(passing, named) for name in needed.get(target, ())}
        missing = sorted(wanted - passing.names() - passing.above(expected).keys())
        if missing and passing.clients_headers():
            what = f"requests get to this upstream with the client's own {', '.join(missing)}"
            yield Hit(passing.line.place, what, tuple(_fix(passing, name) for name in missing))


def _needed(model: Nginx, expected: Expected) -> Mapping[str, frozenset[str]]:
    """Target -> the headers that every way to it must set or clear, for targets that are told about certificates."""
    named = upstreams(model)
    needed: dict[str, frozenset[str]] = {}
    for passing in model.passings():
        lines = _telling(passing, expected)
        if lines or passing.scope.asks():
            headers = map(header_of, lines) if lines else _DEFAULTS
            told = frozenset(expected.required) or _writable(headers, expected)
            for target in targets(passing, named):
                needed[target] = needed.get(target, frozenset()) | told
    return needed


def _telling(passing: Passing, expected: Expected) -> list[Directive]:
    """The lines that say who the client is, where it is asked or where they are set from its certificate."""
    lines = [*passing.lines(), *passing.above(expected).values()]
    if not (passing.scope.asks() or any(map(from_certificate, lines))):
        return []
    return [line for line in lines if carries(line, expected)]


def _writable(headers: Iterable[str], expected: Expected) -> frozenset[str]:
    """Names that a client could write; those with an underscore are parameters of another protocol."""
    return frozenset(name for name in headers if name != expected.secret and "_" not in name)


def _fix(passing: Passing, name: str) -> str:
    value = _BY_HEADER.get(name, '""') if passing.scope.asks() else '""'
    written = name if passing.setter.endswith("_set_header") else "HTTP_" + name.upper().replace("-", "_")
    return f"{passing.setter} {written} {value};"


MISSING_CLEAR = Rule(
    "nginx-missing-clear",
    Level.ERROR,
    "A client on this way writes the certificate headers itself, and the application cannot tell them from nginx's.",
    check,
)

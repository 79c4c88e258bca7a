"""Certificate data, or the proxy secret, in a log."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.nginx.data import sensitive
from mtlsguard.lint.nginx.model import Directive, Nginx

_LOGS = frozenset({"log_format", "access_log"})


def check(model: Nginx, expected: Expected) -> Iterable[Hit]:
    for line in model.everything():
        names = sensitive(line, expected) if line.name in _LOGS else []
        if names:
            what = f"{line.name} writes {', '.join(f'${name}' for name in names)}"
            yield Hit(line.place, what, ("# without these variables; $ssl_client_verify may be logged",))
        elif _debugs(line):
            yield Hit(line.place, "error_log at level debug writes every header", ("error_log /path/to/file warn;",))


def _debugs(line: Directive) -> bool:
    return line.name == "error_log" and any(argument.startswith("debug") for argument in line.arguments[1:])


LOGGED = Rule(
    "nginx-logged",
    Level.WARNING,
    "Logs are read by more people and kept longer than certificates should be, and names in them are personal data.",
    check,
)

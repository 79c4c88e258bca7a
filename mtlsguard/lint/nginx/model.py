"""An nginx configuration as nginx sees it: scopes inside scopes, and what each of them inherits.

`*_set_header` and `*_param` lines are inherited from the enclosing scope only where a scope has none of its own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mtlsguard.lint.contract import Expected, Place

_SCOPES = frozenset({"http", "server", "location", "if", "limit_except"})
_OTHER_PROTOCOLS = frozenset({"stream", "mail", "events"})
_VARIABLE = re.compile(r"\$\{?([A-Za-z0-9_]+)")

# What passes a request on -> the line that sets what is passed on, and the one that keeps the client's headers away.
FAMILIES: dict[str, tuple[str, str]] = {
    "proxy_pass": ("proxy_set_header", "proxy_pass_request_headers"),
    "grpc_pass": ("grpc_set_header", ""),
    "fastcgi_pass": ("fastcgi_param", "fastcgi_pass_request_headers"),
    "uwsgi_pass": ("uwsgi_param", "uwsgi_pass_request_headers"),
    "scgi_pass": ("scgi_param", "scgi_pass_request_headers"),
}
SETTERS: frozenset[str] = frozenset(setter for setter, _ in FAMILIES.values())
CERTIFICATES: frozenset[str] = frozenset({"ssl_client_escaped_cert", "ssl_client_cert", "ssl_client_raw_cert"})


@dataclass(frozen=True, slots=True)
class Directive:
    place: Place
    name: str
    arguments: tuple[str, ...] = field(repr=False, default=())
    block: tuple["Directive", ...] | None = field(repr=False, default=None)

    @property
    def value(self) -> str:
        return self.arguments[-1] if self.arguments else ""

    def variables(self) -> list[str]:
        return [name.lower() for text in self.arguments for name in _VARIABLE.findall(text)]


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """A block that requests pass through, with the scope around it."""

    name: str
    lines: tuple[Directive, ...]
    around: "Scope | None" = None

    def own(self, name: str) -> tuple[Directive, ...]:
        return tuple(line for line in self.lines if line.name == name)

    def chain(self) -> Iterator["Scope"]:
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.around

    def source(self, name: str) -> "Scope | None":
        """The scope whose lines of this name are in force here."""
        return next((scope for scope in self.chain() if scope.own(name)), None)

    def effective(self, name: str) -> tuple[Directive, ...]:
        scope = self.source(name)
        return scope.own(name) if scope is not None else ()

    def setting(self, name: str, default: str) -> str:
        lines = self.effective(name)
        return lines[-1].value if lines else default

    def server(self) -> "Scope | None":
        return next((scope for scope in self.chain() if scope.name == "server"), None)

    def asks(self) -> bool:
        """Is the client asked for a certificate here?"""
        return self.setting("ssl_verify_client", "off").lower() != "off"


@dataclass(frozen=True, slots=True)
class Passing:
    """One line that passes requests on, and the lines in force for it."""

    line: Directive
    scope: Scope
    setter: str
    keeper: str

    def lines(self) -> tuple[Directive, ...]:
        return self.scope.effective(self.setter)

    def names(self) -> frozenset[str]:
        return frozenset(map(header_of, self.lines()))

    def clients_headers(self) -> bool:
        return not self.keeper or self.scope.setting(self.keeper, "on").lower() != "off"

    def above(self, expected: Expected) -> dict[str, Directive]:
        """By header: the certificate lines further out that are out of force because the scope has its own."""
        source = self.scope.source(self.setter)
        outer = [scope for scope in source.chain() if scope is not source] if source is not None else []
        lines = [line for scope in outer for line in scope.own(self.setter) if carries(line, expected)]
        nearest_last = {header_of(line): line for line in reversed(lines)}
        return dict(reversed(nearest_last.items()))


@dataclass(frozen=True, slots=True)
class Nginx:
    """One or more files with what they include, as statements. `unread` are include lines that were not followed."""

    roots: tuple[tuple[Directive, ...], ...]
    unread: tuple[Directive, ...] = ()

    def everything(self) -> Iterator[Directive]:
        """Every statement, of other protocols too."""
        pending = [line for root in reversed(self.roots) for line in reversed(root)]
        while pending:
            line = pending.pop()
            yield line
            pending.extend(reversed(line.block or ()))

    def scopes(self) -> Iterator[Scope]:
        pending = [Scope("main", root) for root in reversed(self.roots)]
        while pending:
            scope = pending.pop()
            yield scope
            blocks = [line for line in scope.lines if line.block is not None and line.name in _SCOPES]
            pending.extend(Scope(line.name, line.block or (), scope) for line in reversed(blocks))

    def passings(self) -> Iterator[Passing]:
        for scope in self.scopes():
            for line in scope.lines:
                if line.name in FAMILIES and line.arguments:
                    yield Passing(line, scope, *FAMILIES[line.name])

    def http(self) -> Iterator[Directive]:
        """Every statement that is not inside another protocol."""
        pending = [line for root in reversed(self.roots) for line in reversed(root)]
        while pending:
            line = pending.pop()
            if line.name in _OTHER_PROTOCOLS and line.block is not None:
                continue
            yield line
            pending.extend(reversed(line.block or ()))


def header_of(line: Directive) -> str:
    """The header that a setter line sets, in lower case with dashes; `HTTP_*` parameters are headers too."""
    name = line.arguments[0].lower() if line.arguments else ""
    if line.name.endswith("_param") and name.startswith("http_"):
        return name.removeprefix("http_").replace("_", "-")
    return name


def carries(line: Directive, expected: Expected) -> bool:
    """Does this setter line hold certificate data, by its name or by what it is set from?"""
    return expected.carries(header_of(line)) or from_certificate(line)


def from_certificate(line: Directive) -> bool:
    return any(name.startswith("ssl_client_") for name in line.variables())


def quoted(line: Directive) -> str:
    """A line as it may be shown: values that are not variables alone stay where they are."""
    if len(line.arguments) == 2 and re.fullmatch(r"\$\{?\w+\}?|", line.value):  # noqa: PLR2004 - name and value
        return f"{line.name} {line.arguments[0]} {line.value or chr(34) * 2};"
    return f"{line.name} {line.arguments[0]} ...;  # as in line {line.place.line}"


def first(lines: Iterable[Directive]) -> Directive | None:
    return next(iter(lines), None)

"""Where requests are passed to: addresses, with names of upstream blocks resolved."""

from collections.abc import Mapping

from mtlsguard.lint.nginx.model import Nginx, Passing

_PORTS = {"https": "443", "grpcs": "443"}
_LOCAL = {"localhost": "127.0.0.1"}


def upstreams(model: Nginx) -> dict[str, frozenset[str]]:
    """Name of an upstream block -> the addresses of its servers."""
    found: dict[str, frozenset[str]] = {}
    for line in model.http():
        if line.name == "upstream" and line.block is not None and line.arguments:
            servers = [one.arguments[0] for one in line.block if one.name == "server" and one.arguments]
            found[line.arguments[0].lower()] = frozenset(_address(server.lower(), "80") for server in servers)
    return found


def targets(passing: Passing, named: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The addresses behind one passing line. Two lines with a variable are the same target if they are alike."""
    scheme, separator, rest = passing.line.arguments[0].lower().rpartition("://")
    if rest.startswith("unix:"):
        return frozenset({":".join(rest.split(":")[:2]).rstrip("/")})
    authority = rest.partition("/")[0] if separator else rest
    port = _PORTS.get(scheme, "80")
    return named.get(authority) or frozenset({_address(authority, port)})


def _address(text: str, port: str) -> str:
    if text.startswith("unix:") or "$" in text:
        return text
    head, colon, tail = text.rpartition(":")
    host, port = (head, tail) if colon and tail.isdigit() and not text.endswith("]") else (text, port)
    return f"{_LOCAL.get(host, host)}:{port}"

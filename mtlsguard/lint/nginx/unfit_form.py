"""Forms of the certificate that are no header value: they have line ends in them."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.nginx.model import Nginx

_SETTERS = frozenset({"proxy_set_header", "grpc_set_header"})
_UNFIT = frozenset({"ssl_client_cert", "ssl_client_raw_cert"})


def check(model: Nginx, _expected: Expected) -> Iterable[Hit]:
    for line in model.http():
        if line.name in _SETTERS and line.arguments:
            for name in _UNFIT.intersection(line.variables()):
                fix = f"{line.name} {line.arguments[0]} $ssl_client_escaped_cert;"
                yield Hit(line.place, f"${name} has several lines and does not fit into a header", (fix,))


UNFIT_FORM = Rule(
    "nginx-unfit-form",
    Level.ERROR,
    "Servers refuse such a request, join its lines, or lose the rest of its headers, each in its own way.",
    check,
)

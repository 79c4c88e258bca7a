"""Certificate headers are sent, and no server asks a client for a certificate.

Where one server asks and another does not, the other's lines are right: they clear what a client sent.
"""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.nginx.model import Nginx, first, from_certificate


def check(model: Nginx, _expected: Expected) -> Iterable[Hit]:
    if any(scope.asks() for scope in model.scopes()):
        return
    sending = first(line for passing in model.passings() for line in passing.lines() if from_certificate(line))
    if sending is not None:
        fix = ("ssl_verify_client optional;", "ssl_client_certificate /path/to/client-issuers.pem;")
        yield Hit(sending.place, "certificate headers are set, but no server asks for a client certificate", fix)


NOT_ASKED = Rule(
    "nginx-not-asked",
    Level.WARNING,
    "Without ssl_verify_client nginx never sees a client certificate, so every client is anonymous.",
    check,
)

"""Certificates that nobody has verified are passed on."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.nginx.model import Nginx


def check(model: Nginx, _expected: Expected) -> Iterable[Hit]:
    for line in model.http():
        if line.name == "ssl_verify_client" and line.value.lower() == "optional_no_ca":
            fix = ("ssl_verify_client optional;", "ssl_client_certificate /path/to/client-issuers.pem;")
            yield Hit(line.place, "ssl_verify_client optional_no_ca lets certificates of any issuer through", fix)


UNVERIFIED = Rule(
    "nginx-unverified",
    Level.WARNING,
    "Anybody can issue a certificate with any name, and only the verdict header still tells it apart.",
    check,
)

"""Header names with underscores, which Envoy passes on unless it is told not to."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.envoy.model import Envoy

_OPTIONS = "common_http_protocol_options"
_ACTION = "headers_with_underscores_action"
_ACTIONS = ("ALLOW", "REJECT_REQUEST", "DROP_HEADER")


def check(model: Envoy, _expected: Expected) -> Iterable[Hit]:
    for manager in model.managers():
        if manager.enumeration(_ACTIONS, _OPTIONS, _ACTION) == "ALLOW":
            fix = (f"{_OPTIONS}: {{{_ACTION}: DROP_HEADER}}",)
            yield Hit(manager.place(_OPTIONS), "header names with underscores are passed on", fix)


UNDERSCORES = Rule(
    "envoy-underscores",
    Level.WARNING,
    "Envoy does not touch x_forwarded_client_cert, and many servers fold it into the name with dashes.",
    check,
)

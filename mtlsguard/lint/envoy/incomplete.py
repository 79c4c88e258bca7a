"""An element that says who the client is and does not show the certificate."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.envoy.forwarded import MODE, MODES
from mtlsguard.lint.envoy.model import Envoy

_DETAILS = "set_current_client_cert_details"
_FIX = (f"{_DETAILS}: {{cert: true, chain: true}}",)


def check(model: Envoy, expected: Expected) -> Iterable[Hit]:
    if expected.dialect not in {None, "xfcc"}:
        return
    for manager in model.managers():
        if manager.enumeration(MODES, MODE) not in {"SANITIZE_SET", "APPEND_FORWARD"}:
            continue
        place = manager.place(_DETAILS)
        if not manager.node.yes(_DETAILS, "cert"):
            yield Hit(place, "the element is sent without the certificate", _FIX)
        elif not manager.node.yes(_DETAILS, "chain"):
            what = "the element is sent without the chain: every intermediate must be configured in the guard"
            yield Hit(place, what, _FIX, Level.ADVICE)


INCOMPLETE = Rule(
    "envoy-incomplete",
    Level.ERROR,
    "Names and hashes alone cannot be verified: an application that believes them believes whoever reaches its port.",
    check,
)

"""Modes in which `x-forwarded-client-cert` of the client, or of the hop before, is passed on."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.envoy.model import Envoy

MODES = ("SANITIZE", "FORWARD_ONLY", "APPEND_FORWARD", "SANITIZE_SET", "ALWAYS_FORWARD_ONLY")
MODE = "forward_client_cert_details"


def check(model: Envoy, expected: Expected) -> Iterable[Hit]:
    for manager in model.managers():
        mode = manager.enumeration(MODES, MODE)
        place = manager.place(MODE)
        if mode in {"FORWARD_ONLY", "ALWAYS_FORWARD_ONLY"}:
            yield Hit(place, f"{mode} passes the sender's own element on", (f"{MODE}: SANITIZE_SET",))
        elif mode == "APPEND_FORWARD" and expected.hops > 1:
            what = (
                f"APPEND_FORWARD is right if only the {expected.hops - 1} further proxies of yours reach this listener"
            )
            yield Hit(place, what, (f"{MODE}: SANITIZE_SET  # on the outermost one",), Level.ADVICE)
        elif mode == "APPEND_FORWARD":
            what = "APPEND_FORWARD keeps the sender's own elements; right only behind proxies of yours, with proxy.hops"
            yield Hit(place, what, (f"{MODE}: SANITIZE_SET",))


FORWARDED = Rule(
    "envoy-forwarded",
    Level.ERROR,
    "Whoever connects writes an element for any certificate it likes, and the application takes it for Envoy's.",
    check,
)

"""Headers with certificate data that do not, or not always, take the place of the client's own."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.envoy.headers import OVERWRITE, PEER, action, added, replaces
from mtlsguard.lint.envoy.model import Envoy

_FIX = (f"append_action: {OVERWRITE}", "keep_empty_value: true")


def check(model: Envoy, _expected: Expected) -> Iterable[Hit]:
    for level in model.nodes():
        for name, entry in added(level):
            if PEER in entry.word("header", "value") and not replaces(entry):
                how = "where the value is empty" if action(entry) == OVERWRITE else "beside or before Envoy's"
                yield Hit(entry.place, f"the client's own {name} passes {how}", _FIX)


PASSES = Rule(
    "envoy-header-passes",
    Level.ERROR,
    "A client without a certificate, or with one that lacks this name, writes the header itself.",
    check,
)

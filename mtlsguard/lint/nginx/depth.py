"""How long a client's chain may be."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.nginx.model import Nginx

_DEFAULT = "1"
_SHORT = frozenset({"0", _DEFAULT})


def check(model: Nginx, _expected: Expected) -> Iterable[Hit]:
    for scope in model.scopes():
        for line in scope.own("ssl_verify_client"):
            depth = scope.setting("ssl_verify_depth", _DEFAULT)
            if line.value.lower() != "off" and depth in _SHORT:
                what = f"ssl_verify_depth is {depth}: clients with more intermediates are refused"
                yield Hit(line.place, what, ("ssl_verify_depth 3;",))


SHORT_CHAINS = Rule(
    "nginx-short-chains",
    Level.ADVICE,
    "Nobody gets in by this; certificates below two intermediates are refused with status 400 by nginx itself.",
    check,
)

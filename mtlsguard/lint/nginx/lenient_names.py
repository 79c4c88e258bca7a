"""Header names that nginx drops unless it is told not to."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.nginx.model import Nginx

_LENIENT = {"underscores_in_headers": ("on", "off"), "ignore_invalid_headers": ("off", "on")}


def check(model: Nginx, _expected: Expected) -> Iterable[Hit]:
    for line in model.http():
        lenient, strict = _LENIENT.get(line.name, ("", ""))
        if lenient and line.value.lower() == lenient:
            what = f"{line.name} {lenient} passes header names with underscores on"
            yield Hit(line.place, what, (f"{line.name} {strict};",))


LENIENT_NAMES = Rule(
    "nginx-lenient-names",
    Level.ERROR,
    "X_SSL_Client_Cert is not overwritten by the line for X-SSL-Client-Cert, and many servers fold both into one name.",
    check,
)

"""The templates of logging's messages, `serial=%X`: which argument goes where, and what if it does not fit."""

import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from mtlsguard.redact.patterns import compiled
from mtlsguard.redact.sinks.exceptions import UNEXAMINED

_CONVERSION = compiled(
    r"%(?:\((?P<name>[^()]{0,200})\))?[-#0 +]*+(?:\d{1,9}|\*)?(?:\.(?:\d{1,9}|\*)?)?[hlL]?(?P<type>[A-Za-z%])"
)
_TEXTS = "sra"
_MISSING = object()


def fitted(template: str, arguments: Any, cleaned: Any) -> str:  # noqa: ANN401 - a tuple or a mapping, as logging has
    """The template for the cleaned arguments: where a number was taken and a marker is now, a text is taken. One that
    cuts texts cuts no marker.
    """
    places = count()

    def fit(found: re.Match[str]) -> str:
        if found["type"] == "%":
            return found[0]
        place = _place(found, places)
        takes_it = found["type"] in _TEXTS and "." not in found[0]
        if takes_it or _argument(cleaned, place) is _argument(arguments, place):
            return found[0]
        return "%s" if found["name"] is None else f"%({found['name']})s"

    return _CONVERSION.sub(fit, template)


def filled(template: str, arguments: Any) -> str:  # noqa: ANN401 - as above
    """What logging cannot make of arguments that do not fit: each as a text in its place, as far as there are any,
    and those without a place behind it.
    """
    places, left = count(), dict(_numbered(arguments))

    def fill(found: re.Match[str]) -> str:
        argument = _MISSING if found["type"] == "%" else left.pop(_place(found, places), _MISSING)
        return found[0] if argument is _MISSING else _shown(argument)

    text = _CONVERSION.sub(fill, template)
    return f"{text} {[*left.values()] if isinstance(arguments, tuple) else left!r}" if left else text


def _shown(argument: object) -> str:
    try:
        return f"{argument}"
    except Exception:  # noqa: BLE001 - of the argument's own method, or a number that Python does not print
        return UNEXAMINED


def _place(found: re.Match[str], places: Iterator[int]) -> Any:  # noqa: ANN401 - a name or a number
    """A width or precision that is an argument itself stands before the one that it is for."""
    if found["name"] is not None:
        return found["name"]
    for _ in range(found[0].count("*")):
        next(places)
    return next(places)


def _argument(arguments: Any, place: Any) -> object:  # noqa: ANN401 - as above
    try:
        return arguments[place]
    except (LookupError, TypeError):
        return _MISSING


def _numbered(arguments: Any) -> Any:  # noqa: ANN401 - as above
    return arguments if isinstance(arguments, Mapping) else enumerate(arguments if isinstance(arguments, tuple) else ())

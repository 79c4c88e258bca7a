"""Certificate data, or the proxy secret, in a log or in an answer."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.envoy.headers import leaks
from mtlsguard.lint.envoy.model import Envoy

_ANSWERS = ("response_headers_to_add", "response_trailers_to_add", "direct_response", "local_reply_config")


def logged(model: Envoy, expected: Expected) -> Iterable[Hit]:
    return _found(model, expected, ("access_log",), "the access log writes")


def returned(model: Envoy, expected: Expected) -> Iterable[Hit]:
    return _found(model, expected, _ANSWERS, "an answer shows")


def _found(model: Envoy, expected: Expected, keys: tuple[str, ...], what: str) -> Iterable[Hit]:
    for node in model.nodes():
        for below in (node.mapping[key] for key in keys if key in node.mapping):
            for place, operator in leaks(below, expected):
                yield Hit(place, f"{what} %{operator.partition(':')[0]}%", ("# without this operator",))


LOGGED = Rule(
    "envoy-logged",
    Level.WARNING,
    "Logs are read by more people and kept longer than certificates should be, and names in them are personal data.",
    logged,
)
RETURNED = Rule(
    "envoy-returned",
    Level.WARNING,
    "Answers end in caches, in browser histories and in the logs of whoever stands between.",
    returned,
)

"""Headers that routes add, and which of them hold certificate data."""

from collections.abc import Iterator

from mtlsguard.lint.contract import Expected, Place
from mtlsguard.lint.envoy.model import Node, Route, chosen

PEER = "%DOWNSTREAM_PEER_"
OVERWRITE = "OVERWRITE_IF_EXISTS_OR_ADD"
_ACTIONS = ("APPEND_IF_EXISTS_OR_ADD", "ADD_IF_ABSENT", OVERWRITE, "OVERWRITE_IF_EXISTS")


def added(level: Node) -> Iterator[tuple[str, Node]]:
    """Name of a header, and the entry that adds it."""
    for entry in level.list("request_headers_to_add"):
        yield entry.word("header", "key").lower(), entry


def told(route: Route) -> frozenset[str]:
    """The headers in which certificate data goes upstream."""
    pairs = [pair for level in route.levels() for pair in added(level)]
    return frozenset(name for name, entry in pairs if PEER in entry.word("header", "value"))


def handled(route: Route) -> frozenset[str]:
    """The headers that are set or removed on every request, or that an own rule objects to already."""
    names = {name for level in route.levels() for name, _ in added(level)}
    removed = {one.text or "" for level in route.levels() for one in level.list("request_headers_to_remove")}
    return frozenset(names | {name.lower() for name in removed})


def replaces(entry: Node) -> bool:
    """Is the client's header gone, also where the value is empty?"""
    return action(entry) == OVERWRITE and entry.yes("keep_empty_value")


def action(entry: Node) -> str:
    if entry.get("append_action") is None and entry.get("append") is not None:
        return OVERWRITE if not (entry.yes("append") or entry.yes("append", "value")) else _ACTIONS[0]
    return chosen(entry.word("append_action"), _ACTIONS)


def leaks(node: Node, expected: Expected) -> Iterator[tuple[Place, str]]:
    """Every text below with an operator that shows certificate data, or the secret: where, and which."""
    for one in node.walk():
        for operator in _operators(one.text or ""):
            if _shows(operator, expected):
                yield one.place, operator


def _operators(text: str) -> list[str]:
    return text.split("%")[1::2]


def _shows(operator: str, expected: Expected) -> bool:
    if operator.startswith("DOWNSTREAM_PEER_"):
        return True
    command, _, rest = operator.partition("(")
    names = rest.partition(")")[0].lower().split("?")
    return command in {"REQ", "REQUEST_HEADER"} and any(map(expected.carries, names))

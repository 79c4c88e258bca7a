"""An Envoy configuration: YAML or JSON as a tree with line numbers, and what stands in it wherever it stands.

Keys are in snake case, which protobuf's JSON form also takes in camel case; enumerations may be numbers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mtlsguard.lint.contract import Place

_TYPE = "@type"
_MANAGER = ".HttpConnectionManager"
_TLS = ".DownstreamTlsContext"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One of: a mapping, a list, a text (numbers and booleans too)."""

    place: Place
    mapping: Mapping[str, "Node"] = field(default_factory=dict)
    items: tuple["Node", ...] = ()
    text: str | None = field(default=None, repr=False)

    def get(self, *path: str) -> "Node | None":
        node: Node | None = self
        for key in path:
            node = node.mapping.get(key) if node is not None else None
        return node

    def word(self, *path: str) -> str:
        node = self.get(*path)
        return node.text or "" if node is not None else ""

    def yes(self, *path: str) -> bool:
        return self.word(*path).lower() == "true"

    def list(self, *path: str) -> tuple["Node", ...]:
        node = self.get(*path)
        return node.items if node is not None else ()

    def children(self) -> tuple["Node", ...]:
        return (*self.mapping.values(), *self.items)

    def walk(self) -> Iterator["Node"]:
        pending = [self]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(reversed(node.children()))

    def typed(self, ending: str) -> bool:
        return self.word(_TYPE).endswith(ending)


@dataclass(frozen=True, slots=True, eq=False)
class Manager:
    """An HTTP connection manager, and the TLS context of its filter chain, or None on a plain listener."""

    node: Node
    tls: Node | None

    def enumeration(self, names: tuple[str, ...], *path: str) -> str:
        """A value of an enumeration by its name; the first of `names` is the default."""
        word = self.node.word(*path)
        return chosen(word, names)

    def place(self, *path: str) -> Place:
        return (self.node.get(*path) or self.node).place


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One route with everything around it that may add or remove headers, innermost first."""

    node: Node
    around: tuple[Node, ...]

    def levels(self) -> tuple[Node, ...]:
        weighted = self.node.list("route", "weighted_clusters", "clusters")
        return (*weighted, self.node, *self.around)

    def clusters(self) -> frozenset[str]:
        named = [self.node.word("route", "cluster"), self.node.word("route", "cluster_header")]
        named += [one.word("name") for one in self.node.list("route", "weighted_clusters", "clusters")]
        return frozenset(filter(None, named))


@dataclass(frozen=True, slots=True)
class Envoy:
    roots: tuple[Node, ...]

    def nodes(self) -> Iterator[Node]:
        for root in self.roots:
            yield from root.walk()

    def managers(self) -> Iterator[Manager]:
        pending: list[tuple[Node, Node | None]] = [(root, None) for root in reversed(self.roots)]
        while pending:
            node, tls = pending.pop()
            if "filters" in node.mapping:
                tls = _tls(node)
            if node.typed(_MANAGER):
                yield Manager(node, tls)
            pending.extend((child, tls) for child in reversed(node.children()))

    def contexts(self) -> Iterator[Node]:
        return (node for node in self.nodes() if node.typed(_TLS))


def chosen(word: str, names: tuple[str, ...]) -> str:
    if word.isdecimal() and int(word) < len(names):
        return names[int(word)]
    return word.upper() or names[0]


def routes(manager: Manager) -> Iterator[Route]:
    table = manager.node.get("route_config")
    if table is None:
        return
    for host in table.list("virtual_hosts"):
        for route in host.list("routes"):
            yield Route(route, (host, table))


def _tls(chain: Node) -> Node | None:
    socket = chain.get("transport_socket")
    return next((node for node in socket.walk() if node.typed(_TLS)), None) if socket is not None else None

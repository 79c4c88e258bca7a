"""A cluster that is told about certificates and is also reached on a way that leaves their headers alone."""

from collections.abc import Iterable, Mapping

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.envoy.headers import handled, told
from mtlsguard.lint.envoy.model import Envoy, routes

_ENVOYS_OWN = "x-forwarded-client-cert"


def check(model: Envoy, expected: Expected) -> Iterable[Hit]:
    needed = _needed(model, expected)
    for manager in model.managers():
        for route in routes(manager):
            wanted = {name for cluster in route.clusters() for name in needed.get(cluster, ())}
            missing = sorted(wanted - handled(route))
            if missing:
                what = f"requests get to this cluster with the client's own {', '.join(missing)}"
                yield Hit(route.node.place, what, (f"request_headers_to_remove: [{', '.join(missing)}]",))


def _needed(model: Envoy, expected: Expected) -> Mapping[str, frozenset[str]]:
    """Cluster -> headers, for clusters that are told about certificates in headers other than Envoy's own."""
    needed: dict[str, frozenset[str]] = {}
    for manager in model.managers():
        for route in routes(manager):
            names = told(route)
            for cluster in route.clusters() if names else ():
                needed[cluster] = needed.get(cluster, frozenset(expected.required)) | names
    return {cluster: names - {_ENVOYS_OWN} for cluster, names in needed.items()}


MISSING_CLEAR = Rule(
    "envoy-missing-clear",
    Level.ERROR,
    "A client on this way writes the certificate headers itself, and the application cannot tell them from Envoy's.",
    check,
)

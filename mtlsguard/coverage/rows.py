"""One endpoint and method -> which rule or decorator covers it and what is asked, by the engine's own look-up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mtlsguard.access import WEBSOCKET, Gate, Routes, names_method
from mtlsguard.coverage.asks import Ask, ask_of
from mtlsguard.coverage.endpoint import Endpoint
from mtlsguard.coverage.samples import Sampler, Segments, matches, split
from mtlsguard.policy import Policy, RouteRule
from mtlsguard.requirement import Requirement
from mtlsguard.segments import SegmentTree

ANY_OTHER = "*"  # every method that no row of the same endpoint names


@dataclass(frozen=True, slots=True)
class Case:
    """What holds for `path`. `rank`: the rule in `routes` that decides, None where none does."""

    path: str
    by: str
    ask: Ask
    rank: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """`general`: what holds for the endpoint as a whole; `exceptions`: for particular values of its parameters."""

    endpoint: Endpoint
    method: str
    general: Case
    exceptions: tuple[Case, ...] = ()

    @property
    def by(self) -> str:
        """ "routes[2]", "decorator", both joined by " + ", or "default"."""
        return self.general.by

    @property
    def ask(self) -> Ask:
        return self.general.ask


class Judge:
    """Asks `Routes`, which decides about real requests, so that the two cannot disagree."""

    def __init__(self, policy: Policy, endpoints: Iterable[Endpoint]) -> None:
        self.rules = policy.routes
        self._routes = Routes(policy.routes, policy.absent)
        self._sampler = Sampler(policy.routes)
        self._named = sorted({method for rule in policy.routes for method in rule.methods})
        self._unnamed = next(name for name in _method_names() if name not in self._named)
        self._served: SegmentTree[Endpoint] = SegmentTree()
        for endpoint in endpoints:
            self._served.add(segments_of(endpoint), endpoint)

    def rows(self, endpoint: Endpoint) -> Iterator[Row]:
        for method in self._methods(endpoint):
            yield self.row(endpoint, method)

    def row(self, endpoint: Endpoint, method: str) -> Row:
        first, *others = self._sampler.samples(segments_of(endpoint))
        general = self._case(first, method, endpoint.requirements)
        found = {(general.rank, general.ask): general}
        for sample in others:
            if not self._elsewhere(sample, endpoint, method):
                case = self._case(sample, method, endpoint.requirements)
                found.setdefault((case.rank, case.ask), case)
        return Row(endpoint, method, general, tuple(found.values())[1:])

    def shadowed(self, row: Row) -> int | None:
        """The first rule that would ask more than the one that decides, comes too late, and is no wider than it."""
        if row.general.rank is None:
            return None
        method = self._unnamed if row.method == ANY_OTHER else row.method
        deciding = split(self.rules[row.general.rank])
        for rank, rule in self._routes.matching(row.general.path):
            asked = ask_of(Gate(rule.access, rule.require), row.endpoint.requirements)
            wider = matches(split(rule), deciding)
            if rank > row.general.rank and not wider and names_method(rule, method) and row.ask.looser_than(asked):
                return rank
        return None

    def _methods(self, endpoint: Endpoint) -> list[str]:
        """For an endpoint that takes every method: those that some rule tells apart, and all others as one."""
        if endpoint.methods:
            return sorted(endpoint.methods)
        told = [method for method in self._named if method != WEBSOCKET or endpoint.opaque]
        return [*told, *(["HEAD"] if "GET" in told and "HEAD" not in told else []), ANY_OTHER]

    def _elsewhere(self, sample: Segments, endpoint: Endpoint, method: str) -> bool:
        """Does a route with a narrower path answer this one?"""
        own = segments_of(endpoint)
        return any(
            serves(other, method) and segments_of(other) != own and matches(own, segments_of(other))
            for other in self._served.find(sample)
        )

    def _case(self, sample: Segments, method: str, requirements: tuple[Requirement, ...]) -> Case:
        path, method = "/" + "/".join(sample), self._unnamed if method == ANY_OTHER else method
        ask = ask_of(self._routes.gate((method, path, b"")), requirements)
        rank = self._rank(path, method)
        by = [f"routes[{rank}]"] if rank is not None else []
        by += ["decorator"] if requirements else []
        return Case(path, " + ".join(by) or "default", ask, rank)

    def _rank(self, path: str, method: str) -> int | None:
        """The rule that decides; where the path is closed for this method, the first that names the path."""
        found: list[tuple[int, RouteRule]] = self._routes.matching(path)
        deciding = [rank for rank, rule in found if names_method(rule, method)]
        return next(iter(deciding or [rank for rank, _ in found]), None)


def serves(endpoint: Endpoint, method: str) -> bool:
    return not endpoint.methods or method in endpoint.methods


def segments_of(endpoint: Endpoint) -> Segments:
    """A server's path has at least its first slash."""
    return endpoint.pattern or ("",)


def _method_names() -> Iterator[str]:
    name = "ANY"
    while True:
        yield name
        name += "-OTHER"

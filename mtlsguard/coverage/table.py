"""All rows of an application, and the questions that more than one finding asks of them."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from mtlsguard.access import WEBSOCKET
from mtlsguard.coverage.asks import Ask
from mtlsguard.coverage.endpoint import Endpoint
from mtlsguard.coverage.rows import Judge, Row, segments_of, serves
from mtlsguard.coverage.samples import Segments, split
from mtlsguard.policy import RouteRule
from mtlsguard.segments import REST


@dataclass(frozen=True)
class Table:
    judge: Judge
    endpoints: tuple[Endpoint, ...]
    rows: tuple[Row, ...]

    @cached_property
    def by_path(self) -> dict[Segments, list[Row]]:
        grouped: dict[Segments, list[Row]] = defaultdict(list)
        for row in self.rows:
            grouped[segments_of(row.endpoint)].append(row)
        return grouped

    @cached_property
    def pages_below(self) -> dict[Segments, list[Row]]:
        """Parent -> the rows of what a browser would open there."""
        grouped: dict[Segments, list[Row]] = defaultdict(list)
        for row in self.rows:
            if row.method in {"GET", "*"} and not row.endpoint.opaque:
                grouped[parent_of(row.endpoint)].append(row)
        return grouped

    def rule(self, row: Row) -> RouteRule | None:
        return None if row.general.rank is None else self.judge.rules[row.general.rank]

    def shared(self, one: Endpoint, other: Endpoint) -> Iterator[tuple[Row, Row]]:
        """The rows of two endpoints for the methods that both answer."""
        told = {row.method for path in (one, other) for row in self.by_path[segments_of(path)]}
        for method in sorted(told):
            if serves(one, method) and serves(other, method):
                yield self.judge.row(one, method), self.judge.row(other, method)

    def beside(self, row: Row) -> Ask | None:
        """What the pages under the same parent ask, where this row is looser than each of them."""
        pages = [page.ask for page in self.pages_below.get(parent_of(row.endpoint), ())]
        below_root = bool(parent_of(row.endpoint))
        return pages[0] if pages and below_root and all(map(row.ask.looser_than, pages)) else None

    def on_purpose(self, row: Row) -> bool:
        """Does the rule that decides name this path, or a websocket of about this path, in so many words?"""
        rule = self.rule(row)
        if rule is None:
            return False
        exact = split(rule) == segments_of(row.endpoint)
        return exact or (row.method == WEBSOCKET and WEBSOCKET in rule.methods and REST not in split(rule))

    def by_default(self, row: Row) -> bool:
        """Does nothing ask it of this path but what is asked of every path?"""
        rule = self.rule(row)
        return not row.endpoint.requirements and (rule is None or split(rule) == (REST,))


def parent_of(endpoint: Endpoint) -> Segments:
    """Of "/a/b", "/a/b/" and a mount at "/a/b": a."""
    segments = segments_of(endpoint)
    return segments[: -2 if segments[-1] in {"", REST} else -1]

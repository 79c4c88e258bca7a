"""What to look at before somebody else does. Each finder is one question about the whole table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from mtlsguard.access import WEBSOCKET, names_method
from mtlsguard.coverage.asks import Level
from mtlsguard.coverage.endpoint import Endpoint
from mtlsguard.coverage.kinds import Finding, Kind
from mtlsguard.coverage.rows import ANY_OTHER, Judge, Row, segments_of, serves
from mtlsguard.coverage.samples import Segments, overlap, patterns_of
from mtlsguard.coverage.table import Table
from mtlsguard.policy import Access, Policy, RouteRule
from mtlsguard.segments import ONE, REST

# What answers for many routes under one name tells nothing about them.
_FRAMEWORKS = {"django", "fastapi", "flask", "ninja", "quart", "rest_framework", "starlette", "werkzeug", "functools"}
_GUARDED_WORDS = {"admin", "internal", "private", "manage", "management", "debug", "metrics"}
_ELSEWHERE_ANSWERED = {"HEAD", "OPTIONS"}  # by servers and middleware, for routes that do not name them

Finder = Callable[[Table], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Coverage:
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


def cover(endpoints: Iterable[Endpoint], policy: Policy, *, strict: bool = False) -> Coverage:
    """`strict`: to be covered by nothing but "a verified identity for the rest" is a finding too."""
    routes = tuple(endpoints)
    judge = Judge(policy, routes)
    table = Table(judge, routes, tuple(row for endpoint in routes for row in judge.rows(endpoint)))
    finders = (*_FINDERS, _default_only) if strict else _FINDERS
    found = [finding for finder in finders for finding in finder(table)]
    return Coverage(table.rows, tuple(_merged(found)))


def _merged(findings: Sequence[Finding]) -> Iterator[Finding]:
    """One finding for all methods of which the same is true."""
    methods: dict[tuple[Kind, str, str], list[str]] = {}
    for finding in findings:
        methods.setdefault((finding.kind, finding.place, finding.what), []).extend(finding.methods)
    for (kind, place, what), merged in methods.items():
        yield Finding(kind, place, tuple(dict.fromkeys(merged)), what)


def _at(row: Row, kind: Kind, what: str) -> Finding:
    return Finding(kind, row.endpoint.path, (row.method,), what)


def _uncovered(table: Table) -> Iterator[Finding]:
    for row in table.rows:
        if row.by == "default" and row.ask.anonymous:
            yield _at(row, Kind.UNCOVERED, "nothing covers this route")


def _default_only(table: Table) -> Iterator[Finding]:
    for row in table.rows:
        if row.by == "default" and not row.ask.anonymous:
            yield _at(row, Kind.DEFAULT_ONLY, "only the default covers this route")


def _two_paths(table: Table) -> Iterator[Finding]:
    views: dict[str, list[Endpoint]] = {}
    for endpoint in table.endpoints:
        if endpoint.view and not endpoint.opaque and endpoint.view.partition(".")[0] not in _FRAMEWORKS:
            views.setdefault(_identified(endpoint), []).append(endpoint)
    for same in views.values():
        for one, other in combinations(same, 2):
            if _bare(one) != _bare(other):
                yield from _unequal(table, one, other, Kind.TWO_PATHS)


def _identified(endpoint: Endpoint) -> str:
    """Functions made by one factory share their name: those are the same only where their paths end alike."""
    if "<" not in endpoint.view:
        return endpoint.view
    literals = [segment for segment in segments_of(endpoint) if segment not in {ONE, REST, ""}]
    return f"{endpoint.view} {literals[-1:]}"


def _bare(endpoint: Endpoint) -> Segments:
    segments = segments_of(endpoint)
    return segments[:-1] if segments[-1] == "" else segments


def _two_slashes(table: Table) -> Iterator[Finding]:
    spellings: dict[Segments, list[Endpoint]] = {}
    for endpoint in table.endpoints:
        spellings.setdefault(_bare(endpoint), []).append(endpoint)
    for same in spellings.values():
        for one, other in combinations(same, 2):
            if segments_of(one) != segments_of(other):
                yield from _unequal(table, one, other, Kind.TWO_SLASHES)


def _unequal(table: Table, one: Endpoint, other: Endpoint, kind: Kind) -> Iterator[Finding]:
    for pair in table.shared(one, other):
        for loose, strict in (pair, pair[::-1]):
            # To open one path by its name where nothing asks for more at the other is nobody's mistake.
            meant = table.on_purpose(loose) and table.by_default(strict)
            if loose.ask.looser_than(strict.ask) and not meant:
                yield _at(loose, kind, f"asks {loose.ask}, and at {strict.endpoint.path} {strict.ask}")


def _looser_method(table: Table) -> Iterator[Finding]:
    for rows in table.by_path.values():
        pages = [row for row in rows if row.method == "GET"]
        for row in rows:
            for page in pages:
                if row.method != WEBSOCKET and row.ask.looser_than(page.ask) and not _own_words(table, row):
                    yield _at(row, Kind.LOOSER_METHOD, f"asks {row.ask}, and GET {page.ask}")


def _own_words(table: Table, row: Row) -> bool:
    """HEAD runs what GET runs: whatever opens it further is a mistake."""
    rule = table.rule(row)
    named = rule is not None and row.method in rule.methods
    return row.method != "HEAD" and (named or bool(row.endpoint.requirements))


def _looser_websocket(table: Table) -> Iterator[Finding]:
    for row in table.rows:
        if row.method != WEBSOCKET or row.endpoint.opaque:
            continue
        same = [page.ask for page in table.by_path[segments_of(row.endpoint)] if page.method in {"GET", ANY_OTHER}]
        page = next(filter(row.ask.looser_than, same), None)
        if page is None and not table.on_purpose(row):
            page = table.beside(row)
        if page is not None:
            yield _at(row, Kind.LOOSER_WEBSOCKET, f"the websocket asks {row.ask}, and the page beside it {page}")


def _looser_value(table: Table) -> Iterator[Finding]:
    for row in table.rows:
        for case in row.exceptions:
            if case.ask.looser_than(row.ask):
                yield _at(row, Kind.LOOSER_VALUE, f"{case.path} asks {case.ask} ({case.by}), and else {row.ask}")


def _looser_mount(table: Table) -> Iterator[Finding]:
    guarded = any(row.ask.level is Level.VERIFIED and row.by != "default" for row in table.rows)
    for row in table.rows:
        if not row.endpoint.opaque or (row.by == "default" and row.ask.anonymous) or table.on_purpose(row):
            continue
        if row.ask.anonymous and guarded:
            yield _at(row, Kind.LOOSER_MOUNT, f"what is mounted here asks {row.ask}, beside routes that ask more")
        elif page := table.beside(row):
            yield _at(row, Kind.LOOSER_MOUNT, f"what is mounted here asks {row.ask}, and what lies beside it {page}")


def _public_decorated(table: Table) -> Iterator[Finding]:
    for row in table.rows:
        rule = table.rule(row)
        public = rule is not None and rule.access is Access.PUBLIC and names_method(rule, row.method)
        if public and row.endpoint.requirements:
            yield _at(row, Kind.PUBLIC_DECORATED, f"routes[{row.general.rank}] is public, and a decorator asks more")


def _wide_rule(table: Table) -> Iterator[Finding]:
    for row in table.rows:
        rule, rank = table.rule(row), row.general.rank
        if rule is None or rank is None or not row.ask.anonymous or "*" not in rule.path or row.endpoint.opaque:
            continue
        words = _GUARDED_WORDS & set(segments_of(row.endpoint)) - set(rule.path.split("/"))
        behind = table.judge.shadowed(row)
        if behind is not None:
            yield _wide(rank, row, f"{row.endpoint.path} before routes[{behind}], which asks more, is reached")
        elif words:
            yield _wide(rank, row, f"{row.endpoint.path} as {row.ask}")


def _wide(rank: int, row: Row, what: str) -> Finding:
    return Finding(Kind.WIDE_RULE, f"routes[{rank}]", (row.method,), f"opens {what}")


def _stale_rule(table: Table) -> Iterator[Finding]:
    for rank, rule in enumerate(table.judge.rules):
        met = [one for one in table.endpoints if any(overlap(own, segments_of(one)) for own in patterns_of(rule))]
        if not met:
            yield Finding(Kind.STALE_RULE, f"routes[{rank}]", (), f"no route has a path like {rule.path}")
        elif not any(_answers(endpoint, rule) for endpoint in met):
            named = ", ".join(sorted(rule.methods))
            yield Finding(Kind.STALE_RULE, f"routes[{rank}]", (), f"no route at {rule.path} answers {named}")


def _answers(endpoint: Endpoint, rule: RouteRule) -> bool:
    if not rule.methods or rule.methods <= _ELSEWHERE_ANSWERED:
        return True
    return any(serves(endpoint, method) for method in rule.methods)


_FINDERS: tuple[Finder, ...] = (
    _uncovered,
    _public_decorated,
    _wide_rule,
    _two_slashes,
    _two_paths,
    _looser_method,
    _looser_websocket,
    _looser_value,
    _looser_mount,
    _stale_rule,
)

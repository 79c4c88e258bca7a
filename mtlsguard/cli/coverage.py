"""Coverage as a table for people and as a document for programs: printed in one way, whoever's command it is."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from mtlsguard.cli.terminal import Colour, Paint, as_json, columns, printable
from mtlsguard.coverage import Ask, Case, Coverage, Endpoint, Finding, Row, cover
from mtlsguard.policy import Policy

# In the column of methods "*" is every method that no other line of the same path names.
_HEAD = ("path", "methods", "covered by", "asks", "view")


@dataclass(frozen=True, slots=True)
class Report:
    """`status`: 0 without findings, 1 with some."""

    text: str
    status: int


def report(endpoints: Iterable[Endpoint], policy: Policy, *, json: bool = False, strict: bool = False) -> Report:
    """What the commands print, and the status that they end with."""
    coverage = cover(endpoints, policy, strict=strict)
    text = as_json(_document(coverage)) if json else "\n".join(_lines(coverage))
    return Report(text, 1 if coverage.findings else 0)


def _lines(coverage: Coverage) -> Iterator[str]:
    paint = Paint.of(sys.stdout)
    head, *table = _aligned([_HEAD, *(cells for rows in _groups(coverage.rows) for cells in _cells(rows))])
    yield from (paint(head, Colour.BOLD), *table, "")
    number = len(coverage.findings)
    if not number:
        yield paint("no findings", Colour.GREEN)
        return
    yield paint(f"{number} finding{'s' if number > 1 else ''}", Colour.RED)
    for finding in coverage.findings:
        yield from _told(finding, paint)


def _told(finding: Finding, paint: Paint) -> list[str]:
    place = " ".join(filter(None, [finding.kind.value, finding.place, " ".join(finding.methods)]))
    rows = [("what", finding.what), ("why", finding.why), ("fix", finding.fix)]
    return [f"  {paint(printable(place), Colour.YELLOW)}", *columns([(n, printable(t)) for n, t in rows], "    ")]


def _groups(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """The methods of an endpoint of which all the same is true."""
    for _, own in groupby(rows, key=lambda row: id(row.endpoint)):
        alike: dict[tuple[object, ...], list[Row]] = {}
        for row in own:
            alike.setdefault((row.by, row.ask, row.exceptions), []).append(row)
        yield from alike.values()


def _cells(rows: Sequence[Row]) -> Iterator[tuple[str, ...]]:
    row = rows[0]
    methods = " ".join(each.method for each in rows)
    yield row.endpoint.path, methods, row.by, str(row.ask), row.endpoint.view
    for case in row.exceptions:
        yield f"  except {case.path}", "", case.by, str(case.ask), ""


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    rows = [[printable(cell) for cell in row] for row in table]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(f"{cell:<{cut}}" for cell, cut in zip(row, widths, strict=True)).rstrip() for row in rows]


def _document(coverage: Coverage) -> dict[str, object]:
    return {
        "routes": [_route(rows) for rows in _groups(coverage.rows)],
        "findings": [_finding(finding) for finding in coverage.findings],
    }


def _route(rows: Sequence[Row]) -> dict[str, object]:
    row = rows[0]
    return {
        "path": row.endpoint.path,
        "methods": [each.method for each in rows],
        "by": row.by,
        **_asked(row.ask),
        "view": row.endpoint.view,
        "exceptions": [_case(case) for case in row.exceptions],
    }


def _case(case: Case) -> dict[str, object]:
    return {"path": case.path, "by": case.by, **_asked(case.ask)}


def _asked(ask: Ask) -> dict[str, object]:
    return {"access": ask.level.value, "roles": sorted(sorted(any_of) for any_of in ask.roles)}


def _finding(finding: Finding) -> dict[str, object]:
    told = {"what": finding.what, "why": finding.why, "fix": finding.fix}
    return {"kind": finding.kind.value, "place": finding.place, "methods": list(finding.methods), **told}

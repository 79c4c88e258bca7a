"""Tables as text, and the same as data."""

from collections.abc import Iterable
from typing import Any

from benchmarks.harness import Row, Table

_WIDTH = 46


def text(tables: Iterable[Table]) -> str:
    return "\n\n".join(_table(table) for table in tables)


def _table(table: Table) -> str:
    heads = f"{'':{_WIDTH}}{'amount':>12}{'ratio':>9}{'median':>9}   goal" if table.ratio else ""
    lines = [table.title, *([f"ratio: {table.ratio}", heads] if table.ratio else []), *map(_row, table.rows)]
    return "\n".join(line.rstrip() for line in lines)


def _row(row: Row) -> str:
    amount = f"{row.amount:,.2f} {row.unit}" if abs(row.amount) < 1_000 else f"{row.amount:,.0f} {row.unit}"
    ratio = f"{row.ratio.least:9.3f}{row.ratio.middle:9.3f}" if row.ratio else ""
    goal = f"   {row.goal!s:8}{row.verdict}" if row.goal else ""
    return f"  {row.name:{_WIDTH - 2}}{amount:>12}{ratio}{goal}"


def data(tables: Iterable[Table]) -> list[dict[str, Any]]:
    return [
        {"title": table.title, "ratio": table.ratio, "rows": [_fields(row) for row in table.rows]} for table in tables
    ]


def _fields(row: Row) -> dict[str, Any]:
    fields: dict[str, Any] = {"name": row.name, "amount": row.amount, "unit": row.unit}
    if row.ratio:
        fields |= {"ratio": row.ratio.least, "median_ratio": row.ratio.middle}
    if row.goal:
        fields |= {"goal": str(row.goal), "verdict": row.verdict}
    return fields

"""The outcome as a table for people, the log under it, and the same as a document for programs."""

import textwrap
from collections.abc import Sequence
from itertools import groupby

from mtlsguard.cli.demo.answers import Answer
from mtlsguard.cli.demo.play import Outcome
from mtlsguard.cli.terminal import Colour, Paint, printable, width

_MARKS = {True: ("ok", Colour.GREEN), False: ("NO", Colour.RED)}
_MARK, _GAP, _TITLE = 6, 2, 26


def table(outcomes: Sequence[Outcome], paint: Paint) -> list[str]:
    widths = _widths()
    head = _lines(("", "tried", "expected", "seen"), widths)
    lines = [paint(line, Colour.DIM) for line in head]
    for act, members in groupby(outcomes, key=lambda outcome: outcome.row.act):
        lines.append(paint(act, Colour.BOLD))
        for outcome in members:
            lines += _row(outcome, widths, paint)
    return lines


def _widths() -> tuple[int, ...]:
    """The titles get what they need, expected and seen share the rest."""
    rest = (width() - _MARK - _TITLE - 2 * _GAP) // 2
    return _MARK, _TITLE, rest, rest


def _row(outcome: Outcome, widths: tuple[int, ...], paint: Paint) -> list[str]:
    mark, colour = _MARKS[outcome.ok]
    first, *others = _lines((f"  {mark}", outcome.row.tried, str(outcome.row.expected), str(outcome.seen)), widths)
    return [paint(first[:_MARK], colour) + first[_MARK:], *others]


def _lines(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    wrapped = [_wrapped(cell, cut) for cell, cut in zip(cells, widths, strict=True)]
    height = max(map(len, wrapped))
    padded = [cell + [""] * (height - len(cell)) for cell in wrapped]
    rows = zip(*padded, strict=True)
    return [_joined(row, widths) for row in rows]


def _wrapped(cell: str, cut: int) -> list[str]:
    """A mark keeps its indentation: it is never longer than its column."""
    text = printable(cell)
    return [text] if len(text) <= cut else textwrap.wrap(text, cut, break_on_hyphens=False)


def _joined(row: Sequence[str], widths: Sequence[int]) -> str:
    mark, *rest = (f"{text:<{cut}}" for text, cut in zip(row, widths, strict=True))
    return (mark + (" " * _GAP).join(rest)).rstrip()


def log_lines(lines: Sequence[str], cut: int | None) -> list[str]:
    """Indented; cut into lines of the terminal where there is one, whole in a pipe."""
    if cut is None:
        return [f"  {printable(line)}" for line in lines]
    return [part for line in lines for part in _folded(printable(line), cut)]


def _folded(line: str, cut: int) -> list[str]:
    return textwrap.wrap(line, cut, initial_indent="  ", subsequent_indent=" " * 13, break_on_hyphens=False)


def document(outcome: Outcome) -> dict[str, object]:
    row = outcome.row
    return {
        "act": row.act,
        "tried": row.tried,
        "ok": outcome.ok,
        "expected": _answer(row.expected),
        "seen": _answer(outcome.seen),
    }


def _answer(answer: Answer) -> dict[str, object]:
    return {
        "status": answer.status,
        "reason": answer.reason or None,
        "identity": answer.identity,
        "roles": list(answer.roles),
        "headers_reached": list(answer.reached),
    }

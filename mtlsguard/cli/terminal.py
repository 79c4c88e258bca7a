"""What the commands share about the terminal: colours, widths, and text that cannot harm it."""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TextIO

USAGE = 2
_WIDTH_OF_A_PIPE = 120
_WIDEST, _NARROWEST = 130, 60


class CommandError(Exception):
    """The command cannot do what it was asked for. The message is for a person; the exit status is 2."""


class Colour(StrEnum):
    PLAIN = ""
    BOLD = "1"
    DIM = "2"
    RED = "31"
    GREEN = "32"
    YELLOW = "33"


class Paint:
    """Colours text, or leaves it as it is."""

    def __init__(self, codes: frozenset[Colour]) -> None:
        self._codes = codes

    @classmethod
    def of(cls, stream: TextIO | None) -> "Paint":
        """With colours on a terminal that has them and whose user has not said no (no-color.org)."""
        wanted = has_cursor(stream) and not os.environ.get("NO_COLOR")
        return cls(frozenset(Colour)) if wanted else cls.plain()

    @classmethod
    def plain(cls) -> "Paint":
        return cls(frozenset())

    def __call__(self, text: str, colour: Colour) -> str:
        return f"\x1b[{colour.value}m{text}\x1b[0m" if colour in self._codes and colour.value else text


def is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


def has_cursor(stream: TextIO | None) -> bool:
    return is_terminal(stream) and os.environ.get("TERM", "dumb") != "dumb"


def width() -> int:
    columns = shutil.get_terminal_size((_WIDTH_OF_A_PIPE, 24)).columns
    return min(max(columns, _NARROWEST), _WIDEST)


def printable(text: str) -> str:
    """No control, bidirectional or invisible character reaches a terminal as itself."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def columns(rows: Iterable[Sequence[str]], indent: str = "") -> list[str]:
    """Two columns: the first as wide as it needs, the second wrapped beside it. No colour in either."""
    rows = list(rows)
    first = max((len(row[0]) for row in rows), default=0)
    lines: list[str] = []
    for name, text in rows:
        label = f"{indent}{name:<{first}}  "
        lines += textwrap.wrap(
            text or "-",
            max(width(), len(label) + 20),
            initial_indent=label,
            subsequent_indent=" " * len(label),
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def as_json(document: object) -> str:
    return json.dumps(document, indent=2)


def complain(message: str) -> int:
    if sys.stderr is not None:
        print(f"mtlsguard: {printable_lines(message)}", file=sys.stderr)
    return USAGE


def printable_lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


def tolerate_any_encoding() -> None:
    """A terminal that cannot show a character gets its escape instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")

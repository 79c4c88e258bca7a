"""Reads a configuration mapping strictly and collects every problem instead of stopping at the first.

No value is ever repeated in a problem: it may be a secret in the wrong place.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}
_DURATION = re.compile(r"([0-9]{1,9})([smhd]?)", re.ASCII)
HEADER_NAME = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*", re.ASCII)


class Unreadable:
    """Stands for a file that could not be read, where its problem has been noted already."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`place` is the key, such as `trust.anchors[0]`; `expected` and `hint` are sentences."""

    place: str
    expected: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.expected}" + (f" ({self.hint})" if self.hint else "")


class ConfigError(Exception):
    """The configuration cannot be used. `problems` holds all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "".join(f"\n  - {problem}" for problem in problems)
        super().__init__(f"the configuration has {len(problems)} problem(s):{lines}")


class Notes:
    """Problems, which stop the start, and warnings, which do not."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def problem(self, place: str, expected: str, hint: str = "") -> None:
        self.problems.append(Problem(place, expected, hint))

    def warn(self, place: str, meaning: str, hint: str = "") -> None:
        self.warnings.append(Problem(place, meaning, hint))


class Section:
    """One table of the configuration. Every key that is asked for is known; `close` reports the others."""

    def __init__(self, value: object, place: str, notes: Notes) -> None:
        self.place = place
        self.notes = notes
        self._asked: set[str] = set()
        self._values: Mapping[str, Any] = {}
        if isinstance(value, Mapping):
            self._values = value
        elif value is not None:
            self.notes.problem(place, f"a table, not {kind(value)}")

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._values

    def raw(self, key: str, default: object = None) -> Any:  # noqa: ANN401 - the mapping is the operator's
        self._asked.add(key)
        return self._values.get(key, default)

    def section(self, key: str) -> "Section":
        return Section(self.raw(key), self.at(key), self.notes)

    def problem(self, key: str, expected: str, hint: str = "") -> None:
        self.notes.problem(self.at(key), expected, hint)

    def text(self, key: str, default: str = "") -> str:
        value = self.raw(key, default)
        if isinstance(value, str):
            return value
        self.problem(key, f"a text, not {kind(value)}")
        return default

    def choice(self, key: str, members: type[E], default: E) -> E:
        value = self.raw(key, default.value)
        for member in members:
            if value == member.value:
                return member
        names = [member.value for member in members]
        self.problem(key, f"one of {', '.join(names)}", _meant(value, names))
        return default

    def number(self, key: str, default: int, least: int, most: int) -> int:
        value = self.raw(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.problem(key, f"a whole number from {least} to {most}")
        return default

    def seconds(self, key: str, default: float) -> float:
        value = self.raw(key, default)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < float("inf"):
            return float(value)
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            self.problem(key, 'a duration such as "60s", "5m", "12h" or "30d"')
            return default
        return int(match[1]) * _UNITS[match[2]]

    def header(self, key: str, default: str = "") -> str:
        value = self.text(key, default)
        if value and HEADER_NAME.fullmatch(value) is None:
            self.problem(key, "a header name of letters, digits and dashes", "underscores are read as dashes by some")
            return default
        return value.lower()

    def variable(self, key: str, default: str = "") -> str:
        """The name of a key in an environment that no client can write to."""
        value = self.text(key, default)
        if not value or value.upper().startswith("HTTP_"):
            self.problem(key, "the name of a variable that does not start with HTTP_", "clients write those")
            return default
        return value

    def items(self, key: str) -> list[tuple[str, Any]]:
        """The members of an array, each with its place."""
        value = self.raw(key, ())
        if isinstance(value, (str, bytes, Mapping)) or not hasattr(value, "__iter__"):
            self.problem(key, f"an array, not {kind(value)}")
            return []
        return [(f"{self.at(key)}[{index}]", item) for index, item in enumerate(value)]

    def parsed(self, key: str, parse: Callable[[Any], T | None], expected: str, hint: str = "") -> list[T]:
        """The members of an array, each through `parse`, which answers None for what is not `expected`."""
        found: list[T] = []
        for place, item in self.items(key):
            result = parse(item)
            if result is None:
                self.notes.problem(place, expected, hint)
            else:
                found.append(result)
        return found

    def close(self) -> None:
        for key in self._values:
            if key not in self._asked:
                self.notes.problem(self.at(str(key)), "no such key", _meant(key, sorted(self._asked)))


def kind(value: object) -> str:
    """The type of a value in the words of the configuration, never the value."""
    names = {
        str: "a text",
        bool: "true or false",
        int: "a number",
        float: "a number",
        dict: "a table",
        list: "an array",
    }
    return names.get(type(value), f"a {type(value).__name__}")


def _meant(value: object, known: list[str]) -> str:
    close = get_close_matches(str(value)[:64], known, n=1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}" if known else ""

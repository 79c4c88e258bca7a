"""EDGE: nginx files and what they include -> Nginx. Only files below the folders of the given ones are opened."""

import glob
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crossplane import parse

from mtlsguard.cli.lint.files import MOST_OCTETS, text_of
from mtlsguard.cli.terminal import CommandError
from mtlsguard.lint.contract import Place
from mtlsguard.lint.nginx.model import Directive, Nginx

_MOST_FILES = 500  # counted as often as they are included
_MOST_OCTETS = 8 * MOST_OCTETS
_MOST_DEPTH = 20
_MOST_NESTED = 50


def load(paths: Iterable[Path]) -> Nginx:
    """Files that another given one includes are read as a part of it, not by themselves."""
    reader = _Reader(list(dict.fromkeys(map(_absolute, paths))))
    roots = {path: reader.read(path, path.parent, ()) for path in reader.given}
    return Nginx(tuple(root for path, root in roots.items() if path not in reader.included), tuple(reader.unread))


@dataclass(frozen=True, slots=True)
class _At:
    """Where reading is: the file, the folder that relative names count from, the files that include this one."""

    path: Path
    prefix: Path
    above: tuple[Path, ...]
    depth: int = 0


class _Reader:
    def __init__(self, given: list[Path]) -> None:
        self.given = given
        self.included: set[Path] = set()
        self.unread: list[Directive] = []
        self._left = _MOST_FILES
        self._octets = _MOST_OCTETS

    def read(self, path: Path, prefix: Path, above: tuple[Path, ...]) -> tuple[Directive, ...]:
        if path in above:
            raise CommandError(f"{path} includes itself")
        if self._left == 0 or len(above) == _MOST_DEPTH:
            raise CommandError(f"{path}: more than {_MOST_FILES} files, or included deeper than {_MOST_DEPTH} times")
        self._left -= 1
        self._octets -= len(text_of(path))
        if self._octets < 0:
            raise CommandError(f"{path}: the files together have more than {_MOST_OCTETS} octets")
        parsed = parse(str(path), single=True, check_ctx=False)
        for error in parsed["errors"]:
            line = f" line {error['line']}" if error["line"] else ""
            raise CommandError(f"{_shown(path)}{line}: not a configuration of nginx that can be parsed")
        return self._statements(parsed["config"][0]["parsed"], _At(path, prefix, above))

    def _statements(self, parsed: list[Mapping[str, Any]], at: _At) -> tuple[Directive, ...]:
        if at.depth > _MOST_NESTED:
            raise CommandError(f"{_shown(at.path)}: nested too deeply")
        found: list[Directive] = []
        for one in parsed:
            block = self._statements(one["block"], replace(at, depth=at.depth + 1)) if "block" in one else None
            place = Place(_shown(at.path), one["line"])
            line = Directive(place, one["directive"], tuple(one["args"]), block)
            if line.name == "include" and len(line.arguments) == 1 and block is None:
                found += self._include(line, at)
            else:
                found.append(line)
        return tuple(found)

    def _include(self, line: Directive, at: _At) -> list[Directive]:
        pattern = _absolute(at.prefix / line.arguments[0])
        if not any(pattern.is_relative_to(one.parent) for one in self.given):
            self.unread.append(line)
            return []
        names = [str(pattern)]
        if glob.has_magic(names[0]):
            names = sorted(glob.glob(names[0]))  # noqa: PTH207 - a pattern in any part, as nginx has it
        if names == [str(pattern)] and not pattern.exists():
            hint = "relative names count from the folder of the given file: give the main one"
            raise CommandError(f"{_shown(at.path)} line {line.place.line}: the included file is not there; {hint}")
        found: list[Directive] = []
        for name in map(Path, names):
            self.included.add(name)
            found += self.read(name, at.prefix, (*at.above, at.path))
        return found


def _absolute(path: Path) -> Path:
    """By name only: a link inside a given folder is the user's own choice."""
    return Path(os.path.normpath(Path.cwd() / path))


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)

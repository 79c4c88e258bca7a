"""EDGE: YAML or JSON -> Envoy. Nothing is constructed from tags, and aliases count as often as they are used."""

import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from mtlsguard.cli.lint.files import text_of
from mtlsguard.cli.terminal import CommandError
from mtlsguard.lint.contract import Place
from mtlsguard.lint.envoy.model import Envoy, Node

_MOST_NODES = 200_000
_MOST_DEPTH = 100
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")


def load(paths: Iterable[Path]) -> Envoy:
    return Envoy(tuple(map(_read, paths)))


def _read(path: Path) -> Node:
    text = text_of(path)
    if text.lstrip().startswith("{"):
        text = text.replace("\t", " ")  # JSON may be indented with tabs, YAML may not
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise CommandError(f"{path}{line}: neither YAML nor JSON, or more than one document") from None
    except (yaml.YAMLError, ValueError):
        raise CommandError(f"{path}: neither YAML nor JSON") from None
    except RecursionError:
        raise CommandError(f"{path}: nested too deeply") from None
    if tree is None:
        raise CommandError(f"{path} is empty")
    return _Tree(str(path)).node(tree, 0)


class _Tree:
    def __init__(self, file: str) -> None:
        self._file = file
        self._left = _MOST_NODES

    def node(self, raw: yaml.Node, depth: int) -> Node:
        place = Place(self._file, raw.start_mark.line + 1)
        self._left -= 1
        if self._left < 0 or depth > _MOST_DEPTH:
            raise CommandError(f"{self._file} line {place.line}: too large or nested too deeply")
        if isinstance(raw, yaml.MappingNode):
            return Node(place, mapping=self._mapping(raw, depth))
        if isinstance(raw, yaml.SequenceNode):
            return Node(place, items=tuple(self.node(one, depth + 1) for one in raw.value))
        return Node(place, text=str(raw.value))

    def _mapping(self, raw: yaml.MappingNode, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for key, value in raw.value:
            name = _CAMEL.sub(r"_\1", str(key.value)).lower() if isinstance(key, yaml.ScalarNode) else ""
            if name in found:
                raise CommandError(f"{self._file} line {key.start_mark.line + 1}: this key stands there twice")
            found[name] = self.node(value, depth + 1)
        return found

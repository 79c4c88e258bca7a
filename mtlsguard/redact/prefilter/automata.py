"""The pattern as an automaton, by a library that has one."""

import sys
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

from mtlsguard.redact.prefilter.gates import pass_the_gates
from mtlsguard.redact.prefilter.pattern import PARTS, RAW_OCTETS

try:
    import hyperscan
except ImportError:
    hyperscan = None
try:
    import re2
except ImportError:
    re2 = None

_PARTS = [part.encode() for part in PARTS]


class Search(NamedTuple):
    """`shortest`: characters; before a shorter text the gates are faster."""

    finds: Callable[[str], bool]
    shortest: int


def best() -> Search:
    return by_hyperscan() or by_re2() or Search(pass_the_gates, sys.maxsize)


def by_hyperscan() -> Search | None:
    """Takes a third of a microsecond before it begins, and reads a gigabyte in a second."""
    if hyperscan is None:
        return None
    expressions = [*_PARTS, RAW_OCTETS]
    database: Any = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    flags = [hyperscan.HS_FLAG_SINGLEMATCH] * len(expressions)
    try:
        database.compile(expressions=expressions, ids=list(range(len(expressions))), flags=flags)
    except hyperscan.error:  # not for this processor
        return None
    scan, own, ended = database.scan, _Scratch(database), hyperscan.error

    def finds(text: str) -> bool:
        try:
            scan(text.encode(), _stop, 0, None, own.scratch)
        except UnicodeEncodeError:  # lone surrogates, of octets that were no UTF-8
            return finds_in(text.encode("utf-8", "surrogatepass"))
        except ended:  # at the first find; and who cannot look says yes
            return True
        return False

    def finds_in(octets: bytes) -> bool:
        try:
            scan(octets, _stop, 0, None, own.scratch)
        except ended:
            return True
        return False

    return Search(finds, 0)


class _Scratch(threading.local):
    """Room to work in: each thread its own, because the library lets others run while it searches."""

    def __init__(self, database: Any) -> None:  # noqa: ANN401 - of a library without types
        self.scratch = hyperscan.Scratch(database)


def _stop(*_match: object) -> bool:
    """At the first find: where it is does not matter."""
    return True


def by_re2() -> Search | None:
    """Takes a microsecond before it begins, and reads half a gigabyte in a second."""
    if re2 is None:
        return None
    pattern, raw = _set_of(*_PARTS), _set_of(RAW_OCTETS)

    def finds(text: str) -> bool:
        octets = text.encode("utf-8", "surrogatepass")
        return bool(pattern(octets)) or (len(octets) > len(text) and bool(raw(octets)))

    return Search(finds, 256)


def _set_of(*patterns: bytes) -> Callable[[bytes], list[int] | None]:
    """A set says whether there is a match and does not look for where, which takes half the time."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # octets: what is no text must be searched too
    options.max_mem = 64 << 20  # of its automaton; with less it falls back to a slower one
    found = re2.Set.SearchSet(options)
    for pattern in patterns:
        found.Add(pattern)
    found.Compile()
    return found.Match  # type: ignore[no-any-return]

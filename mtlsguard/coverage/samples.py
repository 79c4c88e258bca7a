"""A template of paths -> one path for each way in which the rules can tell its instances apart."""

from collections.abc import Iterable, Iterator, Sequence

from mtlsguard.policy import Access, RouteRule
from mtlsguard.segments import ONE, REST

Segments = tuple[str, ...]


class Sampler:
    """Knows the rules' patterns. Which rule decides about a sample is not its matter."""

    def __init__(self, rules: Sequence[RouteRule]) -> None:
        self._patterns = frozenset(pattern for rule in rules for pattern in patterns_of(rule))
        used = {segment for pattern in self._patterns for segment in pattern}
        self._fresh = next(name for name in _names() if name not in used)

    def samples(self, template: Segments) -> Iterator[Segments]:
        """The most general instance first: the one that no rule names by a literal of its own."""
        return self._walk(template, self._patterns)

    def _walk(self, template: Segments, live: frozenset[Segments]) -> Iterator[Segments]:
        if not template:
            yield ()
            return
        head, below = template[0], template[1:]
        if head == REST:
            yield from self._rest(live)
            return
        for segment in self._choices(live) if head == ONE else (head,):
            for tail in self._walk(below, _after(segment, live)):
                yield segment, *tail

    def _rest(self, live: frozenset[Segments]) -> Iterator[Segments]:
        """Any number of segments, and perhaps a last slash."""
        if live <= {(REST,)}:
            yield ()
            return
        for segment in self._choices(live):
            for tail in self._rest(_after(segment, live)):
                yield segment, *tail
        yield ()
        yield ("",)

    def _choices(self, live: frozenset[Segments]) -> list[str]:
        literals = {pattern[0] for pattern in live if pattern} - {ONE, REST, ""}
        return [self._fresh, *sorted(literals)]


def split(rule: RouteRule) -> Segments:
    return tuple(rule.path.split("/")[1:])


def _names() -> Iterator[str]:
    number = 0
    while True:
        yield f"any{number or ''}"
        number += 1


def patterns_of(rule: RouteRule) -> Iterator[Segments]:
    """The rule's own pattern and, as rules that close count for both spellings of the last slash, the twins."""
    pattern = split(rule)
    yield pattern
    if rule.access is not Access.VERIFIED:
        return
    fixed = pattern[:-1] if pattern[-1:] == (REST,) else pattern
    if fixed is pattern:
        yield (*pattern, "")
    if fixed[-1:] in {("",), (ONE,)}:  # one segment is also the empty one after a last slash
        yield fixed[:-1]


def _after(segment: str, live: Iterable[Segments]) -> frozenset[Segments]:
    """What is left of the patterns that match this segment."""
    return frozenset(
        pattern if pattern[0] == REST else pattern[1:]
        for pattern in live
        if pattern and pattern[0] in {segment, ONE, REST}
    )


def matches(pattern: Segments, template: Segments) -> bool:
    """Does the pattern match every instance of the template?"""
    if pattern[:1] == (REST,):
        return True
    if not pattern or not template:
        return pattern == template
    return pattern[0] in {ONE, template[0]} and template[0] != REST and matches(pattern[1:], template[1:])


def overlap(pattern: Segments, template: Segments) -> bool:
    """Does the pattern match some instance of the template?"""
    if REST in {*pattern[:1], *template[:1]}:
        return True
    if not pattern or not template:
        return pattern == template
    alike = pattern[0] == template[0] or ONE in {pattern[0], template[0]}
    return alike and overlap(pattern[1:], template[1:])

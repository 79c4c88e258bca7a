"""The contract of a form: one way in which certificate data is written.

A form sees the whole text and yields the spans it recognises, in order. It must be linear in the length of the
text whatever the text is: it scans forward only, never searches the same stretch twice, and its patterns are
possessive or bounded. It never sees a marker: a mask stands there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from mtlsguard.redact.markers import Kind

# Stands between two texts that a form sees as one: a line ends, what a quote began ends, and so do octets, for no
# decoder makes that character.
BETWEEN = "\n}\n\ud800\n"
END_OF_OCTETS = BETWEEN[3]


class Span(NamedTuple):
    start: int
    end: int
    kind: Kind


class Text:
    """A text and its folded twin: ASCII, lower case, `_` as `-`, and of the same length, so that offsets agree."""

    __slots__ = ("folded", "raw")

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.folded = fold(raw)


@dataclass(frozen=True, slots=True)
class Form:
    """Which texts are looked at: those with one of the `hints`, or of the `folded_hints` (lower-case letters only),
    and those with the character `gate` for which `glance` says yes.

    Most texts are not looked at, and to find that out is most of what redaction costs. So there are few hints, long
    ones if possible, and the gate is a character that is not in every text. A form without any of them looks at every
    text in which another form may find something.
    """

    find: Callable[[Text], Iterator[Span]]
    hints: tuple[str, ...] = ()
    folded_hints: tuple[str, ...] = ()
    gate: str = ""
    glance: Callable[[str], object] | None = None

    def may_be_in(self, text: Text) -> bool:
        for hint in self.hints:
            if hint in text.raw:
                return True
        for hint in self.folded_hints:
            if hint in text.folded:
                return True
        if self.glance is None:
            return not self.hints and not self.folded_hints
        return self.gate in text.raw and bool(self.glance(text.raw))


def fold(raw: str) -> str:
    """Never changes the length, which `str.lower` alone does for some letters."""
    plain = raw if raw.isascii() else raw.encode("ascii", "replace").decode("ascii")
    return plain.lower().replace("_", "-")

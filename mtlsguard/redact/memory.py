"""What was made of something, for some time: one client writes the same names and numbers again and again.

What is remembered is found by a keyed hash and has no certificate data: nothing secret is kept. What is asked for
stays, what is not is forgotten, however much that is never asked for again comes between.
"""

from typing import Final, Generic, TypeVar

Place = TypeVar("Place")
Made = TypeVar("Made")


class Unknown:
    """Nothing is remembered."""


UNKNOWN: Final = Unknown()


class Memory(Generic[Place, Made]):
    """Of at least the last `most` things, and at most twice as many. For any thread: who comes too late looks again."""

    __slots__ = ("_most", "_old", "_young")

    def __init__(self, most: int) -> None:
        self._most = most
        self._young: dict[Place, Made] = {}
        self._old: dict[Place, Made] = {}

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def recall(self, place: Place) -> Made | Unknown:
        made = self._young.get(place, UNKNOWN)
        if made is UNKNOWN:
            made = self._old.get(place, UNKNOWN)
            if not isinstance(made, Unknown):
                self.remember(place, made)
        return made

    def remember(self, place: Place, made: Made) -> None:
        if len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[place] = made


LONGEST = 512  # characters of a text; longer ones are rarely the same
_MOST = 4096  # texts: ten megabytes at the most, with the old ones, and one usually

# What was made of short texts; None of one that stayed as it was. Two of eight thousand texts have the same place, of
# 64 bits, by accident once in five hundred billion times.
TEXTS: Memory[int, str | None] = Memory(_MOST)


def place_of(key: bytes, name: str, text: str) -> int:
    """Where it is remembered what was made of the text beside this name: the interpreter's own keyed hash, SipHash."""
    return hash((key, name, text))

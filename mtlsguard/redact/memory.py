"""What was made of short texts: one client writes the same names and numbers again and again.

A text is remembered by its keyed hash, the interpreter's own (SipHash, 64 bits), and what was made of it has no
certificate data: nothing secret is kept. Two of two thousand texts meet by accident once in ten thousand billion.
"""

LONGEST = 2048  # characters of a text; longer ones are rarely the same
_MOST = 2048  # texts: four megabytes at the most

_MADE: dict[int, str | None] = {}
UNKNOWN = object()


def place_of(key: bytes, name: str, text: str) -> int:
    """Where it is remembered what was made of the text beside this name."""
    return hash((key, name, text))


def made_of(place: int) -> object:
    """What was made of the text, None if it stayed as it was, or UNKNOWN."""
    return _MADE.get(place, UNKNOWN)


def remember(place: int, made: str | None) -> None:
    if len(_MADE) >= _MOST:
        _MADE.clear()
    _MADE[place] = made

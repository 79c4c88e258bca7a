"""Where the records of a stream end: chunks in, pieces out, and no find lies in two of them.

A record is a line, and with it the lines in which something that it left open goes on: a block of PEM, base64 or
hexadecimal, indented lines behind it. Where it ends depends on what was read, never on how that was cut into chunks.
"""

from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from mtlsguard.redact import collected, lines, regions, window
from mtlsguard.redact.contract import Span
from mtlsguard.redact.engine import may_hold_certificate_data
from mtlsguard.redact.rendering import plain

_FEW = 2048  # octets that are looked at line by line
_TAIL = 256  # characters at the end of a line, where a name may wait for its value

# Whatever is open at the end of a line takes one of these for more of itself. The first is hexadecimal, base64, a
# number and a word; the second is how a pretty printer goes on.
_PROBES = ("\n    0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f6071\n", "\n    b'\\x0a\\x1b\\x2c\\x3d\\x4e\\x5f'\n")
_PROBED = 8  # characters of them, with the first of a value


class Look(Enum):
    """What must be done with a piece: nothing, look for finds, or leave it out whole, because nobody can look."""

    CLEAN = auto()
    SUSPICIOUS = auto()
    UNEXAMINED = auto()


class Piece(NamedTuple):
    """`lines`: that were in the stream and are not in `octets`: of the middle of a find that is too long to be held."""

    octets: bytes
    look: Look
    lines: int = 0


class _State(Enum):
    BETWEEN = auto()  # records; what is held may turn out to be the middle of a block
    OPEN = auto()  # a find goes on in the next line, if that looks like it
    NEAR = auto()  # a line that may hold something has been read: what is indented behind it belongs to it
    FRAME = auto()  # the first line of PEM has been read, the last one has not
    INSIDE = auto()  # a line that is too long to be held


class _After(Enum):
    """What the last line of a record was, of those behind its first."""

    NOTHING = auto()  # yet, or headers
    BODY = auto()
    BODY_BESIDE_OTHERS = auto()  # of each line, as collectors of logs write it; the last may hold four characters
    OTHERS = auto()


class Records:
    """Of one stream. `spans` says what is found in a text. Twice the `window` is held at most, in octets."""

    def __init__(self, spans: window.Spans, size: int) -> None:
        self._spans = spans
        self._window = size
        self._most = 2 * size
        self._state = _State.BETWEEN
        self._held = b""
        self._rest = b""  # of the last chunk, behind its last line end
        self._left_out = 0  # lines of what is held
        self._is_dropping = False  # the rest of the record
        self._clean_octets = 0  # behind the last line that may hold something
        self._look = Look.SUSPICIOUS  # of the record
        self._after = _After.NOTHING

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        chunk = self._rest + chunk if self._rest else chunk
        end = chunk.rfind(b"\n") + 1
        self._rest = chunk[end:]
        for block, look in _groups(chunk[:end]):
            yield from self._take(block, look)
        if self._state is _State.INSIDE or len(self._rest) >= self._most:
            rest, self._rest = self._rest, b""
            yield from self._part_of_a_line(rest)

    def close(self) -> Iterator[Piece]:
        rest, self._rest = self._rest, b""
        for block, look in _groups(rest):
            yield from self._take(block, look)
        yield from self._end(Look.CLEAN if self._state is _State.BETWEEN else self._look)

    def _take(self, block: bytes, look: Look) -> Iterator[Piece]:
        """`block`: whole lines; one line if it is suspicious."""
        position = 0
        while position < len(block) and self._state is not _State.BETWEEN:
            end = block.find(b"\n", position) + 1 or len(block)
            line = block[position:end]
            shown = plain(text_of(line))
            bare = octets_of(self._bare(shown))
            if self._goes_on(octets_of(shown), bare, look):
                yield from self._more(line, bare, look)
                position = end
            else:
                yield from self._end(self._look)
        if position < len(block):
            yield from (self._clean if look is Look.CLEAN else self._suspicious)(block[position:])

    def _clean(self, block: bytes) -> Iterator[Piece]:
        """Nothing is in these lines, but the last of them may be a block whose last line follows."""
        start = lines.start_of_run(block)
        if start < 0 and self._held and not lines.is_only_short(self._held):
            block, self._held = self._held + block, b""
            start = 0 if len(block) <= self._most else len(block) - len(self._newest(block))
        elif start < 0:
            start = len(block) if lines.is_only_short(block) else 0
        yield from self._end(Look.CLEAN)
        if start:
            yield Piece(block[:start], Look.CLEAN)
        self._held = block[start:]

    def _newest(self, block: bytes) -> bytes:
        """No more than a window of them, in whole lines."""
        return block if len(block) <= self._window else block[block.find(b"\n", len(block) - self._window - 1) + 1 :]

    def _suspicious(self, line: bytes) -> Iterator[Piece]:
        if len(line) >= self._most:
            yield from self._part_of_a_line(line)
            yield from self._end_of_long_line()
            return
        is_of_a_run = lines.closes_frame(line) or lines.is_body(line) or lines.is_short(line)
        block = self._newest(self._held) if is_of_a_run else b""
        self._held = self._held[: len(self._held) - len(block)]
        yield from self._end(Look.CLEAN)
        self._held = block + line
        state, has_finds = self._judged(line)
        yield from self._begin(state)
        if state is _State.NEAR and not has_finds and not block:
            self._look = Look.CLEAN  # if it stays alone

    def _judged(self, line: bytes) -> tuple[_State, bool]:
        """What does this line leave open, and is there anything in it?"""
        if lines.opens_frame(line):
            return _State.FRAME, False
        if lines.closes_frame(line):
            return _State.BETWEEN, True
        text = text_of(line)
        if lines.holds_columns(octets_of(plain(text))):
            return _State.OPEN, True
        found = self._spans(text)
        return _State.OPEN if self._is_open(text, found) else _State.NEAR, bool(found)

    def _begin(self, state: _State) -> Iterator[Piece]:
        """A record of which there is more, or not."""
        self._state, self._after = state, _After.BODY if state is _State.OPEN else _After.NOTHING
        self._clean_octets, self._look = 0, Look.SUSPICIOUS
        if state is _State.BETWEEN:
            yield from self._end(Look.SUSPICIOUS)

    def _is_open(self, text: str, found: list[Span]) -> bool:
        text = text.rstrip("\r\n")
        if (bare := collected.bare(text, "")) != text:
            text = f" {bare}"  # what stands at the very start of a text means more than elsewhere
            found = self._spans(text)
        behind = text[max(found[-1].end if found else 0, len(text) - _TAIL) :]
        if len(behind) >= _PROBED and not may_hold_certificate_data(behind):
            return False
        ends = (span.end for probe in _PROBES for span in self._spans(text + probe)[-1:])
        return any(end > len(text) + _PROBED for end in ends)

    def _bare(self, line: str) -> str:
        """Without what a collector of logs wrote before it and before the last line of what is held."""
        if self._state is _State.INSIDE:
            return line
        last = self._held[self._held.rfind(b"\n", 0, -1) + 1 :]
        return collected.bare(line, plain(text_of(last)).rstrip("\r\n"))

    def _goes_on(self, line: bytes, bare: bytes, look: Look) -> bool:
        """Does this line belong to what is held? `bare`: without what a collector wrote before it."""
        if self._state is _State.INSIDE:
            return True
        if len(line) >= self._most:
            return False
        is_far = look is Look.CLEAN and self._clean_octets > _FEW
        if self._state is _State.NEAR and (is_far or not bare.strip()):
            return False
        if any(map(lines.continues, {line, bare})) or lines.closes_frame(line):
            return True
        if self._after is _After.BODY and (lines.is_short(bare) or lines.begins_like_body(bare)):
            return True
        if self._state in (_State.OPEN, _State.NEAR):
            return False
        if self._after is _After.NOTHING and lines.is_header(bare):
            return True
        return self._after is _After.BODY_BESIDE_OTHERS or lines.holds_body(line)

    def _more(self, line: bytes, bare: bytes, look: Look) -> Iterator[Piece]:
        self._look = Look.SUSPICIOUS
        yield from self._append(line)
        if self._state is _State.INSIDE:
            yield from self._end_of_long_line()
        elif lines.closes_frame(line):
            yield from self._end(Look.SUSPICIOUS)
        else:
            self._after = _after(bare)
            if self._state is _State.NEAR:
                yield from self._more_near(line, look)

    def _more_near(self, line: bytes, look: Look) -> Iterator[Piece]:
        """No more is held than what is examined as a whole."""
        self._clean_octets += len(line)
        if look is Look.SUSPICIOUS:
            self._state, self._clean_octets = self._judged(line)[0], 0
        if self._state is _State.NEAR and len(self._held) > regions.WHOLE:
            text = text_of(self._held)
            found = self._spans(text)
            if place := window.cut(text, found, self._spans):
                yield self._part(text[:place], found)
            else:
                yield from self._end(Look.SUSPICIOUS)

    def _part_of_a_line(self, octets: bytes) -> Iterator[Piece]:
        if self._state is not _State.INSIDE:
            yield from self._end(Look.CLEAN if self._state is _State.BETWEEN else self._look)
            self._state = _State.INSIDE
        yield from self._append(octets)

    def _end_of_long_line(self) -> Iterator[Piece]:
        if self._is_dropping:
            self._state = _State.OPEN
        else:
            yield from self._begin(self._judged(self._held)[0])

    def _append(self, octets: bytes) -> Iterator[Piece]:
        """Piece by piece, so that what is looked at depends on the stream alone."""
        position = 0
        while position < len(octets) and not self._is_dropping:
            more = octets[position : position + self._most - len(self._held)]
            self._held += more
            position += len(more)
            if len(self._held) == self._most:
                yield from self._make_room()
        self._left_out += octets.count(b"\n", position)

    def _make_room(self) -> Iterator[Piece]:
        text = text_of(self._held)
        found = self._spans(text)
        if place := 0 if self._state is _State.FRAME else window.cut(text, found, self._spans):
            yield self._part(text[:place], found)
        elif shorter := window.shortened(text, found, self._spans):
            self._left_out += text.count("\n") - shorter.count("\n")
            self._held = octets_of(shorter)
        else:
            yield Piece(self._held, Look.UNEXAMINED, self._taken_left_out())
            self._held, self._is_dropping = b"", True

    def _part(self, text: str, found: list[Span]) -> Piece:
        """The beginning of what is held, which is held no longer."""
        octets = octets_of(text)
        self._held = self._held[len(octets) :]
        return Piece(octets, Look.SUSPICIOUS if found else Look.CLEAN, self._taken_left_out())

    def _end(self, look: Look) -> Iterator[Piece]:
        """Of the record."""
        if self._is_dropping:  # what follows begins on a line of its own
            yield Piece(b"\n", Look.CLEAN, self._taken_left_out() - 1)
        elif self._held:
            yield Piece(self._held, look, self._taken_left_out())
        self._held, self._is_dropping, self._state = b"", False, _State.BETWEEN

    def _taken_left_out(self) -> int:
        taken, self._left_out = self._left_out, 0
        return taken


def _groups(block: bytes) -> Iterator[tuple[bytes, Look]]:
    """Stretches of clean lines, and one by one those that may hold something."""
    if not block:
        return
    if not may_hold_certificate_data(text_of(block)):
        yield block, Look.CLEAN
        return
    middle = block.find(b"\n", len(block) // 2, -1) + 1 or block.rfind(b"\n", 0, len(block) // 2) + 1
    if not middle:
        yield block, Look.SUSPICIOUS
    elif len(block) <= _FEW:
        for line in lines.split(block):
            yield from _groups(line)
    else:
        yield from _groups(block[:middle])
        yield from _groups(block[middle:])


def _after(line: bytes) -> _After:
    if lines.is_body(line):
        return _After.BODY
    if lines.holds_body(line):
        return _After.BODY_BESIDE_OTHERS
    return _After.NOTHING if lines.is_header(line) else _After.OTHERS


def text_of(octets: bytes) -> str:
    return octets.decode("utf-8", "surrogateescape")


def octets_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")

"""What a collector of logs writes around each line of a text: syslog, journald, Docker, Kubernetes, a CI, a logger.

It parts what spans lines, such as a dump or a wrapped block. So the forms see a text twice: as it is, and with
nothing of it. What is found in either goes: here no harm is done if a word is hidden that is no collector's.
"""

from collections.abc import Iterator

from mtlsguard.redact import framed, rendering
from mtlsguard.redact.markers import MASK
from mtlsguard.redact.patterns import compiled

_BAR = "\u2502"  # of a box
_MOST_WORDS = 40  # blanks that indent a line count too
_LONGEST = 320  # characters
_DIGITS = compiled(r"\d+")
# What differs from line to line: dates, times and seconds since something, or the place in a program.
_MOMENT = r"[A-Z]?\d{1,20}(?:[-/:.,+T]\d{1,20}){1,9}+Z?"
_PLACE = r"[\w./-]{1,60}\.[a-z]{1,4}:\d{1,6}"
_CLOCK = compiled(rf"[\[(<]?(?:{_MOMENT}|{_PLACE})[\])>]?[:,]?")

# Kubernetes' container runtime parts a long line: `2026-11-28T12:00:00Z stdout P `, and F before the last part.
_PARTED = (["stdout", "P"], ["stderr", "P"])
_PARTS = (("P", "F"), ("F", "P"))


def _in_json(text: str) -> list[framed.Hidden]:
    return framed.hidden(text) if framed.may_be_in(text) else []


def _before_lines(text: str) -> list[framed.Hidden]:
    return [*_prefixes(text)] if text.find("\n", 0, -1) >= 0 else []


def _in_boxes(text: str) -> list[framed.Hidden]:
    return [*rendering.hidden(text, 0, len(text))] if _BAR in text else []


# What is hidden, in order, each in what the one before it shows: a logger of JSON may have been given prefixes too, and
# a box is one when nothing stands before its lines.
LAYERS = (_in_json, _before_lines, _in_boxes)


def _prefixes(text: str) -> Iterator[framed.Hidden]:
    """What each line has in common with the line before it; of the same line again, as much as of that."""
    before, length = _words(text, 0), 0
    start = text.find("\n") + 1
    while start:
        words = _words(text, start)
        length = length if words == before else _common(before, words)
        if length:
            yield start - _line_end(text, start, before), start + length, ""
        before, start = words, text.find("\n", start) + 1


def _line_end(text: str, start: int, before: list[str]) -> int:
    """How long the line end is that is none."""
    if before[1:3] not in _PARTED or text.endswith(MASK, 0, start - 1):
        return 0
    return 2 if text[start - 2] == "\r" else 1


def _words(text: str, start: int) -> list[str]:
    """With which a line begins."""
    end = text.find("\n", start, start + _LONGEST)
    line = text[start : end if end >= 0 else start + _LONGEST]
    return line.replace("\t", " ").rstrip("\r").split(" ", _MOST_WORDS)


def _common(before: list[str], words: list[str]) -> int:
    """How long the words are with which both lines begin. One blank behind them goes too: the others indent what the
    collector was given.
    """
    length = end = 0
    for one, other in zip(before[:_MOST_WORDS], words[:_MOST_WORDS], strict=False):
        if other.startswith(_BAR) or not (one == other or _are_moments(one, other) or (one, other) in _PARTS):
            break
        length += len(other) + 1
        end = length if other else end
    return min(end, sum(map(len, words)) + len(words) - 1)


def _are_moments(one: str, other: str) -> bool:
    return _DIGITS.sub("0", one) == _DIGITS.sub("0", other) and _CLOCK.fullmatch(one) is not None


def bare(line: str, before: str) -> str:
    """The line without what was written around it, as the line before it shows."""
    if framed.may_be_in(line) and (inside := framed.bare(line, before)) != line:
        line, before = inside, framed.bare(before, line)
    words, words_before = _words(line, 0), _words(before, 0)
    return line if words == words_before else line[_common(words_before, words) :]

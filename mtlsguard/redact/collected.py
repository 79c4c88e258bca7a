"""What a collector of logs writes around each line of a text: syslog, journald, Docker, Kubernetes, a CI, a logger.

It parts what spans lines, such as a dump or a wrapped block. So the forms see a text twice: as it is, and with
nothing of it. What is found in either goes: here no harm is done if a word is hidden that is no collector's.
"""

import re
from collections.abc import Iterator

from mtlsguard.redact.patterns import compiled

# A word with the blanks before it and one behind: the others indent what the collector was given.
_WORD = compiled(r"[ \t]{0,40}+[^\s]{1,160}+(?:[ \t]|(?=[\r\n])|\Z)")
_MOST_WORDS = 16
_DIGITS = compiled(r"\d+")
# What differs from line to line: dates, times and seconds since something, or the place in a program.
_MOMENT = r"[A-Z]?\d{1,20}(?:[-/:.,+T]\d{1,20}){1,9}+Z?"
_PLACE = r"[\w./-]{1,60}\.[a-z]{1,4}:\d{1,6}"
_CLOCK = compiled(rf"[ \t]{{0,40}}+[\[(<]?(?:{_MOMENT}|{_PLACE})[\])>]?[:,]?[ \t]?")

# A line of Docker's json-file, without what it was given; Docker parts a long line, and then no line end is in it.
_OPENING = r'\{"log":"'
_CLOSING = r'","stream":"std(?:out|err)"(?:,"attrs":\{[^{}\r\n]{0,400}+\})?,"time":"[-0-9T:.Z+]{10,40}"\}'
_JSON_FILE = compiled(
    rf"(?P<lines>\\[nr])?{_CLOSING}\r?\n{_OPENING}|(?:\\n)?{_CLOSING}(?=\r?\n|\Z)|(?:(?<=\n)|\A){_OPENING}"
)


def hidden(text: str) -> list[tuple[int, int, str]]:
    """From where to where, in order, and what is shown instead."""
    if text.find("\n", 0, -1) < 0 and '{"log":"' not in text:
        return []
    if '{"log":"' in text:
        return [(found.start(), found.end(), _shown(found)) for found in _JSON_FILE.finditer(text)]
    return [*_prefixes(text)]


def _shown(found: re.Match[str]) -> str:
    """A blank at the very start of a text, which means more than elsewhere."""
    return "\n" if found["lines"] else " " if found.start() == 0 else ""


def _prefixes(text: str) -> Iterator[tuple[int, int, str]]:
    """What each line has in common with the line before it."""
    before, start = 0, text.find("\n") + 1
    while start:
        if end := _common(text, before, start):
            yield start, end, ""
        before, start = start, text.find("\n", start) + 1


def _common(text: str, before: int, start: int) -> int:
    """Where the words end with which both lines begin; 0 if there are none."""
    end, first = 0, text[start : start + 1]
    if first != text[before : before + 1] and not first.isdigit():
        return 0
    for _ in range(_MOST_WORDS):
        one, other = _WORD.match(text, before), _WORD.match(text, start)
        if one is None or other is None or not _are_alike(one.group(), other.group()):
            break
        before, start = one.end(), other.end()
        end = start
    return end


def _are_alike(one: str, other: str) -> bool:
    if one == other or one.rstrip() == other.rstrip():
        return True
    return _CLOCK.fullmatch(one) is not None and _DIGITS.sub("0", one) == _DIGITS.sub("0", other)


def bare(line: str, before: str) -> str:
    """The line without what was written around it, as the line before it shows."""
    if '{"log":"' in line:
        return _JSON_FILE.sub("", line)
    end = _common(f"{before}\n{line}", 0, len(before) + 1) - len(before) - 1
    return line[max(end, 0) :]

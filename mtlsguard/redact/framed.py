"""Lines of a log in JSON: what a logger writes around the one string in which they differ, and Docker around each.

In Docker's json-file each line is known by itself, and a long message is parted: no line end is in it. A find may have
taken the line end with it.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from mtlsguard.redact.markers import MASK
from mtlsguard.redact.patterns import compiled

Hidden = tuple[int, int, str]  # from where to where, and what is shown instead

_DOCKER = '{"log":"'
_CLOSING = r'","stream":"std(?:out|err)"(?:,"attrs":\{[^{}\r\n]{0,400}+\})?,"time":"[-0-9T:.Z+]{10,40}"\}'
_JSON_FILE = compiled(
    rf"(?P<lines>\\[nr]|(?<={re.escape(MASK)}))?{_CLOSING}\r?\n\{_DOCKER}|(?:\\n)?{_CLOSING}(?=\r?\n|\Z)|(?:(?<=\n)|\A)\{_DOCKER}"
)

_LONGEST = 4096  # characters of a line
_MOST = 80  # tokens of a line
_LINE = compiled(r"[^\r\n]++")
_TOKEN = compiled(r'"(?:[^"\\]++|\\.)*+"|[^"]++|"')  # strings, and what is between them
_DIGITS = compiled(r"\d+")
_MOMENT = compiled(r'"[-\d:.,TZ+ ]+"|[^"]+')  # or a number


def may_be_in(text: str) -> bool:
    return '"}' in text or _DOCKER in text


def hidden(text: str) -> list[Hidden]:
    if _DOCKER in text:
        return [(found.start(), found.end(), _shown(found)) for found in _JSON_FILE.finditer(text)]
    return [*_around_strings(text)]


def _shown(found: re.Match[str]) -> str:
    """A blank at the very start of a text, which means more than elsewhere."""
    return "\n" if found["lines"] is not None else " " if found.start() == 0 else ""


def bare(line: str, before: str) -> str:
    """What is in the string in which the line differs from the one before it; the line itself if it is not so."""
    if _DOCKER in line:
        return _JSON_FILE.sub("", line)
    tokens = _tokens(line)
    number = _different(_tokens(before), tokens)
    return tokens[number][1:-1].removesuffix("\\n") + "\n" if number >= 0 else line


def _around_strings(text: str) -> Iterator[Hidden]:
    lines = [(found.start(), found.group()) for found in _LINE.finditer(text)]
    tokens: list[str] = []  # of the line before, if it is known
    number = -1  # of the string in which the line before differs from that before it
    for (before, other), (start, line) in pairwise(lines):
        if line != other:
            others, tokens = tokens or _tokens(other), _tokens(line) if line[:2] == other[:2] else []
            is_hidden, number = number >= 0, _different(others, tokens)
            if number >= 0 and not is_hidden:
                yield from _around(before, others, number)
        if number >= 0:
            yield from _around(start, tokens, number)


def _around(start: int, tokens: list[str], number: int) -> Iterator[Hidden]:
    opening = start + sum(map(len, tokens[:number])) + 1
    body = tokens[number][1:-1].removesuffix("\\n")
    yield start, opening, " " if start == 0 else ""
    yield opening + len(body), start + sum(map(len, tokens)), ""


def _tokens(line: str) -> list[str]:
    """None of what is no object, or too long."""
    line = line.rstrip("\r\n")
    tokens = _TOKEN.findall(line) if line.endswith("}") and len(line) <= _LONGEST else []
    return tokens if len(tokens) <= _MOST else []


def _different(tokens: list[str], others: list[str]) -> int:
    """Which string it is; negative if none is, or several."""
    if not tokens or len(tokens) != len(others):
        return -1
    pairs = enumerate(zip(tokens, others, strict=True))
    different = [number for number, (one, other) in pairs if one != other and not _are_moments(one, other)]
    return different[0] if len(different) == 1 and tokens[different[0]].startswith('"') else -1


def _are_moments(one: str, other: str) -> bool:
    return _DIGITS.sub("0", one) == _DIGITS.sub("0", other) and _MOMENT.fullmatch(one) is not None

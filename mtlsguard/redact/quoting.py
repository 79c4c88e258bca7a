"""Where a quoted or unquoted value ends, at any depth of escaping.

A string within a string within JSON opens with `\\\\"`: the number of backslashes before a quote is its level, and a
value that was opened at one level ends at the next quote of that level or a lower one.
"""

import re
from functools import cache

from mtlsguard.redact.patterns import compiled

_MOST_LEVELS = 15  # four strings within each other
_OPENING = compiled(r"""(?<!\\)(\\{0,15})(["'])\Z""")

# A quote that ends a string of JSON or of a Python repr: what follows is structure, not text.
STRUCTURE = r"""(?=\s{0,8}(?:[}\])]|,\s{0,8}["'{\[(\\]|:\s|\Z))"""
_LINE = compiled(
    rf"""(?:[^\r\n\\"']|\\(?!\\*(?:[rn]|["']{STRUCTURE}))|["'](?!{STRUCTURE}))*+""",
)


def opening_before(raw: str, position: int) -> str:
    """The quote directly before this position, with its backslashes; empty if there is none."""
    if position == 0 or raw[position - 1] not in "\"'":
        return ""
    found = _OPENING.search(raw[max(0, position - _MOST_LEVELS - 2) : position])
    return found.group() if found else ""


def end_of_quoted(raw: str, start: int, opening: str) -> int:
    """Where the value ends that this quote opened; a string that was cut off ends with the text."""
    found = _inside(opening).match(raw, start)
    return found.end() if found else start


def end_of_line(raw: str, start: int) -> int:
    """Where an unquoted value ends at the latest: the line, escaped or not, or the string around it."""
    found = _LINE.match(raw, start)
    return found.end() if found else start


@cache
def _inside(opening: str) -> re.Pattern[str]:
    quote, level = opening[-1], len(opening) - 1
    if level == 0:
        return compiled(rf"(?:[^{quote}\\]++|\\.)*+", re.DOTALL)
    shallower = rf"\\{{1,{level}}}+(?![\\{quote}])"
    return compiled(rf"(?:[^{quote}\\]++|\\{{{level + 1},}}+{quote}?|{shallower})*+")

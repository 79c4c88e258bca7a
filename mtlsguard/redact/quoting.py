"""Where a quoted or unquoted value ends, at any depth of escaping.

A string within a string within JSON opens with `\\\\"`: the number of backslashes before a quote is its level, and a
value that was opened at one level ends at the next quote of that level or a lower one.
"""

import re
from functools import cache

from mtlsguard.redact.patterns import compiled

_MOST_LEVELS = 15  # four strings within each other
_QUOTES = {quote: compiled(rf"\\*+{quote}") for quote in "\"'"}
_OPENING = compiled(r"""(?<!\\)(\\{0,15})(["'])\Z""")

# The next of several literals that are one value.
_ANOTHER = compiled(
    r"""\\{0,15}+["'](?:[ \t]{0,8}[\r\n]\s{0,200}|\s?(?:\\{1,8}+n|\s){1,200})b?(?P<opening>\\{0,15}+["'])"""
)

# A quote that ends a string of JSON or of a Python repr: what follows is structure, not text.
STRUCTURE = r"""(?=\s{0,8}(?:[}\])]|,\s{0,8}["'{\[(\\]|:\s|\Z)|[ \t]{0,8}[\r\n]\s{1,200}b?["'])"""
_NEAR = 400  # characters before a value, where the string around it may begin


def opening_before(raw: str, position: int) -> str:
    """The quote directly before this position, with its backslashes; empty if there is none."""
    if position == 0 or raw[position - 1] not in "\"'":
        return ""
    found = _OPENING.search(raw[max(0, position - _MOST_LEVELS - 2) : position])
    return found.group() if found else ""


def end_of_quoted(raw: str, start: int, opening: str) -> int:
    """Where the value ends that this quote opened; a string that was cut off ends with the text.

    A pretty printer breaks a long string into several, on a line each: they are one value.
    """
    return _end_of_others(raw, _end_of_one(raw, start, opening))


def end_of_octets(raw: str, start: int, opening: str, escape: int) -> int:
    """The same for octets, as bytes or text. `escape`: how many backslashes each of its own has become; that tells
    its level, for the quotes around a repr in JSON are as they were.
    """
    end = _end_of_escaped(raw, start, opening, escape)
    while another := _ANOTHER.match(raw, end):
        end = _end_of_escaped(raw, another.end(), another["opening"], escape)
    return end


def _end_of_escaped(raw: str, start: int, opening: str, escape: int) -> int:
    """Each string around it makes two backslashes of one, and one more before a quote of its own. So those before a
    quote, less those of the opening one, are a whole number of pairs if octets of value 92 stand there, if any, and
    an odd one if the quote is itself an octet. What closes a string further out closes this one.
    """
    level = len(opening) - 1
    for quote in _QUOTES[opening[-1]].finditer(raw, start):
        before = len(quote.group()) - 1
        if before < level or (before - level) % (2 * escape) == 0:
            return quote.end() - 1 - min(before, level)
    return len(raw)


def _end_of_others(raw: str, end: int) -> int:
    while another := _ANOTHER.match(raw, end):
        end = _end_of_one(raw, another.end(), another["opening"])
    return end


def _end_of_one(raw: str, start: int, opening: str) -> int:
    found = _inside(opening).match(raw, start)
    return found.end() if found else start


def end_of_line(raw: str, start: int) -> int:
    """Where an unquoted value ends at the latest: the line, escaped or not, or the string around it."""
    found = _line(escape_of_line_ends(raw, start)).match(raw, start)
    return _end_of_others(raw, found.end() if found else start)


def escape_of_line_ends(raw: str, position: int) -> int:
    """How many backslashes the end of a line has here: one more than the quote that opened the string around it. One,
    if none is seen.
    """
    near = raw[max(0, position - _NEAR) : position]
    before, quote, _ = near.rpartition('"' if '"' in near else "'")
    backslashes = len(before) - len(before.rstrip("\\")) if quote else 0
    return 1 << min(backslashes, _MOST_LEVELS).bit_length()


def not_the_end(escape: int) -> str:
    """A pattern for backslashes that end no line and no string. `escape`: as many as the end of a line has; twice as
    many are a backslash that RFC 4514 escapes, whatever letter is behind them.
    """
    return rf"""(?!(?:\\{{1,{escape}}}|\\(?:\\\\)*+)[rn]|\\*+["']{STRUCTURE})\\++"""


@cache
def _line(escape: int) -> re.Pattern[str]:
    return compiled(rf"""(?:[^\r\n\\"']|{not_the_end(escape)}|["'](?!{STRUCTURE}))*+""")


@cache
def _inside(opening: str) -> re.Pattern[str]:
    quote, level = opening[-1], len(opening) - 1
    if level == 0:
        return compiled(rf"(?:[^{quote}\\]++|\\.)*+", re.DOTALL)
    shallower = rf"\\{{1,{level}}}+(?![\\{quote}])"
    return compiled(rf"(?:[^{quote}\\]++|\\{{{level + 1},}}+{quote}?|{shallower})*+")

"""What is added to a text to show it: colours of a terminal, boxes, HTML, strings in pieces. No form sees it."""

import re
from collections.abc import Iterator
from html import unescape

from mtlsguard.redact.patterns import compiled

# ECMA-48 8.3.117, and 8.3.41 as grep writes it; escaped in a string, too
_COLOUR = r"(?:(?:\x1b|\\{1,8}+(?:x1b|u001b|033))\[[0-9;]{0,30}+[mK])"
# Where pprint or Node breaks a string into several, at the same level.
_JOINT = r"(?P<quote>(?<!\\)\\{0,15}+[\"'])(?: \+)?(?:\r?\n|\\{1,8}+n)[ ]{1,200}+b?(?P=quote)"
# Where rich breaks a line within a box, or within boxes.
_BLANKS = rf"(?:{_COLOUR}|[ ]){{0,200}}+"
_IN_BOX = rf"{_BLANKS}(?:\u2502{_BLANKS}){{0,4}}+"  # bounded: else each of a row of bars would look through all of it
_WRAP = rf"{_COLOUR}*+\u2502{_IN_BOX}\r?\n{_COLOUR}*+\u2502{_IN_BOX}"
_ENTITY = r"&(?:quot|apos|amp|lt|gt|#(?:9|10|13|34|39|43|47|61|x27|x2[BbFf]|x3[Dd]|x[Aa]|x[Dd]));"
_HIDDEN = compiled(rf"(?P<wrap>{_WRAP})|{_COLOUR}++|{_ENTITY}|{_JOINT}")
_ADDED = ("\x1b[", "\u2502", "1b[", "033[", *(f"{quote}{end}" for quote in "\"'" for end in ("\n", "\r\n", " +", "\\")))
_LONGEST = 32 * 1024  # characters, more than are examined
_WIDEST = 200  # columns of blanks that fill a line of a box


def hidden(raw: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """From where to where, and what is shown instead. Asked for each gap between finds, so it looks at no more."""
    position = start
    for found in _HIDDEN.finditer(raw, start, end):
        begin = _before_blanks(raw, position, found.start()) if found["wrap"] else found.start()
        position = found.end()
        yield begin, position, _shown(found)


def plain(written: str) -> str:
    """Of what was found; the rest of a text that was not examined stays as it is, for it has no name."""
    return _HIDDEN.sub(_shown, written) if len(written) <= _LONGEST and may_be_rendered(written) else written


def may_be_rendered(raw: str) -> bool:
    return any(one in raw for one in _ADDED) or ("&" in raw and ";" in raw)


def _shown(found: re.Match[str]) -> str:
    if found["wrap"]:
        return " "
    return unescape(found.group()) if found.group().startswith("&") else ""


def _before_blanks(raw: str, floor: int, position: int) -> int:
    line = raw[max(floor, position - _WIDEST) : position]
    return position - len(line) + len(line.rstrip(" "))

"""Patterns compiled so that every supported Python reads them in the same way.

Python 3.11 before 3.11.5, Debian 12's among them, misses matches of possessive groups, `(...)*+`, whose inside can go
back (gh-106052). `(?>(...)*)` is the same by definition and is right in all of them.
"""

import re

_QUANTIFIER = re.compile(r"(?:[*+?]|\{[0-9]*,?[0-9]*\})(?=\+)")
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL)  # an escape, a class of characters, one character


def compiled(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    return re.compile(without_possessive_groups(pattern), flags)


def without_possessive_groups(pattern: str) -> str:
    """Each possessive group as an atomic one. Possessive characters and classes are left as they are."""
    written: list[str] = []
    opened: list[int] = []
    at = 0
    while at < len(pattern):
        piece = _PIECE.match(pattern, at)[0]  # type: ignore[index]  # it takes any one character
        at += len(piece)
        if piece == "(":
            opened.append(len(written))
        written.append(piece)
        if piece == ")":
            start = opened.pop()
            quantifier = _QUANTIFIER.match(pattern, at)
            if quantifier is not None:
                at = quantifier.end() + 1
                written[start:] = ["(?>", *written[start:], quantifier[0], ")"]
    return "".join(written)

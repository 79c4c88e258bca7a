"""Pieces of pattern for base64, plain or escaped in any of the ways that headers and logs escape it."""

from mtlsguard.redact.patterns import compiled

EITHER = "A-Za-z0-9+/=_-"
STANDARD = "A-Za-z0-9+/="  # of PEM, where dashes end a block

# As it is, percent-escaped (once or more), `\/` of PHP, `\u002B` of .NET.
_ESCAPED = r"%(?:25){0,4}(?:2[BbFfDd]|3[Dd]|5[Ff])|\\{1,8}+/|\\{1,8}+u00(?:2[BbFf]|3[Dd])"


def character(alphabet: str = EITHER) -> str:
    return rf"(?:[{alphabet}]|{_ESCAPED})"


def at_least(count: int, alphabet: str = EITHER) -> str:
    """A run of so many characters, taken in pieces: one by one takes six times as long."""
    return rf"(?:(?={character(alphabet)}{{{count}}})(?:[{alphabet}]++|{_ESCAPED})++)"


# What may stand between two lines of base64: line ends, raw or escaped, and what a printer of strings adds.
_LINE_END = r"[\r\n\t\v\f]|\\{1,8}+(?:[nrtvf]|x0[AaDd9])|%(?:25){0,4}0[AaDd9]"
BREAK = rf"""(?:{_LINE_END}|[ "'(),\[\]|>\u2500-\u259f]|\\{{1,8}}+(?=["'])|%(?:25){{0,4}}20|b(?=["']))"""
LINE_END = rf"(?:{_LINE_END})"

SHORTEST_SECRET = 11  # characters of base64: eight octets

_UNESCAPE = compiled(r"%(?:25)*(2[BbFf])|\\+u00(2[BbFf])|\\+(/)")


def unescaped(text: str) -> str:
    """A few characters of base64 in the plain alphabet, whatever they were written in."""
    plain = _UNESCAPE.sub(lambda found: "+" if "b" in found.group().lower() else "/", text)
    return plain.replace("-", "+").replace("_", "/")

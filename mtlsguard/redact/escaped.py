"""What a URL or a form escapes. Words that are escaped are seen once more as they were before, a line for each: what
stands between them is another text.
"""

import re
from collections.abc import Iterator

from mtlsguard.redact.contract import BETWEEN
from mtlsguard.redact.markers import MASK
from mtlsguard.redact.patterns import compiled

_LEVELS = r"%(?:25){0,4}"
_HEX = "[0-9a-fA-F]"
_GLANCE = compiled(rf"%{_HEX}{{2}}|30\+8[12]\+")
_WORD = compiled(rf"(?:[^\s\"'&=?#;,<>|()\[\]{{}}\\]++|{re.escape(MASK)})++")
# A blank, unless it adds an attribute to a name: behind a comma, a semicolon or a colon it does not.
_PLUS = rf"\+|(?:(?<=2[Cc])|(?<=3[AaBb])|(?!{_LEVELS}2[Bb][A-Za-z]{{1,20}}{_LEVELS}3[Dd])){_LEVELS}2[Bb]"
_ESCAPE = compiled(rf"(?P<plus>{_PLUS})|{_LEVELS}(?P<ascii>[0-7]{_HEX})|(?:{_LEVELS}[89a-fA-F]{_HEX})++")
_LAST_TWO = compiled(rf"{_LEVELS}({_HEX}{{2}})")


def hidden(text: str) -> list[tuple[int, int, str]]:
    """From where to where, in order, and what is shown instead; nothing if nothing is escaped."""
    is_likely = "%" in text or "30+8" in text
    return [*_pieces(text)] if is_likely and _GLANCE.search(text) else []


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    position = 0
    for word in _WORD.finditer(text):
        start, end = word.span()
        if not _GLANCE.search(text, start, end):
            continue
        yield position, start, BETWEEN  # before the first word too: what stands at the very start means more
        yield from ((found.start(), found.end(), _written(found)) for found in _ESCAPE.finditer(text, start, end))
        position = end
    yield position, len(text), BETWEEN


def _written(escape: re.Match[str]) -> str:
    if escape["plus"]:
        return " "
    if ascii_letter := escape["ascii"]:
        return chr(int(ascii_letter, 16))
    octets = bytes.fromhex("".join(_LAST_TWO.findall(escape.group())))
    return octets.decode("utf-8", "surrogateescape")

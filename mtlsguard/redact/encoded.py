"""Texts that are a value written down: JSON, or the repr that error reports have of variables. Cleaned value by value
they stay what they are, and what was quoted twice is read more surely without the outer quotes.
"""

import ast
import json
from collections.abc import Callable

from mtlsguard.redact.patterns import compiled

_LONGEST = 8 * 1024  # characters; value by value costs ten times what a text does
_LONGEST_LINE = 256 * 1024  # of JSON; a traceback with variables is long
_JSON = ("{", "[", '"')
_REPR = ("{", "[", '"', "'", "(", 'b"', "b'")
_ESCAPES_OF_REPR = compiled(r"(?:[^\\]|\\[\\'\"nrtxuU])*+")  # the compiler would warn of others


def cleaned_value(text: str, clean: Callable[[object], object], *, is_line: bool) -> str | None:
    """The same notation of the clean value; None if the text is no such value. `is_line`: it is no part of an event."""
    try:
        if len(text) <= _LONGEST:
            return _repr(text, clean) or _json(text, clean)
        return _json(text, clean) if is_line and len(text) <= _LONGEST_LINE else None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _repr(text: str, clean: Callable[[object], object]) -> str | None:
    if not text.startswith(_REPR) or not _ESCAPES_OF_REPR.fullmatch(text):
        return None
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    return repr(clean(value)) if repr(value) == text else None


def _json(text: str, clean: Callable[[object], object]) -> str | None:
    if not text.startswith(_JSON):
        return None
    return json.dumps(clean(json.loads(text)), ensure_ascii=text.isascii())

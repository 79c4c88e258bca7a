"""A finished line of a log, whatever rendered it."""

import json

from mtlsguard.redact import redact_text, redact_value


def redact_line(line: str) -> str:
    """The line without certificate data; the very same object if there is none. JSON stays JSON."""
    cleaned = redact_text(line)
    if cleaned is line:
        return line
    return _as_json(line) or cleaned


def _as_json(line: str) -> str | None:
    """Value by value: a marker that took a quote with it would leave a line that no program reads."""
    if not line.startswith("{"):
        return None
    try:
        again = json.dumps(redact_value(json.loads(line)), ensure_ascii=line.isascii())
    except (ValueError, TypeError, RecursionError):
        return None
    return again if redact_text(again) == again else None

"""structlog's JSON renderer with the redactor within: instead of the processor before it, and in half its time.

    processors=[..., structlog.processors.JSONRenderer(serializer=redacted_dumps)]

A clean event is written first, and then the finished line is looked at once, instead of its values one by one.
"""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from mtlsguard.redact import may_hold_certificate_data, redact_certificates, redact_value
from mtlsguard.redact.events import ERROR, META, EventDict
from mtlsguard.redact.prefilter import LOOKS_AT_ANY_LENGTH
from mtlsguard.redact.rules import PLAIN

Encode = Callable[[Any], str]


def redacted_dumps(event: EventDict, **options: Any) -> str:  # noqa: ANN401 - as json.dumps
    """The event as JSON, with a marker for every piece of certificate data. Options and errors are those of
    `json.dumps`.
    """
    encode = _encoder_with(options)
    if LOOKS_AT_ANY_LENGTH and PLAIN.issuperset(event) and ERROR not in event:
        line = encode(event)
        if _says_all(line) and not may_hold_certificate_data(line):
            return line
    cleaned = redact_certificates(None, "", event)
    return encode(cleaned if META.isdisjoint(cleaned) else redact_value(cleaned))


def _says_all(line: str) -> bool:
    """As its values would one by one: nothing in it is escaped, and it has no names but those of the event."""
    return "\\" not in line and "[" not in line and line.find("{", 1) < 0


def _encoder_with(options: dict[str, Any]) -> Encode:
    try:
        return _known(**options)
    except TypeError:  # no keys of a dictionary, or unknown to `json`, which will say so
        return _encoder(**options)


def _encoder(cls: type[json.JSONEncoder] = json.JSONEncoder, **options: Any) -> Encode:  # noqa: ANN401
    return cls(**options).encode


_known = lru_cache(maxsize=16)(_encoder)

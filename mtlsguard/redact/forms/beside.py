"""Digits in a row behind a name, without a word for them: `"CN=a" 5ab3c4d5e6f70819 9f86d081884c7d65...` in access logs.
And further digests behind one, each with its algorithm: `sha1:140395db39b8e21a... sha256:0211dd62e96e472f...`.

It sees masks in place of what has been found, so it is a form for the second look.
"""

import re
from collections.abc import Iterator

from mtlsguard.redact.contract import Form, Span, Text
from mtlsguard.redact.markers import MASK, Kind
from mtlsguard.redact.patterns import compiled

_BETWEEN = r"(?:[\s\"',|;/-]{1,6}|(?:\s|\\{1,8}+[nrt]){1,40}(?:sha-?\d{1,3}|md5):)"
_DIGITS = r"(?:0x)?[0-9a-f]{16,64}(?![\w-])"
_BESIDE = compiled(rf"{re.escape(MASK)}(?P<digits>(?:{_BETWEEN}{_DIGITS})++)")
_BEFORE = compiled(
    rf"(?<![\w.-])\d{{30,60}}+(?= {re.escape(MASK)})"
)  # a serial number, as Go prints a whole certificate
_SHA256 = 64
_EACH = compiled(_DIGITS)


def find(text: Text) -> Iterator[Span]:
    for found in _BESIDE.finditer(text.folded):
        for digits in _EACH.finditer(text.folded, *found.span("digits")):
            yield Span(digits.start(), digits.end(), Kind.SERIAL if len(digits.group()) < _SHA256 else Kind.FINGERPRINT)
    for number in _BEFORE.finditer(text.folded):
        yield Span(number.start(), number.end(), Kind.SERIAL)


FORM = Form(find, hints=(MASK,))

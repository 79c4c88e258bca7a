"""The deny list as a file: a certificate a line, its serial number and its issuer.

    # stolen laptop, 2026-11-27
    0x1f03 CN=Issuing CA,O=Example

The serial number is hexadecimal with "0x" in front or colons between; digits alone are refused, because some programs
print them in base ten and some in base sixteen. The issuer is RFC 4514, or "#" and its DER in hexadecimal. A line that
starts with "#" is a comment. Every line has an end: one without was cut off.
"""

import re
from dataclasses import dataclass, field

from mtlsguard.revocation.denylist import deny_key
from mtlsguard.revocation.issuers import issuer_from_text

MOST_LINE = 8_192  # octets
MOST_LINES = 2_000_000
MOST_PROBLEMS = 20  # are reported; one is enough to refuse the file

_SERIAL = re.compile(r"0x([0-9a-f]{1,40})|([0-9a-f]{1,2}(?::[0-9a-f]{2}){1,19})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One certificate on the list. `issuer` is the text that was written."""

    serial: int = field(repr=False)
    issuer: str = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` counts from 1, 0 is the whole file. The sentence says what was expected, never what stands there."""

    line: int
    expected: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.expected}" if self.line else self.expected


def serial_from_text(text: str) -> int | None:
    """A positive serial number as "0x1f" or "01:f4"."""
    match = _SERIAL.fullmatch(text)
    return (int((match[1] or match[2]).replace(":", ""), 16) or None) if match else None


def entry_of(serial: str, issuer: str) -> Entry | str:
    """A sentence where one of them is not what it should be."""
    number = serial_from_text(serial)
    if number is None:
        return 'a serial number as "0x1f" or "01:f4"'
    name = issuer_from_text(issuer)
    key = None if name is None else deny_key(name, number)
    if key is None:
        return 'an issuer as RFC 4514 has it, such as "CN=Issuing CA,O=Example"'
    return Entry(number, issuer, key)


def parse_line(line: bytes) -> Entry | str | None:
    """One line with its end. None for a comment or nothing, a sentence where something else was expected."""
    if not line.endswith(b"\n"):
        return "an end of the line: the file was cut off" if len(line) < MOST_LINE else "a shorter line"
    try:
        text = line.rstrip(b"\r\n").decode("utf-8")
    except UnicodeDecodeError:
        return "UTF-8"
    if not text.strip() or text.startswith("#"):
        return None
    serial, _, issuer = text.partition(" ")
    return entry_of(serial, issuer.lstrip(" "))


def line_of(entry: Entry) -> bytes:
    return f"{entry.serial:#x} {entry.issuer}\n".encode()

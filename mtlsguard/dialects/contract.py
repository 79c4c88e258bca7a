"""What a dialect is: how one proxy writes a client certificate into headers.

Every dialect file holds its grammar in prose, a `read` that accepts exactly that grammar, and a `write` that
is its inverse (for the test kit and the property tests). `read` is called only with evidence from a trusted
proxy, screened by `evidence.screen`: at most one value per field unless the field says otherwise, no control
bytes, bounded sizes. It answers

- `Presented` when a certificate is there and the proxy does not object,
- `Absent` when the proxy says, in the way of this dialect, that there is none,
- `Deny` for everything else. What cannot be read is never "no certificate".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from mtlsguard.decision import Absent, Deny


class Times(Enum):
    """How often a value may stand in a field."""

    ONCE = "once"  # one field line, one value; a comma is a joined duplicate
    LISTED = "listed"  # one field line, its grammar has commas
    SPLIT = "split"  # a comma list that may be spread over several field lines


class Verdict(Enum):
    """How the proxy's own opinion travels."""

    FIELD = "field"  # a field that the proxy always sends, certificate or not
    PRESENCE = "presence"  # the dialect's standard: what is sent has been accepted
    NONE = "none"  # not at all


class Interface(Enum):
    """Which kind of server speaks a native dialect."""

    ASGI = "asgi"
    WSGI = "wsgi"


@dataclass(frozen=True, slots=True)
class Field:
    """`header` is the default name in lower case; the operator may rename it by `role`.

    In a native dialect it is the key under which the server keeps the value.
    """

    role: str
    header: str
    times: Times = Times.ONCE


@dataclass(frozen=True, slots=True)
class Presented:
    """What the proxy says the client presented: DER, leaf first, the chain without the leaf, as it came."""

    leaf: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(default=(), repr=False)


# field role -> its values as they arrived, in order; a role that did not arrive is missing
Values = Mapping[str, tuple[bytes, ...]]
Read = Callable[[Values, int], Presented | Absent | Deny]
Write = Callable[[bytes, tuple[bytes, ...]], dict[str, str]]
# ASGI scope or WSGI environ, and the keys in force by role -> (key, octets) of what the server itself says
Collect = Callable[[Mapping[str, Any], Mapping[str, str]], list[tuple[str, bytes]]]


# What a native source says in a shape that nobody expects: in no certificate's text, and no verdict.
UNREADABLE = b"?"


@dataclass(frozen=True, slots=True)
class Native:
    """The server itself ended TLS, or was told by another way than headers: no client can write there.

    `collect` finds what lies neither in headers nor in variables of the environ; it never raises for a
    missing or strange value, and is bounded.
    """

    interface: Interface
    collect: Collect


@dataclass(frozen=True, slots=True)
class Dialect:
    """`hint` says where in the first field's value a few bytes stand that differ between certificates.

    A hint only finds a remembered decision faster: the whole evidence is compared afterwards, so a poor hint
    costs time and never correctness. `absent` is what the proxy writes, by role, without a certificate.
    `hops`: one element for each proxy on the way. `native`: not headers at all.
    """

    name: str
    producer: str
    fields: tuple[Field, ...]
    verdict: Verdict
    absent: Mapping[str, str]
    read: Read
    write: Write
    hint: slice
    hops: bool = False
    native: Native | None = None


# Near the end of a certificate's text stands its signature, before the padding and the frame.
SIGNATURE = slice(-96, -40)


def only(values: Values, role: str) -> bytes | None:
    """The one value of a field that comes once, or None when the field is missing."""
    found = values.get(role)
    return found[0] if found else None


def filled(values: Values) -> Values:
    """Only the fields with something in them, for products that send an empty field in the place of none."""
    return {role: lines for role, lines in values.items() if any(lines)}

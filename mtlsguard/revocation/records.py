"""What the shared deny list is made of: one record for each certificate, of which the last writer's counts.

The map of records is a conflict-free replicated one: `newest` is a maximum, so copies that have seen the same records
are the same, in whatever order and however often they saw them. Only a record that says so un-revokes: what a server
has lost, or never had, means nothing.

`joined` adds what a maximum cannot know. A server that starts anew, emptied or from an older state, begins an *epoch*
and writes its number behind those it remembers (the *history*). Where its clock stands behind that of its former life,
a revocation of today would lose against yesterday's un-revocation: by the history it wins. Of two epochs that the
server has forgotten both, because it was emptied twice, only the stamps tell.
"""

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any

MOST_OCTETS = 8_192  # of a record
MOST_HEAD = 128  # of them, before what the writer says
MOST_STAMP = 1 << 52  # microseconds until the year 2112; exact in the scripts, whose numbers are doubles
MOST_NOTE = 256  # characters
_MOST_ISSUER = 6_000
# The head has one spelling, so that the scripts read it by a pattern.
_HEAD = re.compile(rb'\{"stamp":([1-9][0-9]{0,15}),"revoked":(true|false),"epoch":"([0-9a-f]{16})",', re.ASCII)
_SERIAL = re.compile(r"-?0x[0-9a-f]{1,64}", re.ASCII)
_FIELDS = {"stamp", "revoked", "epoch", "serial", "issuer", "note"}


@dataclass(frozen=True, slots=True)
class Record:
    """`stamp`: microseconds, the order of the writes; `revoked` False: un-revoked, which is kept for ever. `issuer` is
    RFC 4514 or "#" and hexadecimal DER, for people: certificates are found by the key alone."""

    stamp: int
    revoked: bool
    epoch: str
    serial: int = field(repr=False)
    issuer: str = field(repr=False)
    note: str = field(default="", repr=False)


def body(serial: int, issuer: str, note: str) -> str:
    """The part of a record that its writer knows; the server puts stamp, flag and epoch before it."""
    text = json.dumps({"serial": f"{serial:#x}", "issuer": issuer, "note": note}, separators=(",", ":"))
    return "," + text[1:]


def written(record: Record) -> bytes:
    flag = "true" if record.revoked else "false"
    head = f'{{"stamp":{record.stamp},"revoked":{flag},"epoch":"{record.epoch}"'
    return (head + body(record.serial, record.issuer, record.note)).encode("ascii")


def read(octets: bytes) -> Record | None:
    """None for anything but a whole record within its bounds. Never raises, whatever stands in the server."""
    head = _HEAD.match(octets)
    if head is None or len(octets) > MOST_OCTETS or int(head[1]) >= MOST_STAMP:
        return None
    try:
        document = json.loads(octets)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or set(document) != _FIELDS or not _sound(document):
        return None
    record = Record(
        stamp=int(head[1]),
        revoked=head[2] == b"true",
        epoch=head[3].decode("ascii"),
        serial=int(document["serial"], 16),
        issuer=document["issuer"],
        note=document["note"],
    )
    return record if written(record) == octets else None


def _sound(document: dict[str, Any]) -> bool:
    serial, issuer, note = document["serial"], document["issuer"], document["note"]
    texts = isinstance(serial, str) and isinstance(issuer, str) and isinstance(note, str)
    return texts and bool(_SERIAL.fullmatch(serial)) and len(issuer) <= _MOST_ISSUER and len(note) <= MOST_NOTE


def newest(one: Record, other: Record) -> Record:
    """The later write; of two at once the one that revokes. Commutative, associative, idempotent."""
    return max(one, other, key=lambda record: (record.stamp, record.revoked, written(record)))


def joined(one: Record, other: Record, history: str) -> Record:
    """`newest`, but a revocation does not lose to what is of an earlier epoch: it is stamped anew, behind it.

    `history`: epochs of the server in the order of their beginning; one that it does not remember was before them.
    """
    last = newest(one, other)
    first = other if last is one else one
    if first.revoked and history.find(first.epoch) > history.find(last.epoch):
        return replace(first, stamp=min(last.stamp + 1, MOST_STAMP - 1))
    return last

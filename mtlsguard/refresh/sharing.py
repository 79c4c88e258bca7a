"""EDGE: the shared deny list, as calls on one connection. What comes back is read here, whatever it is."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from mtlsguard.refresh.resp import LostError, RefusedError, Reply, Wire, address_of
from mtlsguard.refresh.scripts import JOIN, MOST_RECORDS, PAGE, POSITION, PUT
from mtlsguard.revocation.records import MOST_HEAD, MOST_OCTETS, body
from mtlsguard.revocation.shared import Owed
from mtlsguard.revocation_policy import StorePolicy

SECONDS = 1.0  # for an answer that needs no waiting
_SECONDS_TO_CONNECT = 1.5
_SECONDS_FOR_A_PAGE = 2.0
_PAGE = 500
_BATCH = 100
_MOST_MESSAGES = 500


@dataclass(frozen=True, slots=True)
class Position:
    """`seq` counts the changes of this epoch, `last` names the latest one, `size` is the number of records.

    `history` is empty where the store knows nothing of a deny list.
    """

    history: str = ""
    seq: int = 0
    last: str = "0-0"
    size: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """One message of the stream. `key` is empty and `seq` 0 where it is none of ours."""

    place: str
    key: bytes = field(default=b"", repr=False)
    record: bytes = field(default=b"", repr=False)
    seq: int = 0
    size: int = 0


class Store:
    """LostError and RefusedError, as `resp` has them."""

    def __init__(self, url: str, policy: StorePolicy) -> None:
        self.wire = Wire(address_of(url), policy, _SECONDS_TO_CONNECT)
        self._keys = [f"{{{policy.prefix}}}:{name}" for name in ("entries", "changes", "meta")]

    def close(self) -> None:
        self.wire.close()

    def put(self, key: bytes, revoked: str, serial: int, issuer: str, note: str = "") -> bool:
        """`revoked` "true" or "false". Written when this returns; whether it was otherwise before. RefusedError for
        what followers would not take for a record."""
        rest = body(serial, issuer, note)
        if len(rest) > MOST_OCTETS - MOST_HEAD:
            raise RefusedError("OVERSIZED")
        return self._run(PUT, SECONDS, key.hex(), revoked, rest, secrets.token_hex(8)) == 1

    def join(self, owed: Sequence[tuple[bytes, Owed]]) -> int:
        """How many of these changed something in the store."""
        changed = 0
        for at in range(0, len(owed), _BATCH):
            parts = [part for key, one in owed[at : at + _BATCH] for part in (key.hex(), one.record, one.instead_of)]
            changed += _number(self._run(JOIN, SECONDS, secrets.token_hex(8), *parts))
        return changed

    def position(self) -> Position:
        history, seq, last, size = _list(self._run(POSITION, SECONDS), 4)
        place = _text(last, 64) or "0-0"
        return Position(_text(history, 2_048), _number(seq), place if _is_place(place) else "0-0", _number(size))

    def records(self) -> Iterator[tuple[bytes, bytes]]:
        """Key and record of all that was there from the first page to the last; some twice, junk included."""
        cursor, pages = b"0", 0
        while True:
            following, *found = _list(self._run(PAGE, _SECONDS_FOR_A_PAGE, cursor, _PAGE))
            for at in range(0, len(found) - 1, 2):
                field, record = found[at], found[at + 1]
                key = _key(field) if isinstance(field, bytes) else b""
                if key and isinstance(record, bytes):
                    yield key, record
            pages += 1
            if following == b"0":
                return
            if not isinstance(following, bytes) or pages > 2 * MOST_RECORDS // _PAGE:
                raise LostError("Oversized")
            cursor = following

    def changes(self, after: str, milliseconds: int) -> list[Change]:
        """Those behind `after`, oldest first; waits for the first one."""
        command = ("XREAD", "COUNT", _MOST_MESSAGES, "BLOCK", milliseconds, "STREAMS", self._keys[1], after)
        reply = self.wire.call(milliseconds / 1_000 + SECONDS, *command)
        if reply is None:
            return []
        (stream,) = _list(reply, 1)
        _, messages = _list(stream, 2)
        return [_change(message) for message in _list(messages)]

    def _run(self, script: str, seconds: float, *arguments: bytes | str | int) -> Reply:
        return self.wire.call(seconds, "EVAL", script, len(self._keys), *self._keys, *arguments)


def _change(message: Reply) -> Change:
    place, fields = _list(message, 2)
    if not isinstance(place, bytes):
        raise LostError("Protocol")
    found = _list(fields)
    named = dict(zip(map(_bytes, found[::2]), map(_bytes, found[1::2]), strict=False))
    key, record = _key(named.get(b"key", b"")), named.get(b"record", b"")
    if not key:
        return Change(place.decode("ascii", "replace"))
    return Change(place.decode("ascii"), key, record, _number(named.get(b"seq")), _number(named.get(b"size")))


def _key(field: bytes) -> bytes:
    try:
        key = bytes.fromhex(field.decode("ascii"))
    except ValueError:
        return b""
    return key if key.hex().encode() == field else b""


def _list(reply: Reply, size: int | None = None) -> list[Reply]:
    if not isinstance(reply, list) or not (reply if size is None else len(reply) == size):
        raise LostError("Protocol")
    return reply


def _bytes(reply: Reply) -> bytes:
    return reply if isinstance(reply, bytes) else b""


def _text(reply: Reply, most: int) -> str:
    found = _bytes(reply)
    return found.decode("ascii", "replace") if len(found) <= most else ""


def _number(reply: Reply) -> int:
    if isinstance(reply, int):
        return reply
    digits = _bytes(reply)
    return int(digits) if digits.isdigit() and len(digits) <= 16 else 0  # noqa: PLR2004 - as the scripts


def _is_place(text: str) -> bool:
    milliseconds, _, number = text.partition("-")
    return milliseconds.isdigit() and number.isdigit()

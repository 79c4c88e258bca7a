"""Screens the watched headers before any dialect reads them: how many, how large, under which names."""

from mtlsguard.connection import CODING, HOP, SECRET, TWIN, Connection, Names, named_by_connection
from mtlsguard.decision import Deny
from mtlsguard.dialects.contract import Dialect, Times, Values, Verdict
from mtlsguard.limits import MAX_EVIDENCE, MAX_FIELD
from mtlsguard.policy import Trailers
from mtlsguard.reason import Reason

_NOT_FIELDS = frozenset({TWIN, SECRET, HOP, CODING})
_CONTROL = bytes([*range(32), 127])
_CONTROL_BUT_LINE_ENDS = _CONTROL.translate(None, b"\r\n")  # what a server says itself may have lines


def offered(connection: Connection, names: Names) -> bool:
    """Is there any field of the dialect, or a look-alike of one? Names only: no value is read."""
    roles = [names.roles.get(name) for name, _ in connection.seen]
    return any(role is not None and role not in {SECRET, HOP, CODING} for role in roles)


def screen(connection: Connection, names: Names, dialect: Dialect, trailers: Trailers) -> Values | Deny:
    """The dialect's fields as they came, once it is clear that nobody played with them."""
    found: dict[str, tuple[bytes, ...]] = {}
    chunked = False
    for name, value in connection.seen:
        role = names.roles.get(name)
        if role == TWIN:
            return Deny(Reason.AMBIGUOUS_HEADER)
        chunked = chunked or role == CODING
        if role is not None and role not in _NOT_FIELDS:
            found[role] = (*found.get(role, ()), value)
    if not found:
        return found
    if named_by_connection(connection.seen, names):
        return Deny(Reason.AMBIGUOUS_HEADER)
    # Where the proxy always sends a field, one that a client made stands beside it and is seen to be a second.
    lone = dialect.verdict is not Verdict.FIELD and not dialect.absent and dialect.native is None
    if chunked and trailers is Trailers.POSSIBLE and lone:
        return Deny(Reason.TRAILERS_POSSIBLE)
    return _misused(found, dialect) or found


def _misused(found: Values, dialect: Dialect) -> Deny | None:
    values = [value for lines in found.values() for value in lines]
    sizes = [len(value) for value in values]
    if max(sizes) > MAX_FIELD or sum(sizes) > MAX_EVIDENCE:
        return Deny(Reason.OVERSIZED)
    forbidden = _CONTROL if dialect.native is None else _CONTROL_BUT_LINE_ENDS
    if len(b"".join(values).translate(None, forbidden)) != sum(sizes):
        return Deny(Reason.MALFORMED_HEADER)
    for field in dialect.fields:
        lines = found.get(field.role, ())
        repeated = len(lines) > 1 and field.times is not Times.SPLIT
        joined = field.times is Times.ONCE and any(b"," in line for line in lines)
        if repeated or joined:
            return Deny(Reason.AMBIGUOUS_HEADER)
    return None

"""What stands where certificate data stood."""

from enum import StrEnum


class Kind(StrEnum):
    """What was there. Where two kinds overlap, the one named first here wins."""

    PRIVATE_KEY = "private key"
    CERTIFICATE = "certificate"
    DN = "dn"
    SERIAL = "serial"
    FINGERPRINT = "fingerprint"
    UNEXAMINED = "unexamined value"  # too deep, too much or too odd to look at


def marker(kind: Kind) -> str:
    """The text that replaces a value of this kind; no form may ever recognise it as certificate data."""
    return f"[{kind} redacted]"


MARKERS = frozenset(map(marker, Kind))
RANK = {kind: rank for rank, kind in enumerate(Kind)}

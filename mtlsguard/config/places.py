"""Where something lies: the name of a file, or an address."""

import re
from urllib.parse import SplitResult, urlsplit

from mtlsguard.config.reader import Section

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.ASCII)


def is_address(place: object) -> bool:
    """An address rather than the name of a file, or octets in place."""
    return isinstance(place, str) and _SCHEME.match(place) is not None


def address(text: str, schemes: tuple[str, ...]) -> SplitResult | None:
    """The parts of a sound address without user and password: those are no part of an address here."""
    try:
        parts = urlsplit(text)
        sound = parts.scheme in schemes and bool(parts.hostname or parts.scheme == "unix") and parts.port != 0
    except ValueError:
        return None
    return parts if sound and not (parts.username or parts.password) else None


def sound_address(section: Section, place: str, text: str, schemes: tuple[str, ...]) -> bool:
    """Notes the problem, without the address: it may hold a password in the wrong place."""
    if address(text, schemes) is not None:
        return True
    at = place if "[" in place else section.at(place)
    expected = f"an address that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}"
    section.notes.problem(at, expected, "user and password are no part of it")
    return False

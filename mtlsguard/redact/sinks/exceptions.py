"""A stand-in for an exception: it prints like the one it stands for, and holds no frames."""

import traceback
from functools import lru_cache

from mtlsguard.redact import redact_text
from mtlsguard.redact.markers import Kind, marker

UNEXAMINED = marker(Kind.UNEXAMINED)

ExcInfo = tuple[type[BaseException], BaseException, None]


def rendered(error: BaseException) -> str:
    """The traceback as the interpreter prints it, with causes and groups, not yet redacted. Never raises."""
    try:
        return "".join(traceback.format_exception(error)).rstrip()
    except Exception:  # noqa: BLE001 - an exception's own __str__ may raise anything
        return f"{type(error).__name__}: {UNEXAMINED}"


def stand_in(error: BaseException) -> BaseException:
    """An exception of the same name with the same text, redacted, and the traceback as its note.

    For formatters and hooks that want an exception and would print its frames with their variables.
    """
    kind = _named(type(error).__name__, type(error).__module__)
    made = kind(redact_text(_text(error)))
    made.add_note(redact_text(rendered(error)))
    return made


def exc_info_of(error: BaseException) -> ExcInfo:
    made = stand_in(error)
    return type(made), made, None


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - as above
        return UNEXAMINED


@lru_cache(maxsize=256)
def _named(name: str, module: str) -> type[Exception]:
    return type(name, (Exception,), {"__module__": module})

"""The structlog processor: last before the renderer, behind whatever renders exceptions."""

import sys
import traceback
from collections.abc import Iterable, MutableMapping
from typing import Any

from mtlsguard.redact.markers import Kind, marker
from mtlsguard.redact.prefilter import may_hold_certificate_data
from mtlsguard.redact.rules import are_plain, rule_for
from mtlsguard.redact.values import ATOMS, DEEPEST, Walk

EventDict = MutableMapping[str, Any]  # as structlog calls it; not imported, because importing it takes long

# structlog's own, taken out before anything is rendered; later processors need them as they are.
_META = frozenset({"_record", "_from_structlog"})

_CONTAINERS = frozenset({dict, list, tuple})
_NAMES = ATOMS | {str}
_SHORT = 200  # characters; most of an event is no longer, most certificate data is


def redacted_event(event_dict: EventDict, key: bytes) -> EventDict:
    """The event with a marker for every piece of certificate data; the same object if there is none.

    Changes nothing that the caller holds and never raises. An exception that is not rendered yet is rendered here,
    because a renderer that did it later could print what this must keep back.
    """
    try:
        event = _with_rendered_exception(event_dict)
        return event if _is_clean(event) else _cleaned(event, key)
    except Exception:  # noqa: BLE001 - a log call must not fail, and an event that was not looked at must not get out
        return {"event": marker(Kind.UNEXAMINED)}


def _is_clean(event: EventDict) -> bool:
    """All texts, however nested, are glanced at together: that costs less than one by one. No is not certain."""
    texts: list[str] = []
    return are_plain(event) and _gather(event.values(), texts) and not may_hold_certificate_data("\n".join(texts))


def _gather(values: Iterable[Any], texts: list[str], depth: int = 0) -> bool:
    """Collects the texts; no as soon as there is something that must be looked at closely."""
    for value in values:
        kind = type(value)
        if kind is str:
            texts.append(value)
        elif kind not in ATOMS and not (kind in _CONTAINERS and _gather_inside(value, texts, depth + 1)):
            return False
    return True


def _gather_inside(value: Any, texts: list[str], depth: int) -> bool:  # noqa: ANN401
    """The first of a list may be the name of the second."""
    if type(value) is dict:
        return depth < DEEPEST and _are_names(value) and _gather(value.values(), texts, depth)
    is_named = bool(value) and type(value[0]) not in _CONTAINERS
    return depth < DEEPEST and (not is_named or _are_names(value[:1])) and _gather(value, texts, depth)


def _are_names(names: Iterable[object]) -> bool:
    return all(type(name) in _NAMES for name in names) and are_plain(names)


def _cleaned(event: EventDict, key: bytes) -> EventDict:
    walk, clean = Walk(key), _clean_texts(event)
    cleaned: dict[str, Any] = {}
    for name, value in event.items():
        stays = name in clean or name in _META
        cleaned[walk.name(name)] = value if stays else walk.clean(value, rule_for(name), 1)
    same = cleaned.keys() == event.keys() and all(cleaned[name] is value for name, value in event.items())
    return event if same else cleaned


def _clean_texts(event: EventDict) -> set[str]:
    """Names of the short texts, if these are clean when they are glanced at together; none if they are not."""
    short = {
        name: value
        for name, value in event.items()
        if type(value) is str and len(value) < _SHORT and are_plain((name,))
    }
    return set() if may_hold_certificate_data("\n".join(short.values())) else set(short)


def _with_rendered_exception(event: EventDict) -> EventDict:
    exception = _exception_of(event.get("exc_info"))
    if exception is None:
        return event
    rendered = "".join(traceback.format_exception(exception)).rstrip()
    rest = {key: value for key, value in event.items() if key != "exc_info"}
    return {**rest, "exception": rest.get("exception", rendered)}


def _exception_of(exc_info: object) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple) and len(exc_info) > 1 and isinstance(exc_info[1], BaseException):
        return exc_info[1]
    return sys.exc_info()[1] if exc_info is True or exc_info == 1 else None

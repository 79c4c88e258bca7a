"""The structlog processor: last before the renderer, behind whatever renders exceptions."""

import sys
import traceback
from collections.abc import Collection, Iterable, MutableMapping
from typing import Any

from mtlsguard.redact.markers import Kind, marker
from mtlsguard.redact.memory import LONGEST, TEXTS, UNKNOWN, place_of
from mtlsguard.redact.parts import apart
from mtlsguard.redact.prefilter import lets_through, may_hold_certificate_data
from mtlsguard.redact.rules import PLAIN, are_plain, are_printable, is_plain, rule_for
from mtlsguard.redact.values import ATOMS, DEEPEST, Walk

EventDict = MutableMapping[str, Any]  # as structlog calls it; not imported, because importing it takes long

# structlog's own, taken out before anything is rendered; later processors need them as they are.
META = frozenset({"_record", "_from_structlog"})

ERROR = "exc_info"
_CONTAINERS = frozenset({dict, list, tuple})
_NAMES = ATOMS | {str}


def redacted_event(event_dict: EventDict, key: bytes) -> EventDict:
    """The event with a marker for every piece of certificate data; the same object if there is none.

    Changes nothing that the caller holds and never raises. An exception that is not rendered yet is rendered here,
    because a renderer that did it later could print what this must keep back.
    """
    try:
        event = _with_rendered_exception(event_dict) if ERROR in event_dict else event_dict
        return event if _is_clean(event) else _cleaned(event, key)
    except Exception:  # noqa: BLE001 - a log call must not fail, and an event that was not looked at must not get out
        return {"event": marker(Kind.UNEXAMINED)}


def _is_clean(event: EventDict) -> bool:
    """All texts, however nested, are glanced at together: that costs less than one by one. No is not certain."""
    if not (PLAIN.issuperset(event) or are_plain(event)):
        return False
    texts: list[str] = []
    for value in event.values():  # as `_gather`, whose call costs as much as two values
        kind = type(value)
        if kind is str:
            texts.append(value)
        elif kind not in ATOMS and not (kind in _CONTAINERS and _gather_inside(value, texts, 1)):
            return False
    return not may_hold_certificate_data("\n".join(texts))


def _gather(values: Iterable[Any], texts: list[str], depth: int) -> bool:
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


def _are_names(names: Collection[object]) -> bool:
    return all(type(name) in _NAMES for name in names) and are_plain(names)


def _cleaned(event: EventDict, key: bytes) -> EventDict:
    walk = None
    changed = _hidden_parts(event, key)
    for name in _doubtful(event):
        if name in changed:
            continue
        value = event[name]
        new = _recalled(key, name, value)
        if new is UNKNOWN:
            walk = walk or Walk(key)
            new = _looked_at(walk, name, value)
        if new is not value:
            changed[name] = new
    if not are_printable(event):
        walk = walk or Walk(key)
        return {_shown(walk, name): changed.get(name, value) for name, value in event.items()}
    return {**event, **changed} if changed else event


def _hidden_parts(event: EventDict, key: bytes) -> dict[str, Any]:
    """Of a name, between fields that say other things."""
    walk = Walk(key)
    return {name: new for name in apart(event) if (new := walk.part(event[name])) is not event[name]}


def _shown(walk: Walk, name: object) -> Any:  # noqa: ANN401 - as it was, or a marker
    return walk.name(name) if isinstance(name, str) else walk.clean(name)


def _recalled(key: bytes, name: str, value: object) -> object:
    if type(value) is not str or len(value) > LONGEST:
        return UNKNOWN
    made = TEXTS.recall(place_of(key, name, value))
    return value if made is None else made


def _looked_at(walk: Walk, name: str, value: object) -> object:
    is_short = type(value) is str and len(value) <= LONGEST and walk.names.has_room
    new = walk.clean(value, rule_for(name), 1)
    if is_short:
        TEXTS.remember(place_of(walk.names.key, name, str(value)), None if new is value else str(new))
    return new


def _doubtful(event: EventDict) -> list[str]:
    """Names of what must be looked at one by one. Texts are glanced at together first, but for those with a `=`: most
    that is found has one.
    """
    doubtful: list[str] = []
    names: list[str] = []
    texts: list[str] = []
    for name, value in event.items():
        kind = type(value)
        if name in PLAIN or is_plain(name):
            if kind is str and "=" not in value:
                names.append(name)
                texts.append(value)
                continue
            if kind in ATOMS:
                continue
        if name not in META:
            doubtful.append(name)
    return doubtful + names if lets_through("\n".join(texts)) else doubtful


def _with_rendered_exception(event: EventDict) -> EventDict:
    exception = _exception_of(event.get(ERROR))
    if exception is None:
        return event
    rendered = "".join(traceback.format_exception(exception)).rstrip()
    rest = {key: value for key, value in event.items() if key != ERROR}
    return {**rest, "exception": rest.get("exception", rendered)}


def _exception_of(exc_info: object) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple) and len(exc_info) > 1 and isinstance(exc_info[1], BaseException):
        return exc_info[1]
    return sys.exc_info()[1] if exc_info is True or exc_info == 1 else None

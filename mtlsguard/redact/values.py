"""Values of any kind, nested to any depth, as a log event holds them. Nothing of the caller's is ever changed."""

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import MappingProxyType, NoneType
from typing import Any
from uuid import UUID

from mtlsguard.redact import parts
from mtlsguard.redact.encoded import cleaned_value
from mtlsguard.redact.engine import redacted, redacted_octets, spans
from mtlsguard.redact.forms.numbers import begins_der
from mtlsguard.redact.markers import Kind, is_marker, marker
from mtlsguard.redact.naming import Names
from mtlsguard.redact.rules import Rule, is_clean_name, is_for_names, rule_for

DEEPEST = 16  # a traceback with locals has eight levels
MOST_VALUES = 20_000  # of one event; a hundred frames with their locals have a few thousand

ATOMS = frozenset({NoneType, bool, int, float, complex, datetime, date, time, timedelta, UUID, Decimal})
UNEXAMINED = marker(Kind.UNEXAMINED)
# Print what is in them and nothing else.
_PLAIN_MAPPINGS = frozenset({dict, OrderedDict, defaultdict, Counter, MappingProxyType})
_PLAIN_SEQUENCES = frozenset({list, tuple, set, frozenset})

_PRINTS_CERTIFICATES = ("cryptography", "OpenSSL", "asn1crypto")
_Sequence = list[Any] | tuple[Any, ...] | set[Any] | frozenset[Any]
_PAIR, _TRIPLE = 2, 3


class Walk:
    """One pass over one event. Each method gives back the very same object if it is clean."""

    __slots__ = ("_left", "names")

    def __init__(self, key: bytes) -> None:
        self._left = MOST_VALUES
        self.names = Names(key)

    def clean(self, value: object, rule: Rule | None = None, depth: int = 0) -> object:
        """Never raises: a value that cannot be looked at is replaced."""
        try:
            return self._clean(value, rule, depth)
        except Exception:  # noqa: BLE001 - anything may come out of a foreign object, and the log must go on
            return UNEXAMINED

    def _clean(self, value: object, rule: Rule | None, depth: int) -> object:
        self._left -= 1
        kind = rule(value) if rule else None
        if kind is not None:
            return self.names.marker_of_value(kind, value)
        if type(value) in ATOMS:
            return value
        if isinstance(value, str):
            return self._text(value, depth)
        if isinstance(value, bytes | bytearray | memoryview):
            return self._octets(value)
        if depth >= DEEPEST or self._left < 0:
            return UNEXAMINED
        return self._composite(value, rule, depth + 1)

    def _text(self, text: str, depth: int) -> str:
        cleaned = redacted(text, self.names)
        if cleaned is text or depth >= DEEPEST:
            return cleaned
        again = cleaned_value(text, lambda value: self.clean(value, None, depth + 1), is_line=depth == 0)
        return cleaned if again is None or redacted(again, self.names) != again else again

    def _composite(self, value: object, rule: Rule | None, depth: int) -> object:
        if parts.is_name(value, is_called_so=is_for_names(rule)):
            hidden = parts.hidden(value, self._hidden_part)
            value = value if hidden == value else hidden
        if isinstance(value, Mapping):
            every = value if type(value) in _PLAIN_MAPPINGS else _every(value)
            mapping = self._mapping(every, depth)
            if mapping is not every or type(value) in _PLAIN_MAPPINGS:
                return mapping
            return self._object(value)
        if isinstance(value, list | tuple | set | frozenset):
            return self._sequence(value, rule, depth)
        if is_dataclass(value) and not isinstance(value, type):
            return self._dataclass(value, depth)
        if hasattr(value, "__structlog__") and not isinstance(value, type):  # what structlog writes as JSON
            inside = value.__structlog__()
            cleaned = self.clean(inside, rule, depth)
            return self._object(value) if cleaned is inside else cleaned
        return self._object(value)

    def _dataclass(self, value: Any, depth: int) -> object:  # noqa: ANN401
        """A renderer may print all of its fields. What the repr hides is not shown for the first time."""
        inside = {one.name: getattr(value, one.name) for one in fields(value) if hasattr(value, one.name)}
        cleaned = self._mapping(inside, depth)
        if cleaned is inside:
            return self._object(value)
        if not hasattr(type(value).__repr__, "__wrapped__"):  # one of its own, not what `dataclass` makes
            return redacted(repr(value), self.names)
        hidden = {one.name for one in fields(value) if not one.repr}
        return {name: part for name, part in cleaned.items() if name not in hidden or part is not inside.get(name)}

    def part(self, value: object) -> object:
        """Of a name, hidden."""
        try:
            hidden = self._hidden_part(value)
            is_changed = hidden != value
        except Exception:  # noqa: BLE001 - as for any other value
            return UNEXAMINED
        return hidden if is_changed else value

    def _hidden_part(self, value: object) -> object:
        if isinstance(value, list | tuple):
            return _rebuilt(value, [self._hidden_part(one) for one in value])
        if isinstance(value, dict):
            return {name: self._hidden_part(one) for name, one in value.items()}
        if not isinstance(value, str | bytes) or not value or is_marker(str(value)) or str(value).startswith("spiffe:"):
            return value
        return self.names.marker_of_value(Kind.DN, value)

    def _mapping(self, mapping: Mapping[Any, Any], depth: int) -> Mapping[Any, Any]:
        cleaned: dict[Any, Any] = {}
        changed = False
        for key, value in mapping.items():
            if self._left < 0:
                return cleaned | {UNEXAMINED: UNEXAMINED}
            new_key, new_value = self._name(key, depth), self.clean(value, rule_for(key), depth)
            changed = changed or new_key is not key or new_value is not value
            cleaned[new_key if _is_hashable(new_key) else UNEXAMINED] = new_value
        return cleaned if changed else mapping

    def _name(self, name: object, depth: int) -> object:
        return self.name(name) if type(name) is str else self.clean(name, None, depth)

    def name(self, name: str) -> str:
        return name if is_clean_name(name) else redacted(name, self.names)

    def _sequence(self, values: _Sequence, rule: Rule | None, depth: int) -> object:
        """The items; of a pair or triple such as a header, the name decides about what follows it."""
        if isinstance(values, list | tuple) and begins_der(values):
            return self.names.marker_of_value(Kind.CERTIFICATE, _octets_of(values))
        if isinstance(values, list | tuple) and _are_lines_of_pem(values):
            return self._lines(values)
        rules = self._rules_of_items(values, rule)
        cleaned: list[Any] = []
        for value, one in zip(values, rules, strict=False):
            if self._left < 0:
                return [*cleaned, UNEXAMINED]
            cleaned.append(self.clean(value, one, depth))
        if all(new is old for new, old in zip(cleaned, values, strict=True)):
            return values if type(values) in _PLAIN_SEQUENCES else self._object(values)
        return _rebuilt(values, cleaned)

    def _lines(self, lines: list[str] | tuple[str, ...]) -> object:
        """Of a block: those in its middle say nothing by themselves."""
        text = "\n".join(lines)
        cleaned = redacted(text, self.names)
        return lines if cleaned is text else _rebuilt(lines, [*cleaned.split("\n")])

    @staticmethod
    def _rules_of_items(values: _Sequence, rule: Rule | None) -> Iterable[Rule | None]:
        if isinstance(values, list | tuple) and len(values) in (_PAIR, _TRIPLE) and rule is None:
            first = values[0]
            is_name = not isinstance(first, str) or is_clean_name(first)  # else it is data itself, and says nothing
            return (None, rule_for(first) if is_name else None, None)
        return [rule] * len(values)

    def _octets(self, octets: bytes | bytearray | memoryview) -> object:
        plain = bytes(octets)
        cleaned = redacted_octets(plain, self.names)
        return octets if cleaned is plain else cleaned

    def _object(self, value: object) -> object:
        """An object stays if neither its repr nor its str shows anything; a renderer may use the one or the other."""
        module = type(value).__module__.partition(".")[0]
        if module in _PRINTS_CERTIFICATES and not isinstance(value, BaseException | Enum | type):
            return self.names.marker_of_value(_kind_of_object(type(value).__name__), value)
        for show in _SHOWS:
            if spans(show(value)):
                return redacted(repr(value), self.names)
        return value


def _every(mapping: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Of a query or a form, which may have several values for a name, all of them: asked for one they give one."""
    if hasattr(mapping, "lists"):  # Django, Werkzeug
        lists = dict(mapping.lists())
    elif hasattr(mapping, "multi_items"):  # Starlette
        lists = {}
        for name, value in mapping.multi_items():
            lists.setdefault(name, []).append(value)
    else:
        return mapping
    return {name: values[0] if len(values) == 1 else values for name, values in lists.items()}


def _are_lines_of_pem(values: list[Any] | tuple[Any, ...]) -> bool:
    if not all(isinstance(one, str) for one in values) or not any("-----BEGIN " in one for one in values):
        return False
    return not any("\n" in one[:-1] for one in values)  # whole blocks in a list are no lines


def _octets_of(numbers: list[Any] | tuple[Any, ...]) -> object:
    try:
        return bytes(numbers)
    except (TypeError, ValueError):
        return numbers


def _rebuilt(values: _Sequence, cleaned: list[Any]) -> object:
    if isinstance(values, list):
        return cleaned
    if isinstance(values, tuple):
        return tuple(cleaned)
    return set(cleaned) if all(map(_is_hashable, cleaned)) else cleaned


def _is_hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


_SHOWS: tuple[Callable[[object], str], ...] = (repr, str)


def _kind_of_object(name: str) -> Kind:
    if "Private" in name:
        return Kind.PRIVATE_KEY
    return Kind.DN if "Name" in name else Kind.CERTIFICATE

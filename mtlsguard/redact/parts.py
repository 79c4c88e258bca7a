"""Names taken apart, as events hold them: `{"CN": ..., "O": ...}`, pairs of pyOpenSSL and of `getpeercert`."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from mtlsguard.redact.forms.attributes import COMMON, ORGANIZATIONS, TYPES, WORDS

# One of these is among them; two letters may be a country, and a title is not only a person's.
_ALTERNATIVE = frozenset({"DNS", "IP Address", "DirName", "Registered ID", "othername"})  # names, in pairs
_MORE_ALTERNATIVE = frozenset({"email", "URI"})  # beside those
TELLING = frozenset({"CN", "O", "OU", "DC", "common_name", "organization_name"}) | _ALTERNATIVE
_TELLING = TELLING | {"commonName", "organizationName", "organizationalUnitName", "domainComponent"}
_ALL = TYPES | _ALTERNATIVE | _MORE_ALTERNATIVE
_LISTS = frozenset({"sans", "dns_names", "alt_names", "subject_alt_names", "email_addresses"})
# Beside one of these a common name is a client's; without them, and without an organization, it may be a bird's.
_OF_CERTIFICATES = _LISTS | {
    *("not_before", "not_after", "notBefore", "notAfter", "issuer", "fingerprint", "thumbprint"),
    *("sha256_fingerprint", "fingerprint_sha256", "subject_key_id", "authority_key_id"),
}
_BESIDE_COMMON = ORGANIZATIONS | _OF_CERTIFICATES
# What of a whole event is a part of a name if others are: its other fields, such as a title, say other things.
_APART = COMMON | ORGANIZATIONS | _LISTS | {"CN", "O", "OU", "DC", "L", "ST", "C", "organization_name", "emailAddress"}
_LEAST = 2  # as in a text: one alone may be anything
_PAIR = 2
_MOST = 64  # parts are looked for
_DEEPEST = 3  # a name, its parts, the pairs of each

Hide = Callable[[object], object]


def is_name(value: object, *, is_called_so: bool) -> bool:
    """`is_called_so`: what stands beside it says that it is one, so that one part is enough."""
    if isinstance(value, Mapping) and not (COMMON.isdisjoint(value) or _BESIDE_COMMON.isdisjoint(value)):
        return True
    types = [*_types_in(value, _DEEPEST)]
    if not _ALTERNATIVE.isdisjoint(types) or (is_called_so and not _MORE_ALTERNATIVE.isdisjoint(types)):
        return isinstance(value, list | tuple) and not _is_pair(value)
    return len(types) >= (1 if is_called_so else _LEAST) and not _TELLING.isdisjoint(types)


def apart(event: Mapping[str, object]) -> list[str]:
    """Which fields of a whole event are parts of a name; none, unless there is a common name among them."""
    if "CN" not in event and COMMON.isdisjoint(event):
        return []
    beside = {name: None for name in event if name in _APART or name in _OF_CERTIFICATES}
    return [name for name in beside if name in _APART] if is_name(beside, is_called_so=False) else []


def hidden(value: Any, hide: Hide) -> Any:  # noqa: ANN401 - a mapping or a sequence, and the same again
    """The same with each part hidden."""
    if isinstance(value, Mapping):
        types = TYPES if COMMON.isdisjoint(value) or ORGANIZATIONS.isdisjoint(value) else TYPES | WORDS
        types = types if COMMON.isdisjoint(value) else types | _LISTS
        return {name: hide(part) if _is_one_of(types, name) else part for name, part in value.items()}
    if not isinstance(value, list | tuple):
        return value
    parts = [value[0], hide(value[1])] if _is_pair(value) else [hidden(one, hide) for one in value]
    return parts if isinstance(value, list) else tuple(parts)


def _types_in(value: object, deepest: int) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from TYPES.intersection(map(_type_of, value))
    elif isinstance(value, list | tuple) and deepest:
        if _is_pair(value):
            yield _type_of(value[0])
        elif value and isinstance(value[0], list | tuple):  # no list of mappings: each of them is asked by itself
            for one in islice(value, _MOST):
                yield from _types_in(one, deepest - 1) if isinstance(one, list | tuple) else ()


def _is_pair(value: list[Any] | tuple[Any, ...]) -> bool:
    return len(value) == _PAIR and _type_of(value[0]) != ""


def _is_one_of(types: frozenset[str], name: object) -> bool:
    return (name if isinstance(name, str) else _type_of(name)) in types


def _type_of(name: object) -> str:
    """Empty if it is none."""
    if isinstance(name, bytes):
        name = name.decode("latin-1")
    return name if isinstance(name, str) and name in _ALL else ""

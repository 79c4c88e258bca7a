"""What the name beside a value says about it: keys of events, of mappings, of pairs, of a traceback's locals."""

import re
from collections.abc import Callable, Collection
from datetime import date, timedelta
from functools import lru_cache

from mtlsguard.redact.engine import may_hold_certificate_data, spans
from mtlsguard.redact.forms.dn import LOOKS_LIKE_DN
from mtlsguard.redact.markers import Kind
from mtlsguard.redact.names import is_evidence, is_harmless, is_setting, kind_of, spelled
from mtlsguard.redact.naming import is_list_of_octets
from mtlsguard.redact.parts import TELLING
from mtlsguard.redact.patterns import compiled

# What a value is, judged by its name; None means: look at it as at any other value.
Rule = Callable[[object], Kind | None]

_FEW_OCTETS = 8
_WHOLE = frozenset({Kind.DN, Kind.SERIAL, Kind.FINGERPRINT})
FIRST_OCTET = 0x30  # of DER; a list that begins with it is looked at
_LONGEST_NAME = 256  # what is longer is a text
_LONG_NAME = 128  # keep no long keys: nobody names a field like that, but somebody may put data there

# Words that mean certificate data in one application and something else in the next: the value must look the part.
_SERIAL_WORD = compiled(r"serial-?(?:number|num|no|hex|dec|int)?s?$")
_FINGERPRINT_WORD = compiled(
    r"fingerprint|thumbprint|(?:^|-)fp$|key-?identifier$|(?:subject|authority|public)-?key-?id$|(?:^|-)[sa]ki$|^modulus$|"
    r"(?:cert|client|leaf|peer)-?(?:hash-?)?(?:sha-?\d{1,3}|hash|digest)$"
)
_DN_WORD = compiled(
    r"(?:subject|issuer|dn|distinguished-?name|owner|subject-?name|issuer-?name|subject-?alt(?:ernative)?-?names?)$"
)
_KEY_WORD = compiled(r"^pub(?:lic)?-?key$")
_BODY_WORD = compiled(r"(?:^|-)(?:certs?|certificates?|crt|pem|der|chain|leaf|x509|x5c|csr|raw|anchors?)$")

_SERIAL_VALUE = compiled(r"-?(?:0x)?(?=[a-f: -]*\d)(?:[0-9a-f]{2,}|[0-9a-f]{1,2}(?:[: -][0-9a-f]{2})+)(?:\+\d+)?")
_FINGERPRINT_VALUE = compiled(
    r"(?:sha-?\d+[: ])?(?:(?=[a-f]*\d)[0-9a-f]{16,}|[0-9a-f]{2}(?:[: -][0-9a-f]{2}){7,}|(?:[\w+/-]{27}|[\w+/-]{43})=?)"
)
_UUID = compiled(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_OPAQUE = compiled(r"(?=[^A-Z]*[A-Z])(?=\D*\d)[A-Za-z0-9+=_%:-][A-Za-z0-9+/=_%\\:-]{23,}(?:\.{3}|…)?(?:\+\d+)?")
_OCTETS = compiled(r"b[\"'].{8}", re.DOTALL)  # the repr of some, as tracebacks print it


PLAIN: set[object] = set()  # names that say nothing, seen before
_PRINTABLE: set[object] = set()  # these, and those that say something of what is beside them but show nothing
_MOST_KNOWN = 4096


def are_plain(names: Collection[object]) -> bool:
    """Does none of these names say anything? Nearly always they have been seen before."""
    return PLAIN.issuperset(names) or (not _PRINTABLE.issuperset(names) and all(map(is_plain, names)))


def are_printable(names: Collection[object]) -> bool:
    """May all of these names be shown as they are?"""
    return _PRINTABLE.issuperset(names) or all(map(is_plain, names))


def is_plain(name: object) -> bool:
    if name in PLAIN:
        return True
    plain = name != FIRST_OCTET and rule_for(name) is None
    if isinstance(name, str) and len(name) <= _LONG_NAME and len(_PRINTABLE) < _MOST_KNOWN:
        if plain:
            PLAIN.add(name)
        if plain or is_clean_name(name):
            _PRINTABLE.add(name)
    return plain


def is_clean_name(name: str) -> bool:
    if len(name) <= _LONG_NAME:
        return _is_clean(name)
    return not may_hold_certificate_data(name) or not spans(name)


@lru_cache(maxsize=4096)
def _is_clean(name: str) -> bool:
    return not spans(name)


def rule_for(name: object) -> Rule | None:
    if isinstance(name, bytes):
        name = name.decode("latin-1")
    if not isinstance(name, str):
        return None
    if len(name) <= _LONG_NAME:
        return _known(name)
    return _rule(name) if len(name) <= _LONGEST_NAME else _rule_beside_data(name)


def _rule(name: str) -> Rule | None:
    if name.startswith(("b'", 'b"', "'", '"')):  # as error reports and JSON of octets write the names of headers
        name = name.lstrip("b").strip("'\"")
    if is_evidence(name):
        return _always(kind_of(spelled(name)), spelled(name))
    if name in TELLING:
        return _part
    word = spelled(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name)).replace(".", "-")
    for pattern, rule in _GENERIC:
        if pattern.search(word):
            return rule
    return _rule_beside_data(name)


def _rule_beside_data(name: str) -> Rule | None:
    if is_clean_name(name):
        return None
    is_torn = any(span.kind not in _WHOLE for span in spans(name))  # a form that was read out of PEM: at its first `=`
    return _always(Kind.CERTIFICATE) if is_torn else _judged_by_itself


_known = lru_cache(maxsize=4096)(_rule)


def _always(kind: Kind, name: str = "") -> Rule:
    def judge(value: object) -> Kind | None:
        if value is None or isinstance(value, bool | float | date | timedelta) or value in ([], (), {}):
            return None
        text = _as_text(value)
        return None if is_harmless(text, kind) or (name and is_setting(name, text)) else kind

    return judge


def _unpacked(value: object) -> object:
    """The octets of Node's buffer, as it comes out of JSON."""
    return value.get("data") if isinstance(value, dict) and value.get("type") == "Buffer" else value


def _serial(value: object) -> Kind | None:
    value = _unpacked(value)
    if isinstance(value, bytes | bytearray | memoryview) or is_list_of_octets(value):
        return Kind.SERIAL if value else None
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return Kind.SERIAL if _SERIAL_VALUE.fullmatch(_bare(str(value))) or _is_octets(value) else None


def _fingerprint(value: object) -> Kind | None:
    value = _unpacked(value)
    if isinstance(value, bytes | bytearray | memoryview) or is_list_of_octets(value):
        return Kind.FINGERPRINT if len(value) >= _FEW_OCTETS else None
    if not isinstance(value, str) or _UUID.fullmatch(_bare(value)):
        return None
    return Kind.FINGERPRINT if _FINGERPRINT_VALUE.fullmatch(_bare(value)) or _is_octets(value) else None


def _part(value: object) -> Kind | None:  # noqa: ARG001 - a part of a name, if there are others: asked for all together
    return None


def _judged_by_itself(value: object) -> Kind | None:  # noqa: ARG001 - beside what is data itself
    return None


def is_for_names(rule: Rule | None) -> bool:
    return rule is _dn


def _dn(value: object) -> Kind | None:
    return Kind.DN if isinstance(value, str) and LOOKS_LIKE_DN.match(value) else None


def _key(value: object) -> Kind | None:
    """Many have public keys; Node's certificates have buffers of them."""
    return Kind.PUBLIC_KEY if value is not (octets := _unpacked(value)) and octets else None


def _body(value: object) -> Kind | None:
    if isinstance(value, bytes | bytearray | memoryview):
        return Kind.CERTIFICATE if len(value) >= 2 * _FEW_OCTETS else None
    if not isinstance(value, str) or _UUID.fullmatch(_bare(value)):
        return None
    return Kind.CERTIFICATE if _OPAQUE.fullmatch(value.strip().strip("b\"'")) or _is_octets(value) else None


_GENERIC: tuple[tuple[re.Pattern[str], Rule], ...] = (
    (_SERIAL_WORD, _serial),
    (_FINGERPRINT_WORD, _fingerprint),
    (_DN_WORD, _dn),
    (_KEY_WORD, _key),
    (_BODY_WORD, _body),
)


def _as_text(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).decode("latin-1")
    return value if isinstance(value, str) else repr(value)


def _is_octets(value: object) -> bool:
    return isinstance(value, str) and _OCTETS.match(value) is not None


def _bare(value: str) -> str:
    """Without the quotes that a traceback's locals have around them."""
    return value.strip().strip("\"'").lower()

"""Any certificate, in any form, anywhere in an event."""

import copy
import json
import pprint
from collections.abc import Callable
from urllib.parse import quote, quote_plus, unquote_plus

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from mtlsguard.redact import redact_certificates, redact_text
from mtlsguard.redact.markers import Kind, marker
from tests.redact.material import WRITTEN, Material, material

some = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Values of a name: any text without line ends, for a line end in running text ends the name (see below).
_LETTERS = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))


def _is_private(value: str) -> bool:
    """Not what stands in a marker itself, and not a SPIFFE ID, which is left for operators to read."""
    return value.strip() == value and not any(value in marker(kind) for kind in Kind) and "spiffe:" not in value


_VALUES = st.text(_LETTERS, min_size=8, max_size=15).filter(_is_private)
_SERIALS = st.integers(min_value=1 << 64, max_value=(1 << 159) - 1)
_MATERIAL = st.builds(material, name=_VALUES, organization=_VALUES, serial=_SERIALS)
_WRITTEN = st.sampled_from(sorted(WRITTEN))
_WORDS = st.text(st.sampled_from("xyz .,:"), max_size=7)


def _wrapped(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(
        st.lists(inner, min_size=1, max_size=2),
        st.tuples(inner, st.booleans()),
        st.dictionaries(st.sampled_from(["a", "note", "detail"]), inner, min_size=1, max_size=2),
    )


def _rendered(event: object) -> str:
    return repr(event) + json.dumps(event, default=repr, ensure_ascii=False)


def _can_be_told(how: str, one: Material) -> bool:
    """curl escapes nothing: where a value with such marks ends nobody can tell."""
    return "semicolons" not in how or not any(mark in value for value in one.values for mark in "\"';<")


@some
@given(_MATERIAL, _WRITTEN, _WORDS)
def test_nothing_of_any_certificate_survives_in_a_text(one: Material, how: str, before: str):
    assume(_can_be_told(how, one))
    assert one.leaks_in(redact_text(f"{before} {WRITTEN[how](one)}")) == []


_ESCAPES = st.sampled_from([quote, quote_plus, lambda text: quote(quote_plus(text), safe="")])


@some
@given(_MATERIAL, _WRITTEN, _ESCAPES)
def test_nothing_of_any_certificate_survives_in_a_query(one: Material, how: str, escape: Callable[[str], str]):
    """And what stands beside it stays, where it can be seen how long it is."""
    assume(_can_be_told(how, one))
    cleaned = redact_text(f"GET /pay?q={escape(WRITTEN[how](one))}&next=%2Fhome HTTP/1.1")
    plain = unquote_plus(unquote_plus(cleaned, errors="surrogateescape"), errors="surrogateescape")
    assert (one.leaks_in(cleaned), one.leaks_in(plain), redact_text(cleaned)) == ([], [], cleaned)
    assert cleaned.startswith("GET /pay?")
    assert cleaned.endswith("&next=%2Fhome HTTP/1.1") or "escapes for what is not ASCII" in how


@some
@given(_MATERIAL, _WRITTEN, st.data())
def test_nothing_of_any_certificate_survives_in_an_event(one: Material, how: str, data: st.DataObject):
    assume(_can_be_told(how, one))
    dirty = st.sampled_from([WRITTEN[how](one), WRITTEN[how](one).encode(), one.certificate, one.der])
    event = {"event": "seen", "value": data.draw(st.recursive(dirty, _wrapped, max_leaves=4))}
    before = copy.deepcopy(_rendered(event))
    cleaned = redact_certificates(None, "info", dict(event))
    assert (one.leaks_in(_rendered(cleaned)), _rendered(event)) == ([], before)


_OCTETS = st.one_of(
    st.binary(min_size=16, max_size=32), st.lists(st.sampled_from(b"\"'\\\xab:, b}"), min_size=16).map(bytes)
)
_OCTETS_OF = ("fingerprint", "serial", "serial_number", "sha1_fingerprint", "thumbprint", "client_hash", "leaf_sha256")
_REPRS: dict[str, Callable[[str, bytes], str]] = {
    "repr": lambda name, octets: repr({name: octets}),
    "repr in JSON": lambda name, octets: json.dumps(str({name: octets})),
    "repr in JSON in JSON": lambda name, octets: json.dumps({"m": json.dumps({"x": str({name: octets})})}),
    "pretty": lambda name, octets: pprint.pformat({name: octets, "other": "x" * 40}, width=60),
    "pair": lambda name, octets: f"{name}={octets!r} status=200",
    "sentence": lambda name, octets: f"the {name}: {octets!r}, next",
    "list": lambda name, octets: repr([(name, octets)]),
    "octets twice": lambda name, octets: repr([(name.encode(), octets)]),
    "object": lambda name, octets: f"Client({name}={octets!r}, port=443)",
    "JSON": lambda name, octets: json.dumps({name: octets.decode("latin-1")}),
}


@settings(max_examples=600, deadline=None)
@given(_OCTETS, st.sampled_from(_OCTETS_OF), st.sampled_from(sorted(_REPRS)))
def test_nothing_of_any_octets_survives_beside_a_telling_name(octets: bytes, name: str, how: str):
    """Of those that a repr escapes one may be left: in four octets that are letters nothing is seen."""
    assume(sum(octet > 0x7E for octet in octets[:16]) >= 4)
    shown = redact_text(_REPRS[how](name, octets))
    assert shown.count("\\x") + shown.count("\\u00") <= 1


@some
@given(_MATERIAL, _WRITTEN, _WORDS, _WORDS)
def test_redaction_is_idempotent_on_texts_with_certificates(one: Material, how: str, before: str, after: str):
    once = redact_text(f"{before}{WRITTEN[how](one)}{after}")
    assert redact_text(once) == once


_PIECES = st.sampled_from(
    [
        *(
            "CN=",
            "O=",
            "C=GB,",
            "/CN=",
            "=",
            ",",
            ";",
            '"',
            "'",
            "\\",
            "\\n",
            "\n",
            ":",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "b'",
        ),
        *("BEGIN", "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "MIIBsjCCATig", "MI", "By=", "Hash="),
        *("serial", "serial=", "0A1B", "12:34:56", "fingerprint", "x-ssl-client-cert", "client_cert", "None"),
        *(
            "0\\x82",
            "%3D",
            "CN%3D",
            "3082",
            "30:82:",
            "<Name(",
            ")>",
            "[dn]",
            "[certificate sha256:abcdefgh]",
            "[certificate",
            "sha256:abcdefgh]",
        ),
        *("é", "\u202e", "a" * 16, "0123456789abcdef"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=5), max_size=25), st.sampled_from(["", " "]))
def test_redaction_never_raises_and_is_idempotent_on_any_text(pieces: list[str], between: str):
    once = redact_text(between.join(pieces))
    assert redact_text(once) == once

"""Any certificate, in any form, anywhere in an event."""

import copy
import json

from hypothesis import HealthCheck, given, settings
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


@some
@given(_MATERIAL, _WRITTEN, _WORDS)
def test_nothing_of_any_certificate_survives_in_a_text(one: Material, how: str, before: str):
    assert one.leaks_in(redact_text(f"{before} {WRITTEN[how](one)}")) == []


@some
@given(_MATERIAL, _WRITTEN, st.data())
def test_nothing_of_any_certificate_survives_in_an_event(one: Material, how: str, data: st.DataObject):
    dirty = st.sampled_from([WRITTEN[how](one), WRITTEN[how](one).encode(), one.certificate, one.der])
    event = {"event": "seen", "value": data.draw(st.recursive(dirty, _wrapped, max_leaves=4))}
    before = copy.deepcopy(_rendered(event))
    cleaned = redact_certificates(None, "info", dict(event))
    assert (one.leaks_in(_rendered(cleaned)), _rendered(event)) == ([], before)


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

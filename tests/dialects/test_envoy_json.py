"""XFCC in JSON: one spelling of the JSON, elements that are counted, and nothing that a parser could choke on."""

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects import DIALECTS
from mtlsguard.dialects.contract import Presented
from mtlsguard.dialects.encodings import to_escaped_pem, to_pem
from mtlsguard.limits import MAX_FIELD
from mtlsguard.reason import Reason
from tests.dialects.reading import OTHER, SAMPLE, lines, received
from tests.dialects.test_properties import changes, ders

MALFORMED = Deny(Reason.MALFORMED_HEADER)
AMBIGUOUS = Deny(Reason.AMBIGUOUS_HEADER)
INCOMPLETE = Deny(Reason.INCOMPLETE_EVIDENCE)
HEADER = "x-forwarded-client-cert"


def element(der=SAMPLE, **more):
    return {"hash": sha256(der).hexdigest(), "cert": to_pem(der), **more}


def spelled(*elements):
    return json.dumps(elements, ensure_ascii=False, separators=(",", ":")).encode()


def read(text, hops=1):
    return received("envoy-json", [(HEADER, text)], hops=hops)


def test_hash_and_certificate_are_enough():
    assert read(spelled(element())) == Presented(SAMPLE)


def test_the_order_of_keys_does_not_count():
    assert read(spelled(dict(reversed(element().items())))) == Presented(SAMPLE)


@pytest.mark.parametrize("key", ["by", "uri", "dns"])
@pytest.mark.parametrize(
    "name", ["", 'x"},{"hash":"00', "\\", "\b\f\t\x1f", "\u00e9", "\u2028", "\U0001f600", "</script>"]
)
def test_a_name_is_text_whatever_is_in_it(key, name):
    assert read(spelled(element(**{key: [name]}))) == Presented(SAMPLE)


@pytest.mark.parametrize("key", ["by", "uri", "dns"])
def test_no_name_is_taken_from_the_text(key):
    assert read(spelled(element(**{key: ["spiffe://other/name"]}))) == Presented(SAMPLE)


def test_the_client_stands_before_the_outer_one_of_two_hops():
    assert read(spelled(element(), element(OTHER)), hops=2) == Presented(SAMPLE)


@pytest.mark.parametrize("count", [2, 3, 1_000])
def test_more_elements_than_hops_are_ambiguous(count):
    assert read(spelled(*[{}] * count)) == AMBIGUOUS


def test_fewer_elements_than_hops_are_incomplete():
    assert read(spelled(element()), hops=2) == INCOMPLETE


@pytest.mark.parametrize("outer", [{"serial": "1"}, {"by": "a"}, {"hash": []}, {"hash": None}, {"uri": [1]}, [], "a"])
def test_an_outer_element_in_another_form_is_malformed_though_the_clients_is_right(outer):
    assert read(spelled(element(), outer), hops=2) == MALFORMED


@pytest.mark.parametrize("key", ["hash", "cert", "chain", "subject", "issuer", "by", "uri", "dns"])
@pytest.mark.parametrize("value", [1, 1.5, True, None, {}, {"a": "b"}, [1], [None], [["a"]], [{}]])
def test_values_of_another_kind_are_malformed(key, value):
    assert read(spelled(element() | {key: value})) == MALFORMED


@pytest.mark.parametrize("text", [b"[", b'{"a":', b'[{"by":', b"[[],"])
def test_nesting_as_deep_as_the_bound_allows_is_malformed(text):
    assert read(text * (MAX_FIELD // len(text))) == MALFORMED


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e400", b"9" * 60_000, b"-0", b"0.1"])
def test_numbers_are_malformed(number):
    assert read(b'[{"by":[' + number + b"]}]") == MALFORMED


@pytest.mark.parametrize("again", ["hash", "cert", "subject"])
def test_a_key_that_comes_twice_is_malformed_though_it_says_the_same(again):
    text = spelled(element(subject="CN=a"))
    pair = json.dumps({again: element(subject="CN=a")[again]}).encode().replace(b": ", b":")[1:-1]
    assert read(text[:-2] + b"," + pair + text[-2:]) == MALFORMED


def test_every_character_has_one_spelling():
    text = spelled(element()).decode()
    escaped = [text[:at] + f"\\u{ord(text[at]):04x}" + text[at + 1 :] for at in range(len(text)) if text[at].isalnum()]
    assert {isinstance(read(one), Deny) for one in escaped} == {True}


@pytest.mark.parametrize("blank", [" ", "  "])
@pytest.mark.parametrize("mark", ["[", "{", ":", ",", "}", "]"])
def test_blanks_between_the_parts_are_malformed(mark, blank):
    assert read(spelled(element()).decode().replace(mark, mark + blank)) == MALFORMED


def test_escaped_pem_as_in_the_text_form_is_malformed():
    assert read(spelled(element() | {"cert": to_escaped_pem(SAMPLE)})) == MALFORMED


def test_the_text_form_does_not_read_json():
    assert received("xfcc", lines("envoy-json")) == MALFORMED


def test_a_chain_begins_with_the_leaf_which_is_not_repeated():
    chain = [to_pem(SAMPLE), to_pem(OTHER)]
    assert read(spelled(element(chain=chain))) == Presented(SAMPLE, (OTHER,))


@given(data=st.data(), leaf=ders)
def test_another_text_never_holds_a_certificate_that_its_hash_does_not_name(data, leaf):
    text = DIALECTS["envoy-json"].write(leaf, (b"above",))["certificate"].encode()
    other = data.draw(changes(text))
    found = received("envoy-json", lines("envoy-json", certificate=other))
    named = isinstance(found, Presented) and sha256(found.leaf).hexdigest().encode() in other
    assert named or isinstance(found, Deny)


@given(text=st.one_of(st.binary(max_size=100), st.text('[]{}":,\\u0hashcert', max_size=60).map(str.encode)))
def test_what_is_no_list_of_elements_never_raises(text):
    assert isinstance(read(text), Deny | Absent)

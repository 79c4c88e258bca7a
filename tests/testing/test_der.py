"""The DER pieces, against `cryptography` and against themselves."""

from datetime import UTC, datetime

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.testing import der

arcs = st.integers(0, 2**40)


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_children_are_what_a_sequence_was_made_of(contents):
    elements = [der.octet_string(content) for content in contents]
    assert der.children(der.sequence(*elements)) == elements


@given(st.binary(max_size=70_000))
def test_content_is_what_an_element_was_made_of(content):
    assert der.content(der.tlv(0x04, content)) == content


@given(st.integers(-(2**200), 2**200))
def test_an_integer_keeps_its_value(value):
    assert int.from_bytes(der.content(der.integer(value)), "big", signed=True) == value


@given(st.integers(-(2**200), 2**200))
def test_an_integer_is_as_short_as_it_can_be(value):
    content = der.content(der.integer(value))
    assert len(content) == 1 or int.from_bytes(content[1:], "big", signed=True) != value


@given(st.integers(0, 2), st.integers(0, 39), st.lists(arcs, max_size=5))
def test_an_object_identifier_is_encoded_as_cryptography_encodes_it(first, second, rest):
    identifier = x509.ObjectIdentifier(".".join(map(str, (first, second, *rest))))
    assert der.sequence(der.oid(identifier)) == x509.ExtendedKeyUsage([identifier]).public_bytes()


@pytest.mark.parametrize(
    ("size", "header"), [(0, "0400"), (127, "047f"), (128, "048180"), (255, "0481ff"), (256, "04820100")]
)
def test_a_length_takes_as_few_octets_as_it_needs(size, header):
    assert der.octet_string(bytes(size)).hex().startswith(header)


def test_a_child_can_be_exchanged():
    one, two = der.integer(1), der.integer(2)
    assert der.replaced(der.sequence(one, two), 1, one) == der.sequence(one, one)


def test_a_child_can_be_taken_out():
    one, two = der.integer(1), der.integer(2)
    assert der.replaced(der.sequence(one, two), 0, b"") == der.sequence(two)


def test_a_year_of_three_digits_is_padded():
    assert der.content(der.generalized_time(datetime(987, 1, 2, tzinfo=UTC))) == b"09870102000000Z"

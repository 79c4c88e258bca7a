"""AWS Application Load Balancer: an escaping that leaves plus alone, and a chain in one value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.decision import Deny
from mtlsguard.dialects import DIALECTS
from mtlsguard.dialects.contract import Presented
from mtlsguard.dialects.encodings import half_escaped_pem, half_escaped_pems, to_escaped_pem, to_half_escaped_pem
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason
from mtlsguard.testing import Pki
from tests.dialects.reading import OTHER, SAMPLE, lines, received
from tests.dialects.test_properties import changes, ders

MALFORMED = Deny(Reason.MALFORMED_HEADER)
ALB = ["aws-alb-verify", "aws-alb-passthrough"]
TEXT = to_half_escaped_pem(SAMPLE)


@given(text=st.one_of(st.binary(max_size=200), st.text("AB+/=%230Da\n:", max_size=40).map(str.encode)))
def test_what_the_encoding_reads_it_writes_the_same(text):
    found = half_escaped_pem(text)
    assert found is None or to_half_escaped_pem(found).encode() == text


@given(data=st.data(), der=ders)
def test_another_text_is_never_the_same_certificate(data, der):
    text = to_half_escaped_pem(der).encode()
    other = data.draw(changes(text))
    assert other == text or half_escaped_pem(other) != der


@given(data=st.data(), chain=st.lists(ders, min_size=1, max_size=4).map(tuple))
def test_another_text_is_never_the_same_chain(data, chain):
    text = "".join(map(to_half_escaped_pem, chain)).encode()
    other = data.draw(changes(text))
    assert other == text or half_escaped_pems(other) != chain


def test_plus_slash_and_equals_stay_as_they_are():
    assert {mark for mark in "+/=" if mark in TEXT} == {"+", "/", "="}


def test_nothing_else_is_written_than_two_escapes():
    assert TEXT.count("%") == TEXT.count("%20") + TEXT.count("%0A")


@pytest.mark.parametrize("dialect", ALB)
def test_plus_is_never_a_blank(dialect):
    assert received(dialect, lines(dialect, certificate=TEXT.replace("+", "%20"))) == MALFORMED


@pytest.mark.parametrize("dialect", ALB)
def test_the_full_escaping_of_other_proxies_is_malformed(dialect):
    assert received(dialect, lines(dialect, certificate=to_escaped_pem(SAMPLE))) == MALFORMED


def test_verify_mode_has_one_certificate_only():
    assert received("aws-alb-verify", lines("aws-alb-verify", certificate=TEXT * 2)) == MALFORMED


def test_passthrough_mode_has_the_leaf_first():
    sent = lines("aws-alb-passthrough", SAMPLE, (OTHER,))
    assert received("aws-alb-passthrough", sent) == Presented(SAMPLE, (OTHER,))


def test_a_chain_that_is_too_long_is_oversized_before_it_is_decoded():
    broken = "-----BEGIN" * (MAX_CHAIN + 2)
    assert received("aws-alb-passthrough", lines("aws-alb-passthrough", certificate=broken)) == Deny(Reason.OVERSIZED)


def test_two_certificates_of_one_authority_have_different_hints():
    pki, dialect = Pki(), DIALECTS["aws-alb-passthrough"]
    texts = [dialect.write(leaf.der, (pki.intermediate.der,))["certificate"] for leaf in (pki.leaf(), pki.leaf())]
    assert texts[0][dialect.hint] != texts[1][dialect.hint]

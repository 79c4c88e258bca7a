"""RFC 9440: Client-Cert, and a chain that may be spread over lines."""

from base64 import b64encode, urlsafe_b64encode

import pytest

from mtlsguard.decision import Deny
from mtlsguard.dialects.contract import Presented
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason
from tests.dialects.reading import OTHER, SAMPLE, joined, lines, received

MALFORMED = Deny(Reason.MALFORMED_HEADER)
TEXT = f":{b64encode(SAMPLE).decode()}:"
CHAIN = "client-cert-chain"


def item(der):
    return f":{b64encode(der).decode()}:"


def read(certificate=TEXT, chain=None):
    return received("rfc9440", lines("rfc9440", certificate=certificate, chain=chain))


def test_a_chain_comes_without_the_leaf_in_its_order():
    assert read(chain=f"{item(OTHER)}, {item(b'b')}") == Presented(SAMPLE, (OTHER, b"b"))


@pytest.mark.parametrize("mark", [",", ", ", " ,", "  ,  "])
def test_blanks_around_the_commas_of_a_chain_do_not_count(mark):
    assert read(chain=item(OTHER) + mark + item(b"b")) == Presented(SAMPLE, (OTHER, b"b"))


def test_a_chain_may_come_in_several_lines():
    parts = [(CHAIN, item(OTHER)), (CHAIN, item(b"b"))]
    assert received("rfc9440", [*lines("rfc9440"), *parts]) == Presented(SAMPLE, (OTHER, b"b"))


def test_lines_of_a_chain_that_a_server_joined_are_the_same():
    parts = [(CHAIN, item(OTHER)), (CHAIN, item(b"b"))]
    assert joined("rfc9440", [*lines("rfc9440"), *parts]) == Presented(SAMPLE, (OTHER, b"b"))


def test_a_chain_without_a_certificate_is_incomplete():
    assert read(certificate=None, chain=item(OTHER)) == Deny(Reason.INCOMPLETE_EVIDENCE)


@pytest.mark.parametrize("chain", ["", ",", f"{item(OTHER)},", f",{item(OTHER)}", "::", f"{item(OTHER)},,{item(b'b')}"])
def test_an_empty_member_of_a_chain_is_malformed(chain):
    assert read(chain=chain) == MALFORMED


def test_one_broken_member_spoils_the_chain():
    assert read(chain=f"{item(OTHER)}, {item(b'b')[:-1]}") == MALFORMED


def test_a_chain_of_the_greatest_length_is_read():
    assert len(read(chain=",".join([item(OTHER)] * MAX_CHAIN)).chain) == MAX_CHAIN


def test_a_longer_chain_is_oversized():
    assert read(chain=",".join([item(OTHER)] * (MAX_CHAIN + 1))) == Deny(Reason.OVERSIZED)


def test_a_chain_of_a_thousand_is_oversized():
    assert read(chain=",".join([":AAAA:"] * 1_000)) == Deny(Reason.OVERSIZED)


def test_a_list_of_certificates_where_one_belongs_is_ambiguous():
    assert read(f"{TEXT}, {item(OTHER)}") == Deny(Reason.AMBIGUOUS_HEADER)


@pytest.mark.parametrize("parameter", [";a", ";a=1", "; a", ";a=:AA==:"])
def test_parameters_are_malformed(parameter):
    assert read(TEXT + parameter) == MALFORMED


@pytest.mark.parametrize("kind", ["token", '"string"', "1", "?1", f'"{TEXT}"', f"({TEXT})", TEXT.strip(":"), ":", ""])
def test_other_kinds_of_items_are_malformed(kind):
    assert read(kind) == MALFORMED


@pytest.mark.parametrize("half", [TEXT[1:], TEXT[:-1]])
def test_one_colon_is_malformed(half):
    assert read(half) == MALFORMED


def test_the_other_alphabet_is_malformed():
    assert read(f":{urlsafe_b64encode(SAMPLE).decode()}:") == MALFORMED


def test_missing_padding_is_malformed():
    assert read(TEXT.replace("=:", ":")) == MALFORMED


def test_more_padding_than_needed_is_malformed():
    assert read(TEXT.replace("=:", "==:")) == MALFORMED


def test_bits_behind_the_last_octet_are_malformed():
    assert item(b"\x30" * 10).endswith("MA==:")
    assert read(item(b"\x30" * 10).replace("MA==:", "MB==:")) == MALFORMED


@pytest.mark.parametrize("stray", [" ", "!", "-", "\u00e9", "=", ":"])
def test_characters_outside_the_alphabet_are_malformed(stray):
    assert read(TEXT[:40] + stray + TEXT[40:]) == MALFORMED

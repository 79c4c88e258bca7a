"""Traefik: one list of base64 DER, leaf first, and nothing else."""

from urllib.parse import quote, quote_plus

import pytest

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import Presented
from mtlsguard.dialects.encodings import to_base64, to_escaped_pem, to_pem
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason
from tests.dialects.reading import ABOVE, OTHER, SAMPLE, joined, lines, received

MALFORMED = Deny(Reason.MALFORMED_HEADER)
HEADER = "x-forwarded-tls-client-cert"
TEXT, SECOND = to_base64(SAMPLE), to_base64(OTHER)


def read(certificate=TEXT):
    return received("traefik", lines("traefik", certificate=certificate))


def test_the_first_is_the_leaf_and_the_others_are_the_chain_in_order():
    assert read(f"{TEXT},{SECOND},{to_base64(ABOVE)}") == Presented(SAMPLE, (OTHER, ABOVE))


def test_no_header_is_absence():
    assert received("traefik", []) == Absent()


@pytest.mark.parametrize("empty", ["", "(null)", "<nil>", "::", '""'])
def test_words_for_nothing_are_malformed(empty):
    assert read(empty) == MALFORMED


@pytest.mark.parametrize("text", [",", f",{TEXT}", f"{TEXT},", f"{TEXT},,{SECOND}"])
def test_an_empty_element_is_malformed(text):
    assert read(text) == MALFORMED


@pytest.mark.parametrize("comma", [", ", " ,", ";", "%2C", " ", ",\t", "\n", "\x00"])
def test_any_other_separator_is_malformed(comma):
    assert read(f"{TEXT}{comma}{SECOND}") == MALFORMED


def test_an_element_that_cannot_be_read_spoils_the_whole():
    assert read(f"{TEXT},{SECOND[:-1]}") == MALFORMED


def test_a_cut_leaf_before_a_whole_chain_is_malformed():
    assert read(f"{TEXT[:-1]},{SECOND}") == MALFORMED


def test_padding_in_the_middle_does_not_join_two_certificates():
    assert read(to_base64(b"\x30" * 10) + TEXT) == MALFORMED


@pytest.mark.parametrize("escape", [quote, quote_plus])
def test_the_escaped_value_of_older_versions_is_malformed(escape):
    assert read(escape(TEXT)) == MALFORMED


def test_a_plus_that_became_a_blank_is_malformed():
    assert read(TEXT.replace("+", " ")) == MALFORMED


@pytest.mark.parametrize("text", [to_pem(SAMPLE).replace("\n", ""), to_escaped_pem(SAMPLE), f":{TEXT}:", f'"{TEXT}"'])
def test_marks_around_it_are_malformed(text):
    assert read(text) == MALFORMED


@pytest.mark.parametrize("text", [TEXT.replace("+", "-"), TEXT.replace("/", "_"), TEXT.rstrip("=")[:-1] + "="])
def test_another_alphabet_or_padding_is_malformed(text):
    assert read(text) == MALFORMED


def test_one_member_more_than_may_be_is_oversized_before_any_is_decoded():
    assert read(",".join(["?"] * (MAX_CHAIN + 2))) == Deny(Reason.OVERSIZED)


def test_names_alone_are_no_certificate():
    assert received("traefik", [(f"{HEADER}-info", "Subject%3D%22CN%3Dadmin%22")]) == Absent()


def test_names_beside_it_are_not_read():
    assert received("traefik", [*lines("traefik"), (f"{HEADER}-info", "Subject%3D%22CN%3Dadmin%22")]) == read()


def test_where_a_server_joins_lines_what_came_first_stays_the_leaf():
    """A limit, not a feature: a second line looks like a chain. Only the leaf is anybody's name."""
    assert joined("traefik", [(HEADER, TEXT), (HEADER, SECOND)]) == Presented(SAMPLE, (OTHER,))

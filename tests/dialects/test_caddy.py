"""Caddy: one field that always comes, and is empty without a certificate."""

from hashlib import sha256

import pytest

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import Presented
from mtlsguard.dialects.encodings import to_base64, to_escaped_pem, to_pem, to_spaced_pem
from mtlsguard.reason import Reason
from tests.dialects.reading import OTHER, SAMPLE, joined, lines, received

MALFORMED = Deny(Reason.MALFORMED_HEADER)
AMBIGUOUS = Deny(Reason.AMBIGUOUS_HEADER)
HEADER, FINGERPRINT = "x-ssl-client-cert", "x-ssl-client-fingerprint"
TEXT = to_base64(SAMPLE)


def read(certificate=TEXT):
    return received("caddy", [(HEADER, certificate)])


def test_a_value_is_the_certificate():
    assert read() == Presented(SAMPLE)


def test_an_empty_value_is_absence():
    assert read("") == Absent()


def test_a_route_that_does_not_set_the_field_is_incomplete_and_not_absence():
    assert received("caddy", []) == Deny(Reason.INCOMPLETE_EVIDENCE)


@pytest.mark.parametrize("of", [b"", SAMPLE])
def test_a_fingerprint_is_never_a_certificate(of):
    digest = sha256(of).hexdigest()
    assert received("caddy", [(HEADER, ""), (FINGERPRINT, digest)]) == Absent()


@pytest.mark.parametrize(
    "word", [" ", "<nil>", "(null)", "::", "nil", "=", '""', "{tls_client_certificate_der_base64}"]
)
def test_other_words_for_nothing_are_malformed(word):
    assert read(word) == MALFORMED


@pytest.mark.parametrize("text", [f"{TEXT},{to_base64(OTHER)}", f",{TEXT}", f"{TEXT},"])
def test_a_list_is_ambiguous(text):
    assert read(text) == AMBIGUOUS


def test_two_lines_are_ambiguous_though_one_is_empty():
    assert received("caddy", [(HEADER, ""), (HEADER, TEXT)]) == AMBIGUOUS


def test_an_empty_line_that_a_server_joined_is_ambiguous():
    assert joined("caddy", [(HEADER, ""), (HEADER, TEXT)]) == AMBIGUOUS


@pytest.mark.parametrize("more", ["A", "AAAA", "=", "%0A", " ", ";", '"', "\x00", "\n", "\r\n", "\x7f"])
def test_anything_behind_it_is_malformed(more):
    assert read(TEXT + more) == MALFORMED


@pytest.mark.parametrize("text", [f":{TEXT}:", f'"{TEXT}"', TEXT.replace("+", "-"), TEXT.replace("+", " "), TEXT[:-1]])
def test_another_spelling_is_malformed(text):
    assert read(text) == MALFORMED


@pytest.mark.parametrize(
    "encode", [to_escaped_pem, to_spaced_pem, to_pem, lambda leaf: to_base64(leaf).replace("=", "%3D")]
)
def test_other_encodings_are_malformed(encode):
    assert read(encode(SAMPLE[:-2])) == MALFORMED


def test_a_chain_of_another_dialect_is_not_read():
    assert received("caddy", [*lines("caddy"), ("x-ssl-client-chain", to_base64(OTHER))]) == Presented(SAMPLE)

"""Apache: verdict and certificate always together, in PEM with blanks for line ends; a chain in numbered fields."""

import pytest

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import Presented
from mtlsguard.dialects.encodings import to_base64, to_escaped_pem, to_pem, to_spaced_pem
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason
from tests.dialects.reading import ABOVE, OTHER, SAMPLE, lines, received

MALFORMED = Deny(Reason.MALFORMED_HEADER)
AMBIGUOUS = Deny(Reason.AMBIGUOUS_HEADER)
INCOMPLETE = Deny(Reason.INCOMPLETE_EVIDENCE)
TEXT = to_spaced_pem(SAMPLE)
NOTHING = ["", "(null)"]


def read(certificate=TEXT, verify="SUCCESS", chain=()):
    members = {f"chain-{number}": text for number, text in enumerate(chain) if text is not None}
    return received("apache", lines("apache", certificate=certificate, verify=verify, **members))


def spaced(*ders):
    return [to_spaced_pem(der) for der in ders]


def test_success_with_a_certificate_is_presented():
    assert read() == Presented(SAMPLE)


@pytest.mark.parametrize("nothing", NOTHING)
def test_none_without_a_certificate_is_absence(nothing):
    assert read(certificate=nothing, verify="NONE", chain=["(null)", "", "(null)"]) == Absent()


def test_generous_is_no_success():
    assert read(verify="GENEROUS") == Deny(Reason.PROXY_NOT_VERIFIED)


@pytest.mark.parametrize("text", ["self-signed certificate", "SUCCESS", ""])
def test_failed_is_the_proxys_refusal_whatever_follows(text):
    assert read(verify=f"FAILED:{text}") == Deny(Reason.PROXY_NOT_VERIFIED)


@pytest.mark.parametrize(
    "verdict",
    ["success", "SUCCESS ", " SUCCESS", "", "0", "(null)", "none", "FAILED", "GENEROUS ", "generous", "GENEROUS:x"],
)
def test_any_other_verdict_is_malformed(verdict):
    assert read(verify=verdict) == MALFORMED


@pytest.mark.parametrize("verdict", ["SUCCESS,SUCCESS", "SUCCESS, NONE", "NONE,SUCCESS", "FAILED:a, b"])
def test_a_joined_verdict_is_ambiguous(verdict):
    assert read(verify=verdict) == AMBIGUOUS


@pytest.mark.parametrize("verdict", ["SUCCESS", "NONE", "GENEROUS", "FAILED:x"])
def test_a_verdict_that_connection_left_alone_is_incomplete(verdict):
    assert read(certificate=None, verify=verdict) == INCOMPLETE


@pytest.mark.parametrize("certificate", [TEXT, *NOTHING])
def test_a_certificate_that_connection_left_alone_is_incomplete(certificate):
    assert read(certificate, verify=None) == INCOMPLETE


def test_a_chain_that_connection_left_alone_is_incomplete():
    assert read(certificate=None, verify=None, chain=spaced(ABOVE)) == INCOMPLETE


@pytest.mark.parametrize("nothing", NOTHING)
def test_success_without_a_certificate_is_incomplete(nothing):
    assert read(certificate=nothing) == INCOMPLETE


def test_none_with_a_certificate_is_ambiguous():
    assert read(verify="NONE") == AMBIGUOUS


def test_none_with_a_chain_is_ambiguous():
    assert read(certificate="(null)", verify="NONE", chain=spaced(ABOVE)) == AMBIGUOUS


@pytest.mark.parametrize("end", [[], ["(null)"], ["", ""], ["(null)", None, "(null)"]])
def test_the_chain_ends_where_nothing_follows(end):
    assert read(chain=[*spaced(ABOVE, OTHER), *end]) == Presented(SAMPLE, (ABOVE, OTHER))


@pytest.mark.parametrize("gap", [None, *NOTHING])
def test_a_gap_in_the_chain_is_malformed(gap):
    assert read(chain=[*spaced(ABOVE), gap, *spaced(OTHER)]) == MALFORMED


@pytest.mark.parametrize("gap", [None, *NOTHING])
def test_a_chain_without_its_first_member_is_malformed(gap):
    assert read(chain=[gap, *spaced(ABOVE)]) == MALFORMED


def test_a_member_beyond_the_bound_behind_a_gap_is_malformed():
    assert read(chain=[*spaced(ABOVE), *[None] * (MAX_CHAIN - 1), *spaced(OTHER)]) == MALFORMED


@pytest.mark.parametrize("damaged", ["(null) ", "NULL", "<nil>", TEXT[:-1], TEXT + TEXT, to_base64(SAMPLE), "::"])
def test_a_member_of_the_chain_that_cannot_be_read_is_malformed(damaged):
    assert read(chain=[*spaced(ABOVE), damaged]) == MALFORMED


def test_the_blank_that_apache_writes_at_the_end_may_be_gone_or_there():
    assert {read(TEXT + " ", chain=[text + " " for text in spaced(ABOVE)])} == {read(TEXT, chain=spaced(ABOVE))}


@pytest.mark.parametrize("text", [TEXT + "  ", " " + TEXT, " " + TEXT + " ", TEXT.replace(" ", "  ", 2)])
def test_any_other_blank_is_malformed(text):
    assert read(text) == MALFORMED


@pytest.mark.parametrize("blank", ["\t", "\n", "\r\n", "\x0b", "\x00", "\\n"])
def test_anything_else_in_the_place_of_the_blanks_is_malformed(blank):
    assert read(to_pem(SAMPLE).replace("\n", blank)) == MALFORMED


@pytest.mark.parametrize("blank", ["\xa0", "\x85", "+", "%20", "%0A", ""])
def test_what_some_read_as_blanks_is_malformed(blank):
    assert read(to_pem(SAMPLE).replace("\n", blank)) == MALFORMED


@pytest.mark.parametrize("width", [60, 63, 65, 76, 1_000])
def test_another_length_of_lines_is_malformed(width):
    body = to_base64(SAMPLE)
    wrapped = " ".join(body[at : at + width] for at in range(0, len(body), width))
    assert read(f"-----BEGIN CERTIFICATE----- {wrapped} -----END CERTIFICATE-----") == MALFORMED


@pytest.mark.parametrize("second", [TEXT, " " + TEXT, to_spaced_pem(OTHER), " " + to_spaced_pem(OTHER)])
def test_two_blocks_are_malformed(second):
    assert read(TEXT + second) == MALFORMED


def test_a_joined_certificate_is_ambiguous():
    assert read(f"{to_spaced_pem(OTHER)} , {TEXT}") == AMBIGUOUS


@pytest.mark.parametrize(
    "empty", ["-----BEGIN CERTIFICATE----- -----END CERTIFICATE----- ", "-----BEGIN CERTIFICATE-----"]
)
def test_an_empty_frame_is_malformed(empty):
    assert read(empty) == MALFORMED


@pytest.mark.parametrize("label", ["TRUSTED CERTIFICATE", "X509 CERTIFICATE", "certificate"])
def test_another_label_is_malformed(label):
    assert read(TEXT.replace("CERTIFICATE", label)) == MALFORMED


@pytest.mark.parametrize("text", [f'"{TEXT}"', f"'{TEXT}'", f"<{TEXT}>", f"{TEXT};", f"subject=x {TEXT}"])
def test_quotes_and_separators_around_it_are_malformed(text):
    assert read(text) == MALFORMED


@pytest.mark.parametrize("encode", [to_escaped_pem, to_base64, lambda leaf: to_base64(to_pem(leaf).encode())])
def test_other_encodings_are_malformed(encode):
    assert read(encode(SAMPLE)) == MALFORMED


def test_bits_behind_the_last_octet_are_malformed():
    assert read(to_spaced_pem(b"\x30" * 10).replace("MA==", "MB==")) == MALFORMED

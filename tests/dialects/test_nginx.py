"""nginx: verdict and certificate, both or neither."""

from urllib.parse import quote, quote_plus

import pytest

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import Presented
from mtlsguard.dialects.encodings import pem_body, to_escaped_pem
from mtlsguard.reason import Reason
from tests.dialects.reading import OTHER, SAMPLE, lines, received

MALFORMED = Deny(Reason.MALFORMED_HEADER)
AMBIGUOUS = Deny(Reason.AMBIGUOUS_HEADER)
INCOMPLETE = Deny(Reason.INCOMPLETE_EVIDENCE)
TEXT = to_escaped_pem(SAMPLE)


def read(certificate=TEXT, verify="SUCCESS"):
    return received("nginx", lines("nginx", certificate=certificate, verify=verify))


def test_success_with_a_certificate_is_presented():
    assert read() == Presented(SAMPLE)


def test_none_without_a_certificate_is_absence():
    assert read(certificate=None, verify="NONE") == Absent()


def test_none_with_a_certificate_is_ambiguous():
    assert read(verify="NONE") == AMBIGUOUS


def test_success_without_a_certificate_is_incomplete():
    assert read(certificate=None) == INCOMPLETE


def test_a_certificate_without_a_verdict_is_incomplete():
    assert read(verify=None) == INCOMPLETE


@pytest.mark.parametrize("text", ["certificate has expired", "SUCCESS", ""])
def test_failed_is_the_proxys_refusal_whatever_follows(text):
    assert read(verify=f"FAILED:{text}") == Deny(Reason.PROXY_NOT_VERIFIED)


def test_failed_is_the_proxys_refusal_without_a_certificate_too():
    assert read(certificate=None, verify="FAILED:x") == Deny(Reason.PROXY_NOT_VERIFIED)


@pytest.mark.parametrize(
    "verdict", ["success", "SUCCESSFUL", "SUCCESS ", " SUCCESS", "SUCCES", "", "0", "OK", "none", "FAILED", '"SUCCESS"']
)
def test_any_other_verdict_is_malformed(verdict):
    assert read(verify=verdict) == MALFORMED


@pytest.mark.parametrize("verdict", ["SUCCESS,SUCCESS", "NONE,SUCCESS", "SUCCESS,FAILED:x", "FAILED:a, b"])
def test_a_joined_verdict_is_ambiguous(verdict):
    assert read(verify=verdict) == AMBIGUOUS


def test_two_blocks_are_malformed():
    assert read(TEXT + to_escaped_pem(OTHER)) == MALFORMED


def test_an_empty_first_block_is_malformed():
    assert read(quote("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", safe="") + TEXT) == MALFORMED


@pytest.mark.parametrize("label", ["TRUSTED CERTIFICATE", "X509 CERTIFICATE", "CERTIFICATE REQUEST", "certificate"])
def test_another_label_is_malformed(label):
    pem = f"-----BEGIN {label}-----\n{pem_body(SAMPLE).decode()}-----END {label}-----\n"
    assert read(quote(pem, safe="")) == MALFORMED


def test_text_before_the_block_is_malformed():
    assert read("subject%3Dx%0A" + TEXT) == MALFORMED


def test_headers_inside_the_block_are_malformed():
    assert read(TEXT.replace("-----%0A", "-----%0AProc-Type%3A%204%0A%0A", 1)) == MALFORMED


@pytest.mark.parametrize("width", [60, 63, 65, 76, 1_000])
def test_another_length_of_lines_is_malformed(width):
    body = pem_body(SAMPLE).replace(b"\n", b"").decode()
    wrapped = "".join(body[at : at + width] + "\n" for at in range(0, len(body), width))
    assert read(quote(f"-----BEGIN CERTIFICATE-----\n{wrapped}-----END CERTIFICATE-----\n", safe="")) == MALFORMED


@pytest.mark.parametrize(("mark", "other"), [("%0A", "%0D%0A"), ("%0A", "%0D"), ("%0A", "%20"), ("%0A", "%0A%0A")])
def test_other_line_ends_are_malformed(mark, other):
    assert read(TEXT.replace(mark, other)) == MALFORMED


def test_a_missing_last_line_end_is_malformed():
    assert read(TEXT.removesuffix("%0A")) == MALFORMED


@pytest.mark.parametrize("escape", ["%2B", "%2F", "%3D", "%0A"])
def test_escapes_in_small_letters_are_malformed(escape):
    assert read(TEXT.replace(escape, escape.lower())) == MALFORMED


@pytest.mark.parametrize("bare", ["+", "/", "="])
def test_characters_that_should_be_escaped_are_malformed(bare):
    assert read(TEXT.replace(quote(bare, safe=""), bare)) == MALFORMED


def test_a_plus_is_never_a_blank():
    pem = f"-----BEGIN CERTIFICATE-----\n{pem_body(SAMPLE).decode()}-----END CERTIFICATE-----\n"
    assert read(quote_plus(pem)) == MALFORMED


@pytest.mark.parametrize("letter", ["%41", "%4D"])
def test_letters_that_need_no_escape_are_malformed_when_escaped(letter):
    assert read(TEXT.replace(bytes.fromhex(letter[1:]).decode(), letter, 1)) == MALFORMED


@pytest.mark.parametrize("broken", ["%", "%2", "%2G", "%%2B", "=2B", "=3D", "%u002B"])
def test_broken_escapes_are_malformed(broken):
    assert read(TEXT.replace("%2B", broken, 1)) == MALFORMED


def test_pem_with_blanks_for_line_ends_is_malformed():
    pem = f"-----BEGIN CERTIFICATE-----\n{pem_body(SAMPLE).decode()}-----END CERTIFICATE-----\n"
    assert read(pem.replace("\n", " ")) == MALFORMED


def test_bits_behind_the_last_octet_are_malformed():
    """Base64 has four spellings for the last octet when two characters are padding: three of them are refused."""
    assert to_escaped_pem(b"\x30" * 10).count("MA%3D%3D") == 1
    assert read(to_escaped_pem(b"\x30" * 10).replace("MA%3D%3D", "MB%3D%3D")) == MALFORMED


def test_missing_padding_is_malformed():
    assert read(to_escaped_pem(b"\x30" * 10).replace("MA%3D%3D", "MA")) == MALFORMED

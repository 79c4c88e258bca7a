"""HAProxy: "0" counts only with a certificate, and the chain is DERs run together."""

from base64 import b64encode

import pytest

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import Presented
from mtlsguard.dialects.haproxy import split_der
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason
from mtlsguard.testing import der
from tests.dialects.reading import SAMPLE, lines, received

MALFORMED = Deny(Reason.MALFORMED_HEADER)
AMBIGUOUS = Deny(Reason.AMBIGUOUS_HEADER)
TEXT = b64encode(SAMPLE).decode()
ONE, TWO = der.sequence(b"\x00" * 300), der.sequence(b"x")


def read(certificate=TEXT, verify="0", chain=None):
    return received("haproxy", lines("haproxy", certificate=certificate, verify=verify, chain=chain))


def text(octets):
    return b64encode(octets).decode()


def test_zero_with_a_certificate_is_presented():
    assert read() == Presented(SAMPLE)


@pytest.mark.parametrize("chain", [None, ""])
def test_zero_with_an_empty_certificate_is_absence(chain):
    assert read(certificate="", chain=chain) == Absent()


def test_a_chain_without_a_certificate_is_ambiguous():
    assert read(certificate="", chain=text(ONE)) == AMBIGUOUS


def test_a_verdict_alone_is_incomplete():
    assert read(certificate=None) == Deny(Reason.INCOMPLETE_EVIDENCE)


def test_a_certificate_alone_is_incomplete():
    assert read(verify=None) == Deny(Reason.INCOMPLETE_EVIDENCE)


def test_a_chain_alone_is_incomplete():
    assert read(certificate=None, verify=None, chain=text(ONE)) == Deny(Reason.INCOMPLETE_EVIDENCE)


@pytest.mark.parametrize("verdict", ["1", "10", "18", "19", "20", "9999", "00", "01"])
def test_any_other_number_is_the_proxys_refusal(verdict):
    assert read(verify=verdict) == Deny(Reason.PROXY_NOT_VERIFIED)


def test_another_number_is_the_proxys_refusal_without_a_certificate_too():
    assert read(certificate="", verify="18") == Deny(Reason.PROXY_NOT_VERIFIED)


@pytest.mark.parametrize(
    "verdict", ["", " 0", "0 ", "+0", "-0", "0_0", "0x0", "\u00b2", "0.0", "SUCCESS", "00000", '"0"']
)
def test_what_is_no_number_is_malformed(verdict):
    assert read(verify=verdict) == MALFORMED


def test_arabic_digits_are_malformed():
    assert read(verify="\u0660".encode()) == MALFORMED


@pytest.mark.parametrize("verdict", ["0,0", "0, 18", "18,0"])
def test_a_joined_verdict_is_ambiguous(verdict):
    assert read(verify=verdict) == AMBIGUOUS


def test_the_chain_is_split_where_its_certificates_end():
    assert read(chain=text(ONE + TWO)) == Presented(SAMPLE, (ONE, TWO))


@pytest.mark.parametrize("cut", [1, 5, 300, 304, 305])
def test_a_chain_that_is_cut_is_malformed(cut):
    assert read(chain=text((ONE + TWO)[:cut])) == (Presented(SAMPLE, (ONE,)) if cut == len(ONE) else MALFORMED)


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(ONE + b"\x00", id="trailing octet"),
        pytest.param(b"\x00" + ONE, id="leading octet"),
        pytest.param(der.tlv(der.SET, ONE), id="a set"),
        pytest.param(b"\x30\x80" + ONE + b"\x00\x00", id="indefinite length"),
        pytest.param(b"\x30\x84\x00\x00\x00\x01x", id="length in four octets"),
        pytest.param(b"\x30\x83\xff\xff\xffx", id="length beyond the end"),
        pytest.param(b"\x30\xff", id="reserved length"),
        pytest.param(b"\x30\x82\x01", id="length cut"),
        pytest.param(b"\x30", id="tag alone"),
    ],
)
def test_a_run_of_anything_but_whole_sequences_is_malformed(run):
    assert read(chain=text(run)) == MALFORMED


def test_a_chain_of_the_greatest_length_is_split():
    assert len(split_der(TWO * MAX_CHAIN)) == MAX_CHAIN


def test_a_longer_chain_is_oversized():
    assert read(chain=text(TWO * (MAX_CHAIN + 1))) == Deny(Reason.OVERSIZED)


def test_a_chain_of_empty_sequences_stops_at_the_bound():
    assert len(split_der(b"\x30\x00" * 20_000)) == MAX_CHAIN + 1


@pytest.mark.parametrize("spoilt", [TEXT + "\n", TEXT.rstrip("="), f":{TEXT}:", TEXT.replace("+", "-"), TEXT + "===="])
def test_other_spellings_of_base64_are_malformed(spoilt):
    assert read(certificate=spoilt) == MALFORMED


def test_the_chain_must_be_spelt_as_strictly():
    assert read(chain=text(ONE).rstrip("=") + "\u00e9") == MALFORMED


def test_a_joined_certificate_is_ambiguous():
    assert read(certificate=f"{TEXT},{TEXT}") == AMBIGUOUS

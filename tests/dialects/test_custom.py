"""A convention of the operator's own: as configured, and nothing beside it."""

from ipaddress import ip_network

import pytest

from mtlsguard.connection import Names, from_asgi
from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects import DIALECTS, encodings, spoken
from mtlsguard.dialects.contract import Presented, Verdict
from mtlsguard.dialects.custom import dialect_of
from mtlsguard.evidence import screen
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.policy import CustomPolicy, Encoding, ProxyPolicy, Trailers
from mtlsguard.reason import Reason
from tests.captures.reader import capture
from tests.dialects.reading import ABOVE, OTHER, PEER, SAMPLE

MALFORMED = Deny(Reason.MALFORMED_HEADER)
AMBIGUOUS = Deny(Reason.AMBIGUOUS_HEADER)
INCOMPLETE = Deny(Reason.INCOMPLETE_EVIDENCE)
CERTIFICATE, VERIFY, CHAIN = "x-client-cert", "x-client-cert-verify", "x-client-cert-chain"
TEXTS = {
    Encoding.BASE64_DER: encodings.to_base64(SAMPLE),
    Encoding.RFC9440: encodings.to_byte_sequence(SAMPLE),
    Encoding.ESCAPED_PEM: encodings.to_escaped_pem(SAMPLE),
    Encoding.HALF_ESCAPED_PEM: encodings.to_half_escaped_pem(SAMPLE),
    Encoding.SPACED_PEM: encodings.to_spaced_pem(SAMPLE),
}
TEXT = TEXTS[Encoding.BASE64_DER]
PLAIN = CustomPolicy(Encoding.BASE64_DER)
SAID = CustomPolicy(Encoding.BASE64_DER, success="OK")
FULL = CustomPolicy(Encoding.BASE64_DER, chain=Encoding.RFC9440, success="OK", none="-", absent="(null)")
LISTED = CustomPolicy(Encoding.BASE64_DER, chain=Encoding.BASE64_DER)


def received(own, headers, renamed=None):
    """As an ASGI server hands them on."""
    policy = ProxyPolicy("custom", (ip_network(f"{PEER}/32"),), headers=renamed or {}, custom=own)
    dialect = spoken(policy)
    names = Names.of(dialect, policy)
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    connection, _ = from_asgi({"headers": pairs, "client": (PEER, 40_000)}, names)
    values = screen(connection, names, dialect, Trailers.POSSIBLE)
    return values if isinstance(values, Deny) else dialect.read(values, 1)


def read(own, certificate=TEXT, verify=None, chain=None):
    sent = [(CERTIFICATE, certificate), (VERIFY, verify), (CHAIN, chain)]
    return received(own, [(name, value) for name, value in sent if value is not None])


def test_the_entry_of_the_registry_has_the_default_settings():
    assert DIALECTS["custom"].fields == dialect_of(CustomPolicy()).fields


def test_every_encoding_is_tried_here():
    assert TEXTS.keys() == set(Encoding)


@pytest.mark.parametrize("encoding", Encoding)
def test_the_configured_encoding_is_read(encoding):
    assert read(CustomPolicy(encoding), TEXTS[encoding]) == Presented(SAMPLE)


@pytest.mark.parametrize("encoding", Encoding)
def test_no_other_encoding_is(encoding):
    others = [text for other, text in TEXTS.items() if other is not encoding]
    assert {read(CustomPolicy(encoding), text) for text in others} == {MALFORMED}


@pytest.mark.parametrize("encoding", Encoding)
def test_what_is_written_in_an_encoding_is_read_again(encoding):
    own = CustomPolicy(encoding, chain=encoding, success="OK", absent="")
    written = dialect_of(own).write(SAMPLE, (ABOVE, OTHER))
    assert read(own, written["certificate"], written["verify"], written["chain"]) == Presented(SAMPLE, (ABOVE, OTHER))


@pytest.mark.parametrize("encoding", Encoding)
def test_two_certificates_in_one_value_are_refused(encoding):
    assert read(CustomPolicy(encoding), TEXTS[encoding] + TEXTS[encoding]) == MALFORMED


@pytest.mark.parametrize("place", [0, 40, None])
@pytest.mark.parametrize("octet", ["\x00", "\n", "\r", "\t", "\x7f"])
def test_a_control_character_anywhere_is_malformed(octet, place):
    at = len(TEXT) if place is None else place
    assert read(PLAIN, TEXT[:at] + octet + TEXT[at:]) == MALFORMED


def test_the_configured_word_is_success():
    assert read(SAID, verify="OK") == Presented(SAMPLE)


@pytest.mark.parametrize(
    "verdict", ["ok", "OK ", " OK", "OKAY", "O", "", "0", "FAILED", "(null)", "SUCCESS", "\xcf\x8c"]
)
def test_any_other_word_is_the_proxys_refusal(verdict):
    assert read(SAID, verify=verdict) == Deny(Reason.PROXY_NOT_VERIFIED)


@pytest.mark.parametrize("verdict", ["OK,OK", "OK, NONE", "NONE,OK"])
def test_a_joined_verdict_is_ambiguous(verdict):
    assert read(SAID, verify=verdict) == AMBIGUOUS


def test_a_control_character_in_the_verdict_is_malformed():
    assert read(SAID, verify="OK\x00") == MALFORMED


def test_the_word_for_none_without_a_certificate_is_absence():
    assert read(SAID, certificate=None, verify="NONE") == Absent()


def test_the_word_for_none_with_a_certificate_is_ambiguous():
    assert read(SAID, verify="NONE") == AMBIGUOUS


def test_success_without_a_certificate_is_incomplete():
    assert read(SAID, certificate=None, verify="OK") == INCOMPLETE


def test_a_certificate_without_a_verdict_is_incomplete():
    assert read(SAID) == INCOMPLETE


def test_nothing_at_all_is_incomplete_where_a_verdict_always_comes():
    assert read(SAID, certificate=None) == INCOMPLETE


def test_nothing_at_all_is_absence_where_neither_always_comes():
    assert read(PLAIN, certificate=None) == Absent()


def test_a_verdict_is_not_read_where_none_is_configured():
    assert read(PLAIN, verify="FAILED") == Presented(SAMPLE)


@pytest.mark.parametrize("word", ["", "(null)", "<nil>", "::"])
def test_the_word_for_no_certificate_is_absence(word):
    assert read(CustomPolicy(Encoding.BASE64_DER, absent=word), word) == Absent()


@pytest.mark.parametrize("word", ["", "(null)", "<nil>", "::"])
def test_the_same_word_is_malformed_where_it_is_not_configured(word):
    assert read(PLAIN, word) == MALFORMED


def test_a_missing_field_is_incomplete_where_a_word_stands_for_none():
    assert read(CustomPolicy(Encoding.BASE64_DER, absent=""), certificate=None) == INCOMPLETE


def test_everything_configured_is_presented_with_its_chain():
    sent = ", ".join(encodings.to_byte_sequence(der) for der in (ABOVE, OTHER))
    assert read(FULL, verify="OK", chain=sent) == Presented(SAMPLE, (ABOVE, OTHER))


@pytest.mark.parametrize("chain", [None, "", "(null)"])
def test_everything_configured_is_absence_with_its_words(chain):
    assert read(FULL, "(null)", verify="-", chain=chain) == Absent()


@pytest.mark.parametrize(("certificate", "verify"), [("(null)", "OK"), (None, "-"), (None, "OK"), (TEXT, None)])
def test_half_of_everything_configured_is_incomplete(certificate, verify):
    assert read(FULL, certificate, verify) == INCOMPLETE


@pytest.mark.parametrize("chain", [",", f"{TEXT},", f",{TEXT}", f"{TEXT};{TEXT}", TEXT + "A", f":{TEXT}:"])
def test_a_chain_that_cannot_be_read_is_malformed(chain):
    assert read(LISTED, chain=chain) == MALFORMED


def test_a_chain_without_a_certificate_is_incomplete():
    assert read(LISTED, certificate=None, chain=TEXT) == INCOMPLETE


def test_a_chain_that_is_too_long_is_oversized_before_it_is_decoded():
    assert read(LISTED, chain=",".join(["?"] * (MAX_CHAIN + 1))) == Deny(Reason.OVERSIZED)


def test_a_chain_is_not_read_where_none_is_configured():
    assert read(PLAIN, chain="?") == Presented(SAMPLE)


def test_names_are_the_operators():
    renamed = {"certificate": "x-house-cert", "verify": "x-house-word"}
    assert received(SAID, [("X-House-Cert", TEXT), ("X-House-Word", "OK")], renamed) == Presented(SAMPLE)


def test_the_old_names_are_not_read_beside_the_operators():
    renamed = {"certificate": "x-house-cert", "verify": "x-house-word"}
    assert received(SAID, [(CERTIFICATE, TEXT), (VERIFY, "OK")], renamed) == INCOMPLETE


def test_a_look_alike_of_the_operators_name_is_ambiguous():
    assert (
        received(PLAIN, [("x-house-cert", TEXT), ("x_house-cert", TEXT)], {"certificate": "x-house-cert"}) == AMBIGUOUS
    )


@pytest.mark.parametrize(("own", "verdict"), [(PLAIN, Verdict.NONE), (SAID, Verdict.FIELD)])
def test_there_is_a_verdict_to_believe_only_where_one_is_configured(own, verdict):
    assert dialect_of(own).verdict is verdict


CADDY = CustomPolicy(Encoding.RFC9440, absent="::")


def test_the_empty_byte_sequence_of_caddy_can_be_configured():
    sent = capture("caddy/rfc9440.optional.cert-none").headers
    assert received(CADDY, sent, {"certificate": "client-cert"}) == Absent()


def test_the_certificate_of_the_same_line_of_caddy_is_presented():
    sent = capture("caddy/rfc9440.optional.cert-p256").headers
    assert isinstance(received(CADDY, sent, {"certificate": "client-cert"}), Presented)


def test_the_empty_value_that_envoy_keeps_can_be_configured():
    sent = capture("envoy/custom-keep.optional.spoof-same-none").headers
    assert received(CustomPolicy(Encoding.ESCAPED_PEM, absent=""), sent) == Absent()


def test_the_value_that_a_client_put_where_envoy_keeps_no_empty_one_is_a_hole_by_configuration():
    """A limit, not a feature: nobody behind the proxy can tell, and `absent` does not help."""
    sent = capture("envoy/custom.optional.spoof-same-none").headers
    assert isinstance(received(CustomPolicy(Encoding.ESCAPED_PEM, absent=""), sent), Presented)

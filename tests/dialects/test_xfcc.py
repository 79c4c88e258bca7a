"""XFCC: a tokenizer for a grammar that honest names can break, and elements that are counted."""

from hashlib import sha256
from urllib.parse import quote

import pytest

from mtlsguard.decision import Deny
from mtlsguard.dialects.contract import Presented
from mtlsguard.dialects.encodings import to_escaped_pem
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason
from tests.captures.reader import capture
from tests.dialects.reading import OTHER, SAMPLE, received

MALFORMED = Deny(Reason.MALFORMED_HEADER)
AMBIGUOUS = Deny(Reason.AMBIGUOUS_HEADER)
INCOMPLETE = Deny(Reason.INCOMPLETE_EVIDENCE)
HASH, CERT = sha256(SAMPLE).hexdigest(), to_escaped_pem(SAMPLE)
PAIRS = f'Hash={HASH};Cert="{CERT}"'
OTHER_PAIRS = f'Hash={sha256(OTHER).hexdigest()};Cert="{to_escaped_pem(OTHER)}"'


def read(text, hops=1):
    return received("xfcc", [("x-forwarded-client-cert", text)], hops=hops)


def with_chain(*ders):
    return f'{PAIRS};Chain="{"".join(map(to_escaped_pem, ders))}"'


def test_hash_and_certificate_are_enough():
    assert read(PAIRS) == Presented(SAMPLE)


def test_the_order_of_pairs_does_not_count():
    assert read(f'Cert="{CERT}";Hash={HASH}') == Presented(SAMPLE)


def test_the_letter_case_of_keys_does_not_count():
    assert read(PAIRS.replace("Hash", "hASH").replace("Cert", "CERT")) == Presented(SAMPLE)


@pytest.mark.parametrize(
    "pair", ["By=spiffe://a", "URI=", "URI=spiffe://a/b=c", "DNS=a.example", 'Subject=""', "Issuer=x"]
)
def test_known_keys_beside_them_are_passed_over(pair):
    assert read(f"{PAIRS};{pair}") == read(f"{pair};{PAIRS}") == Presented(SAMPLE)


@pytest.mark.parametrize("key", ["By", "URI", "DNS"])
def test_keys_of_lists_may_repeat(key):
    assert read(f"{PAIRS};{key}=a;{key}=b") == Presented(SAMPLE)


@pytest.mark.parametrize("pair", [f"Hash={HASH}", f'Cert="{CERT}"', 'Subject="x"', "Issuer=x"])
def test_any_other_key_that_repeats_is_malformed(pair):
    assert read(f"{PAIRS};Subject=a;Issuer=b;{pair}") == MALFORMED


def test_a_key_that_repeats_in_another_letter_case_is_malformed():
    assert read(f"{PAIRS};hash={HASH}") == MALFORMED


@pytest.mark.parametrize("key", ["Serial", "X", "", " Hash", "Hash ", "Cert\u00e9", "Hashh"])
def test_unknown_keys_are_malformed(key):
    assert read(f"{PAIRS};{key}=x") == MALFORMED


@pytest.mark.parametrize(
    "text", ["Hash", "=", ";", ",", PAIRS + ";", PAIRS + ",", ";" + PAIRS, "," + PAIRS, f"{PAIRS};;URI="]
)
def test_pairs_that_are_no_pairs_are_malformed(text):
    assert read(text) == MALFORMED


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param('"CN=a;Hash=b"', id="semicolon"),
        pytest.param('"CN=a,CN=b"', id="comma"),
        pytest.param('"CN=a\\",By=b;Cert=\\"c"', id="escaped quotes"),
        pytest.param('"CN=\\\\"', id="escaped backslash"),
        pytest.param('"\\\\\\""', id="both"),
        pytest.param('""', id="nothing"),
    ],
)
def test_separators_inside_quotes_are_text(subject):
    assert read(f"{PAIRS};Subject={subject}") == Presented(SAMPLE)


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param('"CN=a', id="not closed"),
        pytest.param('"CN=a\\"', id="closing quote escaped"),
        pytest.param('"CN=a\\\\\\"', id="closing quote escaped behind a backslash"),
        pytest.param('"a"b', id="text behind"),
        pytest.param('"a""b"', id="two strings"),
        pytest.param('a"b"', id="quotes inside plain text"),
        pytest.param('"', id="one quote"),
    ],
)
def test_quotes_that_do_not_fit_are_malformed(subject):
    assert read(f"{PAIRS};Subject={subject}") == MALFORMED


def test_an_injected_element_in_a_name_is_an_element_too_many():
    """Envoy writes URI= without quotes: an honest authority may have signed this very name."""
    assert read(f"{PAIRS};URI=spiffe://a/b,{OTHER_PAIRS}") == AMBIGUOUS


def test_an_injected_certificate_in_a_name_is_a_repeated_key():
    assert read(f"{PAIRS};URI=spiffe://a/b;{OTHER_PAIRS}") == MALFORMED


def test_an_injected_certificate_before_the_real_one_is_a_repeated_key():
    assert read(f"URI=x;{OTHER_PAIRS};{PAIRS}") == MALFORMED


def test_an_injected_element_cannot_swallow_the_real_one_with_a_quote():
    assert read(f'URI=x,{OTHER_PAIRS};Subject=",{PAIRS}') == MALFORMED


def test_what_envoy_made_of_names_with_separators_is_malformed():
    headers = capture("envoy/sanitize-set.optional.cert-xfccinj").headers
    assert received("xfcc", [(name.lower(), value) for name, value in headers]) == MALFORMED


def test_more_elements_than_hops_are_ambiguous():
    assert read(f"{OTHER_PAIRS},{PAIRS}") == AMBIGUOUS


def test_of_two_hops_the_client_stands_before_the_outer_one():
    assert read(f"{PAIRS},{OTHER_PAIRS}", hops=2) == Presented(SAMPLE)


def test_fewer_elements_than_hops_are_incomplete():
    assert read(PAIRS, hops=2) == INCOMPLETE


def test_a_blank_after_the_comma_is_malformed():
    """Envoy writes none; a server that joins lines with a blank has joined two of them."""
    assert read(f"{PAIRS}, {OTHER_PAIRS}", hops=2) == MALFORMED


@pytest.mark.parametrize("text", [f"Hash={HASH}", f'Cert="{CERT}"', "URI=spiffe://a", 'Subject="CN=a"'])
def test_an_element_without_hash_or_certificate_is_incomplete(text):
    assert read(text) == INCOMPLETE


@pytest.mark.parametrize("digest", [HASH.upper(), HASH[:-1], HASH + "0", "", sha256(OTHER).hexdigest()])
def test_a_hash_of_anything_else_is_ambiguous(digest):
    assert read(f'Hash={digest};Cert="{CERT}"') == AMBIGUOUS


def test_a_certificate_without_quotes_is_read_as_well():
    assert read(f"Hash={HASH};Cert={CERT}") == Presented(SAMPLE)


@pytest.mark.parametrize(
    "cert", ["", CERT * 2, CERT.replace("%2B", "+"), quote(CERT, safe=""), CERT.lower(), CERT[:-3]]
)
def test_a_certificate_in_another_spelling_is_malformed(cert):
    assert read(f'Hash={HASH};Cert="{cert}"') == MALFORMED


def test_a_backslash_in_a_certificate_is_not_taken_away():
    assert read(f'Hash={HASH};Cert="{CERT[:50]}\\{CERT[50:]}"') == MALFORMED


def test_the_chain_begins_with_the_leaf_which_is_not_repeated():
    assert read(with_chain(SAMPLE, OTHER, b"b")) == Presented(SAMPLE, (OTHER, b"b"))


def test_a_chain_of_another_leaf_is_ambiguous():
    assert read(with_chain(OTHER, SAMPLE)) == AMBIGUOUS


def test_an_empty_chain_is_malformed():
    assert read(with_chain()) == MALFORMED


def test_one_broken_member_spoils_the_chain():
    assert read(with_chain(SAMPLE, OTHER).replace(to_escaped_pem(OTHER)[60:64], "")) == MALFORMED


def test_a_chain_of_the_greatest_length_is_read():
    assert len(read(with_chain(SAMPLE, *[OTHER] * MAX_CHAIN)).chain) == MAX_CHAIN


def test_a_longer_chain_is_oversized():
    assert read(with_chain(SAMPLE, *[OTHER] * (MAX_CHAIN + 1))) == Deny(Reason.OVERSIZED)


def test_a_flood_of_pairs_is_malformed():
    assert read(PAIRS + ";URI=" * 10_000) == MALFORMED


def test_a_flood_of_elements_is_malformed():
    assert read(",".join(["By="] * 10_000)) == MALFORMED


def test_a_flood_of_escaped_quotes_is_one_pass():
    assert read(f'Subject="{chr(92) + chr(34)}' * 3_000) == MALFORMED


def test_the_json_form_is_malformed():
    assert read('[{"hash":"' + HASH + '"}]') == MALFORMED

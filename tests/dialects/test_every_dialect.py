"""Rules that every dialect keeps, over the registry. What only one of them has stands in its vectors and own tests."""

from hashlib import sha256
from itertools import permutations
from urllib.parse import quote

import pytest

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects import EVIDENCE_HEADERS, HEADER_DIALECTS
from mtlsguard.dialects.contract import Presented, Times, Verdict
from mtlsguard.limits import MAX_CHAIN, MAX_EVIDENCE, MAX_FIELD
from mtlsguard.policy import Trailers
from mtlsguard.reason import Reason
from mtlsguard.testing import present
from tests.captures.reader import capture
from tests.dialects.reading import (
    ABOVE,
    OTHER,
    SAMPLE,
    carries_chain,
    certificate_text,
    header,
    joined,
    lines,
    received,
    times,
    witnesses,
)
from tests.dialects.vectors.reader import RECORDED

MALFORMED = Deny(Reason.MALFORMED_HEADER)
AMBIGUOUS = Deny(Reason.AMBIGUOUS_HEADER)
INCOMPLETE = Deny(Reason.INCOMPLETE_EVIDENCE)

FIELDS = [(dialect.name, field.role) for dialect in HEADER_DIALECTS.values() for field in dialect.fields]
DASHED = [(dialect, role) for dialect, role in FIELDS if "-" in header(dialect, role)]
SINGLE = [
    (dialect.name, field.role)
    for dialect in HEADER_DIALECTS.values()
    for field in dialect.fields
    if field.times is not Times.SPLIT
]
CHAINS = [dialect for dialect in HEADER_DIALECTS if carries_chain(dialect)]
ALWAYS = [dialect.name for dialect in HEADER_DIALECTS.values() if dialect.verdict is Verdict.FIELD]
VERDICTS = [
    (dialect, role) for dialect in ALWAYS for role in witnesses(dialect) if dict(lines(dialect))[header(dialect, role)]
]


def from_proxy(dialect, name):
    return received(dialect, [(field.lower(), value) for field, value in capture(name).headers])


@pytest.mark.parametrize("dialect", RECORDED)
def test_the_real_proxys_certificate_is_read_to_the_byte(dialect):
    recorded = RECORDED[dialect]["certificate"]
    found = from_proxy(dialect, recorded)
    assert sha256(found.leaf).hexdigest() == capture(recorded).expect["sha256"]


@pytest.mark.parametrize("dialect", [name for name, recorded in RECORDED.items() if "chain" in recorded])
def test_the_real_proxys_chain_is_read_without_the_leaf(dialect):
    found = from_proxy(dialect, RECORDED[dialect]["chain"])
    assert (len(found.chain), found.leaf in found.chain) == (3, False)


@pytest.mark.parametrize("dialect", RECORDED)
def test_the_real_proxys_way_of_saying_none_is_absence(dialect):
    assert from_proxy(dialect, RECORDED[dialect]["none"]) == Absent()


@pytest.mark.parametrize("dialect", RECORDED)
def test_what_is_written_is_what_the_real_proxy_sent(dialect):
    """But where a list has room for more than certificates."""
    sent = {name.lower(): value.strip() for name, value in capture(RECORDED[dialect]["certificate"]).headers}
    found = from_proxy(dialect, RECORDED[dialect]["certificate"])
    listed = {field.header for field in HEADER_DIALECTS[dialect].fields if field.times is Times.LISTED}
    written = {name: value for name, value in lines(dialect, found.leaf, found.chain) if name not in listed}
    assert {name: sent.get(name) for name in written} == {name: value.strip() for name, value in written.items()}


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_the_certificate_is_the_first_field(dialect):
    """The hint is cut from there."""
    assert HEADER_DIALECTS[dialect].fields[0].role == "certificate"


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_what_the_test_kit_says_without_a_certificate_is_absence(dialect):
    assert received(dialect, list(present(None, dialect).items())) == Absent()


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_no_header_at_all_is_absence_only_where_the_proxy_sends_none(dialect):
    always = HEADER_DIALECTS[dialect].absent
    assert received(dialect, []) == (INCOMPLETE if always else Absent())


@pytest.mark.parametrize(("dialect", "role"), VERDICTS)
def test_a_certificate_without_the_verdict_that_always_comes_is_incomplete(dialect, role):
    assert received(dialect, lines(dialect, **{role: None})) == INCOMPLETE


@pytest.mark.parametrize("dialect", ALWAYS)
def test_a_dialect_with_a_verdict_that_always_comes_has_one(dialect):
    assert any(dialect == name for name, _ in VERDICTS)


@pytest.mark.parametrize("dialect", CHAINS)
def test_a_chain_of_the_greatest_length_is_read(dialect):
    assert received(dialect, lines(dialect, SAMPLE, (ABOVE,) * MAX_CHAIN)) == Presented(SAMPLE, (ABOVE,) * MAX_CHAIN)


@pytest.mark.parametrize("dialect", CHAINS)
def test_a_chain_that_is_longer_is_oversized(dialect):
    assert received(dialect, lines(dialect, SAMPLE, (ABOVE,) * (MAX_CHAIN + 1))) == Deny(Reason.OVERSIZED)


@pytest.mark.parametrize("dialect", [name for name in CHAINS if (name, "chain") in FIELDS])
def test_a_chain_without_a_leaf_is_refused(dialect):
    assert isinstance(received(dialect, lines(dialect, SAMPLE, (ABOVE,), certificate=None)), Deny)


@pytest.mark.parametrize(("dialect", "role"), FIELDS)
def test_the_application_never_sees_a_field(dialect, role):
    assert header(dialect, role) in EVIDENCE_HEADERS


@pytest.mark.parametrize(("dialect", "role"), SINGLE)
def test_a_field_that_comes_twice_is_ambiguous(dialect, role):
    sent = [*lines(dialect), (header(dialect, role), "")]
    doubled = sent if len([name for name, _ in sent if name == header(dialect, role)]) > 1 else [*sent, sent[-1]]
    assert received(dialect, doubled) == AMBIGUOUS


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_a_certificate_that_comes_twice_is_ambiguous_though_it_is_the_same(dialect):
    sent = lines(dialect)
    assert (
        received(dialect, [*sent, *(line for line in sent if line[0] == header(dialect, "certificate"))]) == AMBIGUOUS
    )


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_two_certificates_that_a_server_joined_are_ambiguous_or_a_list_where_there_are_lists(dialect):
    """The server has left no trace of there having been two: what came first is the leaf of the list."""
    name = header(dialect, "certificate")
    both = [*lines(dialect), (name, certificate_text(dialect, OTHER))]
    lists = [Presented(SAMPLE, (OTHER,))] if times(dialect) is Times.LISTED else []
    assert joined(dialect, both) in [AMBIGUOUS, *lists]


@pytest.mark.parametrize(("dialect", "role"), DASHED)
def test_a_look_alike_with_underscores_beside_the_field_is_ambiguous(dialect, role):
    twin = header(dialect, role).replace("-", "_")
    assert received(dialect, [*lines(dialect), (twin, "")]) == AMBIGUOUS


@pytest.mark.parametrize(("dialect", "role"), DASHED)
def test_a_look_alike_with_one_underscore_is_ambiguous(dialect, role):
    head, _, rest = header(dialect, role).rpartition("-")
    assert received(dialect, [*lines(dialect), (f"{head}_{rest}", "")]) == AMBIGUOUS


@pytest.mark.parametrize("dialect", sorted({dialect for dialect, _ in DASHED}))
def test_a_look_alike_alone_is_ambiguous_and_never_absence(dialect):
    twins = [(name.replace("-", "_"), value) for name, value in lines(dialect)]
    assert received(dialect, twins) == AMBIGUOUS


@pytest.mark.parametrize(("dialect", "role"), FIELDS)
def test_a_connection_header_that_names_the_field_is_ambiguous(dialect, role):
    assert received(dialect, [*lines(dialect), ("connection", f"close, {header(dialect, role).title()}")]) == AMBIGUOUS


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_a_connection_header_that_names_anything_else_is_nobodys_business(dialect):
    assert isinstance(received(dialect, [*lines(dialect), ("connection", "keep-alive, X-Other")]), Presented)


@pytest.mark.parametrize("octet", [*range(32), 127])
@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_a_control_character_is_malformed_at_the_start_inside_and_at_the_end(dialect, octet):
    text = certificate_text(dialect).encode()
    places = [text[:at] + bytes([octet]) + text[at:] for at in (0, 1, len(text) // 2, len(text) - 1, len(text))]
    assert {received(dialect, lines(dialect, certificate=place)) for place in places} == {MALFORMED}


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_a_control_character_in_any_other_field_is_malformed(dialect):
    others = [field.role for field in HEADER_DIALECTS[dialect].fields if field.role != "certificate"]
    assert {received(dialect, lines(dialect, **{role: "0\n"})) for role in others} <= {MALFORMED}


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_letters_beyond_ascii_are_malformed(dialect):
    text = certificate_text(dialect).encode()
    assert received(dialect, lines(dialect, certificate=text[:-50] + b"\xe9" + text[-49:])) == MALFORMED


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_a_certificate_cut_anywhere_is_refused_or_cut_itself(dialect):
    """A list may be cut behind the leaf. Base64 without a frame may be cut, and then holds no certificate."""
    text = certificate_text(dialect).rstrip()
    cut = [received(dialect, lines(dialect, certificate=text[:at])) for at in range(1, len(text))]
    whole = {found for found in cut if isinstance(found, Presented) and found.leaf == SAMPLE}
    assert whole <= ({Presented(SAMPLE)} if times(dialect) is Times.LISTED else set())


@pytest.mark.parametrize("more", [" ", "A", "=", ":", ";", ",", "%0A", "\x80", "(null)", '"'])
@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_anything_before_the_certificate_is_refused(dialect, more):
    text = certificate_text(dialect)
    assert isinstance(received(dialect, lines(dialect, certificate=more + text)), Deny)


@pytest.mark.parametrize("more", ["A", "=", ":", ";", ",", "%0A", "\x80", "(null)", '"', "  "])
@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_anything_behind_the_certificate_is_refused(dialect, more):
    text = certificate_text(dialect).rstrip()
    assert isinstance(received(dialect, lines(dialect, certificate=text + more)), Deny)


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_one_blank_behind_the_certificate_is_malformed_or_the_proxys_own(dialect):
    """Where the proxy writes it, some servers take it away (RFC 9110 section 5.5) and some do not."""
    text = certificate_text(dialect).rstrip()
    assert received(dialect, lines(dialect, certificate=f"{text} ")) in (MALFORMED, received(dialect, lines(dialect)))


@pytest.mark.parametrize("empty", ["::", "(null)", "<nil>", "-", '""', "-----BEGIN%20CERTIFICATE-----%0A", "="])
@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_other_words_for_nothing_are_malformed_and_never_absence(dialect, empty):
    own = HEADER_DIALECTS[dialect].absent.get("certificate") == empty
    assert received(dialect, lines(dialect, certificate=empty)) == MALFORMED or own


@pytest.mark.parametrize("dialect", [name for name, one in HEADER_DIALECTS.items() if "certificate" not in one.absent])
def test_an_empty_certificate_is_malformed_where_the_proxy_leaves_the_field_out(dialect):
    assert received(dialect, lines(dialect, certificate="")) == MALFORMED


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_a_frame_without_a_certificate_is_no_certificate(dialect):
    assert not isinstance(received(dialect, lines(dialect, leaf=b"")), Presented)


@pytest.mark.parametrize(
    ("dialect", "other"),
    [
        (one, other)
        for one, other in permutations(HEADER_DIALECTS, 2)
        if certificate_text(one).rstrip() != certificate_text(other).rstrip()
    ],
)
def test_the_certificate_of_another_dialect_is_malformed(dialect, other):
    foreign = certificate_text(other)
    joined_lines = "," in foreign and times(dialect) is Times.ONCE
    assert received(dialect, lines(dialect, certificate=foreign)) == (AMBIGUOUS if joined_lines else MALFORMED)


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_a_second_encoding_around_the_first_is_malformed(dialect):
    text = certificate_text(dialect)
    assert received(dialect, lines(dialect, certificate=quote(text, safe=""))) == MALFORMED


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_a_field_beyond_the_bound_is_oversized_whatever_is_in_it(dialect):
    assert received(dialect, lines(dialect, certificate="%41" * MAX_FIELD)) == Deny(Reason.OVERSIZED)


def test_fields_beyond_the_bound_together_are_oversized_though_each_is_not():
    shares = [("client-cert-chain", "A" * MAX_FIELD)] * (MAX_EVIDENCE // MAX_FIELD)
    assert received("rfc9440", [*lines("rfc9440"), *shares]) == Deny(Reason.OVERSIZED)


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_a_chunked_request_is_read_only_where_a_field_always_comes(dialect):
    found = received(dialect, [*lines(dialect), ("transfer-encoding", "chunked")])
    spoken = HEADER_DIALECTS[dialect]
    always = spoken.verdict is Verdict.FIELD or bool(spoken.absent)
    assert found == (Presented(SAMPLE) if always else Deny(Reason.TRAILERS_POSSIBLE))


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_a_chunked_request_is_read_where_trailers_are_dropped(dialect):
    chunked = [*lines(dialect), ("transfer-encoding", "chunked")]
    assert received(dialect, chunked, trailers=Trailers.DROPPED) == Presented(SAMPLE)


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_the_other_dialects_fields_are_not_read(dialect):
    ours = {field.header for field in HEADER_DIALECTS[dialect].fields}
    foreign = [line for other in HEADER_DIALECTS for line in lines(other, OTHER) if line[0] not in ours]
    assert received(dialect, [*lines(dialect), *foreign]) == Presented(SAMPLE)


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_the_hint_is_short_and_differs_between_certificates(dialect):
    """It is a key of the memory of decisions: a poor one costs time only, a long one memory."""
    values = [certificate_text(dialect, leaf).encode() for leaf in (SAMPLE, OTHER)]
    one, other = (value[HEADER_DIALECTS[dialect].hint] for value in values)
    assert one != other
    assert max(len(one), len(other)) <= 256


@pytest.mark.parametrize("dialect", CHAINS)
def test_the_hint_differs_between_certificates_of_the_same_chain(dialect):
    write, chain = HEADER_DIALECTS[dialect].write, (ABOVE * 100,)
    one, other = (write(leaf, chain)["certificate"][HEADER_DIALECTS[dialect].hint] for leaf in (SAMPLE, OTHER))
    assert one != other

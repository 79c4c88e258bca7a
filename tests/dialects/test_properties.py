"""Whatever is written is read again, and whatever else is read is refused: one certificate has one text."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.connection import Names, from_asgi, from_wsgi
from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects import DIALECTS, HEADER_DIALECTS
from mtlsguard.dialects.contract import Presented
from mtlsguard.dialects.encodings import base64_der, byte_sequence, escaped_pem, to_base64, to_escaped_pem
from mtlsguard.dialects.haproxy import split_der
from mtlsguard.evidence import screen
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.policy import ProxyPolicy, Trailers
from mtlsguard.testing import Pki, der
from tests.dialects.reading import carries_chain, certificate_text, lines, received, witnesses

# An element that stands for a hop holds more than the certificate.
ONE_TEXT = [dialect for dialect in HEADER_DIALECTS if not HEADER_DIALECTS[dialect].hops]
WITNESSES = [(dialect, role) for dialect in ONE_TEXT for role in witnesses(dialect)]
DELIMITERS = [
    b"%0A",
    b"%2B",
    b"%41",
    b"%",
    b"+",
    b"/",
    b"=",
    b":",
    b";",
    b",",
    b'"',
    b"\\",
    b" ",
    b"A",
    b"\xff",
    b"(null)",
]
ders = st.binary(min_size=1, max_size=200)
sequences = st.binary(max_size=200).map(der.sequence)


@st.composite
def changes(draw, text: bytes) -> bytes:
    """Another text: something put in, taken out, replaced, doubled, moved or its letters' case changed."""
    at, to = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    to = min(to, at + draw(st.integers(0, 40)))
    part = text[at:to]
    new = draw(
        st.one_of(
            st.sampled_from(DELIMITERS),
            st.binary(min_size=1, max_size=4),
            st.sampled_from([b"", part + part, part.swapcase(), part[::-1]]),
        )
    )
    return text[:at] + new + text[to:]


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
@given(leaf=sequences, chain=st.lists(sequences, max_size=MAX_CHAIN).map(tuple))
def test_what_is_written_is_read_again(dialect, leaf, chain):
    assert received(dialect, lines(dialect, leaf, chain)) == Presented(leaf, chain if carries_chain(dialect) else ())


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
@given(leaf=ders)
def test_any_octets_at_all_are_read_again(dialect, leaf):
    assert received(dialect, lines(dialect, leaf)) == Presented(leaf)


@pytest.mark.parametrize("algorithm", ["p256", "rsa2048", "p521"])
@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_real_certificates_are_read_again(dialect, algorithm):
    leaf = Pki(algorithm=algorithm).leaf()
    members = tuple(member.der for member in leaf.chain) if carries_chain(dialect) else ()
    assert received(dialect, lines(dialect, leaf.der, members)) == Presented(leaf.der, members)


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
@given(value=st.binary(max_size=300), role=st.integers(0, 30))
def test_random_octets_in_a_field_never_raise(dialect, value, role):
    fields = HEADER_DIALECTS[dialect].fields
    changed = {fields[role % len(fields)].role: value}
    assert isinstance(received(dialect, lines(dialect, b"leaf", **changed)), Presented | Absent | Deny)


@pytest.mark.parametrize("dialect", ONE_TEXT)
@given(data=st.data(), leaf=ders)
def test_another_text_is_never_the_same_certificate(dialect, data, leaf):
    """Blanks at the end are no part of a field's value."""
    text = certificate_text(dialect, leaf).encode()
    other = data.draw(changes(text))
    assert other.rstrip(b" ") == text.rstrip(b" ") or received(
        dialect, lines(dialect, leaf, certificate=other)
    ) != Presented(leaf)


@pytest.mark.parametrize(("dialect", "role"), WITNESSES)
@given(data=st.data(), leaf=ders)
def test_another_verdict_or_hash_is_never_believed(dialect, role, data, leaf):
    """But for the case of letters, which the vectors tell about."""
    text = HEADER_DIALECTS[dialect].write(leaf, ())[role].encode()
    other = data.draw(changes(text))
    found = received(dialect, lines(dialect, leaf, **{role: other}))
    assert other.lower() == text.lower() or isinstance(found, Deny)


NATIVE = [dialect for dialect in DIALECTS if dialect not in HEADER_DIALECTS]
SHAPES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.binary(max_size=20)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize("dialect", NATIVE)
@given(data=st.data(), leaf=ders)
def test_another_text_of_the_server_is_never_the_same_certificate(dialect, data, leaf):
    """But for the line feed at the end, which some servers leave out."""
    values = {role: (text.encode(),) for role, text in DIALECTS[dialect].write(leaf, ()).items()}
    other = data.draw(changes(values["certificate"][0]))
    found = DIALECTS[dialect].read({**values, "certificate": (other,)}, 1)
    assert other.rstrip(b"\n") == values["certificate"][0].rstrip(b"\n") or found != Presented(leaf)


@pytest.mark.parametrize("dialect", NATIVE)
@given(said=st.lists(SHAPES, min_size=3, max_size=3))
def test_a_server_that_says_anything_else_is_read_or_refused_and_never_believed(dialect, said):
    """Octets may be DER as far as a dialect knows: what is in them is for the parser to say."""
    names = Names.of(DIALECTS[dialect], ProxyPolicy(dialect))
    told = dict(zip([field.header for field in DIALECTS[dialect].fields], said, strict=False))
    if dialect == "asgi-tls":
        connection, _ = from_asgi({"headers": [], "extensions": {"tls": told}}, names)
    else:
        connection = from_wsgi(told, names)
    values = screen(connection, names, DIALECTS[dialect], Trailers.POSSIBLE)
    found = values if isinstance(values, Deny) else DIALECTS[dialect].read(values, 1)
    octets = [one for one in (said[0] if isinstance(said[0], list | dict) else said[:1]) if isinstance(one, bytes)]
    assert isinstance(found, Absent | Deny) or found.leaf in octets


@given(data=st.data(), leaf=ders)
def test_another_xfcc_never_holds_a_certificate_that_its_hash_does_not_name(data, leaf):
    text = HEADER_DIALECTS["xfcc"].write(leaf, (b"above",))["certificate"].encode()
    other = data.draw(changes(text))
    found = received("xfcc", lines("xfcc", certificate=other))
    named = isinstance(found, Presented) and sha256(found.leaf).hexdigest().encode() in other
    assert named or isinstance(found, Deny) or other == b""


@given(data=st.data(), chain=st.lists(sequences, min_size=1, max_size=4).map(tuple))
def test_another_text_of_a_haproxy_chain_is_never_the_same_chain(data, chain):
    text = HEADER_DIALECTS["haproxy"].write(b"leaf", chain)["chain"].encode()
    other = data.draw(changes(text))
    found = received("haproxy", lines("haproxy", b"leaf", chain=other))
    assert other == text or isinstance(found, Deny) or found.chain != chain


@pytest.mark.parametrize(
    ("decode", "encode"),
    [(base64_der, to_base64), (byte_sequence, lambda found: f":{to_base64(found)}:"), (escaped_pem, to_escaped_pem)],
    ids=["base64", "byte sequence", "escaped PEM"],
)
@given(text=st.one_of(st.binary(max_size=200), st.text("AB+/=%230Da\n:", max_size=40).map(str.encode)))
def test_what_an_encoding_reads_it_writes_the_same(decode, encode, text):
    found = decode(text)
    assert found is None or encode(found).encode() == text


@given(run=st.binary(max_size=100))
def test_a_run_of_ders_is_split_into_parts_that_make_it_up(run):
    found = split_der(run)
    assert found is None or b"".join(found) == run

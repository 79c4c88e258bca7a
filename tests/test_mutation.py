"""Sound certificates with something changed, and inputs of absurd sizes: refused as values, never an exception.

Every mutant goes through `certificate.parse` and through a whole guard that trusts the original's issuer.
"""

from functools import cache
from itertools import product
from random import Random

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard import certificate
from mtlsguard.certificate import Candidate
from mtlsguard.connection import from_asgi
from mtlsguard.decision import Allow, Decision, Deny
from mtlsguard.dialects import HEADER_DIALECTS
from mtlsguard.guard import Guard
from mtlsguard.limits import MAX_CERTIFICATE, MAX_CHAIN, MAX_FIELD, MAX_NAMES
from mtlsguard.loading import guard_from
from mtlsguard.reason import Reason
from mtlsguard.testing import Issued, Pki, der
from mtlsguard.testing.keys import rsa_spki
from tests.world import speaking

PEER = "10.0.0.1"
ALGORITHMS = ("p256", "rsa2048")
EXPLICIT = st.sampled_from(["cut", "double", "length", "deepen", "swap", "drop", "tag", "splice"])


@cache
def pki(algorithm: str) -> Pki:
    return Pki(algorithm=algorithm)


@cache
def leaf(algorithm: str) -> Issued:
    return pki(algorithm).leaf(dns=["client.example"], emails=["client@example.org"])


@cache
def guard(algorithm: str) -> Guard:
    """The root is trusted, the intermediate comes over the wire."""
    proxy = {"dialect": "rfc9440", "trusted": [PEER]}
    trust = {"anchors": [pki(algorithm).root.der]}
    return guard_from({"proxy": proxy, "trust": trust, "identity": {"name": "fingerprint"}})


def decide(first: bytes, chain: tuple[bytes, ...], algorithm: str = "p256") -> Decision:
    written = HEADER_DIALECTS["rfc9440"].write(first, chain)
    names = {"certificate": b"client-cert", "chain": b"client-cert-chain"}
    headers = [(names[role], value.encode()) for role, value in written.items()]
    snapshot = guard(algorithm).current
    connection, _ = from_asgi({"headers": headers, "client": (PEER, 40_000)}, snapshot.names)
    return snapshot.check(connection, pki(algorithm).now.timestamp())


def decide_leaf(mutant: bytes, algorithm: str = "p256") -> Decision:
    return decide(mutant, (pki(algorithm).intermediate.der,), algorithm)


def flips(octets: bytes, mask: int) -> list[bytes]:
    return [octets[:at] + bytes([octets[at] ^ mask]) + octets[at + 1 :] for at in range(len(octets))]


def places(octets: bytes) -> list[tuple[int, int, int]]:
    """Start, start of content and end of every TLV, however deep, found in the outermost two kinds of containers."""
    found: list[tuple[int, int, int]] = []
    waiting = [(0, len(octets))]
    while waiting:
        at, end = waiting.pop()
        while at < end:
            whole = der.children(der.sequence(octets[at:end]))[0]
            content = at + len(whole) - len(der.content(whole))
            found.append((at, content, at + len(whole)))
            if octets[at] & 0x20:
                waiting.append((content, at + len(whole)))
            at += len(whole)
    return found


def test_the_original_is_let_in():
    assert all(isinstance(decide_leaf(leaf(algorithm).der, algorithm), Allow) for algorithm in ALGORITHMS)


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_no_leaf_with_one_octet_changed_is_let_in(algorithm, mask):
    admitted = [
        at for at, mutant in enumerate(flips(leaf(algorithm).der, mask)) if decided(decide_leaf(mutant, algorithm))
    ]
    assert admitted == []


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_no_leaf_is_let_in_by_an_intermediate_with_one_octet_changed(algorithm):
    original = leaf(algorithm).der
    mutants = flips(pki(algorithm).intermediate.der, 0x01)
    admitted = [at for at, mutant in enumerate(mutants) if decided(decide(original, (mutant,), algorithm))]
    assert admitted == []


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_an_intermediate_with_one_octet_changed_beside_the_sound_one_disturbs_nothing(algorithm):
    original, sound = leaf(algorithm).der, pki(algorithm).intermediate.der
    kept_out = [
        at
        for at, mutant in enumerate(flips(sound, 0x01)[::7])
        if not decided(decide(original, (mutant, sound), algorithm))
    ]
    assert kept_out == []


def decided(decision: Decision) -> bool:
    """Let in? What is neither an allowance nor a refusal is a failure of its own."""
    assert isinstance(decision, Allow | Deny)
    return isinstance(decision, Allow)


def test_no_leaf_that_is_cut_is_read():
    original = leaf("p256").der
    read = [at for at in range(len(original)) if not isinstance(certificate.parse(original[:at]), Deny)]
    assert read == []


@pytest.mark.parametrize("more", [b"\x00", b"\x05\x00", b"\n", b"\x30\x00"])
def test_no_octet_behind_the_certificate_is_overlooked(more):
    assert certificate.parse(leaf("p256").der + more) == Deny(Reason.MALFORMED_CERTIFICATE)


def test_a_signature_with_unused_bits_is_a_second_spelling_and_malformed():
    """The library ignores their number: without this rule a client could change its certificate's fingerprint."""
    even = next(found for found in iter(pki("p256").leaf, None) if found.der[-1] % 2 == 0)
    told = der.tlv(0x03, b"\x01" + der.content(der.children(even.der)[2])[1:])
    assert certificate.parse(der.replaced(even.der, 2, told)) == Deny(Reason.MALFORMED_CERTIFICATE)


def test_two_certificates_run_together_are_none():
    assert certificate.parse(leaf("p256").der * 2) == Deny(Reason.MALFORMED_CERTIFICATE)


def test_no_two_certificates_spliced_anywhere_are_let_in():
    one, other = leaf("p256").der, pki("p256").leaf("other").der
    spliced = {one[:at] + other[at:] for at in range(1, min(len(one), len(other)))} - {one, other}
    assert [mutant for mutant in spliced if decided(decide_leaf(mutant))] == []


def test_no_certificate_with_an_element_of_another_is_let_in():
    """Each field of the one put into the other, over the other's signature."""
    one, other = leaf("p256"), pki("p256").leaf("other", serial=one_more(leaf("p256")))
    fields = range(len(der.children(one.to_be_signed)))
    mixed = [swapped(one.der, at, der.children(other.to_be_signed)[at]) for at in fields]
    assert [at for at, mutant in enumerate(mixed) if mutant != one.der and decided(decide_leaf(mutant))] == []


def one_more(issued: Issued) -> int:
    return issued.serial + 1


def swapped(whole: bytes, field: int, new: bytes) -> bytes:
    return der.replaced(whole, 0, der.replaced(der.children(whole)[0], field, new))


@pytest.mark.parametrize(("first", "second"), [pair for pair in product(range(8), repeat=2) if pair[0] < pair[1]])
def test_no_certificate_with_two_fields_swapped_is_let_in(first, second):
    original = leaf("p256")
    fields = der.children(original.to_be_signed)
    fields[first], fields[second] = fields[second], fields[first]
    assert not decided(decide_leaf(der.replaced(original.der, 0, der.sequence(*fields))))


def test_no_certificate_with_an_element_doubled_is_let_in():
    """The element twice in its place, lengths around it as they were and as they would have to be."""
    original = leaf("p256").der
    mutants = [original[:end] + original[at:end] + original[end:] for at, _, end in places(original)]
    assert [mutant for mutant in mutants if decided(decide_leaf(mutant))] == []


@pytest.mark.parametrize("field", range(8))
def test_no_certificate_with_a_field_doubled_and_signed_again_is_let_in(field):
    """A sound signature over what no certificate may be: it is the parser that has to refuse."""
    doubled = leaf("p256").resigned(lambda tbs: der.replaced(tbs, field, der.children(tbs)[field] * 2))
    assert not decided(decide_leaf(doubled.der))


@pytest.mark.parametrize("field", range(1, 7))
def test_no_certificate_without_one_of_its_fields_is_let_in_though_signed(field):
    """Version and extensions are optional in themselves; without them it is no client's certificate."""
    lacking = leaf("p256").resigned(lambda tbs: der.replaced(tbs, field, b""))
    assert not decided(decide_leaf(lacking.der))


@pytest.mark.parametrize("extension", range(5))
def test_no_certificate_with_an_extension_doubled_is_let_in_though_signed(extension):
    def edit(tbs: bytes) -> bytes:
        extensions = der.children(der.children(tbs)[7])[0]
        several = der.replaced(extensions, extension, der.children(extensions)[extension] * 2)
        return der.replaced(tbs, 7, der.context(3, several))

    assert decide_leaf(leaf("p256").resigned(edit).der).reason is Reason.MALFORMED_CERTIFICATE


@pytest.mark.parametrize("length", ["shorter", "longer", "indefinite", "padded", "huge", "zero"])
def test_no_certificate_with_another_length_anywhere_is_let_in(length):
    original = leaf("p256").der
    mutants = [
        original[: at + 1] + told(length, end - content) + original[content:] for at, content, end in places(original)
    ]
    assert [mutant for mutant in mutants if mutant != original and decided(decide_leaf(mutant))] == []


def told(how: str, size: int) -> bytes:
    """Length octets for `size` octets of content."""
    if how in {"shorter", "longer"}:
        return der.tlv(0, b"\0" * max(0, size + (1 if how == "longer" else -1)))[1:][: -max(1, size + 1)] or b"\x01"
    return {
        "indefinite": b"\x80",
        "padded": b"\x84" + size.to_bytes(4, "big"),
        "huge": b"\x84\xff\xff\xff\xff",
        "zero": b"\x00",
    }[how]


def test_no_signed_certificate_in_another_encoding_is_let_in():
    """BER lengths inside what is signed: the signature holds, the encoding does not."""
    padded = leaf("p256").resigned(
        lambda tbs: b"\x30\x84" + len(der.content(tbs)).to_bytes(4, "big") + der.content(tbs)
    )
    assert decide_leaf(padded.der).reason is Reason.MALFORMED_CERTIFICATE


@given(octets=st.binary(max_size=2_000))
def test_random_octets_are_no_certificate(octets):
    assert isinstance(certificate.parse(octets), Deny)


@given(octets=st.binary(max_size=500))
def test_random_octets_in_a_sequence_are_no_certificate(octets):
    assert isinstance(certificate.parse(der.sequence(der.sequence(octets), octets[:9])), Deny)


@given(seed=st.integers(0, 2**32), kinds=st.lists(EXPLICIT, min_size=1, max_size=4))
def test_no_certificate_with_its_structure_changed_is_let_in(seed, kinds):
    random, mutant = Random(seed), leaf("p256").der
    for kind in kinds:
        mutant = mutated(mutant, kind, random)
    assert mutant == leaf("p256").der or not decided(decide_leaf(mutant))


@given(seed=st.integers(0, 2**32), kinds=st.lists(EXPLICIT, min_size=1, max_size=3))
def test_a_signed_certificate_with_its_structure_changed_is_read_or_refused_and_never_raises(seed, kinds):
    """Signed anew, so that every check sees it and not the signature alone."""
    random = Random(seed)

    def edit(tbs: bytes) -> bytes:
        for kind in kinds:
            tbs = mutated(tbs, kind, random)
        return tbs

    decided(decide_leaf(leaf("p256").resigned(edit).der))


@given(seed=st.integers(0, 2**32), kinds=st.lists(EXPLICIT, min_size=1, max_size=3))
def test_an_authority_with_its_structure_changed_is_used_or_left_out_and_never_raises(seed, kinds):
    random = Random(seed)

    def edit(tbs: bytes) -> bytes:
        for kind in kinds:
            tbs = mutated(tbs, kind, random)
        return tbs

    decided(decide(leaf("p256").der, (pki("p256").intermediate.resigned(edit).der,)))


def mutated(octets: bytes, kind: str, random: Random) -> bytes:
    """One element changed. Where earlier changes left nothing to walk over, an octet is."""
    try:
        at, content, end = random.choice(places(octets))
    except IndexError:
        at, content, end = 0, min(1, len(octets)), len(octets)
    before, element, after = octets[:at], octets[at:end], octets[end:]
    body = octets[content:end]
    other = pki("p256").root.der
    changed = {
        "cut": lambda: element[: random.randrange(len(element) + 1)],
        "double": lambda: element + element,
        "length": lambda: element[:1] + bytes([random.randrange(256)]) + element[2:],
        "deepen": lambda: der.sequence(element),
        "swap": lambda: element[:1] + element[1:2] + body[::-1],
        "drop": lambda: b"",
        "tag": lambda: bytes([random.randrange(256)]) + element[1:],
        "splice": lambda: other[random.randrange(len(other)) :][: len(element)],
    }[kind]()
    return fitted(octets, at, before + changed + after, random)


def fitted(original: bytes, at: int, mutant: bytes, random: Random) -> bytes:
    """Half of the time with the outermost length set right, so that more than the first octets is looked at."""
    if at == 0 or random.random() < 0.5 or len(original) < 5:
        return mutant
    return der.tlv(mutant[0], mutant[len(original) - len(der.content(original)) :])


# Absurd sizes. That they are refused for their size, before anything is decoded, is what keeps them cheap.


def reason(headers: dict[str, str], dialect: str = "rfc9440") -> Reason:
    proxy = {**speaking(dialect), "trusted": [PEER]}
    snapshot = guard_from({"proxy": proxy, "trust": {"anchors": [pki("p256").root.der]}}).current
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    connection, _ = from_asgi({"headers": pairs, "client": (PEER, 40_000)}, snapshot.names)
    decision = snapshot.check(connection, pki("p256").now.timestamp())
    assert isinstance(decision, Deny)
    return decision.reason


def sent(dialect: str, certificate_text: str) -> dict[str, str]:
    told = HEADER_DIALECTS[dialect].write(leaf("p256").der, ())
    names = {field.role: field.header for field in HEADER_DIALECTS[dialect].fields}
    return {names[role]: value for role, value in {**told, "certificate": certificate_text}.items()}


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_a_header_of_a_megabyte_is_oversized(dialect):
    assert reason(sent(dialect, "A" * 1_000_000), dialect) is Reason.OVERSIZED


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_eight_kilobytes_of_escapes_are_malformed(dialect):
    assert reason(sent(dialect, "%41" * 2_730), dialect) is Reason.MALFORMED_HEADER


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_a_header_of_the_greatest_size_is_malformed_all_the_same(dialect):
    assert reason(sent(dialect, "%0A" * (MAX_FIELD // 3)), dialect) is Reason.MALFORMED_HEADER


def test_a_chain_of_a_thousand_is_oversized():
    assert reason({"client-cert": ":AAAA:", "client-cert-chain": ",".join([":MA==:"] * 1_000)}) is Reason.OVERSIZED


def test_a_chain_of_the_greatest_length_that_leads_nowhere_is_refused():
    rogue = Pki(now=pki("p256").now)
    loop = [rogue.authority("Loop", issuer=rogue.root) for _ in range(MAX_CHAIN)]
    decision = decide(rogue.leaf(issuer=loop[0]).der, tuple(one.der for one in loop))
    assert decision.reason in {Reason.UNKNOWN_ISSUER, Reason.UNTRUSTED_CHAIN}


def test_authorities_that_issue_each_other_are_refused():
    rogue = Pki(now=pki("p256").now)
    root = rogue.root
    loop = [rogue.authority("Example Root", issuer=root, key=root.key, serial=at + 1) for at in range(MAX_CHAIN)]
    decision = decide(rogue.leaf(issuer=loop[0]).der, tuple(one.der for one in loop))
    assert decision.reason in {Reason.UNKNOWN_ISSUER, Reason.UNTRUSTED_CHAIN}


def test_a_certificate_of_a_hundred_thousand_names_is_oversized():
    names = [f"{at}.example" for at in range(100_000)]
    assert certificate.parse(pki("p256").leaf(dns=names).der) == Deny(Reason.OVERSIZED)


def test_more_names_than_the_bound_are_oversized_though_they_are_short():
    flood = pki("p256").leaf(dns=[f"{at}.x" for at in range(MAX_NAMES)])
    assert len(flood.der) < MAX_CERTIFICATE
    assert certificate.parse(flood.der) == Deny(Reason.OVERSIZED)


def test_a_certificate_of_the_greatest_size_is_read():
    padding = MAX_CERTIFICATE - len(padded(0).der)
    exact = next(
        found for size in range(padding, padding - 12, -1) if len((found := padded(size)).der) <= MAX_CERTIFICATE
    )
    assert isinstance(certificate.parse(exact.der), Candidate)


def padded(size: int) -> Issued:
    """A leaf with an extension of so many octets that nobody knows."""
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\0" * size)
    return pki("p256").leaf(extensions=[(unknown, False)])


@pytest.mark.parametrize("bits", [512, 1_024, 2_047, 2_049, 8_200, 16_384])
def test_rsa_keys_outside_the_bounds_are_unacceptable(bits):
    modulus = (1 << (bits - 1)) | 1
    assert decide_leaf(pki("p256").leaf(public_key=rsa_spki(modulus, 65_537)).der).reason is Reason.UNACCEPTABLE_KEY


@pytest.mark.parametrize("exponent", [1, 2, 65_536, 2**32 + 1, 2**2_000 + 1])
def test_rsa_exponents_that_are_tiny_even_or_giant_are_unacceptable(exponent):
    modulus = (1 << 2_047) | 1
    assert decide_leaf(pki("p256").leaf(public_key=rsa_spki(modulus, exponent)).der).reason is Reason.UNACCEPTABLE_KEY


@pytest.mark.parametrize("modulus", [0, 1, -5])
def test_rsa_moduli_that_are_none_are_refused(modulus):
    assert not decided(decide_leaf(pki("p256").leaf(public_key=rsa_spki(modulus, 65_537)).der))


@pytest.mark.parametrize("depth", [10, 100, 1_000])
@pytest.mark.parametrize("kind", ["subject", "san", "name_constraints", "extended_key_usage"])
def test_der_nested_deeply_is_refused_wherever_it_stands(kind, depth):
    assert not decided(decide_leaf(pki("p256").leaf(**{kind: nested(depth)}).der))


def nested(depth: int) -> bytes:
    element = b"\x30\x00"
    for _ in range(depth):
        element = der.sequence(element)
    return element


def test_der_nested_deeply_in_an_extension_that_nobody_knows_is_not_looked_into():
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), nested(1_000))
    assert decided(decide_leaf(pki("p256").leaf(extensions=[(unknown, False)]).der))


def test_a_certificate_that_is_one_nest_is_malformed():
    assert certificate.parse(nested(3_000)) == Deny(Reason.MALFORMED_CERTIFICATE)


@pytest.mark.parametrize(
    "octets", [b"", b"\x30", b"\x30\x80", b"\x30\x82", b"\x30\xff" + b"\xff" * 200, b"\x02\x01\x00"]
)
def test_stumps_are_malformed(octets):
    assert certificate.parse(octets) == Deny(Reason.MALFORMED_CERTIFICATE)

"""Whatever the bytes are: a value comes back, and nobody is good whom no responder called good."""

from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.revocation.contract import Link, Status
from mtlsguard.revocation.ocsp import Fault, OcspAnswer, OcspRules, read
from mtlsguard.testing import der
from mtlsguard.testing.ocsp import Single, delegate
from tests.revocation.ocsp_world import NOW, Lists, by_delegate, by_issuer, candidate, leaf, link, pki, responder

RULES = OcspRules(responders=(candidate(pki().root),), delegates=Lists(Status.GOOD))
OTHER = link(pki().leaf("other"))
NONCE = b"n" * 32
# None of them says that the leaf is good; all of them are sound.
ANSWERS = [
    by_issuer(Single(leaf(), "revoked")),
    by_issuer(Single(leaf(), "unknown"), nonce=NONCE),
    by_issuer(Single(OTHER.serial), Single(leaf(), "revoked", digest="sha256")),
    by_delegate(None, Single(OTHER.serial, issuer=pki().intermediate)),
    by_delegate(
        delegate(pki(), algorithm="rsa2048"), Single(leaf(), "revoked", issuer=pki().intermediate), rsa_pss=True
    ),
    by_delegate(certificates=[responder(), pki().leaf(), pki().root], status=6),
]


@st.composite
def mutations(draw: st.DrawFn, answers: list[bytes] = ANSWERS) -> bytes:
    octets = bytearray(draw(st.sampled_from(answers)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(octets)))
        span = draw(st.integers(0, 3))
        octets[at : at + span] = draw(st.binary(max_size=3))
    return bytes(octets)


def elements(octets: bytes) -> list[bytes]:
    """Every element in it, of whatever depth."""
    found = [octets]
    if octets[0] & 0x20:
        for child in der.children(octets):
            found += elements(child)
    return found


def inside(response: bytes) -> bytes:
    """Its BasicOCSPResponse."""
    return der.content(der.children(der.children(der.children(response)[1])[0])[1])


SOUND = [by_issuer(), by_issuer(Single(leaf(), "revoked"), nonce=NONCE), by_delegate()]
PIECES = [piece for sound in SOUND for piece in elements(inside(sound))] + [b"\x05\x00", b"\x30\x00", b"\x01\x01\xff"]


@st.composite
def transplants(draw: st.DrawFn) -> bytes:
    """DER throughout: elements left out, doubled, and put where others belong; signed by the issuer all the same."""
    sound = draw(st.sampled_from(SOUND))
    signed = _edited(draw, der.children(inside(sound))[0])
    signing = pki().leaf().signing
    basic = signing.signed(signed)
    octets = der.octet_string(basic)
    kind = der.children(der.children(der.children(sound)[1])[0])[0]
    return der.sequence(der.tlv(0x0A, b"\0"), der.context(0, der.sequence(kind, octets)))


def _edited(draw: st.DrawFn, element: bytes) -> bytes:
    children = der.children(element)
    at = draw(st.integers(0, len(children) - 1))
    if children[at][0] & 0x20 and der.content(children[at]) and draw(st.booleans()):
        return der.replaced(element, at, _edited(draw, children[at]))
    return der.replaced(element, at, draw(st.sampled_from([b"", children[at] * 2, *PIECES])))


def outcome(response: bytes, about: Link) -> Status | Fault:
    found = read(response, about, NOW, RULES, NONCE)
    assert isinstance(found, OcspAnswer | Fault)
    return found.status if isinstance(found, OcspAnswer) else found


@given(mutations())
def test_an_answer_that_was_changed_makes_nobody_good(response):
    assert outcome(response, link()) is not Status.GOOD


@given(mutations(SOUND))
def test_an_answer_about_one_certificate_never_makes_another_good(response):
    assert outcome(response, OTHER) is not Status.GOOD


@given(transplants())
def test_an_answer_of_misplaced_elements_never_makes_another_good(response):
    assert outcome(response, OTHER) is not Status.GOOD


@given(st.binary(max_size=200))
def test_any_bytes_are_no_answer(response):
    assert outcome(response, link()) is Fault.MALFORMED

"""Lists of any shape: a value comes back, and nobody whom his CA has listed is let in."""

from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.revocation.contract import Status
from mtlsguard.revocation.crl.lists import CrlList, Rules
from mtlsguard.revocation.crl.store import CrlStore
from mtlsguard.testing import Issued, der
from mtlsguard.testing.crls import Revoked
from tests.revocation.crl_world import candidate, link, made, usable
from tests.world import NOON, NOW, pki

RULES = Rules()
REASONS = x509.ReasonFlags


@cache
def leaf() -> Issued:
    return pki().leaf()


def octets(revoked: Any = (), **details: Any) -> bytes:
    return pki().crl(None, revoked, **details).public_bytes(Encoding.DER)


def point(**said: Any) -> tuple[x509.ExtensionType, bool]:
    nothing = dict.fromkeys(("full_name", "relative_name", "only_some_reasons"))
    flags = dict.fromkeys(
        ("only_contains_user_certs", "only_contains_ca_certs", "indirect_crl", "only_contains_attribute_certs"), False
    )
    return x509.IssuingDistributionPoint(**nothing | flags | said), True


def status(lists: list[CrlList], now: float = NOW) -> Status:
    store = CrlStore(RULES).next(lists, [candidate(pki().intermediate)], now)
    return store.answer(link(leaf()), now).status


@cache
def originals() -> tuple[bytes, ...]:
    """Lists on which the leaf stands, of every kind."""
    other = x509.CertificateIssuer([x509.DirectoryName(pki().root.certificate.subject)])
    here = [x509.UniformResourceIdentifier("http://crl.example.org/")]
    return (
        octets([leaf()]),
        octets([77, leaf(), 78], number=9, extensions=[point(only_contains_user_certs=True)]),
        octets([leaf()], number=9, extensions=[(x509.DeltaCRLIndicator(7), True)]),
        octets([leaf(), Revoked(5, extensions=[(other, True)])], extensions=[point(indirect_crl=True)]),
        octets([Revoked(leaf(), reason=REASONS.certificate_hold)], extensions=[point(full_name=here)]),
    )


def elements(element: bytes, path: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    """Where every element below this one is."""
    found = [path] if path else []
    if element[:1] and element[0] & 0x20:
        for at, child in enumerate(der.children(element)):
            found += elements(child, (*path, at))
    return found


def exchanged(element: bytes, path: tuple[int, ...], new: bytes) -> bytes:
    if not path:
        return new
    inner = exchanged(der.children(element)[path[0]], path[1:], new)
    return der.replaced(element, path[0], inner)


def at(element: bytes, path: tuple[int, ...]) -> bytes:
    for step in path:
        element = der.children(element)[step]
    return element


JUNK = st.sampled_from([b"", der.NULL, der.TRUE, der.integer(-1), der.sequence(), der.tlv(0xA0, b""), b"\x30\x80"])


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """What was signed with up to three elements taken out, doubled, swapped or replaced; unsigned as yet."""
    tbs = der.children(draw(st.sampled_from(originals())))[0]
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(elements(tbs)))
        old, other = at(tbs, path), at(tbs, draw(st.sampled_from(elements(tbs))))
        tag = bytes([draw(st.integers(0, 255))])
        new = draw(st.one_of(JUNK, st.sampled_from([old * 2, other, old[:-1], tag + old[1:], old + b"\x00"])))
        try:
            tbs = exchanged(tbs, path, new)
            elements(tbs)
        except IndexError:  # no longer elements that could be walked
            return tbs
    return tbs


@given(mutated())
def test_a_list_of_any_shape_that_its_ca_signed_lets_nobody_in_whom_others_find_on_it(tbs: bytes) -> None:
    """Where we call the leaf good, cryptography reads the same list and does not find it either."""
    signing = pki().intermediate.signing
    algorithm = der.children(originals()[0])[1]
    signed = der.sequence(tbs, algorithm, der.bit_string(pki().intermediate.key.sign(tbs, _ecdsa(signing.digest))))
    found = made(signed)
    if isinstance(found, CrlList) and status([found]) is Status.GOOD:
        theirs = x509.load_der_x509_crl(signed)
        entry = theirs.get_revoked_certificate_by_serial_number(leaf().serial)
        assert entry is None or _names_an_issuer(theirs)


def _ecdsa(digest: Any) -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.ECDSA(digest)


def _names_an_issuer(theirs: x509.CertificateRevocationList) -> bool:
    """Then the entry may be of somebody else's certificate, which cryptography's look-up does not look at."""
    return any(extension.oid.dotted_string == "2.5.29.29" for entry in theirs for extension in entry.extensions)


@given(st.sampled_from(range(5)), st.data())
def test_a_list_whose_octets_were_changed_never_lets_in(which: int, data: st.DataObject) -> None:
    octets_ = bytearray(originals()[which])
    for _ in range(data.draw(st.integers(1, 4))):
        octets_[data.draw(st.integers(0, len(octets_) - 1))] = data.draw(st.integers(0, 255))
    assert status(usable([bytes(octets_)])) is not Status.GOOD


@given(st.binary(max_size=200))
def test_no_octets_are_too_strange(junk: bytes) -> None:
    assert isinstance(made(junk), str)
    assert isinstance(made(der.sequence(junk)), str)


@pytest.mark.parametrize("which", range(5))
def test_the_lists_that_are_changed_here_are_usable_before(which: int) -> None:
    assert status(usable([originals()[which]])) is Status.REVOKED


# Whatever is offered, in whatever order: a list that is older than one that was seen acquits nobody.

NUMBERS = (1, 2, 3)


@cache
def pool() -> list[tuple[CrlList, int, bool]]:
    """Each list, its number, and whether the leaf is on it. Of each number there are two that contradict each other."""
    found = [
        (made(octets([leaf()] if listed else [], number=number)), number, listed)
        for number in NUMBERS
        for listed in (False, True)
    ]
    strange = pki().authority("Example Intermediate", fresh=True)
    found.append((made(octets(number=99, signed_by=strange.key)), 0, False))
    found.append((made(octets(number=50, this_update=NOON + timedelta(days=1))), 0, False))
    found.append((made(octets(number=None)), 0, False))
    return found


@given(st.lists(st.lists(st.sampled_from(range(9)), max_size=4), min_size=1, max_size=6))
def test_good_is_only_who_is_not_on_the_newest_list_that_was_ever_seen(batches: list[list[int]]) -> None:
    """The model: of the numbered ones that the CA signed and that have begun, the first one seen of the highest number
    must be there, and nothing of that number may list the leaf."""
    store, first = CrlStore(RULES), dict[int, CrlList]()
    numbered = False
    for batch in batches:
        offered = [pool()[at] for at in batch]
        store = store.next([one for one, _, _ in offered], [candidate(pki().intermediate)], NOW)
        for one, number, _ in offered:
            if number:
                first.setdefault(number, one)
        answer = store.answer(link(leaf()), NOW).status
        numbered = bool(first)
        if numbered:
            # Numbers that were overtaken at once are remembered by the model only: it is laxer there, never stricter.
            newest = max(first)
            there = [(one, listed) for one, number, listed in offered if number == newest]
            assert answer is not Status.GOOD or (there and not any(listed for _, listed in there))
            if there and not any(listed for _, _, listed in offered) and any(one is first[newest] for one, _ in there):
                assert answer is Status.GOOD


@given(st.permutations(range(6)))
def test_the_order_in_which_lists_lie_does_not_count(order: list[int]) -> None:
    """All numbers at once, one of each pair left out."""
    for kept in ((0, 2, 4), (0, 2, 5), (1, 3, 4)):
        lists = [pool()[at][0] for at in order if at in kept]
        assert status(lists) is (Status.REVOKED if pool()[max(kept)][2] else Status.GOOD)


@given(st.floats(min_value=NOW - 10 * 86_400, max_value=NOW + 10 * 86_400))
def test_an_answer_holds_as_long_as_it_says(moment: float) -> None:
    lists = [pool()[0][0], made(octets(number=2, this_update=NOON + timedelta(days=2)))]
    store = CrlStore(RULES).next(lists, [candidate(pki().intermediate)], NOW)
    answer = store.answer(link(leaf()), moment)
    assert answer.until > moment
    end = min(answer.until, NOW + 10 * 86_400)
    for later in (moment + (end - moment) * part for part in (0.25, 0.5, 0.99)):
        if later < answer.until:
            assert store.answer(link(leaf()), later).status is answer.status


def test_many_lists_of_one_issuer_are_not_looked_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """By distribution point: a certificate's own list is asked, and no other one."""

    def uri(number: int) -> list[x509.GeneralName]:
        return [x509.UniformResourceIdentifier(f"http://crl.example.org/{number}")]

    lists = [made(octets(extensions=[point(full_name=uri(number))])) for number in range(50)]
    store = CrlStore(RULES).next(lists, [candidate(pki().intermediate)], NOW)
    points = x509.CRLDistributionPoints([x509.DistributionPoint(uri(7), None, None, None)])
    there = link(pki().leaf(extensions=[(points, False)]))
    kind, asked = type(lists[0].entries), list[object]()
    find = kind.find

    def watched(self: Any, *arguments: Any) -> Any:
        asked.append(self)
        return find(self, *arguments)

    monkeypatch.setattr(kind, "find", watched)
    assert store.answer(there, NOW).status is Status.GOOD
    assert asked == [lists[7].entries]

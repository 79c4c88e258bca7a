"""Certificate revocation lists: each duty of RFC 5280 section 6.3, kept and broken. One sentence, one answer."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from mtlsguard.revocation.contract import Answer, Status
from mtlsguard.revocation.crl.lists import Rules
from mtlsguard.testing import Issued, Pki
from mtlsguard.testing.crls import Revoked
from tests.revocation.crl_world import candidate, link, made, says, store
from tests.world import NOON, NOW, pki

DAY = timedelta(days=1)
UNKNOWN_OID = x509.ObjectIdentifier("1.2.3.4.5")
Given = tuple[Issued, Sequence[object]]
SCENARIOS: dict[str, tuple[Callable[[], Given], Status]] = {}


def scenario(expect: Status) -> Callable[[Callable[[], Given]], Callable[[], Given]]:
    def keep(function: Callable[[], Given]) -> Callable[[], Given]:
        SCENARIOS[function.__name__] = (function, expect)
        return function

    return keep


def crl(revoked: Iterable[Any] = (), issuer: Issued | None = None, **details: Any) -> object:
    return pki().crl(issuer, revoked, **details)


def idp(**said: Any) -> tuple[x509.ExtensionType, bool]:
    defaults: dict[str, Any] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**defaults | said), True


def uri(text: str) -> list[x509.GeneralName]:
    return [x509.UniformResourceIdentifier(text)]


def points(*names: str, reasons: Any = None, issuer: Any = None) -> tuple[x509.ExtensionType, bool]:
    found = [x509.DistributionPoint(uri(name), None, reasons, issuer) for name in names]
    return x509.CRLDistributionPoints(found), False


HERE, THERE = "http://crl.example.org/here", "http://crl.example.org/there"


# 1, 2: whose list, and by which key


@scenario(expect=Status.GOOD)
def not_listed() -> Given:
    return pki().leaf(), [crl()]


@scenario(expect=Status.REVOKED)
def listed() -> Given:
    leaf = pki().leaf()
    return leaf, [crl([leaf])]


@scenario(expect=Status.UNKNOWN)
def no_list_at_all() -> Given:
    return pki().leaf(), []


@scenario(expect=Status.UNKNOWN)
def the_list_of_another_authority() -> Given:
    return pki().leaf(), [crl(issuer=pki().root)]


@scenario(expect=Status.UNKNOWN)
def a_list_of_the_same_name_by_another_key() -> Given:
    stranger = Pki(now=NOON).authority("Example Intermediate", fresh=True)
    return pki().leaf(), [crl(signed_by=stranger.key)]


@scenario(expect=Status.GOOD)
def a_forged_list_beside_the_true_one_is_not_heard() -> Given:
    leaf, stranger = pki().leaf(), pki().authority("Example Intermediate", fresh=True)
    return leaf, [crl([leaf], signed_by=stranger.key, number=9), crl(number=1)]


@scenario(expect=Status.GOOD)
def an_issuer_written_in_another_case_and_with_more_blanks() -> Given:
    name = [(NameOID.ORGANIZATION_NAME, "EXAMPLE"), (NameOID.COMMON_NAME, "example   intermediate")]
    return pki().leaf(), [crl(issuer_name=name)]


@scenario(expect=Status.REVOKED)
def and_its_entries_count_as_well() -> Given:
    name = [(NameOID.ORGANIZATION_NAME, "EXAMPLE"), (NameOID.COMMON_NAME, "example intermediate")]
    leaf = pki().leaf()
    return leaf, [crl([leaf], issuer_name=name)]


@scenario(expect=Status.UNKNOWN)
def a_signature_with_sha1() -> Given:
    return pki().leaf(), [crl(signature_hash="sha1")]


@scenario(expect=Status.UNKNOWN)
def octets_behind_the_list() -> Given:
    return pki().leaf(), [_der(crl()) + b"\x00"]


@scenario(expect=Status.UNKNOWN)
def a_list_that_was_changed_after_it_was_signed() -> Given:
    leaf = pki().leaf()
    der = bytearray(_der(crl([leaf])))
    at = der.index(leaf.serial.to_bytes(20, "big")[1:])
    der[at + 5] ^= 1
    return leaf, [bytes(der)]


# 3: may that key sign lists?


@scenario(expect=Status.UNKNOWN)
def an_authority_that_may_not_sign_lists() -> Given:
    authority = pki().authority("Quiet", issuer=pki().root, key_usage=("key_cert_sign",))
    return pki().leaf(issuer=authority), [crl(issuer=authority)]


@scenario(expect=Status.GOOD)
def an_authority_without_key_usage_may() -> Given:
    authority = pki().authority("Old", issuer=pki().root, key_usage=None)
    return pki().leaf(issuer=authority), [crl(issuer=authority)]


# 4: is it current, and the newest?


@scenario(expect=Status.UNKNOWN)
def a_list_over_its_time() -> Given:
    return pki().leaf(), [crl(next_update=NOON)]


@scenario(expect=Status.REVOKED)
def a_list_over_its_time_still_accuses() -> Given:
    leaf = pki().leaf()
    return leaf, [crl([leaf], next_update=NOON)]


@scenario(expect=Status.UNKNOWN)
def a_list_from_the_future() -> Given:
    return pki().leaf(), [crl(this_update=NOON + DAY)]


@scenario(expect=Status.GOOD)
def a_list_that_a_clock_a_little_ahead_made() -> Given:
    return pki().leaf(), [crl(this_update=NOON + timedelta(seconds=30))]


@scenario(expect=Status.UNKNOWN)
def a_list_without_an_end() -> Given:
    return pki().leaf(), [crl(next_update=None)]


@scenario(expect=Status.REVOKED)
def the_newer_number_wins_not_the_first() -> Given:
    leaf = pki().leaf()
    return leaf, [crl(number=6), crl([leaf], number=7)]


@scenario(expect=Status.GOOD)
def the_older_one_is_not_heard_beside_it() -> Given:
    leaf = pki().leaf()
    return leaf, [crl([leaf], number=6), crl(number=7)]


@scenario(expect=Status.REVOKED)
def two_lists_of_one_number_that_contradict_each_other() -> Given:
    leaf = pki().leaf()
    return leaf, [crl(number=7), crl([leaf], number=7)]


# 5: what it says and nobody here knows


@scenario(expect=Status.UNKNOWN)
def an_unknown_critical_extension() -> Given:
    return pki().leaf(), [crl(extensions=[(x509.UnrecognizedExtension(UNKNOWN_OID, b"\x05\x00"), True)])]


@scenario(expect=Status.GOOD)
def an_unknown_extension_that_is_not_critical() -> Given:
    return pki().leaf(), [crl(extensions=[(x509.UnrecognizedExtension(UNKNOWN_OID, b"\x05\x00"), False)])]


@scenario(expect=Status.UNKNOWN)
def an_unknown_critical_extension_of_any_entry() -> Given:
    entry = Revoked(77, extensions=[(x509.UnrecognizedExtension(UNKNOWN_OID, b"\x05\x00"), True)])
    return pki().leaf(), [crl([entry])]


# 6: whom it is about


@scenario(expect=Status.GOOD)
def a_list_of_the_certificates_own_distribution_point() -> Given:
    return pki().leaf(extensions=[points(HERE)]), [crl(extensions=[idp(full_name=uri(HERE))])]


@scenario(expect=Status.UNKNOWN)
def a_list_of_another_distribution_point() -> Given:
    return pki().leaf(extensions=[points(HERE)]), [crl(extensions=[idp(full_name=uri(THERE))])]


@scenario(expect=Status.UNKNOWN)
def a_list_of_a_point_for_a_certificate_without_one() -> Given:
    return pki().leaf(), [crl(extensions=[idp(full_name=uri(HERE))])]


@scenario(expect=Status.REVOKED)
def a_list_of_another_distribution_point_still_accuses() -> Given:
    leaf = pki().leaf()
    return leaf, [crl([leaf], extensions=[idp(full_name=uri(HERE))])]


@scenario(expect=Status.GOOD)
def but_not_against_one_of_the_certificates_own() -> Given:
    leaf = pki().leaf(extensions=[points(HERE)])
    return leaf, [crl([leaf], extensions=[idp(full_name=uri(THERE))]), crl(extensions=[idp(full_name=uri(HERE))])]


def relative(name: str) -> x509.RelativeDistinguishedName:
    return x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def relative_points(name: str) -> tuple[x509.ExtensionType, bool]:
    return x509.CRLDistributionPoints([x509.DistributionPoint(None, relative(name), None, None)]), False


@scenario(expect=Status.GOOD)
def a_point_named_relative_to_the_issuer_in_another_case() -> Given:
    return pki().leaf(extensions=[relative_points("Shard 1")]), [
        crl(extensions=[idp(relative_name=relative("shard  1"))])
    ]


@scenario(expect=Status.UNKNOWN)
def another_point_named_relative_to_the_issuer() -> Given:
    return pki().leaf(extensions=[relative_points("Shard 1")]), [
        crl(extensions=[idp(relative_name=relative("Shard 2"))])
    ]


@scenario(expect=Status.GOOD)
def a_point_that_has_the_name_of_the_issuer_itself() -> Given:
    name = x509.load_der_x509_certificate(pki().intermediate.der).subject
    return pki().leaf(), [crl(extensions=[idp(full_name=[x509.DirectoryName(name)])])]


@scenario(expect=Status.GOOD)
def a_list_about_users_for_a_user() -> Given:
    return pki().leaf(), [crl(extensions=[idp(only_contains_user_certs=True)])]


@scenario(expect=Status.UNKNOWN)
def a_list_about_authorities_for_a_user() -> Given:
    return pki().leaf(), [crl(extensions=[idp(only_contains_ca_certs=True)])]


@scenario(expect=Status.GOOD)
def a_list_about_authorities_for_an_authority() -> Given:
    return pki().intermediate, [crl(issuer=pki().root, extensions=[idp(only_contains_ca_certs=True)])]


@scenario(expect=Status.UNKNOWN)
def a_list_about_users_for_an_authority() -> Given:
    return pki().intermediate, [crl(issuer=pki().root, extensions=[idp(only_contains_user_certs=True)])]


@scenario(expect=Status.UNKNOWN)
def a_list_about_attribute_certificates() -> Given:
    return pki().leaf(), [crl(extensions=[idp(only_contains_attribute_certs=True)])]


SOME = frozenset({x509.ReasonFlags.key_compromise})
OTHERS = frozenset(set(x509.ReasonFlags) - SOME - {x509.ReasonFlags.unspecified, x509.ReasonFlags.remove_from_crl})


@scenario(expect=Status.UNKNOWN)
def a_list_for_some_reasons_only() -> Given:
    return pki().leaf(), [crl(extensions=[idp(only_some_reasons=SOME)])]


@scenario(expect=Status.GOOD)
def lists_for_all_reasons_together() -> Given:
    return pki().leaf(), [crl(extensions=[idp(only_some_reasons=one)]) for one in (SOME, OTHERS)]


@scenario(expect=Status.REVOKED)
def listed_for_one_of_the_reasons() -> Given:
    leaf = pki().leaf()
    return leaf, [crl([leaf], extensions=[idp(only_some_reasons=SOME)])]


# 7: entries of other issuers


def _of(issuer: Issued) -> tuple[x509.ExtensionType, bool]:
    name = x509.load_der_x509_certificate(issuer.der).subject
    return x509.CertificateIssuer([x509.DirectoryName(name)]), True


INDIRECT = idp(indirect_crl=True)


@scenario(expect=Status.REVOKED)
def an_entry_of_an_indirect_list_before_any_issuer_is_named() -> Given:
    leaf = pki().leaf()
    return leaf, [crl([leaf], extensions=[INDIRECT])]


@scenario(expect=Status.GOOD)
def an_entry_for_another_issuers_certificate_with_the_same_serial() -> Given:
    leaf = pki().leaf()
    return leaf, [crl([Revoked(leaf, extensions=[_of(pki().root)])], extensions=[INDIRECT])]


@scenario(expect=Status.GOOD)
def an_issuer_is_carried_forward_to_the_entries_behind_it() -> Given:
    leaf = pki().leaf()
    return leaf, [crl([Revoked(77, extensions=[_of(pki().root)]), leaf], extensions=[INDIRECT])]


@scenario(expect=Status.REVOKED)
def until_another_one_is_named() -> Given:
    leaf = pki().leaf()
    named = [Revoked(77, extensions=[_of(pki().root)]), Revoked(leaf, extensions=[_of(pki().intermediate)])]
    return leaf, [crl(named, extensions=[INDIRECT])]


@scenario(expect=Status.UNKNOWN)
def an_issuer_named_in_a_list_that_is_not_indirect() -> Given:
    return pki().leaf(), [crl([Revoked(77, extensions=[_of(pki().root)])])]


@scenario(expect=Status.UNKNOWN)
def a_list_by_somebody_to_whom_the_issuer_delegated_is_not_supported() -> Given:
    name = x509.load_der_x509_certificate(pki().root.der).subject
    delegated = x509.DistributionPoint(uri(HERE), None, None, [x509.DirectoryName(name)])
    leaf = pki().leaf(extensions=[(x509.CRLDistributionPoints([delegated]), False)])
    return leaf, [crl(issuer=pki().root, extensions=[idp(indirect_crl=True, full_name=uri(HERE))])]


# 8: deltas


def delta(base: int) -> tuple[x509.ExtensionType, bool]:
    return x509.DeltaCRLIndicator(base), True


REMOVED = x509.ReasonFlags.remove_from_crl
HOLD = x509.ReasonFlags.certificate_hold


@scenario(expect=Status.UNKNOWN)
def a_delta_alone() -> Given:
    return pki().leaf(), [crl(number=8, extensions=[delta(7)])]


@scenario(expect=Status.REVOKED)
def a_delta_alone_still_accuses() -> Given:
    leaf = pki().leaf()
    return leaf, [crl([leaf], number=8, extensions=[delta(7)])]


@scenario(expect=Status.REVOKED)
def listed_in_the_delta_only() -> Given:
    leaf = pki().leaf()
    return leaf, [crl(number=7), crl([leaf], number=8, extensions=[delta(7)])]


@scenario(expect=Status.GOOD)
def released_by_the_delta() -> Given:
    leaf = pki().leaf()
    held, released = Revoked(leaf, reason=HOLD), Revoked(leaf, reason=REMOVED)
    return leaf, [crl([held], number=7), crl([released], number=8, extensions=[delta(7)])]


@scenario(expect=Status.REVOKED)
def released_by_a_delta_to_a_newer_base() -> Given:
    leaf = pki().leaf()
    held, released = Revoked(leaf, reason=HOLD), Revoked(leaf, reason=REMOVED)
    return leaf, [crl([held], number=7), crl([released], number=9, extensions=[delta(8)])]


@scenario(expect=Status.REVOKED)
def released_by_a_delta_older_than_the_list() -> Given:
    leaf = pki().leaf()
    held, released = Revoked(leaf, reason=HOLD), Revoked(leaf, reason=REMOVED)
    return leaf, [crl([held], number=9), crl([released], number=8, extensions=[delta(7)])]


@scenario(expect=Status.REVOKED)
def released_by_a_delta_of_another_scope() -> Given:
    leaf = pki().leaf()
    held, released = Revoked(leaf, reason=HOLD), Revoked(leaf, reason=REMOVED)
    other = [delta(7), idp(only_contains_ca_certs=True)]
    return leaf, [crl([held], number=7), crl([released], number=8, extensions=other)]


@scenario(expect=Status.REVOKED)
def released_by_a_delta_of_another_key_identifier() -> Given:
    leaf = pki().leaf()
    held, released = Revoked(leaf, reason=HOLD), Revoked(leaf, reason=REMOVED)
    stripped = crl([released], number=8, extensions=[delta(7)], without=[x509.AuthorityKeyIdentifier])
    return leaf, [crl([held], number=7), stripped]


@scenario(expect=Status.REVOKED)
def released_in_a_complete_list_means_nothing() -> Given:
    leaf = pki().leaf()
    return leaf, [crl([Revoked(leaf, reason=REMOVED)])]


# 9: what counts as revoked


@scenario(expect=Status.REVOKED)
def on_hold() -> Given:
    leaf = pki().leaf()
    return leaf, [crl([Revoked(leaf, reason=HOLD)])]


@scenario(expect=Status.REVOKED)
def revoked_from_tomorrow_on() -> Given:
    leaf = pki().leaf()
    return leaf, [crl([Revoked(leaf, at=NOON + DAY)])]


# 11: serial numbers


@scenario(expect=Status.REVOKED)
def a_serial_of_twenty_octets() -> Given:
    leaf = pki().leaf(serial=2**159 - 1)
    return leaf, [crl([leaf])]


@scenario(expect=Status.GOOD)
def the_magnitude_of_a_negative_serial_is_another_one() -> Given:
    leaf = pki().leaf(serial=77)
    return leaf, [crl([-77])]


@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(name: str) -> None:
    given, expect = SCENARIOS[name]
    leaf, lists = given()
    assert says(leaf, *lists).status is expect


@pytest.mark.parametrize("serial", [-77, 0, -(2**159)])
def test_odd_serials_are_numbers_like_others(serial: int) -> None:
    """No such certificate gets this far; a list may name it all the same."""
    odd = replace(link(pki().leaf()), serial=serial)
    by = [pki().intermediate]
    assert store(crl([serial]), by=by).answer(odd, NOW).status is Status.REVOKED
    assert store(crl([serial + 1]), by=by).answer(odd, NOW).status is Status.GOOD


def _der(made_by_the_kit: Any) -> bytes:
    return made_by_the_kit.public_bytes(Encoding.DER)


# until when


def test_good_ends_with_the_list() -> None:
    answer = says(pki().leaf(), crl(next_update=NOON + DAY))
    assert answer == Answer(Status.GOOD, NOW + DAY.total_seconds())


def test_unknown_ends_when_a_list_begins() -> None:
    answer = says(pki().leaf(), crl(this_update=NOON + DAY))
    assert answer == Answer(Status.UNKNOWN, NOW + DAY.total_seconds() - Rules().skew)


def test_an_age_lets_lists_without_an_end_count_and_ends_others() -> None:
    rules = Rules(max_age=2 * 3_600)
    endless, week = crl(next_update=None), crl(this_update=NOON - DAY)
    assert says(pki().leaf(), endless, rules=rules) == Answer(Status.GOOD, NOW + 3_600)
    assert says(pki().leaf(), week, rules=rules).status is Status.UNKNOWN


# 4 again: numbers never go down


def after(first: object, then: object, by: Sequence[Issued] = ()) -> Any:
    known = store(first, by=by or [pki().intermediate])
    return known.next([made(then)], known_authorities(by), NOW)


def known_authorities(by: Sequence[Issued]) -> Any:
    return map(candidate, by or [pki().intermediate])


def test_an_older_list_offered_later_acquits_nobody_and_is_told() -> None:
    now = after(crl(number=9), crl(number=8))
    assert now.answer(link(pki().leaf()), NOW).status is Status.UNKNOWN
    assert [refusal.value for _, refusal in now.refused] == ["rollback"]


def test_two_older_lists_do_not_hide_each_other() -> None:
    leaf = pki().leaf()
    known = store(crl([leaf], number=9), by=[pki().intermediate])
    older = known.next([made(crl(number=7)), made(crl(number=8))], known_authorities([]), NOW)
    assert older.answer(link(leaf), NOW).status is Status.UNKNOWN
    assert [refusal.value for _, refusal in older.refused] == ["rollback", "rollback"]


def test_an_older_list_beside_the_newest_is_nothing_to_tell() -> None:
    known = store(crl(number=9), by=[pki().intermediate])
    both = known.next([made(crl(number=8)), *known.lists], known_authorities([]), NOW)
    assert both.answer(link(pki().leaf()), NOW).status is Status.GOOD
    assert both.refused == ()


def test_but_still_accuses() -> None:
    leaf = pki().leaf()
    assert after(crl(number=9), crl([leaf], number=8)).answer(link(leaf), NOW).status is Status.REVOKED


def test_the_same_number_with_other_content_is_told() -> None:
    now = after(crl(number=9), crl([77], number=9))
    assert [refusal.value for _, refusal in now.refused] == ["contradiction"]
    assert now.answer(link(pki().leaf()), NOW).status is Status.UNKNOWN


def test_the_same_list_again_is_no_rollback() -> None:
    same = crl(number=9)
    assert after(same, same).answer(link(pki().leaf()), NOW).status is Status.GOOD


# 8 again: a delta to a complete list that is not here yet


def one_after_the_other(*offers: Sequence[object]) -> Any:
    known = store(by=[pki().intermediate])
    for offer in offers:
        known = known.next([made(one) for one in offer], known_authorities([]), NOW)
    return known


def test_what_a_delta_said_holds_until_the_complete_list_comes_that_says_it() -> None:
    leaf = pki().leaf()
    base, first, second = (
        crl(number=5),
        crl([leaf], number=6, extensions=[delta(5)]),
        crl(number=7, extensions=[delta(6)]),
    )
    for offers in ([base, first], [base, second]), ([base, first], [base, first, second], [base, second]):
        known = one_after_the_other(*offers)
        assert known.answer(link(leaf), NOW).status is Status.REVOKED
        assert known.answer(link(pki().leaf("other")), NOW).status is Status.GOOD
    known = one_after_the_other([base, first], [base, second], [base, crl(number=8, extensions=[delta(7)])])
    assert known.answer(link(leaf), NOW).status is Status.REVOKED
    beside = one_after_the_other([base, first, second])
    assert beside.answer(link(leaf), NOW).status is Status.REVOKED


def test_and_no_longer() -> None:
    leaf = pki().leaf()
    base, first = crl(number=5), crl([leaf], number=6, extensions=[delta(5)])
    second, complete = crl(number=7, extensions=[delta(6)]), crl(number=6)
    known = one_after_the_other([base, first], [base, second], [complete, second])
    assert known.answer(link(leaf), NOW).status is Status.GOOD
    assert known.bridges == ()


def test_a_delta_to_the_same_list_takes_the_place_of_the_one_before() -> None:
    leaf = pki().leaf()
    base, first = crl(number=5), crl([leaf], number=6, extensions=[delta(5)])
    known = one_after_the_other([base, first], [base, crl(number=7, extensions=[delta(5)])])
    assert known.answer(link(leaf), NOW).status is Status.GOOD


def test_a_list_that_nobody_known_signed_moves_no_number() -> None:
    stranger = pki().authority("Example Intermediate", fresh=True)
    now = after(crl(number=2**64, signed_by=stranger.key), crl(number=1))
    assert now.answer(link(pki().leaf()), NOW).status is Status.GOOD


def test_a_list_that_the_configured_authority_of_its_name_did_not_sign_is_told() -> None:
    stranger = pki().authority("Example Intermediate", fresh=True)
    forged = store(crl(signed_by=stranger.key), by=[pki().intermediate])
    assert [refusal.value for _, refusal in forged.refused] == ["signed-by-nobody-known"]


def test_the_list_of_an_authority_that_only_paths_bring_is_heard_and_nothing_to_tell() -> None:
    brought = store(crl(), by=[pki().root])
    assert brought.answer(link(pki().leaf()), NOW).status is Status.GOOD
    assert brought.refused == ()


def test_a_list_from_the_future_moves_no_number_before_it_begins() -> None:
    now = after(crl(number=9, this_update=NOON + DAY), crl(number=1))
    assert now.answer(link(pki().leaf()), NOW).status is Status.GOOD


def test_an_unnumbered_list_cannot_follow_a_numbered_one() -> None:
    now = after(crl(number=1), crl(number=None, this_update=NOON))
    assert now.answer(link(pki().leaf()), NOW).status is Status.UNKNOWN


def test_a_new_key_of_the_same_authority_begins_anew() -> None:
    again = pki().authority("Example Intermediate", issuer=pki().root, fresh=True)
    leaf = pki().leaf(issuer=again)
    now = after(crl(number=9), crl(issuer=again, number=1), by=[pki().intermediate, again])
    assert now.answer(link(leaf), NOW).status is Status.GOOD


def test_a_link_without_an_issuer_is_unknown() -> None:
    alone = replace(link(pki().leaf()), issuer=None)
    assert store(crl(), by=[pki().intermediate]).answer(alone, NOW).status is Status.UNKNOWN

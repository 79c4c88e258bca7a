"""The nine duties of who reads an OCSP answer (RFC 6960): each met, and each with the twins that break it."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mtlsguard.revocation.contract import Link, Status
from mtlsguard.revocation.ocsp import CertIdHash, Fault, Nonce, OcspAnswer, OcspRules, Signer, read, request
from mtlsguard.testing import Pki, keys
from mtlsguard.testing import ocsp as made
from mtlsguard.testing.ocsp import Single, answer, delegate
from tests.revocation.ocsp_world import (
    NOON,
    NOW,
    Lists,
    by_delegate,
    by_issuer,
    candidate,
    leaf,
    link,
    outcome,
    pki,
    responder,
)

GOOD, REVOKED, UNKNOWN = Status.GOOD, Status.REVOKED, Status.UNKNOWN
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
ODD = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
NONCE = b"n" * 32


def of(pki_of: Pki | None = None, **details) -> bytes:
    """Signed by a delegate with that detail."""
    return by_delegate(delegate(pki_of or pki(), **details))


# ---- 1. a successful basic answer about exactly this certificate


def test_an_answer_of_the_issuer_itself_counts():
    assert outcome(by_issuer()) is GOOD


@pytest.mark.parametrize("digest", ["sha1", "sha256", "sha384", "sha512"])
def test_the_certificate_is_named_under_the_hash_that_the_answer_uses(digest):
    assert outcome(by_issuer(Single(leaf(), digest=digest))) is GOOD


def test_the_one_about_our_certificate_is_found_among_others():
    others = [Single(pki().leaf(), "revoked"), Single(leaf()), Single(7, "revoked")]
    assert outcome(by_issuer(*others)) is GOOD


def test_an_answer_about_others_with_a_hash_that_nobody_knows_does_not_spoil_ours():
    odd = Single(7, name_hash=b"n", key_hash=b"k", digest="md5")
    assert outcome(by_issuer(odd, Single(leaf()))) is GOOD


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (made.MALFORMED_REQUEST, Fault.REFUSED),
        (made.INTERNAL_ERROR, Fault.TRY_LATER),
        (made.TRY_LATER, Fault.TRY_LATER),
        (made.SIG_REQUIRED, Fault.REFUSED),
        (made.UNAUTHORIZED, Fault.REFUSED),
        (4, Fault.MALFORMED),
    ],
)
def test_an_answer_without_success_proves_nothing(status, fault):
    assert outcome(by_issuer(status=status)) is fault


def test_an_answer_of_another_type_is_none():
    assert outcome(by_issuer(kind=x509.ObjectIdentifier("1.3.6.1.5.5.7.48.1.2"))) is Fault.MALFORMED


def test_an_answer_of_a_version_that_nobody_knows_is_none():
    assert outcome(by_issuer(version=2)) is Fault.MALFORMED


@pytest.mark.parametrize(
    "other",
    [
        {"what": 7},
        {"what": -7},
        {"name_hash": b"\0" * 20},
        {"key_hash": b"\0" * 20},
        {"name_hash": b""},
        {"key_hash": b""},
        {"digest": "md5"},
    ],
    ids=str,
)
def test_an_answer_about_another_certificate_proves_nothing(other):
    assert outcome(by_issuer(Single(**{"what": leaf(), **other}))) is Fault.OTHER_CERTIFICATE


def test_an_answer_about_the_same_serial_of_another_issuer_proves_nothing():
    assert outcome(by_issuer(Single(leaf(), issuer=pki().root))) is Fault.OTHER_CERTIFICATE


def test_an_answer_about_the_same_serial_under_another_key_of_the_same_name_proves_nothing():
    rolled = pki().authority("Example Intermediate", issuer=pki().root)
    assert outcome(by_issuer(Single(leaf(), issuer=rolled))) is Fault.OTHER_CERTIFICATE


def test_an_answer_about_nobody_proves_nothing():
    assert outcome(answer(pki().intermediate, [], at=NOON)) is Fault.OTHER_CERTIFICATE


# ---- 2. signed by who may


@pytest.mark.parametrize("named", ["key", "name"])
def test_an_issuer_and_its_delegate_are_found_by_key_or_by_name(named):
    assert [outcome(by_issuer(responder=named)), outcome(by_delegate(responder=named))] == [GOOD, GOOD]


def test_an_answer_tells_whose_word_it_is():
    local = OcspRules(responders=(candidate(pki().root),))
    by_root = answer(pki().root, [Single(leaf(), issuer=pki().intermediate)], at=NOON)
    found = [
        read(by_issuer(), link(), NOW, OcspRules()),
        read(by_delegate(), link(), NOW, OcspRules()),
        read(by_root, link(), NOW, local),
    ]
    assert [one.signer for one in found] == [Signer.ISSUER, Signer.DELEGATE, Signer.LOCAL]


def test_a_delegate_is_found_among_other_certificates():
    certificates = [pki().leaf(), pki().intermediate, b"\x30\x00", responder(), pki().root]
    assert outcome(by_delegate(certificates=[one for one in certificates if one != b"\x30\x00"])) is GOOD


def test_the_root_does_not_speak_for_an_issuer_below_it():
    by_root = answer(pki().root, [Single(leaf(), issuer=pki().intermediate)], at=NOON, certificates=[pki().root])
    assert outcome(by_root) is Fault.UNAUTHORISED


def test_a_sister_of_the_issuer_does_not_speak_for_it():
    sister = pki().authority("Sister", issuer=pki().root, extended_key_usage=[ExtendedKeyUsageOID.OCSP_SIGNING])
    assert outcome(by_delegate(sister)) is Fault.UNAUTHORISED


def test_a_delegate_of_the_root_does_not_speak_for_an_issuer_below_it():
    assert outcome(by_delegate(delegate(pki(), issuer=pki().root))) is Fault.UNAUTHORISED


def test_a_delegate_of_a_forger_with_the_same_names_does_not_speak():
    assert outcome(of(Pki(now=NOON))) is Fault.UNAUTHORISED


def test_a_delegate_that_names_another_issuer_does_not_speak():
    assert outcome(of(issuer_name=pki().root.party.name)) is Fault.UNAUTHORISED


def test_a_delegate_of_an_authority_below_the_issuer_does_not_speak():
    below = pki().authority("Below", issuer=pki().intermediate)
    assert outcome(by_delegate(delegate(pki(), issuer=below))) is Fault.UNAUTHORISED


def test_an_authority_below_the_issuer_does_not_speak_even_if_its_usages_say_so():
    below = pki().authority(
        "Below",
        issuer=pki().intermediate,
        extended_key_usage=[ExtendedKeyUsageOID.OCSP_SIGNING],
        key_usage=("digital_signature", "key_cert_sign"),
        extensions=[(x509.OCSPNoCheck(), False)],
    )
    assert outcome(by_delegate(below)) is Fault.UNAUTHORISED


def test_a_client_does_not_speak_for_itself():
    client = delegate(pki(), extended_key_usage=[ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.OCSP_SIGNING])
    itself = by_delegate(client, Single(client, issuer=pki().intermediate))
    assert outcome(itself, about=link(client)) is Fault.UNAUTHORISED


def test_a_client_does_not_speak_for_itself_by_a_certificate_that_it_signed():
    own = delegate(pki(), signed_by=leaf().key, key=leaf().key)
    assert outcome(by_delegate(own)) is Fault.UNAUTHORISED


@pytest.mark.parametrize(
    "overrides",
    [
        {"without": [x509.ExtendedKeyUsage]},
        {"extended_key_usage": [ExtendedKeyUsageOID.CLIENT_AUTH]},
        {"extended_key_usage": [ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]},
    ],
    ids=["no usages", "clientAuth", "any"],
)
def test_a_certificate_that_is_not_made_for_it_does_not_speak(overrides):
    assert outcome(of(**overrides)) is Fault.UNAUTHORISED


@pytest.mark.parametrize("usage", [("key_encipherment",), ("content_commitment",), ("key_cert_sign", "crl_sign")])
def test_a_delegate_whose_key_may_not_sign_does_not_speak(usage):
    assert outcome(of(key_usage=usage)) is Fault.UNAUTHORISED


def test_a_delegate_without_key_usage_speaks():
    assert outcome(of(key_usage=None)) is GOOD


@pytest.mark.parametrize(
    "overrides",
    [
        {"not_after": NOON - SECOND},
        {"not_before": NOON + timedelta(seconds=61), "not_after": NOON + HOUR},
    ],
    ids=["expired", "not yet valid"],
)
def test_a_delegate_that_is_not_valid_now_does_not_speak(overrides):
    assert outcome(of(**overrides)) is Fault.DELEGATE_EXPIRED


def test_a_delegate_speaks_until_the_end_of_its_last_second():
    assert outcome(of(not_after=NOON), now=NOW + 0.9) is GOOD


def test_a_delegate_with_a_critical_extension_that_nobody_knows_does_not_speak():
    assert outcome(of(extensions=[(x509.OCSPNoCheck(), False), (ODD, True)])) is Fault.UNAUTHORISED


def test_a_delegate_with_a_critical_extension_that_is_not_obeyed_does_not_speak():
    constraints = x509.NameConstraints([x509.DNSName("example.org")], None)
    assert outcome(of(name_constraints=constraints)) is Fault.UNAUTHORISED


def test_a_delegate_whose_certificate_is_tampered_with_does_not_speak():
    broken = responder().altered(lambda der: der[:-1] + bytes([der[-1] ^ 1]))
    assert outcome(by_delegate(certificates=[broken])) is Fault.UNAUTHORISED


def test_a_delegate_that_is_not_sent_along_does_not_speak():
    assert outcome(by_delegate(certificates=[])) is Fault.UNAUTHORISED


def test_a_responder_that_the_operator_named_speaks():
    stranger = Pki(now=NOON).self_signed("responder")
    by_stranger = answer(stranger, [Single(leaf(), issuer=pki().intermediate)], at=NOON)
    assert outcome(by_stranger, rules=OcspRules(responders=(candidate(stranger),))) is GOOD


def test_the_same_responder_does_not_speak_where_it_is_not_named():
    stranger = Pki(now=NOON).self_signed("responder")
    assert outcome(by_delegate(stranger)) is Fault.UNAUTHORISED


def test_another_with_the_name_of_the_operators_responder_does_not_speak():
    stranger, forger = Pki(now=NOON).self_signed("responder"), Pki(now=NOON).self_signed("responder")
    forged = by_delegate(forger, responder="name")
    assert outcome(forged, rules=OcspRules(responders=(candidate(stranger),))) is Fault.UNAUTHORISED


def test_an_operators_responder_does_not_speak_once_it_has_expired():
    stranger = Pki(now=NOON).self_signed("responder", not_after=NOON - SECOND)
    by_stranger = answer(stranger, [Single(leaf(), issuer=pki().intermediate)], at=NOON)
    assert outcome(by_stranger, rules=OcspRules(responders=(candidate(stranger),))) is Fault.DELEGATE_EXPIRED


def test_a_responder_may_spell_its_name_otherwise():
    spelt = [(NameOID.ORGANIZATION_NAME, b"\x13\x07EXAMPLE"), (NameOID.COMMON_NAME, "example  intermediate")]
    assert outcome(by_issuer(responder=spelt)) is GOOD


def test_an_answer_that_names_another_responder_than_its_signer_proves_nothing():
    assert outcome(by_issuer(responder=pki().root.party.name)) is Fault.UNAUTHORISED


# ---- 3. the delegate's own revocation


def test_without_nocheck_a_delegate_is_undetermined():
    assert outcome(of(extensions=[])) is Fault.DELEGATE_UNDETERMINED


def test_without_nocheck_a_list_may_vouch_for_a_delegate():
    assert outcome(of(extensions=[]), rules=OcspRules(delegates=Lists(GOOD))) is GOOD


@pytest.mark.parametrize("status", [REVOKED, UNKNOWN])
def test_a_delegate_that_a_list_does_not_vouch_for_does_not_speak(status):
    assert outcome(of(extensions=[]), rules=OcspRules(delegates=Lists(status))) is Fault.DELEGATE_UNDETERMINED


def test_nocheck_does_not_help_a_delegate_that_is_known_to_be_revoked():
    assert outcome(of(), rules=OcspRules(delegates=Lists(REVOKED))) is Fault.DELEGATE_UNDETERMINED


def test_with_nocheck_nobody_needs_to_vouch_for_a_delegate():
    assert outcome(of(), rules=OcspRules(delegates=Lists(UNKNOWN))) is GOOD


def test_a_list_that_has_ended_vouches_for_nobody():
    assert outcome(of(extensions=[]), rules=OcspRules(delegates=Lists(GOOD, NOW))) is Fault.DELEGATE_UNDETERMINED


def test_the_list_is_asked_about_the_delegate_under_the_same_issuer():
    lists, helper = Lists(GOOD), delegate(pki(), extensions=[])
    outcome(by_delegate(helper), rules=OcspRules(delegates=lists))
    assert [(one.serial, one.issuer.der) for one in lists.asked] == [(helper.serial, pki().intermediate.der)]


def test_nobody_is_asked_about_a_delegate_that_its_issuer_did_not_sign():
    lists = Lists(GOOD)
    outcome(of(Pki(now=NOON), extensions=[]), rules=OcspRules(delegates=lists))
    assert lists.asked == []


# ---- 4. the signature


@pytest.mark.parametrize("algorithm", ["p256", "p384", "p521", "rsa2048", "rsa3072"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_a_sound_signature_counts(algorithm, digest):
    helper = delegate(pki(), algorithm=algorithm)
    assert outcome(by_delegate(helper, signature_hash=digest)) is GOOD


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_a_signature_in_the_usual_form_of_pss_counts(digest):
    helper = delegate(pki(), algorithm="rsa2048")
    assert outcome(by_delegate(helper, signature_hash=digest, rsa_pss=True)) is GOOD


@pytest.mark.parametrize("algorithm", ["p256", "rsa2048"])
def test_a_signature_by_another_key_proves_nothing(algorithm):
    helper = delegate(pki(), algorithm=algorithm)
    forged = by_delegate(helper, signed_by=keys.draw(algorithm, "leaf"))
    assert outcome(forged) is Fault.WRONG_SIGNATURE


def test_a_signature_by_another_key_in_the_issuers_name_proves_nothing():
    assert outcome(by_issuer(signed_by=leaf().key)) is Fault.WRONG_SIGNATURE


def test_a_signature_of_another_kind_than_the_key_proves_nothing():
    helper = delegate(pki(), algorithm="rsa2048")
    assert outcome(by_delegate(helper, signed_by=keys.generate("p256"))) is Fault.WRONG_SIGNATURE


@pytest.mark.parametrize(("algorithm", "digest"), [("p256", "sha1"), ("rsa2048", "sha1"), ("rsa2048", "md5")])
def test_a_signature_with_a_broken_hash_proves_nothing(algorithm, digest):
    helper = delegate(pki(), algorithm=algorithm)
    assert outcome(by_delegate(helper, signature_hash=digest)) is Fault.WEAK_SIGNATURE


@pytest.mark.parametrize("algorithm", ["rsa1024", "p192", "secp256k1", "ed25519"])
def test_a_signature_by_a_key_that_is_not_accepted_proves_nothing(algorithm):
    helper = delegate(pki(), algorithm=algorithm)
    assert outcome(by_delegate(helper)) is Fault.WEAK_SIGNATURE


def test_a_delegate_certified_with_a_broken_hash_does_not_speak():
    assert outcome(of(signature_hash="sha1")) is Fault.WEAK_SIGNATURE


def test_an_answer_with_one_bit_changed_proves_nothing():
    whole = by_issuer(Single(leaf(), "revoked"))
    assert whole.count(b"\xa1\x11\x18\x0f2026") == 1
    changed = whole.replace(b"\xa1\x11\x18\x0f2026", b"\xa1\x11\x18\x0f2025")
    assert outcome(changed) is Fault.WRONG_SIGNATURE


# ---- 5. its time


@pytest.mark.parametrize("early", [timedelta(0), timedelta(seconds=60)])
def test_an_answer_may_be_ahead_by_the_skew(early):
    assert outcome(by_issuer(Single(leaf(), this_update=NOON + early), produced_at=NOON + early)) is GOOD


def test_an_answer_of_the_future_proves_nothing():
    late = NOON + timedelta(seconds=61)
    assert outcome(by_issuer(Single(leaf(), this_update=late))) is Fault.NOT_YET


def test_an_answer_produced_in_the_future_proves_nothing():
    assert outcome(by_issuer(produced_at=NOON + timedelta(seconds=61))) is Fault.NOT_YET


def test_an_answer_counts_until_its_next_update():
    response = by_issuer(Single(leaf(), next_update=NOON + SECOND))
    assert [outcome(response, now=NOW + 0.9), outcome(response, now=NOW + 1)] == [GOOD, Fault.STALE]


def test_an_answer_replayed_after_its_next_update_proves_nothing():
    assert outcome(by_issuer(), now=NOW + 2 * 3600) is Fault.STALE


def test_without_next_update_an_answer_counts_for_the_configured_age():
    response = by_issuer(Single(leaf(), this_update=NOON, next_update=None))
    assert [outcome(response, now=NOW + 1799), outcome(response, now=NOW + 1800)] == [GOOD, Fault.STALE]


def test_an_answer_whose_end_is_before_its_beginning_proves_nothing():
    inverted = Single(leaf(), this_update=NOON, next_update=NOON - HOUR)
    assert outcome(by_issuer(inverted)) is Fault.STALE


# ---- 6. the nonce


def test_the_nonce_that_was_sent_may_come_back():
    assert outcome(by_issuer(nonce=NONCE), nonce=NONCE) is GOOD


@pytest.mark.parametrize("returned", [b"m" * 32, NONCE[:-1], NONCE + b"n", b""], ids=len)
def test_another_nonce_than_was_sent_proves_nothing(returned):
    assert outcome(by_issuer(nonce=returned), nonce=NONCE) in {Fault.WRONG_NONCE, Fault.MALFORMED}


def test_an_answer_without_nonce_counts_unless_one_is_required():
    required = OcspRules(nonce=Nonce.REQUIRED)
    assert [outcome(by_issuer(), nonce=NONCE), outcome(by_issuer(), nonce=NONCE, rules=required)] == [
        GOOD,
        Fault.WRONG_NONCE,
    ]


def test_a_nonce_that_nobody_sent_belongs_to_somebody_elses_question():
    assert outcome(by_issuer(nonce=NONCE)) is Fault.WRONG_NONCE


def test_nonces_are_not_looked_at_where_they_are_off():
    assert outcome(by_issuer(nonce=NONCE), rules=OcspRules(nonce=Nonce.OFF)) is GOOD


def test_two_nonces_are_malformed():
    twice = by_issuer(nonce=NONCE, extensions=[(x509.OCSPNonce(NONCE), False)])
    assert outcome(twice, nonce=NONCE) is Fault.MALFORMED


# ---- 7. what it says


def test_revoked_is_revoked_and_unknown_is_unknown():
    assert [outcome(by_issuer(Single(leaf(), status))) for status in ("revoked", "unknown")] == [REVOKED, UNKNOWN]


@pytest.mark.parametrize("reason", [x509.ReasonFlags.certificate_hold, x509.ReasonFlags.remove_from_crl])
def test_revoked_is_revoked_for_whatever_reason(reason):
    assert outcome(by_issuer(Single(leaf(), "revoked", reason=reason))) is REVOKED


@pytest.mark.parametrize("order", [1, -1])
def test_of_contradicting_answers_revoked_wins(order):
    contradiction = [Single(leaf()), Single(leaf(), "unknown"), Single(leaf(), "revoked")][::order]
    assert outcome(by_issuer(*contradiction)) is REVOKED


def test_of_contradicting_answers_good_counts_least():
    assert outcome(by_issuer(Single(leaf()), Single(leaf(), "unknown"))) is UNKNOWN


def test_contradicting_answers_under_different_hashes_are_answers_about_the_same():
    assert outcome(by_issuer(Single(leaf()), Single(leaf(), "revoked", digest="sha256"))) is REVOKED


def test_a_stale_answer_contradicts_nothing():
    stale = Single(leaf(), "revoked", this_update=NOON - 2 * HOUR, next_update=NOON - HOUR)
    assert outcome(by_issuer(stale, Single(leaf()))) is GOOD


@pytest.mark.parametrize("status", ["revoked", "unknown"])
def test_what_others_are_says_nothing_about_us(status):
    assert outcome(by_issuer(Single(7, status), Single(leaf()))) is GOOD


# ---- 8. extensions


def test_an_extension_that_nobody_knows_is_passed_over():
    assert outcome(by_issuer(Single(leaf(), extensions=[(ODD, False)]), extensions=[(ODD, False)])) is GOOD


def test_a_critical_extension_of_the_answer_that_nobody_knows_is_refused():
    assert outcome(by_issuer(extensions=[(ODD, True)])) is Fault.CRITICAL_EXTENSION


def test_a_critical_extension_of_a_single_answer_that_nobody_knows_is_refused():
    assert outcome(by_issuer(Single(leaf(), extensions=[(ODD, True)]))) is Fault.CRITICAL_EXTENSION


def test_a_critical_extension_of_another_single_answer_is_refused_too():
    assert outcome(by_issuer(Single(leaf()), Single(7, extensions=[(ODD, True)]))) is Fault.CRITICAL_EXTENSION


def test_a_critical_nonce_is_known():
    response = by_issuer(extensions=[(x509.OCSPNonce(NONCE), True)])
    assert outcome(response, nonce=NONCE) is GOOD


# ---- 9. how long it holds


def until(response: bytes, rules: OcspRules | None = None) -> float:
    found = read(response, link(), NOW, rules or OcspRules())
    assert isinstance(found, OcspAnswer)
    return found.until - NOW


def test_an_answer_holds_until_its_next_update():
    assert until(by_issuer()) == 3600


def test_an_answer_without_next_update_holds_for_the_configured_age():
    assert until(by_issuer(Single(leaf(), this_update=NOON, next_update=None)), OcspRules(max_age=300)) == 300


def test_an_answer_does_not_outlive_its_delegate():
    assert until(of(not_after=NOON + timedelta(seconds=9))) == 10


def test_an_answer_does_not_outlive_the_list_that_vouches_for_its_delegate():
    assert until(of(extensions=[]), OcspRules(delegates=Lists(GOOD, NOW + 20))) == 20


def test_an_answer_does_not_outlive_a_responder_that_the_operator_named():
    stranger = Pki(now=NOON).self_signed("responder", not_after=NOON + timedelta(seconds=9))
    by_stranger = answer(stranger, [Single(leaf(), issuer=pki().intermediate)], at=NOON)
    assert until(by_stranger, OcspRules(responders=(candidate(stranger),))) == 10


# ---- its bytes


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda der: der + b"\0",
        lambda der: der[:-1],
        lambda der: b"",
        lambda der: b"\0" * len(der),
        lambda der: b"\x30\x80" + der[4:] + b"\0\0",
        lambda der: b"<html>come back later</html>",
    ],
    ids=["trailing", "cut", "empty", "zeros", "indefinite length", "a page"],
)
def test_what_is_no_der_of_one_answer_proves_nothing(spoilt):
    assert outcome(spoilt(by_issuer())) is Fault.MALFORMED


def test_a_huge_answer_is_not_read():
    assert outcome(by_issuer(*[Single(serial) for serial in range(1, 1200)])) is Fault.OVERSIZED


def test_a_signature_with_unused_bits_is_a_second_spelling():
    der = by_issuer()
    at = der.rindex(b"\x03", 0, len(der) - 60)
    assert outcome(der[: at + 2] + b"\x01" + der[at + 3 :]) is Fault.MALFORMED


# ---- the request


def test_a_link_without_an_issuer_is_neither_asked_about_nor_answered():
    lonely = Link(leaf().serial, leaf().issuer.party.name, None, False, None, None, 0)
    assert [request(lonely), read(by_issuer(), lonely, NOW, OcspRules())] == [Fault.NO_ISSUER, Fault.NO_ISSUER]


@pytest.mark.parametrize("cert_id", CertIdHash)
def test_a_request_names_the_certificate_as_its_issuer_does(cert_id):
    asked = x509.ocsp.load_der_ocsp_request(request(link(), cert_id=cert_id))
    told = x509.ocsp.load_der_ocsp_response(by_issuer(Single(leaf(), digest=cert_id.value)))
    assert (asked.serial_number, asked.issuer_name_hash, asked.issuer_key_hash, asked.hash_algorithm.name) == (
        told.serial_number,
        told.issuer_name_hash,
        told.issuer_key_hash,
        cert_id.value,
    )


def test_a_request_carries_the_nonce_that_it_is_given():
    asked = x509.ocsp.load_der_ocsp_request(request(link(), NONCE))
    assert asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == NONCE


def test_nothing_secret_is_printed():
    found = repr((read(by_issuer(), link(), NOW, OcspRules()), OcspRules(responders=(candidate(leaf()),)), link()))
    assert str(leaf().serial) not in found
    assert "Example" not in found

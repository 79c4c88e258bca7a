"""Every reason has a scenario: one request, one deviation from a good one, one answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mtlsguard.decision import Absent, Allow, Decision, Deny
from mtlsguard.guard import Guard
from mtlsguard.policy import Access
from mtlsguard.reason import EXPLANATIONS, Reason
from mtlsguard.testing import Issued, Pki, keys, present
from tests.world import NOON, STRANGER, configuration, guard, judge, pki

Scenario = Callable[[], Decision]
SCENARIOS: list[tuple[Reason, Scenario]] = []


def scenario(expect: Reason) -> Callable[[Scenario], Scenario]:
    def register(function: Scenario) -> Scenario:
        SCENARIOS.append((expect, function))
        return function

    return register


@pytest.mark.parametrize(("expect", "run"), SCENARIOS, ids=lambda value: getattr(value, "__name__", None))
def test_scenario(expect: Reason, run: Scenario) -> None:
    assert run() == Deny(expect)


def test_every_reason_has_a_scenario() -> None:
    assert {expect for expect, _ in SCENARIOS} == set(Reason)


def test_every_reason_is_explained() -> None:
    assert set(EXPLANATIONS) == set(Reason)


def nginx(issued: Issued) -> dict[str, str]:
    return present(issued, "nginx")


# ---- who sent the evidence


@scenario(Reason.UNTRUSTED_PROXY)
def good_headers_from_a_stranger() -> Decision:
    return judge(nginx(pki().leaf()), peer=(STRANGER, 4711))


@scenario(Reason.UNTRUSTED_PROXY)
def good_headers_from_a_peer_that_the_server_rewrote() -> Decision:
    return judge(nginx(pki().leaf()), peer=("10.1.2.3", 0))


@scenario(Reason.UNTRUSTED_PROXY)
def good_headers_from_a_hidden_peer() -> Decision:
    return judge(nginx(pki().leaf()), peer=None)


SECRET = {"proxy": {"secret": {"header": "X-Proxy-Secret", "values": ["correct-horse-battery"]}}}


@scenario(Reason.WRONG_PROXY_SECRET)
def our_proxy_without_the_secret() -> Decision:
    return judge(nginx(pki().leaf()), guard(**SECRET))


@scenario(Reason.WRONG_PROXY_SECRET)
def our_proxy_with_a_wrong_secret() -> Decision:
    return judge(nginx(pki().leaf()) | {"x-proxy-secret": "correct-horse-batterz"}, guard(**SECRET))


@scenario(Reason.WRONG_PROXY_SECRET)
def the_right_secret_twice() -> Decision:
    headers = [(name.encode(), value.encode()) for name, value in nginx(pki().leaf()).items()]
    return judge([*headers, *[(b"x-proxy-secret", b"correct-horse-battery")] * 2], guard(**SECRET))


@scenario(Reason.UNTRUSTED_PROXY)
def a_stranger_with_the_secret() -> Decision:
    headers = nginx(pki().leaf()) | {"x-proxy-secret": "correct-horse-battery"}
    return judge(headers, guard(**SECRET), peer=(STRANGER, 4711))


# ---- what the proxy wrote


@scenario(Reason.MALFORMED_HEADER)
def base64_where_escaped_pem_belongs() -> Decision:
    return judge(nginx(pki().leaf()) | {"x-ssl-client-cert": present(pki().leaf(), "haproxy")["x-ssl-client-cert"]})


@scenario(Reason.MALFORMED_HEADER)
def a_verdict_that_only_begins_like_success() -> Decision:
    return judge(nginx(pki().leaf()) | {"x-ssl-client-verify": "SUCCESSFUL"})


@scenario(Reason.AMBIGUOUS_HEADER)
def two_certificate_headers() -> Decision:
    pairs = [(name.encode(), value.encode()) for name, value in nginx(pki().leaf()).items()]
    return judge([*pairs, pairs[1]])


@scenario(Reason.AMBIGUOUS_HEADER)
def an_underscore_twin_beside_the_real_header() -> Decision:
    return judge(nginx(pki().leaf()) | {"x_ssl_client_cert": "anything"})


@scenario(Reason.AMBIGUOUS_HEADER)
def a_certificate_beside_the_verdict_none() -> Decision:
    return judge(nginx(pki().leaf()) | {"x-ssl-client-verify": "NONE"})


@scenario(Reason.AMBIGUOUS_HEADER)
def a_connection_header_that_names_the_verdict() -> Decision:
    return judge(nginx(pki().leaf()) | {"connection": "close, X-SSL-Client-Verify"})


@scenario(Reason.INCOMPLETE_EVIDENCE)
def a_certificate_without_the_verdict() -> Decision:
    return judge({"x-ssl-client-cert": nginx(pki().leaf())["x-ssl-client-cert"]})


@scenario(Reason.INCOMPLETE_EVIDENCE)
def success_without_a_certificate() -> Decision:
    return judge({"x-ssl-client-verify": "SUCCESS"})


@scenario(Reason.INCOMPLETE_EVIDENCE)
def our_proxy_says_nothing_at_all() -> Decision:
    return judge({})


@scenario(Reason.TRAILERS_POSSIBLE)
def a_lone_certificate_on_a_chunked_request() -> Decision:
    headers = present(pki().leaf(), "rfc9440") | {"transfer-encoding": "chunked"}
    return judge(headers, guard(proxy={"dialect": "rfc9440"}))


@scenario(Reason.OVERSIZED)
def a_header_of_a_megabyte() -> Decision:
    return judge(nginx(pki().leaf()) | {"x-ssl-client-cert": "A" * 1_000_000})


@scenario(Reason.OVERSIZED)
def a_chain_of_a_thousand_certificates() -> Decision:
    chain = ", ".join([":MAA=:"] * 1_000)
    headers = present(pki().leaf(), "rfc9440") | {"client-cert-chain": chain}
    return judge(headers, guard(proxy={"dialect": "rfc9440"}))


@scenario(Reason.OVERSIZED)
def a_certificate_with_300_names() -> Decision:
    return judge(pki().leaf(spiffe=None, dns=[f"h{n}.example" for n in range(300)]))


@scenario(Reason.PROXY_NOT_VERIFIED)
def the_proxy_says_failed() -> Decision:
    return judge(nginx(pki().leaf()) | {"x-ssl-client-verify": "FAILED:certificate has expired"})


# ---- the certificate by itself


@scenario(Reason.NO_CERTIFICATE)
def none_on_a_route_that_needs_one() -> Decision:
    return _at("/", Absent())


def _at(path: str, decision: Decision, by: Guard | None = None) -> Decision:
    gate = (by or guard()).current.routes.gate(("GET", path, path.encode()))
    assert gate.access is Access.VERIFIED
    return gate.pass_on(decision)


@scenario(Reason.MALFORMED_CERTIFICATE)
def trailing_octets_behind_the_certificate() -> Decision:
    return judge(pki().leaf().altered(lambda der: der + b"\x00"))


@scenario(Reason.INVALID_SERIAL)
def serial_zero() -> Decision:
    return judge(pki().leaf(serial=0))


@scenario(Reason.INVALID_SERIAL)
def serial_negative() -> Decision:
    return judge(pki().leaf(serial=-5))


@scenario(Reason.INVALID_SERIAL)
def serial_of_21_octets() -> Decision:
    return judge(pki().leaf(serial=2**160))


@scenario(Reason.NOT_YET_VALID)
def leaf_begins_in_an_hour() -> Decision:
    return judge(pki().leaf(not_before=NOON + timedelta(hours=1)))


@scenario(Reason.EXPIRED)
def leaf_ended_an_hour_ago() -> Decision:
    return judge(pki().leaf(not_before=NOON - timedelta(hours=2), not_after=NOON - timedelta(hours=1)))


@scenario(Reason.LIFETIME_TOO_LONG)
def thirty_days_where_a_week_is_the_limit() -> Decision:
    return judge(pki().leaf(), guard(validity={"max_lifetime": "7d"}))


@scenario(Reason.UNACCEPTABLE_KEY)
def rsa_of_1024_bits() -> Decision:
    return judge(pki().leaf(algorithm="rsa1024"))


@scenario(Reason.UNACCEPTABLE_KEY)
def rsa_of_16384_bits() -> Decision:
    return judge(pki().leaf(public_key=keys.rsa_spki(2**16383 + 1, 65537)))


@scenario(Reason.UNACCEPTABLE_KEY)
def rsa_with_a_giant_exponent() -> Decision:
    return judge(pki().leaf(public_key=keys.rsa_spki(2**2047 + 1, 2**64 + 1)))


@scenario(Reason.UNACCEPTABLE_KEY)
def a_curve_that_is_not_named() -> Decision:
    return judge(pki().leaf(algorithm="secp256k1"))


@scenario(Reason.UNACCEPTABLE_KEY)
def a_curve_given_by_its_parameters() -> Decision:
    return judge(pki().leaf(public_key=keys.explicit_curve_spki(pki().leaf().key.public_key())))


@scenario(Reason.UNACCEPTABLE_KEY)
def an_ed25519_key() -> Decision:
    return judge(pki().leaf(algorithm="ed25519"))


@scenario(Reason.WEAK_SIGNATURE)
def leaf_signed_with_sha1() -> Decision:
    return judge(pki().leaf(signature_hash="sha1"))


@scenario(Reason.WEAK_SIGNATURE)
def leaf_signed_with_md5() -> Decision:
    rsa = Pki(now=NOON, algorithm="rsa2048")
    trusting = guard(trust={"anchors": [rsa.root.pem], "intermediates": [rsa.intermediate.pem]})
    return judge(rsa.leaf(signature_hash="md5"), trusting)


@scenario(Reason.WRONG_USAGE)
def a_server_certificate() -> Decision:
    return judge(pki().leaf(extended_key_usage=[ExtendedKeyUsageOID.SERVER_AUTH]))


@scenario(Reason.WRONG_USAGE)
def no_extended_key_usage() -> Decision:
    return judge(pki().leaf(extended_key_usage=None))


@scenario(Reason.WRONG_USAGE)
def any_extended_key_usage_alone() -> Decision:
    return judge(pki().leaf(extended_key_usage=[ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE]))


@scenario(Reason.WRONG_USAGE)
def no_client_auth_in_the_strict_profile_either() -> Decision:
    return judge(pki().leaf(extended_key_usage=None), guard(trust={"profile": "strict"}))


@scenario(Reason.WRONG_USAGE)
def a_ca_as_client() -> Decision:
    return judge(pki().leaf(basic_constraints=x509.BasicConstraints(ca=True, path_length=None)))


@scenario(Reason.WRONG_USAGE)
def a_leaf_that_may_sign_certificates() -> Decision:
    return judge(pki().leaf(key_usage=["digital_signature", "key_cert_sign"]))


@scenario(Reason.WRONG_USAGE)
def a_key_that_may_only_encrypt() -> Decision:
    return judge(pki().leaf(key_usage=["key_encipherment"]))


@scenario(Reason.UNKNOWN_EXTENSION)
def an_unknown_critical_extension() -> Decision:
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")
    return judge(pki().leaf(extensions=[(odd, True)]))


# ---- its path


@scenario(Reason.ANCHOR_PRESENTED)
def a_leaf_that_is_an_anchor() -> Decision:
    """An anchor with the form of a client certificate: only a policy made by hand can hold one."""
    from dataclasses import replace

    leaf = pki().self_signed()
    policy = guard().current.policy
    by_hand = replace(policy, trust=replace(policy.trust, anchors=(*policy.trust.anchors, leaf.der)))
    return judge(leaf, Guard(by_hand))


@scenario(Reason.UNKNOWN_ISSUER)
def a_certificate_of_another_ca() -> Decision:
    return judge(pki().leaf(issuer=pki().authority("Somebody else")))


@scenario(Reason.UNKNOWN_ISSUER)
def a_self_signed_certificate() -> Decision:
    return judge(pki().self_signed())


@scenario(Reason.UNKNOWN_ISSUER)
def the_intermediate_is_missing() -> Decision:
    return judge(pki().leaf(), guard(trust={"intermediates": []}))


@scenario(Reason.UNTRUSTED_CHAIN)
def another_ca_of_the_same_name() -> Decision:
    return judge(Pki(now=NOON).leaf())


@scenario(Reason.UNTRUSTED_CHAIN)
def the_senders_own_root_in_the_chain() -> Decision:
    """Certificates from the wire are hints, never anchors."""
    theirs = Pki(now=NOON)
    chain = [theirs.intermediate.der, theirs.root.der]
    headers = present(theirs.leaf(), "rfc9440")
    headers["client-cert-chain"] = ", ".join(present(der, "rfc9440")["client-cert"] for der in chain)
    return judge(headers, guard(proxy={"dialect": "rfc9440"}))


def _below(authority: Issued) -> Decision:
    """A leaf under `authority`, which the client sends along."""
    by = guard(proxy={"dialect": "rfc9440"}, trust={"intermediates": []})
    return judge(pki().leaf(issuer=authority), by)


@scenario(Reason.UNKNOWN_ISSUER)
def an_intermediate_without_the_ca_flag() -> Decision:
    return _below(pki().authority("Lower", issuer=pki().root, basic_constraints=x509.BasicConstraints(False, None)))


@scenario(Reason.UNKNOWN_ISSUER)
def an_intermediate_without_key_cert_sign() -> Decision:
    return _below(pki().authority("Lower", issuer=pki().root, key_usage=["crl_sign"]))


@scenario(Reason.UNKNOWN_ISSUER)
def an_intermediate_without_key_usage() -> Decision:
    return _below(pki().authority("Lower", issuer=pki().root, key_usage=None))


@scenario(Reason.UNKNOWN_ISSUER)
def an_intermediate_for_servers_only() -> Decision:
    return _below(pki().authority("Lower", issuer=pki().root, extended_key_usage=[ExtendedKeyUsageOID.SERVER_AUTH]))


@scenario(Reason.UNKNOWN_ISSUER)
def an_intermediate_with_a_weak_key() -> Decision:
    return _below(pki().authority("Lower", issuer=pki().root, algorithm="rsa1024"))


@scenario(Reason.UNTRUSTED_CHAIN)
def an_intermediate_signed_with_sha1() -> Decision:
    return _below(pki().authority("Lower", issuer=pki().root, signature_hash="sha1"))


@scenario(Reason.UNTRUSTED_CHAIN)
def a_path_longer_than_its_ca_allows() -> Decision:
    upper = pki().authority("Upper", issuer=pki().root, path_length=0)
    return _below(pki().authority("Lower", issuer=upper))


@scenario(Reason.UNTRUSTED_CHAIN)
def a_name_outside_its_cas_constraints() -> Decision:
    inside = x509.NameConstraints(permitted_subtrees=[x509.DNSName("example.org")], excluded_subtrees=None)
    upper = pki().authority("Upper", issuer=pki().root, name_constraints=inside)
    by = guard(proxy={"dialect": "rfc9440"}, identity={"name": "dns"})
    return judge(pki().leaf(issuer=upper, spiffe=None, dns=["client.example.net"]), by)


@scenario(Reason.UNTRUSTED_CHAIN)
def an_email_address_in_the_subject_outside_its_cas_constraints() -> Decision:
    inside = x509.NameConstraints(permitted_subtrees=[x509.RFC822Name("example.org")], excluded_subtrees=None)
    upper = pki().authority("Upper", issuer=pki().root, name_constraints=inside)
    subject = [(NameOID.COMMON_NAME, "x"), (NameOID.EMAIL_ADDRESS, "x@example.net")]
    by = guard(proxy={"dialect": "rfc9440"}, identity={"name": "cn"})
    return judge(pki().leaf(issuer=upper, spiffe=None, subject=subject), by)


@scenario(Reason.ISSUER_EXPIRED)
def an_expired_intermediate() -> Decision:
    old = pki().authority(
        "Old", issuer=pki().root, not_before=NOON - timedelta(days=2), not_after=NOON - timedelta(days=1)
    )
    return _below(old)


@scenario(Reason.ISSUER_EXPIRED)
def an_expired_anchor() -> Decision:
    old = pki().authority("Old", not_before=NOON - timedelta(days=2), not_after=NOON - timedelta(days=1))
    return judge(pki().leaf(issuer=old), guard(trust={"anchors": [old.pem], "intermediates": []}))


@scenario(Reason.ISSUER_NOT_ALLOWED)
def a_sound_path_from_an_issuer_that_is_not_listed() -> Decision:
    return judge(pki().leaf(), guard(trust={"issuers": ["CN=Another,O=Example"]}))


@scenario(Reason.ISSUER_NOT_ALLOWED)
def the_key_of_another_issuer_is_listed() -> Decision:
    return judge(pki().leaf(), guard(trust={"issuers": ["sha256:" + "0" * 64]}))


def _serial(issued: Issued) -> dict[str, str]:
    return {"issuer": pki().intermediate.certificate.subject.rfc4514_string(), "serial": hex(issued.serial)}


@scenario(Reason.SERIAL_DENIED)
def a_serial_on_the_deny_list() -> Decision:
    leaf = pki().leaf()
    return judge(leaf, guard(serials={"deny": [_serial(leaf)]}))


@scenario(Reason.SERIAL_NOT_ALLOWED)
def a_serial_that_the_allow_list_lacks() -> Decision:
    return judge(pki().leaf(), guard(serials={"allow": [_serial(pki().leaf())]}))


# ---- is it revoked


def _proven_by(*crls: x509.CertificateRevocationList, check: str = "leaf") -> Guard:
    return guard(revocation={"check": check, "crls": [one.public_bytes(Encoding.DER) for one in crls]})


@scenario(Reason.REVOKED)
def listed_by_its_issuer() -> Decision:
    leaf = pki().leaf()
    return judge(leaf, _proven_by(pki().crl(None, [leaf])))


@scenario(Reason.REVOKED)
def its_issuer_is_revoked() -> Decision:
    lists = pki().crl(), pki().crl(pki().root, [pki().intermediate])
    return judge(pki().leaf(), _proven_by(*lists, check="chain"))


@scenario(Reason.REVOCATION_UNKNOWN)
def nothing_proves_that_it_is_good() -> Decision:
    return judge(pki().leaf(), _proven_by(pki().crl(pki().root)))


@scenario(Reason.REVOCATION_UNKNOWN)
def nothing_proves_that_its_issuer_is_good() -> Decision:
    return judge(pki().leaf(), _proven_by(pki().crl(), check="chain"))


@scenario(Reason.REVOCATION_UNKNOWN)
def its_list_is_over_its_time() -> Decision:
    return judge(pki().leaf(), _proven_by(pki().crl(next_update=NOON)))


def test_a_certificate_that_is_proven_good_is_let_in() -> None:
    lists = pki().crl(), pki().crl(pki().root)
    assert isinstance(judge(pki().leaf(), _proven_by(*lists, check="chain")), Allow)


def test_a_pinned_certificate_needs_no_proof() -> None:
    leaf = pki().leaf()
    by = guard(
        trust={"pinned": [leaf.certificate.fingerprint(hashes.SHA256()).hex()]},
        revocation={"crls": [pki().crl(pki().root).public_bytes(Encoding.DER)]},
    )
    assert isinstance(judge(leaf, by), Allow)


# ---- who that is, and what it may do


@scenario(Reason.NO_IDENTITY)
def no_name_of_the_configured_kind() -> Decision:
    return judge(pki().leaf(spiffe=None, dns=["client.example"]))


@scenario(Reason.NO_IDENTITY)
def a_spiffe_id_of_another_trust_domain() -> Decision:
    return judge(pki().leaf(), guard(identity={"trust_domains": ["other.example"]}))


@scenario(Reason.AMBIGUOUS_IDENTITY)
def two_uris() -> Decision:
    return judge(pki().leaf(uris=["spiffe://example.org/second"]))


@scenario(Reason.AMBIGUOUS_IDENTITY)
def two_common_names() -> Decision:
    return judge(pki().leaf(["alice", "bob"]), guard(identity={"name": "cn"}))


def _allowed(by: Guard) -> Allow:
    decision = judge(pki().leaf(), by)
    assert isinstance(decision, Allow)
    return decision


ROLES = {
    "roles": [{"name": "billing", "match": {"spiffe": "spiffe://example.org/ns/billing/**"}}],
    "routes": [{"path": "/invoices/**", "require": ["billing"]}],
}


@scenario(Reason.FORBIDDEN)
def an_identity_without_the_role() -> Decision:
    by = guard(**ROLES)
    return _at("/invoices/7", _allowed(by), by)


@scenario(Reason.AMBIGUOUS_REQUEST)
def a_path_with_two_slashes() -> Decision:
    by = guard(**ROLES)
    return _at("//invoices/7", _allowed(by), by)


# ---- and the good ones, so that no scenario above is refused for a reason of the fixture


def test_the_default_leaf_is_allowed() -> None:
    assert isinstance(judge(pki().leaf()), Allow)


@pytest.mark.parametrize("algorithm", ["rsa2048", "rsa3072", "p256", "p384", "p521"])
def test_sound_keys_are_allowed(algorithm: str) -> None:
    assert isinstance(judge(pki().leaf(algorithm=algorithm)), Allow)


def test_an_rsa_pss_signature_is_allowed() -> None:
    rsa = Pki(now=NOON, algorithm="rsa2048")
    by = guard(trust={"anchors": [rsa.root.pem], "intermediates": [rsa.intermediate.pem]})
    assert isinstance(judge(rsa.leaf(rsa_pss=True), by), Allow)


def test_client_and_server_usage_together_is_allowed() -> None:
    both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    assert isinstance(judge(pki().leaf(extended_key_usage=both)), Allow)


def test_the_intermediate_may_come_from_the_wire() -> None:
    by = guard(proxy={"dialect": "rfc9440"}, trust={"intermediates": []})
    assert isinstance(judge(pki().leaf(), by), Allow)


def test_an_anchor_without_key_usage_is_what_the_operator_says_it_is() -> None:
    root = pki().authority("Plain", key_usage=None)
    assert isinstance(judge(pki().leaf(issuer=root), guard(trust={"anchors": [root.pem]})), Allow)


def test_a_leaf_without_any_name_is_allowed_under_its_fingerprint() -> None:
    leaf = pki().leaf(spiffe=None)
    decision = judge(leaf, guard(identity={"name": "fingerprint"}))
    assert isinstance(decision, Allow)
    assert decision.identity.name == leaf.fingerprint


def test_a_critical_alternative_name_is_allowed_in_the_private_profile() -> None:
    assert isinstance(judge(pki().leaf(san_critical=True)), Allow)


def test_the_strict_profile_refuses_a_critical_alternative_name_beside_a_subject() -> None:
    by = guard(trust={"profile": "strict"})
    assert judge(pki().leaf(san_critical=True), by) == Deny(Reason.UNTRUSTED_CHAIN)


def test_the_strict_profile_allows_a_certificate_of_web_pki_form() -> None:
    assert isinstance(judge(pki().leaf(), guard(trust={"profile": "strict"})), Allow)


def test_a_pinned_leaf_needs_no_issuer() -> None:
    leaf = pki().self_signed()
    assert isinstance(judge(leaf, guard(trust={"pinned": [leaf.fingerprint]})), Allow)


def test_a_pinned_leaf_expires_like_any_other() -> None:
    leaf = pki().self_signed(not_before=NOON - timedelta(days=2), not_after=NOON - timedelta(days=1))
    assert judge(leaf, guard(trust={"pinned": [leaf.fingerprint]})) == Deny(Reason.EXPIRED)


def test_a_pin_is_the_whole_certificate_not_its_key() -> None:
    pinned = pki().self_signed()
    same_key = pki().self_signed(key=pinned.key)
    assert judge(same_key, guard(trust={"pinned": [pinned.fingerprint]})) == Deny(Reason.UNKNOWN_ISSUER)


def test_the_right_secret_is_asked_for_in_addition() -> None:
    headers = nginx(pki().leaf()) | {"x-proxy-secret": "correct-horse-battery"}
    assert isinstance(judge(headers, guard(**SECRET)), Allow)


def test_the_right_secret_vouches_for_a_hidden_peer() -> None:
    headers = nginx(pki().leaf()) | {"x-proxy-secret": "correct-horse-battery"}
    assert isinstance(judge(headers, guard(**SECRET), peer=None), Allow)


def test_a_hidden_peer_is_trusted_where_a_socket_is_declared() -> None:
    by = guard(proxy={"trusted": ["unix"]})
    assert isinstance(judge(pki().leaf(), by, peer=None), Allow)


def test_a_rewritten_peer_is_no_socket() -> None:
    by = guard(proxy={"trusted": ["unix"]})
    assert judge(pki().leaf(), by, peer=("10.1.2.3", 0)) == Deny(Reason.UNTRUSTED_PROXY)


def test_issuer_by_name_and_by_key() -> None:
    from hashlib import sha256

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    authority = pki().intermediate
    spki = authority.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for entry in (authority.certificate.subject.rfc4514_string(), "sha256:" + sha256(spki).hexdigest()):
        assert isinstance(judge(pki().leaf(), guard(trust={"issuers": [entry]})), Allow)


def test_a_serial_means_something_only_with_its_issuer() -> None:
    leaf = pki().leaf()
    other = {"issuer": "CN=Another", "serial": hex(leaf.serial)}
    assert isinstance(judge(leaf, guard(serials={"deny": [other]})), Allow)


def test_the_allow_list_admits_what_it_names() -> None:
    leaf = pki().leaf()
    assert isinstance(judge(leaf, guard(serials={"allow": [_serial(leaf)]})), Allow)


def test_the_proxys_word_admits_where_the_operator_chose_it() -> None:
    mapping = configuration(trust={"verify": "proxy"})
    del mapping["trust"]["anchors"], mapping["trust"]["intermediates"]
    assert isinstance(judge(Pki(now=NOON).leaf(), guard_of(mapping)), Allow)


def guard_of(mapping: dict) -> Guard:
    from mtlsguard.loading import guard_from

    return guard_from(mapping)


def test_the_proxys_word_does_not_lift_the_checks_of_the_certificate() -> None:
    mapping = configuration(trust={"verify": "proxy"})
    del mapping["trust"]["anchors"], mapping["trust"]["intermediates"]
    leaf = pki().leaf(extended_key_usage=None)
    assert judge(leaf, guard_of(mapping)) == Deny(Reason.WRONG_USAGE)


def test_a_small_difference_of_clocks_is_granted_on_both_ends() -> None:
    for leaf in (
        pki().leaf(not_before=NOON + timedelta(seconds=30)),
        pki().leaf(not_before=NOON - timedelta(hours=1), not_after=NOON - timedelta(seconds=30)),
    ):
        assert isinstance(judge(leaf), Allow)


def test_the_last_second_is_part_of_the_validity() -> None:
    leaf = pki().leaf(not_before=NOON - timedelta(hours=1), not_after=NOON)
    by = guard(validity={"clock_skew": 0})
    assert isinstance(judge(leaf, by, now=NOON.timestamp() + 0.9), Allow)
    assert judge(leaf, by, now=NOON.timestamp() + 1) == Deny(Reason.EXPIRED)


@pytest.mark.parametrize("odd", ["\x00", "\x01", "\t", "\r", "\n", "\x1f", "\x7f"])
def test_control_octets_are_refused_where_a_grammar_would_let_them_pass(odd: str) -> None:
    by = guard(proxy={"dialect": "xfcc"})
    header = present(pki().leaf(), "xfcc")["x-forwarded-client-cert"]
    assert isinstance(judge({"x-forwarded-client-cert": f'{header};Subject="CN=a"'}, by), Allow)
    assert judge({"x-forwarded-client-cert": f'{header};Subject="CN=a{odd}"'}, by) == Deny(Reason.MALFORMED_HEADER)

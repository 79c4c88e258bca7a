"""Names come from ASN.1: one configured kind, exactly one value, nothing that two readers read differently."""

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from mtlsguard.decision import Allow, Decision, Deny
from mtlsguard.reason import Reason
from mtlsguard.testing import der
from tests.world import guard, judge, pki


def named(kind: str, **details: object) -> Decision:
    details = {"spiffe": None} | details
    return judge(pki().leaf(**details), guard(identity={"name": kind}))


def name(decision: Decision) -> str:
    assert isinstance(decision, Allow)
    return decision.identity.name


NO, AMBIGUOUS = Deny(Reason.NO_IDENTITY), Deny(Reason.AMBIGUOUS_IDENTITY)


@pytest.mark.parametrize(
    ("kind", "details", "expected"),
    [
        ("spiffe", {"spiffe": "spiffe://example.org/ns/a/sa/b"}, "spiffe://example.org/ns/a/sa/b"),
        ("uri", {"uris": ["https://example.org/a?b=c"]}, "https://example.org/a?b=c"),
        (
            "uri",
            {"uris": ["urn:uuid:00000000-0000-4000-8000-000000000000"]},
            "urn:uuid:00000000-0000-4000-8000-000000000000",
        ),
        ("dns", {"dns": ["client.example.org"]}, "client.example.org"),
        ("email", {"emails": ["alice@example.org"]}, "alice@example.org"),
        ("cn", {"common_name": "Alice Example"}, "Alice Example"),
        ("cn", {"common_name": "Zo\u00eb"}, "Zo\u00eb"),
        ("subject", {"subject": [(NameOID.COUNTRY_NAME, "GB"), (NameOID.COMMON_NAME, "a,b")]}, "CN=a\\,b,C=GB"),
    ],
)
def test_the_one_name_of_the_kind_is_the_identity(kind: str, details: dict, expected: str) -> None:
    common_name = details.pop("common_name", "client")
    decision = judge(pki().leaf(common_name, **({"spiffe": None} | details)), guard(identity={"name": kind}))
    assert name(decision) == expected


@pytest.mark.parametrize("kind", ["spiffe", "uri", "dns", "email"])
def test_there_is_no_fallback_to_the_common_name(kind: str) -> None:
    assert named(kind) == NO


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("uri", {"uris": ["urn:a:1", "urn:a:2"]}),
        ("spiffe", {"uris": ["spiffe://example.org/a", "urn:a:2"]}),
        ("dns", {"dns": ["a.example", "b.example"]}),
        ("dns", {"dns": ["a.example", "a.example"]}),
        ("email", {"emails": ["a@example.org", "b@example.org"]}),
        ("cn", {"subject": [(NameOID.COMMON_NAME, "a"), (NameOID.COMMON_NAME, "a")]}),
    ],
)
def test_two_values_are_no_identity(kind: str, details: dict) -> None:
    assert named(kind, **details) == AMBIGUOUS


def test_other_kinds_of_names_do_not_count() -> None:
    decision = named("dns", dns=["a.example"], uris=["urn:a:1"], emails=["a@example.org"])
    assert name(decision) == "a.example"


@pytest.mark.parametrize(
    "spiffe",
    [
        "spiffe://example.org",
        "spiffe://example.org/",
        "spiffe://example.org/a/",
        "spiffe://example.org/a//b",
        "spiffe://example.org/./a",
        "spiffe://example.org/../a",
        "spiffe://example.org/a%2fb",
        "spiffe://example.org/a?b",
        "spiffe://example.org/a#b",
        "spiffe://Example.org/a",
        "spiffe://example.org:80/a",
        "spiffe://user@example.org/a",
        "SPIFFE://example.org/a",
        "http://example.org/a",
        "spiffe:///a",
        "spiffe://example.org/a b",
        "spiffe://example.org/a\n",
        "spiffe://" + "a" * 256 + "/a",
        "spiffe://example.org/" + "a" * 2_048,
    ],
)
def test_what_the_spiffe_standard_does_not_allow(spiffe: str) -> None:
    assert named("spiffe", spiffe=spiffe) == NO


def test_an_svid_names_its_key_usage_critically() -> None:
    good = "spiffe://example.org/a"
    assert named("spiffe", spiffe=good, key_usage=None) == NO
    assert named("spiffe", spiffe=good, critical={x509.KeyUsage: False}) == NO
    assert named("spiffe", spiffe=good, key_usage=["digital_signature", "crl_sign"]) == NO
    assert named("spiffe", spiffe=good, key_usage=["key_agreement"]) == NO


ODD_TEXTS = [
    "a\x00b", "a\nb", "a\rb", "a\x1b[31mb", "\u202egnp", "a\u200bb", "a\u00a0b", " a", "a ", "*", "*.example.org",
    "\ufb01", "e\u0301", "a\u2028b", "\ue000", "",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_texts_that_hide_something_are_no_identity(text: str) -> None:
    subject = [(NameOID.COMMON_NAME, der.tlv(0x0C, text.encode()))]
    assert named("cn", subject=subject) == NO
    if text and "*" not in text:
        assert named("subject", subject=subject) == NO


@pytest.mark.parametrize("host", ["*.example.org", "a..b", ".a", "a.", "-a", "a b", "a\n", "a" * 254, "", "a/b"])
def test_odd_hosts_are_no_identity(host: str) -> None:
    assert named("dns", san=[x509.DNSName(host)]) == NO


@pytest.mark.parametrize(
    "address", ["alice", "a@b@c", "@example.org", "a@", "a b@example.org", '"a"@example.org', "*@example.org"]
)
def test_odd_mailboxes_are_no_identity(address: str) -> None:
    assert named("email", san=[x509.RFC822Name._init_without_validation(address)]) == NO


@pytest.mark.parametrize(
    "uri",
    [
        "nothing",
        "urn:",
        "http://a/../b",
        "http://a/%2E%2e/b",
        "http://a/.",
        "urn:a b",
        "urn:a\n",
        "urn:a*",
        "urn:\\",
        'urn:"',
    ],
)
def test_odd_uris_are_no_identity(uri: str) -> None:
    assert named("uri", san=[x509.UniformResourceIdentifier(uri)]) == NO


def test_an_email_in_a_dns_name_is_no_mailbox() -> None:
    assert named("email", dns=["alice.example.org"]) == NO

"""Names in the form of RFC 5280 section 7.1."""

import pytest
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.revocation.names import MAX_NAME, name_key, rdn_key
from mtlsguard.testing import der
from mtlsguard.testing.names import distinguished_name

IA5, BMP, TELETEX = 0x16, 0x1E, 0x14


def named(text: str, tag: int = der.UTF8_STRING, kind=NameOID.ORGANIZATION_NAME) -> bytes:
    return distinguished_name([(kind, der.tlv(tag, text.encode("utf-16-be" if tag == BMP else "utf-8")))])


SAME = {
    "in another string type": named("Example CA", der.PRINTABLE_STRING),
    "in other case": named("EXAMPLE ca"),
    "with spaces around": named("  Example CA "),
    "with more spaces inside": named("Example \t  CA"),
    "with a no-break space": named("Example\u00a0CA"),
    "with a soft hyphen and a control character": named("Exam\u00adple\x01 CA"),
    "in full-width letters": named("\uff25xample CA"),
}
OTHER = {
    "without the space": named("ExampleCA"),
    "with one letter more": named("Example CAs"),
    "of another attribute": named("Example CA", kind=NameOID.COMMON_NAME),
    "in a type that has no folding": named("Example CA", TELETEX),
    "in another alphabet that looks the same": named("Ex\u0430mple CA"),
    "twice": distinguished_name([(NameOID.ORGANIZATION_NAME, "Example CA")] * 2),
    "empty": der.sequence(),
}


@pytest.mark.parametrize("other", SAME.values(), ids=SAME)
def test_a_name_is_the_same(other):
    assert name_key(other) == name_key(named("Example CA"))


@pytest.mark.parametrize("other", OTHER.values(), ids=OTHER)
def test_a_name_is_another(other):
    assert name_key(other) != name_key(named("Example CA"))


def test_domain_components_are_the_same_in_other_case():
    assert name_key(named("EXAMPLE", IA5)) == name_key(named("example", IA5))


def test_letters_beyond_ascii_are_folded_too():
    assert name_key(named("STRASSE \u00c9")) == name_key(named("stra\u00dfe e\u0301"))


def test_the_order_within_a_set_does_not_count():
    first, second = (der.content(der.content(named(text))) for text in ("a", "B"))
    one, other = (der.sequence(der.tlv(der.SET, members)) for members in (first + second, second + first))
    assert name_key(one) == name_key(other)


def test_the_order_of_sets_counts():
    first, second = (der.content(named(text)) for text in ("a", "b"))
    assert name_key(der.sequence(first, second)) != name_key(der.sequence(second, first))


def test_a_relative_name_is_folded_alike():
    assert rdn_key(der.content(der.content(named("A")))) == rdn_key(der.content(der.content(named(" a "))))


BROKEN = {
    "cut": named("a")[:-1],
    "with an octet behind it": named("a") + b"\0",
    "with a length in two ways": b"\x30\x81" + named("a")[1:],
    "of an empty set": der.sequence(der.tlv(der.SET, b"")),
    "no name": der.integer(1),
    "nothing": b"",
    "too long": named("A" * MAX_NAME),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_what_is_no_name_is_only_itself(broken):
    assert name_key(broken) == broken


def test_text_that_cannot_be_decoded_is_compared_by_its_octets():
    broken = distinguished_name([(NameOID.ORGANIZATION_NAME, der.tlv(der.UTF8_STRING, b"A\xff"))])
    assert name_key(broken) == broken


@given(st.text())
def test_a_key_is_its_own_key(text):
    key = name_key(named(text))
    assert name_key(key) == key


@given(st.binary(max_size=80))
def test_no_octets_are_too_strange(octets):
    assert name_key(octets) == name_key(name_key(octets))

"""Any deviation takes one word, whatever the builder of `cryptography` thinks of it."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mtlsguard.testing import der
from mtlsguard.testing.details import Field
from mtlsguard.testing.pki import Issued, Pki, subject_of

UNKNOWN = x509.ObjectIdentifier("1.3.6.1.4.1.99999.1")
odd_serial = pytest.mark.filterwarnings("ignore:Parsed a serial number")


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def extension(issued: Issued, kind: type) -> x509.Extension:
    return issued.certificate.extensions.get_extension_for_class(kind)


def kinds(issued: Issued) -> list[str]:
    return [one.oid._name for one in issued.certificate.extensions]


def uris(issued: Issued) -> list[str]:
    san = extension(issued, x509.SubjectAlternativeName).value
    return san.get_values_for_type(x509.UniformResourceIdentifier)


def dates(issued: Issued) -> tuple[datetime, datetime]:
    return issued.certificate.not_valid_before_utc, issued.certificate.not_valid_after_utc


def test_a_leaf_without_spiffe_and_other_names_has_no_san(pki):
    assert "subjectAltName" not in kinds(pki.leaf(spiffe=None))


def test_a_leaf_without_san_says_so_in_one_word(pki):
    assert "subjectAltName" not in kinds(pki.leaf(san=None))


def test_uris_come_in_addition_to_the_spiffe_name(pki):
    assert uris(pki.leaf(spiffe="spiffe://a/b", uris=["urn:x"])) == ["spiffe://a/b", "urn:x"]


@pytest.mark.parametrize(
    ("word", "value", "expected"),
    [
        ("dns", "a.example", x509.DNSName("a.example")),
        ("emails", "a@example.org", x509.RFC822Name("a@example.org")),
        ("uris", "urn:x", x509.UniformResourceIdentifier("urn:x")),
        ("addresses", "::1", x509.IPAddress(ip_address("::1"))),
    ],
)
def test_every_kind_of_name_has_its_word(pki, word, value, expected):
    leaf = pki.leaf(spiffe=None, **{word: [value]})
    assert list(extension(leaf, x509.SubjectAlternativeName).value) == [expected]


def test_general_names_of_cryptography_may_be_given(pki):
    wanted = [x509.RegisteredID(UNKNOWN), x509.DNSName("a.example")]
    assert list(extension(pki.leaf(san=wanted), x509.SubjectAlternativeName).value) == wanted


def test_a_name_may_hold_what_no_builder_lets_in(pki):
    assert b"\x86\x0durn:x\x00\xc3\xa9.evil" in pki.leaf(uris=["urn:x\x00é.evil"]).der


def test_a_san_may_be_critical(pki):
    assert extension(pki.leaf(san_critical=True), x509.SubjectAlternativeName).critical


def test_a_san_may_be_there_and_empty(pki):
    assert b"\x55\x1d\x11\x04\x02\x30\x00" in pki.leaf(san=[]).der


def test_several_common_names_make_several_attributes(pki):
    subject = pki.leaf(["one", "two"]).certificate.subject
    assert [one.value for one in subject.get_attributes_for_oid(NameOID.COMMON_NAME)] == ["one", "two"]


def test_a_subject_is_pairs_of_oid_and_value(pki):
    subject = [(NameOID.COUNTRY_NAME, "DE"), (NameOID.COMMON_NAME, "x")]
    assert pki.leaf(subject=subject).certificate.subject.rfc4514_string() == "CN=x,C=DE"


def test_a_subject_is_encoded_as_cryptography_encodes_it(pki):
    subject = [(NameOID.COUNTRY_NAME, "DE"), (NameOID.DOMAIN_COMPONENT, "org"), (NameOID.COMMON_NAME, "é")]
    name = x509.Name([x509.NameAttribute(oid, value) for oid, value in subject])
    assert pki.leaf(subject=subject).der.count(name.public_bytes()) == 1


def test_a_subject_may_be_a_name_of_cryptography(pki):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    assert pki.leaf(subject=name).certificate.subject == name


def test_a_subject_may_be_empty(pki):
    assert list(pki.leaf(subject=[]).certificate.subject) == []


def test_a_common_name_may_be_longer_than_the_standard_allows(pki):
    common_name = "x" * 65
    assert pki.leaf(common_name).element(Field.SUBJECT).endswith(common_name.encode())


def test_an_attribute_may_be_of_any_string_type(pki):
    bmp_string = der.tlv(0x1E, "x".encode("utf-16-be"))
    assert pki.leaf(subject=[(NameOID.COMMON_NAME, bmp_string)]).element(Field.SUBJECT).endswith(bmp_string)


def test_an_issuer_name_may_be_another_than_the_issuers(pki):
    leaf = pki.leaf(issuer_name=subject_of("Somebody Else"))
    assert leaf.certificate.issuer.rfc4514_string() == "CN=Somebody Else,O=Example"


@odd_serial
@pytest.mark.parametrize("serial", [-5, -(2**159), -1, 0, 1, 127, 128, 255, 2**159, 2**160 - 1, 2**400])
def test_a_serial_number_is_any_integer(pki, serial):
    assert pki.leaf(serial=serial).certificate.serial_number == serial


@pytest.mark.parametrize("serial", [-129, -128, 0, 128])
def test_a_serial_number_can_be_read_without_parsing(pki, serial):
    assert pki.leaf(serial=serial).serial == serial


def test_a_serial_number_may_be_der_that_is_not_minimal(pki):
    assert pki.leaf(serial=b"\x02\x02\x00\x01").element(Field.SERIAL) == b"\x02\x02\x00\x01"


def test_a_leaf_may_have_expired(pki):
    hour_ago = pki.now - timedelta(hours=1)
    assert pki.leaf(not_after=hour_ago).certificate.not_valid_after_utc == hour_ago


def test_a_validity_may_end_before_it_begins(pki):
    begin, end = dates(pki.leaf(not_after=pki.now - timedelta(days=40)))
    assert end < begin


@pytest.mark.parametrize(("year", "tag"), [(1949, 0x18), (1950, 0x17), (2049, 0x17), (2050, 0x18), (9999, 0x18)])
def test_a_date_is_in_the_form_that_its_year_asks_for(pki, year, tag):
    leaf = pki.leaf(not_after=datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert der.children(leaf.element(Field.VALIDITY))[1][0] == tag


def test_a_date_may_be_in_the_wrong_form(pki):
    wrong = der.generalized_time(pki.now)
    assert der.children(pki.leaf(not_after=wrong).element(Field.VALIDITY))[1] == wrong


def test_a_date_is_told_in_utc(pki):
    berlin = datetime.fromisoformat("2035-01-01T01:00:00+01:00")
    assert pki.leaf(not_after=berlin).certificate.not_valid_after_utc == datetime(2035, 1, 1, tzinfo=UTC)


def test_a_date_without_a_time_zone_is_refused(pki):
    with pytest.raises(ValueError, match="without a time zone"):
        pki.leaf(not_after=pki.now.replace(tzinfo=None))


def test_a_version_1_certificate_has_no_extensions(pki):
    old = pki.leaf(version=1).certificate
    assert (old.version, len(old.extensions)) == (x509.Version.v1, 0)


def test_a_version_1_authority_can_issue(pki):
    old = pki.authority(issuer=pki.root, version=1)
    pki.leaf(issuer=old).certificate.verify_directly_issued_by(old.certificate)


def test_a_version_may_be_one_that_does_not_exist(pki):
    with pytest.raises(x509.InvalidVersion):
        _ = pki.leaf(version=4).certificate


def test_an_extension_can_be_left_out(pki):
    assert "keyUsage" not in kinds(pki.leaf(without=[x509.KeyUsage]))


def test_an_extension_can_be_added(pki):
    strange = x509.UnrecognizedExtension(UNKNOWN, b"\x05\x00")
    leaf = pki.leaf(extensions=[(strange, True)])
    assert leaf.certificate.extensions.get_extension_for_oid(UNKNOWN).critical


def test_an_extension_can_be_there_twice(pki):
    twice = pki.leaf(extensions=[(x509.BasicConstraints(ca=False, path_length=None), True)] * 2)
    with pytest.raises(x509.DuplicateExtension):
        _ = twice.certificate.extensions


def test_an_extension_can_be_given_as_bytes(pki):
    assert b"no extension at all" in pki.leaf(extensions=[b"no extension at all"]).der


def test_a_key_usage_is_given_by_names(pki):
    usage = extension(pki.leaf(key_usage=["key_agreement", "encipher_only"]), x509.KeyUsage).value
    assert (usage.key_agreement, usage.encipher_only, usage.digital_signature) == (True, True, False)


def test_a_key_usage_may_be_one_of_cryptography(pki):
    usage = extension(pki.intermediate, x509.KeyUsage).value
    assert extension(pki.leaf(key_usage=usage), x509.KeyUsage).value == usage


def test_a_misspelt_key_usage_is_refused(pki):
    with pytest.raises(ValueError, match=r"no such key usage: digital_signatur$"):
        pki.leaf(key_usage=["digital_signatur"])


def test_a_key_usage_may_be_broken_der(pki):
    with pytest.raises(ValueError, match="error parsing asn1"):
        _ = pki.leaf(key_usage=b"\x03\x02").certificate.extensions


def test_extended_key_usages_are_replaced_by_those_given(pki):
    usage = extension(pki.leaf(extended_key_usage=[ExtendedKeyUsageOID.SERVER_AUTH, UNKNOWN]), x509.ExtendedKeyUsage)
    assert list(usage.value) == [ExtendedKeyUsageOID.SERVER_AUTH, UNKNOWN]


def test_extended_key_usage_none_leaves_it_out(pki):
    assert "extendedKeyUsage" not in kinds(pki.leaf(extended_key_usage=None))


def test_a_leaf_may_claim_to_be_an_authority(pki):
    leaf = pki.leaf(basic_constraints=x509.BasicConstraints(ca=True, path_length=None))
    assert extension(leaf, x509.BasicConstraints).value.ca


def test_an_authority_may_limit_the_path_below_it(pki):
    assert extension(pki.authority(path_length=0), x509.BasicConstraints).value.path_length == 0


def test_an_authority_may_constrain_names(pki):
    constraints = x509.NameConstraints([x509.DNSName("example.org")], None)
    assert extension(pki.authority(name_constraints=constraints), x509.NameConstraints).value == constraints


def test_a_criticality_can_be_turned(pki):
    root = pki.authority(critical={x509.BasicConstraints: False})
    assert not extension(root, x509.BasicConstraints).critical


def test_key_identifiers_can_be_set(pki):
    leaf = pki.leaf(subject_key_id=b"mine", authority_key_id=b"theirs")
    assert extension(leaf, x509.AuthorityKeyIdentifier).value.key_identifier == b"theirs"


@pytest.mark.parametrize("make", ["leaf", "authority", "server", "self_signed", "crl"])
def test_a_misspelt_detail_is_refused(pki, make):
    with pytest.raises(TypeError, match="no such detail: not_afterwards"):
        getattr(pki, make)(not_afterwards=pki.now)

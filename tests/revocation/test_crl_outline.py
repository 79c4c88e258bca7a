"""The outer elements of a CertificateList, read strictly (RFC 5280 section 5.1)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from mtlsguard.revocation.crl.faults import Fault
from mtlsguard.revocation.crl.outline import Outline, outline
from mtlsguard.testing import der, keys
from mtlsguard.testing.signing import Signing, digest_of
from tests.world import NOON, NOW, pki

VERSION, ALGORITHM, ISSUER, THIS_UPDATE, NEXT_UPDATE, ENTRIES, EXTENSIONS = range(7)
NUMBER, POINT, DELTA = (x509.ObjectIdentifier(f"2.5.29.{arc}") for arc in (20, 28, 27))
UNKNOWN = x509.ObjectIdentifier("1.2.3.4")


def octets(**details: Any) -> bytes:
    return pki().crl(None, [77], **details).public_bytes(Encoding.DER)


def read(list_: bytes) -> Outline:
    found = outline(list_)
    assert isinstance(found, Outline)
    return found


def edited(index: int, new: bytes | Callable[[bytes], bytes]) -> bytes:
    """The list with one element of what was signed exchanged: an outline looks at no signature."""
    tbs = der.children(octets())[0]
    element = new if isinstance(new, bytes) else new(der.children(tbs)[index])
    return der.replaced(octets(), 0, der.replaced(tbs, index, element))


def extension(oid: x509.ObjectIdentifier, value: bytes, critical: bytes = b"") -> bytes:
    return der.sequence(der.oid(oid), critical, der.octet_string(value))


def extended(*extensions: bytes) -> bytes:
    return edited(EXTENSIONS, der.context(0, der.sequence(*extensions)))


def point(*fields: bytes) -> bytes:
    return extended(extension(POINT, der.sequence(*fields), der.TRUE))


YES = b"\xff"
REASONS, USERS, AUTHORITIES, INDIRECT = 0x83, 0x81, 0x82, 0x84
ONE = extension(NUMBER, der.integer(1))

FAULTS = {
    "nothing": (b"", Fault.MALFORMED),
    "no sequence": (der.integer(1), Fault.MALFORMED),
    "cut": (octets()[:-1], Fault.MALFORMED),
    "an octet behind it": (octets() + b"\x00", Fault.MALFORMED),
    "an element behind the signature": (der.sequence(*der.children(octets()), der.NULL), Fault.MALFORMED),
    "a length in two ways": (b"\x30\x83\x00" + octets()[2:], Fault.MALFORMED),
    "an indefinite length": (b"\x30\x80" + der.content(octets()) + b"\x00\x00", Fault.MALFORMED),
    "a length beyond all memory": (b"\x30\x86\xff\xff\xff\xff\xff\xff", Fault.MALFORMED),
    "unused bits in the signature": (der.replaced(octets(), 2, der.tlv(3, b"\x01\x80")), Fault.MALFORMED),
    "no signature": (der.replaced(octets(), 2, der.bit_string(b"")), Fault.MALFORMED),
    "a huge signature": (der.replaced(octets(), 2, der.bit_string(bytes(5_000))), Fault.OVERSIZED),
    "version 1 written out": (edited(VERSION, der.integer(0)), Fault.VERSION),
    "version 3": (edited(VERSION, der.integer(2)), Fault.VERSION),
    "extensions in version 1": (edited(VERSION, b""), Fault.VERSION),
    "another algorithm inside": (edited(ALGORITHM, der.sequence(der.oid(UNKNOWN))), Fault.ALGORITHM),
    "an issuer without a name": (edited(ISSUER, der.sequence()), Fault.MALFORMED),
    "a huge issuer": (edited(ISSUER, der.sequence(bytes(5_000))), Fault.OVERSIZED),
    "a time without seconds": (edited(THIS_UPDATE, der.tlv(0x17, b"2606011200Z")), Fault.MALFORMED),
    "a time with a zone": (edited(THIS_UPDATE, der.tlv(0x17, b"260601120000+0000")), Fault.MALFORMED),
    "a time with a fraction": (edited(THIS_UPDATE, der.tlv(0x18, b"20500601120000.5Z")), Fault.MALFORMED),
    "a day that is none": (edited(THIS_UPDATE, der.tlv(0x17, b"260230120000Z")), Fault.MALFORMED),
    "a leap second": (edited(THIS_UPDATE, der.tlv(0x17, b"260601120060Z")), Fault.MALFORMED),
    "digits that are none": (edited(THIS_UPDATE, der.tlv(0x17, b"2606011200 0Z")), Fault.MALFORMED),
    "GeneralizedTime before 2050": (edited(NEXT_UPDATE, der.generalized_time(NOON)), Fault.MALFORMED),
    "three times": (edited(NEXT_UPDATE, lambda time: time * 2), Fault.MALFORMED),
    "two lists of entries": (edited(ENTRIES, lambda entries: entries * 2), Fault.MALFORMED),
    "no extensions but their place": (extended(), Fault.MALFORMED),
    "many extensions": (extended(*[ONE] * 40), Fault.MALFORMED),
    "a repeated extension": (extended(ONE, ONE), Fault.REPEATED),
    "huge extensions": (extended(extension(UNKNOWN, bytes(70_000))), Fault.OVERSIZED),
    "FALSE written out": (extended(extension(NUMBER, der.integer(1), b"\x01\x01\x00")), Fault.MALFORMED),
    "a TRUE of another value": (extended(extension(NUMBER, der.integer(1), b"\x01\x01\x01")), Fault.MALFORMED),
    "an unknown critical extension": (extended(extension(UNKNOWN, der.NULL, der.TRUE)), Fault.EXTENSION),
    "a negative number": (extended(extension(NUMBER, der.integer(-1))), Fault.MALFORMED),
    "a number with a zero in front": (extended(extension(NUMBER, b"\x02\x02\x00\x01")), Fault.MALFORMED),
    "a number of thirty octets": (extended(extension(NUMBER, der.integer(2**232))), Fault.MALFORMED),
    "a delta without a number": (extended(extension(DELTA, der.integer(1), der.TRUE)), Fault.NUMBER),
    "a point that says nothing": (point(), Fault.MALFORMED),
    "a point out of order": (point(der.tlv(INDIRECT, YES), der.tlv(USERS, YES)), Fault.MALFORMED),
    "a point for users and for authorities": (point(der.tlv(USERS, YES), der.tlv(AUTHORITIES, YES)), Fault.MALFORMED),
    "a point for users: FALSE": (point(der.tlv(USERS, b"\x00")), Fault.MALFORMED),
    "a point for attribute certificates": (point(der.tlv(0x85, YES)), Fault.ATTRIBUTES),
    "a point with a field that is none": (point(der.tlv(0x86, YES)), Fault.MALFORMED),
    "no reason": (point(der.tlv(REASONS, b"\x00")), Fault.MALFORMED),
    "a reason that is none": (point(der.tlv(REASONS, b"\x05\x00\x20")), Fault.MALFORMED),
    "a point without a name": (point(der.context(0, der.context(0))), Fault.MALFORMED),
}


@pytest.mark.parametrize(("list_", "fault"), FAULTS.values(), ids=FAULTS)
def test_a_list_is_not_usable(list_, fault):
    assert outline(list_) is fault


def test_the_list_that_the_edits_begin_with_is_usable():
    assert read(edited(VERSION, der.integer(1))).number == 1


def test_what_a_list_says():
    found = read(octets(number=2**159))
    assert (found.this_update, found.next_update) == (NOW - 3_600, NOW + 7 * 86_400)
    assert (found.number, found.base, found.scope.indirect) == (2**159, None, False)
    assert found.issuer == pki().intermediate.party.name


def test_entries_and_what_was_signed_are_found_where_they_are():
    list_ = octets()
    found, (tbs, _, _) = read(list_), der.children(list_)
    assert list_[slice(*found.tbs)] == tbs
    assert list_[slice(*found.entries)] == der.content(der.children(tbs)[ENTRIES])


def test_a_list_without_entries_has_an_empty_place_for_them():
    start, end = read(pki().crl().public_bytes(Encoding.DER)).entries
    assert start == end


def test_a_list_of_version_1_has_no_number():
    assert read(octets(version=1)).number is None


@pytest.mark.parametrize(
    "moment", [datetime(1950, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC), NOON]
)
def test_utc_time_reaches_from_1950_to_2049(moment):
    assert read(edited(THIS_UPDATE, der.utc_time(moment))).this_update == moment.timestamp()


@pytest.mark.parametrize("year", [2050, 9999])
def test_generalized_time_is_for_later(year):
    moment = datetime(year, 1, 1, tzinfo=UTC)
    assert read(edited(NEXT_UPDATE, der.generalized_time(moment))).next_update == moment.timestamp()


def said(algorithm: bytes) -> Outline | Fault:
    """The answer for a list whose signature says so, inside and outside."""
    list_ = edited(ALGORITHM, algorithm)
    return outline(der.replaced(list_, 1, algorithm))


def by(key: str, digest: str, *, pss: bool = False) -> bytes:
    return Signing(key=keys.draw(key, "authority"), digest=digest_of(digest), pss=pss).algorithm


ACCEPTED = {
    "ecdsa-with-SHA256": by("p256", "sha256"),
    "ecdsa-with-SHA384": by("p384", "sha384"),
    "sha256WithRSAEncryption": by("rsa2048", "sha256"),
    "sha512WithRSAEncryption": by("rsa2048", "sha512"),
    "RSASSA-PSS with SHA-256": by("rsa2048", "sha256", pss=True),
    "RSASSA-PSS with SHA-512": by("rsa2048", "sha512", pss=True),
}
PSS = der.children(by("rsa2048", "sha256", pss=True))
HASH, MASK, SALT = der.children(PSS[1])
SHORT_HASH = der.children(der.children(by("rsa2048", "sha224", pss=True))[1])[0]
REFUSED = {
    "SHA-1 with RSA": by("rsa2048", "sha1"),
    "MD5 with RSA": by("rsa2048", "md5"),
    "SHA-224 with ECDSA": by("p256", "sha224"),
    "Ed25519": by("ed25519", "sha256"),
    "ECDSA with parameters": der.sequence(*der.children(by("p256", "sha256")), der.NULL),
    "RSA with other parameters": der.sequence(der.children(by("rsa2048", "sha256"))[0], der.integer(1)),
    "RSASSA-PSS with SHA-1": by("rsa2048", "sha1", pss=True),
    "RSASSA-PSS with SHA-1 by default": der.sequence(PSS[0], der.sequence()),
    "RSASSA-PSS without a salt": der.sequence(PSS[0], der.sequence(HASH, MASK)),
    "RSASSA-PSS with two hashes": der.sequence(PSS[0], der.sequence(SHORT_HASH, MASK, SALT)),
    "RSASSA-PSS out of order": der.sequence(PSS[0], der.sequence(MASK, HASH, SALT)),
    "RSASSA-PSS with a giant salt": der.sequence(PSS[0], der.sequence(HASH, MASK, der.context(2, der.integer(9_999)))),
}


@pytest.mark.parametrize("algorithm", ACCEPTED.values(), ids=ACCEPTED)
def test_a_signature_is_accepted(algorithm):
    assert isinstance(said(algorithm), Outline)


@pytest.mark.parametrize("algorithm", REFUSED.values(), ids=REFUSED)
def test_a_signature_is_refused(algorithm):
    assert said(algorithm) is Fault.ALGORITHM


def test_the_size_of_the_list_costs_an_outline_nothing():
    """It reads the same few elements: none of the entries."""

    class Counting(bytes):
        touched = 0

        def __getitem__(self, key: Any) -> Any:
            Counting.touched += 1
            return super().__getitem__(key)

    counts = []
    for length in (1, 2_000):
        Counting.touched = 0
        outline(Counting(pki().crl(None, range(1, length + 1)).public_bytes(Encoding.DER)))
        counts.append(Counting.touched)
    assert counts[1] - counts[0] <= 10  # longer lengths


def test_nothing_of_a_list_prints():
    found = read(octets(next_update=NOON + timedelta(days=1)))
    assert "Example" not in repr(found)
    assert str(found.this_update) not in repr(found)

"""The entries of a list, read as strictly as one by one and as fast as in runs (RFC 5280 section 5.3)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.revocation.crl.entries import Entry, EntryIndex, read_entries
from mtlsguard.revocation.crl.outline import Outline, outline
from mtlsguard.testing import der
from mtlsguard.testing.pki import Revoked
from tests.world import NOON, pki

MANY = 600  # entries: enough that patterns are learned
LEAST, MOST = -(1 << 160), (1 << 160) - 1
SERIALS = st.one_of(st.integers(LEAST, MOST), st.integers(-200, 200), st.integers(1 << 120, 1 << 159))
DATE = der.utc_time(NOON)
REASON, INVALIDITY, ISSUER = (x509.ObjectIdentifier(f"2.5.29.{arc}") for arc in (21, 24, 29))
OTHER = x509.ObjectIdentifier("1.3.6.1.4.1.99999.1")


def entry(serial: int, *extensions: bytes, date: bytes = DATE) -> bytes:
    return der.sequence(der.integer(serial), date, der.sequence(*extensions) if extensions else b"")


def extension(oid: x509.ObjectIdentifier, value: bytes, critical: bytes = b"") -> bytes:
    return der.sequence(der.oid(oid), critical, der.octet_string(value))


def reason(code: int) -> bytes:
    return extension(REASON, bytes((0x0A, 1, code)))


def named(name: bytes, critical: bytes = der.TRUE) -> bytes:
    return extension(ISSUER, der.sequence(der.context(4, name)), critical)


def name(text: str) -> bytes:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)]).public_bytes()


def read(content: bytes, default: bytes | None = None) -> EntryIndex:
    """Wrapped, so that offsets count."""
    octets = b"\x30\x82" + content + b"\x30\x03behind"
    return read_entries(octets, 2, 2 + len(content), indirect_default=default)


def filler(count: int = MANY) -> bytes:
    """Entries of a few common shapes, none of which is 0 to 999."""
    return b"".join(entry(10**30 + at, *([reason(1)] if at % 3 else [])) for at in range(count))


def fault(content: bytes, default: bytes | None = None) -> str:
    """The same among few entries, which are read alone, and among many, which are read in runs."""
    alone, among = read(content, default), read(filler() + content + filler(), default)
    assert alone.fault == among.fault
    return alone.fault


def said(content: bytes, serial: int) -> Entry:
    alone, among = read(content), read(filler() + content + filler())
    assert alone.fault == among.fault == ""
    assert alone.find(None, serial) is among.find(None, serial)
    return alone.find(None, serial)


# What they say


def test_no_entries_are_a_list_of_nothing() -> None:
    index = read(b"")
    assert (index.count, index.fault, index.find(None, 1)) == (0, "", Entry.ABSENT)


@pytest.mark.parametrize("serial", [0, 1, -1, 127, 128, -128, -129, 255, 256, MOST, LEAST, 1 << 159, -(1 << 159)])
def test_a_serial_number_of_any_sign_and_size_is_found_and_its_neighbours_are_not(serial: int) -> None:
    assert said(entry(serial), serial) is Entry.REVOKED
    assert {said(entry(serial), other) for other in (serial - 1, serial + 1)} == {Entry.ABSENT}


@pytest.mark.parametrize("code", [0, 1, 6, 7, 9, 10, 11, 200])
def test_whatever_the_reason_it_is_revoked(code: int) -> None:
    assert said(entry(5, reason(code)), 5) is Entry.REVOKED


def test_remove_from_crl_is_told_apart() -> None:
    assert said(entry(5, reason(8)), 5) is Entry.REMOVED


def test_removed_and_revoked_is_revoked() -> None:
    assert said(entry(5, reason(8)) + entry(5), 5) is Entry.REVOKED


@pytest.mark.parametrize("code", range(11))
def test_a_run_of_entries_with_reasons_takes_no_removal_for_a_revocation(code: int) -> None:
    index = read(b"".join(entry(at, reason(8 if at % 7 == 0 else code)) for at in range(MANY)))
    expected = [Entry.REMOVED if at % 7 == 0 or code == 8 else Entry.REVOKED for at in range(MANY)]
    assert [index.find(None, at) for at in range(MANY)] == expected


@pytest.mark.parametrize(
    "extensions",
    [
        [extension(INVALIDITY, der.generalized_time(NOON))],
        [reason(1), extension(INVALIDITY, der.generalized_time(NOON))],
        [extension(INVALIDITY, der.generalized_time(NOON)), reason(1)],
        [extension(OTHER, b"anything")],
        [extension(REASON, b"\x0a\x01\x01", der.TRUE)],
        [extension(INVALIDITY, der.generalized_time(NOON), der.TRUE)],
    ],
)
def test_an_entry_may_say_more(extensions: list[bytes]) -> None:
    assert said(entry(5, *extensions), 5) is Entry.REVOKED
    assert read(b"".join(entry(at, *extensions) for at in range(MANY))).count == MANY


def test_a_date_may_be_a_generalized_time() -> None:
    assert said(entry(5, date=der.generalized_time(NOON)), 5) is Entry.REVOKED


# What makes a list unusable


@pytest.mark.parametrize("value", [b"", b"\x05\x00", b"anything"])
def test_an_unknown_critical_extension_of_one_entry(value: bytes) -> None:
    assert fault(entry(5, extension(OTHER, value, der.TRUE))) == "unknown-critical-entry-extension"


def test_a_certificate_issuer_in_a_direct_list() -> None:
    for critical in (der.TRUE, b""):
        assert fault(entry(5, named(name("A"), critical))) == "certificate-issuer-in-direct-list"


@pytest.mark.parametrize("serial", [1 << 160, -(1 << 160) - 1, 1 << 400, 1 << 1_200])
def test_a_serial_number_that_is_too_long(serial: int) -> None:
    assert fault(entry(serial)) == "serial-too-long"


MALFORMED = {
    "no entry": b"\x00",
    "not a sequence": der.tlv(0x31, der.integer(5) + DATE),
    "no serial number": der.sequence(DATE),
    "no date": der.sequence(der.integer(5)),
    "an empty sequence": der.sequence(),
    "an empty serial number": der.sequence(der.tlv(2, b""), DATE),
    "a padded serial number": der.sequence(der.tlv(2, b"\x00\x05"), DATE),
    "a padded negative serial number": der.sequence(der.tlv(2, b"\xff\x85"), DATE),
    "a serial number of another tag": der.sequence(der.tlv(4, b"\x05"), DATE),
    "a length in two octets that fits one": b"\x30\x81\x12" + der.integer(5) + DATE,
    "an indefinite length": b"\x30\x80" + der.integer(5) + DATE + b"\x00\x00",
    "a length beyond the list": b"\x30\x7f" + der.integer(5) + DATE,
    "a huge length": b"\x30\x84\xff\xff\xff\xff" + der.integer(5) + DATE,
    "a date of another tag": entry(5, date=der.tlv(0x16, b"260601120000Z")),
    "a date without seconds": entry(5, date=der.tlv(0x17, b"2606011200Z")),
    "a date with an offset": entry(5, date=der.tlv(0x17, b"260601120000+0000")),
    "a date with a fraction": entry(5, date=der.tlv(0x18, b"20260601120000.5Z")),
    "a date in letters": entry(5, date=der.tlv(0x17, b"26o601120000Z")),
    "a date in the twentieth month or later": entry(5, date=der.tlv(0x17, b"262001120000Z")),
    "something behind the extensions": der.sequence(der.integer(5), DATE, der.sequence(reason(1)), der.NULL),
    "something else for extensions": der.sequence(der.integer(5), DATE, der.NULL),
    "no extension in the extensions": der.sequence(der.integer(5), DATE, der.sequence()),
    "an extension twice": entry(5, reason(1), reason(1)),
    "an extension without a value": entry(5, der.sequence(der.oid(OTHER))),
    "an extension of four parts": entry(
        5, der.sequence(der.oid(OTHER), der.TRUE, der.octet_string(b""), der.octet_string(b""))
    ),
    "an extension that is no sequence": entry(5, der.NULL),
    "a written-out default": entry(5, extension(OTHER, b"", b"\x01\x01\x00")),
    "a truth of another spelling": entry(5, extension(OTHER, b"", b"\x01\x01\x01")),
    "an object identifier cut short": entry(5, der.sequence(der.tlv(6, b"\x2a\x80"), der.octet_string(b""))),
    "an empty object identifier": entry(5, der.sequence(der.tlv(6, b""), der.octet_string(b""))),
    "a reason of two octets": entry(5, extension(REASON, b"\x0a\x02\x00\x01")),
    "a reason that is an integer": entry(5, extension(REASON, b"\x02\x01\x01")),
    "something behind a reason": entry(5, extension(REASON, b"\x0a\x01\x01\x00")),
    "an invalidity date of the other form": entry(5, extension(INVALIDITY, DATE)),
    "an invalidity date in letters": entry(5, extension(INVALIDITY, der.tlv(0x18, b"2026o601120000Z"))),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_an_entry_that_is_not_der_makes_the_list_unusable(what: str) -> None:
    assert fault(MALFORMED[what]) == "malformed-entry"


def test_a_list_with_a_fault_answers_nothing() -> None:
    with pytest.raises(ValueError, match="fault"):
        read(MALFORMED["no date"]).find(None, 5)


# Indirect lists

OURS, THEIRS, NOBODY = name("Ours"), name("Theirs"), name("Nobody")


def test_entries_belong_to_the_issuer_named_last() -> None:
    index = read(entry(1) + entry(2, named(THEIRS)) + entry(3) + entry(4, named(OURS)) + entry(5), OURS)
    found = {issuer: [index.find(issuer, at) is Entry.REVOKED for at in range(1, 6)] for issuer in (OURS, THEIRS)}
    assert found == {OURS: [True, False, False, True, True], THEIRS: [False, True, True, False, False]}
    assert index.find(NOBODY, 1) is Entry.ABSENT


def test_the_issuer_is_carried_over_runs_of_entries() -> None:
    index = read(filler() + entry(1, named(THEIRS)) + filler() + entry(2, reason(8)), OURS)
    assert index.find(THEIRS, 2) is Entry.REMOVED
    assert {index.find(issuer, 10**30) for issuer in (OURS, THEIRS)} == {Entry.REVOKED}
    assert index.find(OURS, 1) is index.find(OURS, 2) is Entry.ABSENT


def test_an_issuer_is_known_by_any_spelling_of_its_name() -> None:
    printable = THEIRS.replace(b"\x0c\x06Theirs", b"\x13\x06THEIRS")
    assert read(entry(1, named(THEIRS)), OURS).find(printable, 1) is Entry.REVOKED


def test_names_of_other_kinds_may_stand_beside_the_issuers() -> None:
    names = der.sequence(der.context(4, THEIRS), der.tlv(0x82, b"ca.example"))
    assert read(entry(1, extension(ISSUER, names, der.TRUE)), OURS).find(THEIRS, 1) is Entry.REVOKED


@pytest.mark.parametrize(
    "names",
    [der.sequence(), der.sequence(der.tlv(0x82, b"x")), der.sequence(der.context(4, OURS), der.context(4, THEIRS))],
)
def test_an_entry_of_no_issuer_or_of_two_makes_the_list_unusable(names: bytes) -> None:
    assert fault(entry(1, extension(ISSUER, names, der.TRUE)), OURS) == "ambiguous-certificate-issuer"


def test_a_list_of_one_kind_is_not_asked_as_the_other() -> None:
    for index, issuer in ((read(entry(1)), OURS), (read(entry(1), OURS), None)):
        with pytest.raises(ValueError, match="kind"):
            index.find(issuer, 1)


def test_more_issuers_than_can_be_numbered_make_the_list_unusable() -> None:
    content = b"".join(entry(1, named(name(str(at)))) for at in range(1 << 16))
    assert read(content, OURS).fault == "too-many-certificate-issuers"


# Against another reading of the same octets


def parsed(crl: x509.CertificateRevocationList) -> tuple[bytes, Outline]:
    octets = crl.public_bytes(Encoding.DER)
    found = outline(octets)
    assert isinstance(found, Outline)
    return octets, found


@st.composite
def revoked(draw: Any) -> Revoked:
    return Revoked(
        draw(SERIALS),
        at=datetime(draw(st.sampled_from([1999, 2026, 2060])), 1, 31, tzinfo=UTC)
        + timedelta(draw(st.integers(0, 300))),
        reason=draw(st.sampled_from([None, *x509.ReasonFlags][:9])),
        extensions=draw(st.sampled_from([(), ((x509.InvalidityDate(NOON), False),)])),
    )


@given(st.lists(revoked(), max_size=20), st.integers(0, 1), st.lists(SERIALS, max_size=5))
def test_it_reads_what_cryptography_reads(listed: list[Revoked], many: int, others: list[int]) -> None:
    octets, found = parsed(pki().crl(None, [*listed, *(10**40 + at for at in range(many * MANY)), *listed]))
    index = read_entries(octets, *found.entries, indirect_default=None)
    theirs = {one.serial_number for one in x509.load_der_x509_crl(octets)}
    assert index.fault == ""
    asked = [*theirs, *others, *(serial + 1 for serial in theirs)]
    assert all((index.find(None, serial) is not Entry.ABSENT) is (serial in theirs) for serial in asked)


# Damage: what is not a fault has lost nothing


def _flipped(content: bytes, at: int, bits: int) -> bytes:
    return content[:at] + bytes((content[at] ^ bits,)) + content[at + 1 :]


def _damaged(draw: Callable[[Any], Any], content: bytes) -> bytes:
    at, to = sorted(draw(st.tuples(*[st.integers(0, len(content) - 1)] * 2)))
    how = draw(st.sampled_from(["flip", "cut", "take", "repeat", "swap"]))
    if how == "flip":
        return _flipped(content, at, draw(st.integers(1, 255)))
    if how == "cut":
        return content[:at]
    if how == "take":
        return content[:at] + content[to:]
    if how == "repeat":
        return content[:to] + content[at:to] + content[to:]
    return content[:at] + content[to:] + content[at:to]


def reference(content: bytes) -> Iterator[int]:
    """One entry after the other, without any pattern."""
    from mtlsguard.revocation.crl.entries.one import entry_at
    from mtlsguard.revocation.crl.entries.one import said as told

    at = 0
    while at < len(content):
        one = entry_at(content, at, len(content))
        assert told(one.tail).issuer is None
        yield int.from_bytes(one.serial, "big", signed=True)
        at = one.end


@given(st.data())
def test_damaged_entries_are_a_fault_or_all_read(data: st.DataObject) -> None:
    extra = b"".join(entry(at, extension(INVALIDITY, der.generalized_time(NOON)), reason(4)) for at in range(20))
    content = _damaged(data.draw, filler(500) + extra + filler(20))
    index = read(content)
    if not index.fault:
        serials = list(reference(content))
        assert index.count == len(serials)
        assert all(index.find(None, serial) is not Entry.ABSENT for serial in serials)


@pytest.mark.parametrize("at", range(60))
def test_every_flip_in_a_run_is_judged_as_if_the_entry_stood_alone(at: int) -> None:
    """The patterns that were learned know no more than the strict reading."""
    one = entry(10**30, reason(1), extension(INVALIDITY, der.generalized_time(NOON)))
    before = one * (20_000 // len(one))
    for bits in (0x01, 0x02, 0x08, 0x20, 0x80, 0xFF):
        changed = _flipped(one, at, bits)
        assert read(before + changed).fault == read(changed).fault


def test_it_pauses_about_every_slice() -> None:
    content = filler(20_000)
    pauses: list[None] = []
    read_entries(content, 0, len(content), indirect_default=None, pause=lambda: pauses.append(None))
    assert len(pauses) >= len(content) // 65_536


def test_it_reads_from_a_mapped_file(tmp_path: Any) -> None:
    import mmap

    (tmp_path / "list").write_bytes(filler())
    with (tmp_path / "list").open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets:
        index = read_entries(octets, 0, len(octets), indirect_default=None)
    assert index.count == MANY

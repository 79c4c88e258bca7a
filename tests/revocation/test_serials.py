"""Many serial numbers in few octets: the table says what a set would say."""

from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.revocation.serials import Serials, Shelves

LEAST, MOST = -(1 << 160), (1 << 160) - 1  # twenty octets of magnitude, one of sign
SERIALS = st.one_of(st.integers(LEAST, MOST), st.integers(-300, 300), st.sampled_from([0, -1, 127, 128, LEAST, MOST]))


def octets(serial: int) -> bytes:
    magnitude = serial if serial >= 0 else ~serial
    return serial.to_bytes(magnitude.bit_length() // 8 + 1, "big", signed=True)


def made(shelves: Shelves) -> Serials:
    layout = shelves.layout
    table = b"".join(shelves.table())
    assert len(table) == layout.octets
    return Serials(b"before" + table + b"behind", len(b"before"), layout)


def table_of(serials: list[int], at_once: int = 1_000) -> Serials:
    shelves = Shelves()
    for start in range(0, len(serials), at_once):
        shelves.add([octets(serial) for serial in serials[start : start + at_once]])
    return made(shelves)


@given(st.lists(SERIALS, max_size=60), st.lists(SERIALS, max_size=20), st.integers(1, 10))
def test_it_holds_what_was_added_and_nothing_else(listed: list[int], others: list[int], at_once: int) -> None:
    table = table_of(listed, at_once)
    near = [serial + step for serial in listed for step in (-1, 1, 256)]
    assert all(table.holds(serial) is (serial in set(listed)) for serial in [*listed, *others, *near, -1, 0, 1])


@given(st.dictionaries(st.sampled_from([b"\x00\x00", b"\x00\x01", b"\x01\x00"]), st.lists(SERIALS, max_size=20)))
def test_a_serial_number_counts_with_its_prefix_only(listed: dict[bytes, list[int]]) -> None:
    shelves = Shelves(prefix=2)
    for prefix, serials in listed.items():
        shelves.add([octets(serial) for serial in serials], prefix)
    table = made(shelves)
    for prefix in (b"\x00\x00", b"\x00\x01", b"\x01\x00"):
        for serial in [serial for serials in listed.values() for serial in serials]:
            assert table.holds(serial, prefix) is (serial in listed.get(prefix, []))


def test_many_in_a_row_are_told_from_their_neighbours() -> None:
    """More than the coarse shelves, so that each of them is divided."""
    table = table_of(list(range(0, 400_000, 2)))
    assert table.layout.bits > 9
    assert all(table.holds(serial) is (serial % 2 == 0) for serial in range(400_000))
    assert not table.holds(400_000)
    assert not table.holds(-2)


# What can be added to a number, octet for octet, without a change of its CRC-32: the polynomial itself.
POLYNOMIAL = int.from_bytes(0x1_DB71_0641.to_bytes(5, "little"), "big")


def test_serial_numbers_of_one_hash_are_told_apart() -> None:
    listed = [number << 64 for number in range(1, 200)]
    twins = [number ^ POLYNOMIAL << shift for number in listed for shift in (0, 8, 16)]
    record = [number.to_bytes(12, "big") for number in (listed[0], twins[0])]
    assert crc32(record[0]) == crc32(record[1])
    table = table_of([*listed, 1 << 90])
    assert all(table.holds(number) for number in listed)
    assert not any(table.holds(number) for number in twins)


def test_the_end_of_one_record_and_the_start_of_the_next_are_no_record() -> None:
    """All on one shelf, as there are fewer than eight: 01 02 01 02 holds 02 01 only across the border."""
    table = table_of([0x0102, 0x0102])
    assert table.layout.bits == 0
    assert table.holds(0x0102)
    assert not table.holds(0x0201)


def test_a_record_after_a_false_border_is_found() -> None:
    table = table_of([0x0101, 0x0102, 0x0201, 0x0101])
    assert table.holds(0x0201)
    assert not table.holds(0x0202)


def test_a_number_longer_than_all_is_not_held() -> None:
    table = table_of([1, 2, 3])
    assert not any(table.holds(serial) for serial in (1 << 8, -(1 << 8), 1 << 4_000, -(1 << 4_000)))


def test_nothing_holds_nothing() -> None:
    table = table_of([])
    assert not any(table.holds(serial) for serial in (0, 1, -1, 1 << 160))


def test_a_longer_number_may_come_late() -> None:
    serials = [*range(1, 1_000), -5, 1 << 159, LEAST]
    table = table_of(serials)
    assert all(table.holds(serial) for serial in serials)
    assert not table.holds(-6)


def test_it_takes_no_more_octets_than_was_promised() -> None:
    """22 for a number of twenty octets, whatever their count; small tables aside."""
    for count in (1_000, 65_535, 65_536, 1_000_000, 1_048_576, 10_000_000):
        shelves = Shelves()
        shelves.add([octets(1 << 158)])
        shelves.count = count
        assert shelves.layout.octets <= 22 * count


def test_it_pauses_between_small_pieces() -> None:
    shelves = Shelves()
    shelves.add([octets(serial) for serial in range(200_000)])
    pauses: list[None] = []
    largest = max(len(piece) for piece in list(shelves.table(lambda: pauses.append(None)))[:-1])
    assert len(pauses) == 512
    assert largest < 4_096

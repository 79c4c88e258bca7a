"""The deny list in memory, its records, and the copies that a fleet keeps of them."""

from dataclasses import replace
from hashlib import sha1

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from mtlsguard.revocation.contract import FOREVER, Link, Status
from mtlsguard.revocation.denyfile import Entry, Problem, entry_of, line_of, parse_line
from mtlsguard.revocation.denylist import DenyList, DenyLists, Freshness, deny_key
from mtlsguard.revocation.issuers import issuer_digest, issuer_from_text, issuer_text
from mtlsguard.revocation.records import MOST_OCTETS, MOST_STAMP, Record, joined, newest, read, written
from mtlsguard.revocation.shared import OVERSIZED, SharedCopy, Taken
from tests.world import pki

ISSUER = "CN=Issuing CA,O=Example"
NOW = 1_000.0


def name(text: str = ISSUER) -> bytes:
    found = issuer_from_text(text)
    assert found is not None
    return found


def key(serial: int, issuer: str = ISSUER) -> bytes:
    found = deny_key(name(issuer), serial)
    assert found is not None
    return found


def link(serial: int, issuer: bytes) -> Link:
    return Link(serial, issuer, None, is_ca=False, points=None, access=None, not_after=2_000_000_000)


def status(listed: DenyList | DenyLists, serial: int = 1, issuer: bytes | None = None, now: float = NOW) -> Status:
    return listed.answer(link(serial, name() if issuer is None else issuer), now).status


# Which certificate


def test_a_serial_number_is_listed_with_its_issuer_only() -> None:
    listed = DenyList.of([key(1)])
    found = [status(listed), status(listed, 2), status(listed, 1, name("CN=Another CA,O=Example"))]
    assert found == [Status.REVOKED, Status.GOOD, Status.GOOD]


@pytest.mark.parametrize("text", ["CN=issuing  ca,O=EXAMPLE", "CN=Issuing\\20CA,O=Example"])
def test_an_issuer_is_found_however_its_name_is_spelled(text: str) -> None:
    assert status(DenyList.of([key(1, text)])) is Status.REVOKED


@pytest.mark.parametrize("text", ["O=Example,CN=Issuing CA", "CN=Issuing CA", "CN=Issuing CA+O=Example"])
def test_another_name_is_another_issuer(text: str) -> None:
    assert status(DenyList.of([key(1, text)])) is Status.GOOD


@pytest.mark.parametrize("kind", ["UTF8String", "PrintableString", "BMPString", "T61String"])
def test_an_issuer_is_found_in_whatever_type_of_string_its_name_is(kind: str) -> None:
    encoded = {"UTF8String": (0x0C, "utf-8"), "PrintableString": (0x13, "ascii"), "BMPString": (0x1E, "utf-16-be")}
    tag, codec = encoded.get(kind, (0x14, "latin-1"))
    text = "Issuing CA".encode(codec)
    value = b"\x06\x03\x55\x04\x03" + bytes((tag, len(text))) + text
    inner = b"\x30" + bytes((len(value),)) + value
    whole = b"\x31" + bytes((len(inner),)) + inner
    der = b"\x30" + bytes((len(whole),)) + whole
    assert issuer_digest(der) == issuer_digest(name("CN=Issuing CA"))


@pytest.mark.parametrize("junk", [b"", b"\x30", b"\x30\x02\x31\x00", b"\x30\x00\x00", b"\x02\x01\x00", b"\xff" * 40])
def test_an_issuer_that_cannot_be_read_never_passes(junk: bytes) -> None:
    assert status(DenyList(), 1, junk) is Status.UNKNOWN


@given(st.integers(-(1 << 170), 1 << 170), st.integers(-(1 << 170), 1 << 170))
def test_two_serial_numbers_have_two_keys(one: int, other: int) -> None:
    assert (key(one) == key(other)) == (one == other)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=40))
def test_an_issuer_s_text_is_one_line_that_reads_back_as_the_issuer(common_name: str) -> None:
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, common_name)])
    text = issuer_text(subject.public_bytes(), subject)
    read_back = issuer_from_text(text)
    assert (text.isprintable(), read_back and issuer_digest(read_back)) == (True, issuer_digest(subject.public_bytes()))


def test_a_name_that_has_no_text_is_written_in_hexadecimal() -> None:
    der = name()
    assert issuer_from_text(issuer_text(der, None)) == der


@pytest.mark.parametrize("text", ["", "#", "#3000", "#zz", "CN", "CN=a\0", "x" * 5_000, "#" + "30" * 40])
def test_what_names_nobody_is_no_issuer(text: str) -> None:
    assert issuer_from_text(text) is None


# Whether it counts


def test_a_list_counts_until_its_freshness_ends_and_says_how_long() -> None:
    listed = DenyList(Freshness(NOW + 5))
    found = [listed.answer(link(1, name()), now) for now in (NOW, NOW + 5)]
    assert [(answer.status, answer.until) for answer in found] == [
        (Status.GOOD, NOW + 5),
        (Status.UNKNOWN, NOW + 5),
    ]


def test_a_stale_list_still_refuses_what_is_on_it() -> None:
    assert status(DenyList.of([key(1)], Freshness(0.0))) is Status.REVOKED


def test_a_list_that_is_heard_of_again_counts_again() -> None:
    freshness = Freshness(0.0)
    listed = DenyList.of([], freshness)
    before = status(listed)
    freshness.until = FOREVER
    assert (before, status(listed)) == (Status.UNKNOWN, Status.GOOD)


def test_of_several_lists_one_that_refuses_is_enough_and_each_must_count() -> None:
    good, denies, stale = DenyList(), DenyList.of([key(1)]), DenyList(Freshness(0.0))
    found = [status(DenyLists(lists)) for lists in ([good, denies, stale], [good, stale], [good], [])]
    assert found == [Status.REVOKED, Status.UNKNOWN, Status.GOOD, Status.GOOD]


def test_several_lists_hold_as_long_as_the_first_of_them() -> None:
    lists = DenyLists([DenyList(Freshness(NOW + 9)), DenyList(Freshness(NOW + 5)), DenyList()])
    assert lists.answer(link(1, name()), NOW).until == NOW + 5


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 40))))
def test_a_changed_list_is_what_a_set_would_be(changes: list[tuple[bool, int]]) -> None:
    listed, expected = DenyList(), set[int]()
    for add, serial in changes:
        if add == (serial in expected):
            continue
        expected ^= {serial}
        listed = listed.changed([key(serial)] if add else [], [] if add else [key(serial)])
    assert ({at for at in range(1, 41) if key(at) in listed}, len(listed)) == (expected, len(expected))


def test_a_change_leaves_the_old_list_as_it_was() -> None:
    old = DenyList.of([key(1)])
    old.changed([key(2)], [key(1)])
    assert (key(1) in old, key(2) in old) == (True, False)


def test_two_keys_with_the_same_beginning_are_taken_off_one_by_one() -> None:
    one, other = bytes(32), bytes(31) + b"\1"
    listed = DenyList().changed([one, other], []).changed([], [one])
    assert other in listed


# Lines of a file


@pytest.mark.parametrize("line", [b"0x1F CN=Issuing CA,O=Example\r\n", b"00:1f   CN=Issuing CA,O=Example\n"])
def test_a_line_is_a_serial_number_and_an_issuer(line: bytes) -> None:
    found = parse_line(line)
    assert isinstance(found, Entry)
    assert (found.serial, found.key) == (0x1F, key(0x1F))


@pytest.mark.parametrize("line", [b"\n", b"# 0x1f CN=x\n", b"   \n", b"#\n"])
def test_comments_and_empty_lines_name_nothing(line: bytes) -> None:
    assert parse_line(line) is None


@pytest.mark.parametrize(
    "line",
    [
        b"0x1f CN=Issuing CA,O=Example",  # cut off
        b"31 CN=Issuing CA,O=Example\n",  # base ten or sixteen?
        b"1f CN=Issuing CA,O=Example\n",
        b"0x0 CN=Issuing CA,O=Example\n",
        b"-0x1 CN=Issuing CA,O=Example\n",
        b"0x" + b"f" * 41 + b" CN=Issuing CA,O=Example\n",
        b"0x1f\n",
        b"0x1f Issuing CA\n",
        b"CN=Issuing CA,O=Example 0x1f\n",
        b"0x1f CN=\xff\n",
        b"\xef\xbb\xbf0x1f CN=Issuing CA,O=Example\n",
        b"0x1f CN=" + b"x" * 9_000 + b"\n",
    ],
)
def test_anything_else_is_a_sentence_that_repeats_nothing(line: bytes) -> None:
    found = parse_line(line)
    assert isinstance(found, str)
    assert "Issuing CA,O=Example 0x" not in str(Problem(1, found))


@given(st.binary(max_size=60))
def test_no_line_is_an_exception(line: bytes) -> None:
    parse_line(line)


@given(st.integers(1, (1 << 160) - 1))
def test_a_written_line_reads_back(serial: int) -> None:
    entry = entry_of(f"{serial:#x}", ISSUER)
    assert isinstance(entry, Entry)
    assert parse_line(line_of(entry)) == entry


def test_an_entry_shows_nothing_of_the_certificate() -> None:
    assert not {"1f", "Issuing"} & set(repr(entry_of("0x1f", ISSUER)).replace("(", " ").split())


def test_a_certificate_s_own_issuer_is_found_by_its_text() -> None:
    leaf = pki().leaf()
    entry = entry_of(f"{leaf.serial:#x}", leaf.certificate.issuer.rfc4514_string())
    assert isinstance(entry, Entry)
    assert entry.key == deny_key(leaf.certificate.issuer.public_bytes(), leaf.serial)


# Records

EPOCHS = ["a" * 16, "b" * 16, "c" * 16]
RECORDS = st.builds(
    Record,
    stamp=st.integers(1, 6),
    revoked=st.booleans(),
    epoch=st.sampled_from(EPOCHS),
    serial=st.just(1),
    issuer=st.just(ISSUER),
    note=st.sampled_from(["", "stolen"]),
)


@given(RECORDS, RECORDS, RECORDS)
def test_the_newest_is_the_same_in_whatever_order_and_however_often(one: Record, two: Record, three: Record) -> None:
    assert newest(one, two) == newest(two, one)
    assert newest(newest(one, two), three) == newest(one, newest(two, three))
    assert newest(one, one) == one


@given(RECORDS, RECORDS)
def test_of_two_records_of_one_moment_the_one_that_revokes_counts(one: Record, two: Record) -> None:
    assert newest(one, replace(two, stamp=one.stamp)).revoked == (one.revoked or two.revoked)


@given(RECORDS, RECORDS)
def test_joining_is_the_same_from_both_sides(one: Record, two: Record) -> None:
    history = ",".join(EPOCHS[:2])
    assert joined(one, two, history) == joined(two, one, history)


def test_a_revocation_of_a_later_epoch_outlives_a_clock_that_was_set_back() -> None:
    before = Record(100, revoked=False, epoch=EPOCHS[0], serial=1, issuer=ISSUER)
    after = Record(50, revoked=True, epoch=EPOCHS[1], serial=1, issuer=ISSUER)
    found = joined(after, before, EPOCHS[1])
    assert (found.revoked, found.stamp) == (True, 101)


def test_of_two_revocations_that_of_the_later_epoch_is_kept_whatever_its_clock_says() -> None:
    """Else an un-revocation between the two would win against the later one."""
    before, between, after = (Record(stamp, on, epoch, 1, "CN=x") for stamp, on, epoch in _TWICE)
    kept = joined(before, after, EPOCHS[1])
    assert (kept.revoked, kept.epoch) == (True, EPOCHS[1])
    assert joined(between, kept, EPOCHS[1]).revoked


_TWICE = ((1_000, True, EPOCHS[0]), (1_001, False, EPOCHS[0]), (1, True, EPOCHS[1]))


def test_an_old_revocation_of_an_earlier_epoch_is_still_taken_back() -> None:
    old = Record(50, revoked=True, epoch=EPOCHS[0], serial=1, issuer=ISSUER)
    back = Record(100, revoked=False, epoch=EPOCHS[1], serial=1, issuer=ISSUER)
    assert not joined(old, back, ",".join(EPOCHS[:2])).revoked


@given(RECORDS)
def test_a_record_reads_back_as_it_was_written(record: Record) -> None:
    assert read(written(record)) == record


GOOD = written(Record(7, revoked=False, epoch="a" * 16, serial=31, issuer=ISSUER))


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"null",
        b"[]",
        GOOD + b" ",
        GOOD[:-1],
        GOOD.replace(b'"stamp":7', b'"stamp":0'),
        GOOD.replace(b'"stamp":7', b'"stamp":-7'),
        GOOD.replace(b'"stamp":7', b'"stamp":7e3'),
        GOOD.replace(b'"stamp":7', f'"stamp":{MOST_STAMP}'.encode()),
        GOOD.replace(b"false", b"null"),
        GOOD.replace(b"a" * 16, b"A" * 16),
        GOOD.replace(b'"0x1f"', b"31"),
        GOOD.replace(b'"0x1f"', b'"31"'),
        GOOD.replace(b'"note":""', b'"note":[]'),
        GOOD.replace(b'"note":""', b'"note":"","note":"x"'),
        GOOD.replace(b'"note":""', b'"note":"","more":1'),
        GOOD.replace(b'"note":""', b'"note":' + b"[" * 4_000),
        GOOD.replace(b'"note":""', b'"note":"' + b"x" * MOST_OCTETS + b'"'),
        GOOD.replace(b'"note":""', b'"note":"\xff"'),
    ],
)
def test_what_is_no_record_is_none(octets: bytes) -> None:
    assert read(octets) is None


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_a_record_with_an_octet_changed_is_another_record_or_none(at: int, octet: int) -> None:
    changed = GOOD[:at] + bytes((octet,)) + GOOD[at + 1 :]
    found = read(changed)
    assert found is None or written(found) == changed


# A follower's copy


def record(stamp: int, revoked: bool, epoch: str = "a" * 16, serial: int = 1) -> bytes:
    return written(Record(stamp, revoked, epoch, serial, ISSUER))


@pytest.mark.parametrize("junk", [b"", b"junk", b"x" * 9_000, record(9, False)[:-1], OVERSIZED + b"0" * 40])
def test_junk_in_the_place_of_a_record_changes_nothing_and_is_owed_the_record(junk: bytes) -> None:
    copy = SharedCopy(Freshness())
    copy.take(key(1), record(5, True))
    assert copy.take(key(1), junk) is Taken.MALFORMED
    told = junk[1:] if junk.startswith(OVERSIZED) else sha1(junk, usedforsecurity=False).hexdigest().encode()
    assert (key(1) in copy.current(), copy.owed[key(1)]) == (True, (record(5, True), told))


def test_a_record_that_was_half_taken_is_taken_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the child of a process that was forked meanwhile."""
    copy = SharedCopy(Freshness())
    with monkeypatch.context() as patch:
        patch.setattr(SharedCopy, "_turn", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            copy.take(key(1), record(5, True))
    copy.take(key(1), record(5, True))
    assert key(1) in copy.current()


def test_a_store_that_lacks_a_record_is_owed_it_and_takes_none_away() -> None:
    copy = SharedCopy(Freshness())
    copy.take(key(1), record(5, True))
    copy.lacking(set())
    assert (key(1) in copy.current(), set(copy.owed)) == (True, {key(1)})


def test_the_list_stays_the_same_object_while_nothing_turns() -> None:
    copy = SharedCopy(Freshness())
    copy.take(key(1), record(5, True))
    first = copy.current()
    copy.take(key(1), record(6, True))
    assert copy.current() is first


@given(st.lists(RECORDS), st.randoms())
def test_copies_that_have_heard_the_same_are_the_same(records: list[Record], random: object) -> None:
    shuffled = list(records)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    copies = [SharedCopy(Freshness()), SharedCopy(Freshness())]
    for copy, order in zip(copies, (records, shuffled + records), strict=True):
        for one in order:
            copy.take(key(1), written(one))
    assert dict(copies[0].records) == dict(copies[1].records)
    assert [key(1) in copy.current() for copy in copies] == [key(1) in copies[0].current()] * 2


class Model:
    """The scripts of the store, in Python: a map that may be emptied, set back, and whose clock may be set."""

    def __init__(self) -> None:
        self.clock, self.stamp, self.births = 1_000, 0, 0
        self.history = ""
        self.entries: dict[bytes, bytes] = {}
        self.saved = ("", 0, dict(self.entries))

    def born(self) -> None:
        """A new epoch behind those that are remembered."""
        self.births += 1
        self.history = ",".join(filter(None, [self.history, f"{self.births:016x}"]))

    def put(self, at: int, revoked: bool) -> None:
        self.clock += 10
        if not self.history:
            self.born()
        old = read(self.entries[key(at)]) if key(at) in self.entries else None
        stamp = max(self.clock, self.stamp + 1, old.stamp + 1 if old else 0)
        self.stamp = stamp
        self.entries[key(at)] = written(Record(stamp, revoked, self.history[-16:], at, ISSUER))

    def join(self, where: bytes, text: bytes) -> None:
        if not self.history:
            self.born()
        old, new = read(self.entries.get(where, b"")), read(text)
        assert new is not None
        result = new if old is None else joined(old, new, self.history)
        self.stamp = max(self.stamp, result.stamp)
        self.entries[where] = written(result)


class Fleet(RuleBasedStateMachine):
    """Followers that come and go before a store that is emptied and restarted: what was revoked last stays revoked
    wherever it was heard of, and all agree in the end."""

    followers = Bundle("followers")

    def __init__(self) -> None:
        super().__init__()
        self.store = Model()
        self.copies: list[SharedCopy] = []
        self.wanted: dict[int, bool] = {}

    def sync(self, copy: SharedCopy) -> None:
        for where, text in list(self.store.entries.items()):
            copy.take(where, text, self.store.history)
        copy.lacking(set(self.store.entries))
        owed, copy.owed = copy.owed, {}
        for where, one in owed.items():
            self.store.join(where, one.record)

    @rule(target=followers)
    def joins(self) -> SharedCopy:
        copy = SharedCopy(Freshness())
        self.copies.append(copy)
        return copy

    @rule(copy=followers)
    def syncs(self, copy: SharedCopy) -> None:
        self.sync(copy)

    @rule(at=st.integers(1, 3))
    def revokes(self, at: int) -> None:
        self.store.put(at, True)
        self.wanted[at] = True
        if not self.copies:
            self.joins()
        self.sync(self.copies[0])  # one, at least, hears of it before anything is lost

    @rule(at=st.integers(1, 3))
    def unrevokes(self, at: int) -> None:
        self.store.put(at, False)
        self.wanted[at] = False

    @rule()
    def is_emptied(self) -> None:
        self.store.entries, self.store.history, self.store.stamp = {}, "", 0

    @rule()
    def restarts(self) -> None:
        self.store.born()

    @invariant()
    def what_was_revoked_is_refused_by_who_heard_of_it(self) -> None:
        for at, revoked in self.wanted.items():
            if revoked and self.copies:
                assert key(at) in self.copies[0].current()

    def teardown(self) -> None:
        for _ in range(3):
            for copy in self.copies:
                self.sync(copy)
        if self.copies:
            assert len({frozenset(copy.records) for copy in self.copies}) == 1
            assert all(key(at) in copy.current() for copy in self.copies for at, on in self.wanted.items() if on)


class ClockIsSet(Fleet):
    """And whose clock is set, back and forth. Who was away while the store was emptied twice cannot know better than
    the stamps do: before it is emptied once more, all hear of what there is."""

    all_heard = True

    @rule()
    def is_emptied(self) -> None:
        if not self.all_heard:
            for copy in self.copies:
                self.sync(copy)
        self.all_heard = False
        super().is_emptied()

    @rule(to=st.integers(1, 2_000))
    def clock_is_set(self, to: int) -> None:
        self.store.clock = to


class IsSetBack(Fleet):
    """And which goes back to what was saved earlier, while its clock goes on."""

    @rule()
    def time_passes(self) -> None:
        self.store.clock += 100

    @rule()
    def is_saved(self) -> None:
        self.store.saved = (self.store.history, self.store.stamp, dict(self.store.entries))

    @rule()
    def is_set_back(self) -> None:
        self.store.history, self.store.stamp, entries = self.store.saved
        self.store.entries = dict(entries)
        self.store.clock += 100
        self.store.born()


TestClockIsSet = ClockIsSet.TestCase
TestIsSetBack = IsSetBack.TestCase

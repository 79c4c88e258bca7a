"""What is remembered of OCSP answers, for how long, and what may replace what."""

from threading import Lock

import pytest

from mtlsguard.revocation.contract import FOREVER, Answer, Link, Status
from mtlsguard.revocation.ocsp import OcspAnswer, OcspAnswers, Plan, Signer
from tests.revocation.ocsp_world import NOW, candidate, leaf, link, pki

GOOD, REVOKED, UNKNOWN = Status.GOOD, Status.REVOKED, Status.UNKNOWN
LINK = link()
PLAN = Plan(earliest=0.5, latest=0.8, longest=3_600, unknown=60, idle=3_600)


def memory(size: int = 100) -> OcspAnswers:
    return OcspAnswers(size, PLAN, writing=Lock())


def said(status: Status, *, at: float = 0, until: float = 600, produced: float = 0) -> OcspAnswer:
    """Seconds from now."""
    return OcspAnswer(status, NOW + at, NOW + produced, NOW + until, Signer.ISSUER)


def about(serial: int) -> Link:
    return Link(serial, LINK.issuer_name, LINK.issuer, False, None, None, LINK.not_after)


def after(*answers: OcspAnswer) -> OcspAnswers:
    held = memory()
    for answer in answers:
        held.put(LINK, answer, NOW)
    return held


def status(held: OcspAnswers, later: float = 0, of: Link = LINK) -> Status:
    return held.answer(of, NOW + later).status


def test_who_follows_on_knows_all_or_by_other_rules_only_who_is_revoked():
    old = memory()
    old.put(about(1), said(GOOD), NOW)
    old.put(about(2), said(REVOKED), NOW)
    found = []
    for revoked_only in (False, True):
        new = memory()
        new.follow_on(old, revoked_only=revoked_only)
        found.append([status(new, of=about(1)), status(new, of=about(2))])
    assert found == [[GOOD, REVOKED], [UNKNOWN, REVOKED]]


# ---- what is answered


def test_nothing_is_known_of_a_certificate_that_nobody_was_asked_about():
    assert memory().answer(LINK, NOW) == Answer(UNKNOWN)


def test_good_counts_within_its_time_and_no_longer():
    held = after(said(GOOD))
    assert [held.answer(LINK, NOW), status(held, 599.9), status(held, 600)] == [Answer(GOOD, NOW + 600), GOOD, UNKNOWN]


def test_revoked_counts_for_good():
    assert after(said(REVOKED)).answer(LINK, NOW + 10_000) == Answer(REVOKED, FOREVER)


def test_an_answer_is_found_by_key_name_and_serial_of_whatever_certificate_object():
    assert status(after(said(GOOD)), of=link(leaf())) is GOOD


def test_an_answer_does_not_count_for_another_serial():
    assert status(after(said(GOOD)), of=about(7)) is UNKNOWN


def test_an_answer_does_not_count_under_another_key_of_the_issuers_name():
    rolled = pki().authority("Example Intermediate", issuer=pki().root)
    assert status(after(said(GOOD)), of=link(leaf(), issuer=rolled)) is UNKNOWN


def test_an_answer_does_not_count_under_another_name_of_the_issuers_key():
    renamed = Link(LINK.serial, candidate(pki().root).subject, LINK.issuer, False, None, None, LINK.not_after)
    assert status(after(said(GOOD)), of=renamed) is UNKNOWN


def test_nothing_is_remembered_of_a_certificate_without_issuer():
    lonely, held = Link(7, LINK.issuer_name, None, False, None, None, 0), memory()
    assert [held.put(lonely, said(REVOKED), NOW), status(held, of=lonely), held.missing(lonely, NOW), len(held)] == [
        False,
        UNKNOWN,
        False,
        0,
    ]


# ---- what replaces what


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        (said(GOOD), said(REVOKED, at=1), REVOKED),
        (said(GOOD), said(UNKNOWN, at=1), UNKNOWN),
        (said(REVOKED), said(GOOD, at=1), GOOD),
        (said(UNKNOWN), said(GOOD, at=1), GOOD),
        (said(GOOD), said(REVOKED, produced=1), REVOKED),
    ],
    ids=str,
)
def test_a_newer_answer_replaces_an_older_one(first, then, expected):
    assert status(after(first, then)) is expected


@pytest.mark.parametrize("older", [said(GOOD, at=-1), said(GOOD, produced=-1), said(GOOD, at=-1, until=9_000)], ids=str)
def test_an_older_answer_that_is_replayed_does_not_make_revoked_good(older):
    assert status(after(said(REVOKED), older)) is REVOKED


def test_an_older_answer_does_not_make_a_newer_one_end_sooner():
    assert after(said(GOOD), said(GOOD, at=-1, until=5)).answer(LINK, NOW).until == NOW + 600


@pytest.mark.parametrize("order", [1, -1])
def test_of_contradicting_answers_of_one_moment_revoked_wins(order):
    assert status(after(*[said(GOOD), said(REVOKED)][::order])) is REVOKED


def test_not_to_know_a_revoked_certificate_any_more_does_not_make_it_good():
    assert status(after(said(REVOKED), said(UNKNOWN, at=9))) is REVOKED


def test_revoked_stays_when_its_time_is_over_and_an_older_answer_is_replayed():
    held = after(said(REVOKED, until=1))
    held.put(LINK, said(GOOD, at=-1), NOW + 2)
    assert status(held, 3) is REVOKED


# ---- whether older decisions may be wrong


@pytest.mark.parametrize(
    ("first", "then", "wrong"),
    [
        (None, said(GOOD), False),
        (None, said(REVOKED), True),
        (None, said(UNKNOWN), True),
        (said(GOOD), said(GOOD, at=1), False),
        (said(GOOD), said(REVOKED, at=1), True),
        (said(GOOD), said(UNKNOWN, at=1), True),
        (said(REVOKED), said(REVOKED, at=1), False),
        (said(REVOKED), said(GOOD, at=1), False),
        (said(REVOKED), said(UNKNOWN, at=1), False),
        (said(UNKNOWN), said(REVOKED, at=1), True),
        (said(GOOD), said(REVOKED, at=-1), False),
    ],
    ids=str,
)
def test_an_answer_tells_whether_allowances_may_now_be_wrong(first, then, wrong):
    held = after(first) if first else memory()
    assert held.put(LINK, then, NOW) is wrong


# ---- what is asked about


def test_what_nobody_was_asked_about_is_missing():
    assert memory().missing(LINK, NOW)


@pytest.mark.parametrize("held", [GOOD, UNKNOWN])
def test_an_answer_is_missing_once_its_time_is_over(held):
    known = after(said(held))
    assert [known.missing(LINK, NOW), known.missing(LINK, NOW + 600)] == [False, True]


def test_a_revoked_certificate_is_never_missing():
    assert not after(said(REVOKED)).missing(LINK, NOW + 10_000)


@pytest.mark.parametrize(("jitter", "due_after"), [(0.0, 300), (0.5, 390), (1.0, 480)])
def test_an_answer_is_due_after_a_part_of_its_time_that_chance_chooses(jitter, due_after):
    held = memory()
    held.put(LINK, said(GOOD), NOW, jitter)
    assert [held.due(NOW + due_after - 1), held.due(NOW + due_after)] == [[], [LINK]]


def test_a_long_answer_is_due_after_the_longest_time():
    held = after(said(GOOD, until=1_000_000))
    assert [len(held.due(NOW + 3_599)), len(held.due(NOW + 3_600))] == [0, 0]
    held.answer(LINK, NOW + 3_000)
    assert [len(held.due(NOW + 3_599)), len(held.due(NOW + 3_600))] == [0, 1]


def test_a_certificate_that_the_responder_did_not_know_is_due_soon():
    assert len(after(said(UNKNOWN)).due(NOW + 60)) == 1


def test_an_answer_that_is_nearly_over_is_not_asked_for_all_the_time():
    held = after(said(GOOD, until=1))
    assert [len(held.due(NOW + 4)), len(held.due(NOW + 5))] == [0, 1]


def test_a_certificate_that_nobody_presents_any_more_is_not_asked_about():
    held = after(said(GOOD, until=4_000))
    assert held.due(NOW + 3_600) == []


def test_a_revoked_certificate_is_asked_about_while_it_is_presented():
    held = after(said(REVOKED, until=1))
    held.answer(LINK, NOW + 5_000)
    assert len(held.due(NOW + 5_000)) == 1


def test_an_answer_that_changes_nothing_puts_off_the_next_question():
    held = after(said(GOOD, at=0))
    held.put(LINK, said(GOOD, at=-1), NOW + 400)
    assert held.due(NOW + 404) == []


# ---- how much


def filled(size: int, with_status: Status = GOOD) -> OcspAnswers:
    held = memory(size)
    for serial in range(1, size + 1):
        held.put(about(serial), said(with_status), NOW)
    return held


def test_the_number_of_answers_is_bounded():
    held = filled(16)
    sizes = set()
    for serial in range(100, 200):
        held.put(about(serial), said(GOOD), NOW)
        sizes.add(len(held))
    assert max(sizes) == 16


def test_those_go_first_that_nobody_has_wanted_for_longest():
    held = filled(16)
    for serial in range(1, 17):
        held.answer(about(serial), NOW + serial)
    held.put(about(99), said(GOOD), NOW + 99)
    assert [serial for serial in range(1, 17) if status(held, 99, about(serial)) is UNKNOWN] == [1, 2]


def test_the_newest_one_stays():
    held = filled(16, REVOKED)
    held.put(about(99), said(GOOD), NOW)
    assert status(held, of=about(99)) is GOOD


def test_revoked_ones_go_last():
    held = memory(16)
    held.put(about(1), said(REVOKED), NOW - 99)
    for serial in range(2, 100):
        held.put(about(serial), said(GOOD), NOW)
    assert status(held, of=about(1)) is REVOKED

"""Texts of any length: what is suspicious is examined up to a limit, what is clean stays, nothing leaks."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtlsguard.redact import engine, redact_text, regions
from mtlsguard.redact.contract import Span
from mtlsguard.redact.markers import Kind, marker
from tests.redact.corpus.alice import alice
from tests.redact.corpus.entry import Leak
from tests.redact.test_corpus import LEAKS

LINE = "2026-11-27 21:00:00 INFO worker 7 paid invoice 4711 in 12 ms\n"
CLEAN = LINE * 3000


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(LEAKS), st.integers(min_value=0, max_value=2500), st.integers(min_value=0, max_value=60))
def test_nothing_leaks_wherever_it_stands_and_what_is_before_it_stays(leak: Leak, lines: int, column: int) -> None:
    written = leak.written(alice())
    before = LINE * lines + "." * column + "\n"
    cleaned = redact_text(f"{before}{written}\n{CLEAN}")
    assert leak.whose().leaks_in(cleaned) == []
    assert cleaned.startswith(before)


def test_a_block_in_the_middle_is_cut_out_and_nothing_else() -> None:
    pem = next(leak for leak in LEAKS if "BEGIN CERTIFICATE" in leak.written(alice())).written(alice())
    cleaned = redact_text(f"{CLEAN}{pem}\n{CLEAN}")
    assert cleaned.startswith(CLEAN)
    assert cleaned.endswith(CLEAN)
    assert len(cleaned) < 2 * len(CLEAN) + 100


def test_two_far_from_each_other_are_two() -> None:
    found = engine.spans(f"{CLEAN}seen CN=alice,O=Example\n{CLEAN}seen CN=alice,O=Example\n{CLEAN}")
    assert [span.kind for span in found] == [Kind.DN, Kind.DN]


@pytest.mark.parametrize("length", [5_000, 12_000, 20_000])
def test_a_find_is_followed_over_blocks_in_which_nothing_is_suspicious(length: int) -> None:
    """Base64 of zeros says nothing by itself."""
    run = "MIIgsjCCATig" + "A" * length
    cleaned = re.sub(" sha256:[a-z2-7]{8}", "", redact_text(f"{CLEAN}{run}\n{CLEAN}"))
    assert cleaned == f"{CLEAN}{marker(Kind.CERTIFICATE)}\n{CLEAN}"


@pytest.mark.parametrize("length", [5_000, 12_000])
def test_a_find_is_followed_backwards(length: int) -> None:
    run = "A" * length + "MBUGA1UEAwwOYWxpY2U"
    assert redact_text(f"{CLEAN} {run} {CLEAN}") == f"{CLEAN} {marker(Kind.CERTIFICATE)} {CLEAN}"


@pytest.mark.parametrize(
    "piece",
    ["CN=a,O=b;", "serial=0A1B2C3D ", "BEGIN A", "MIIBsjCCATig ", 'client_cert="', "<Name(", '{"subject":"CN=a"}'],
)
def test_so_much_of_a_text_is_examined_and_no_more(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    examined: list[int] = []
    spans = engine._spans

    def counted(text: str) -> list[Span]:
        examined.append(len(text))
        return spans(text)

    monkeypatch.setattr(engine, "_spans", counted)
    cleaned = redact_text(piece * 50_000 + "CN=Zanzibar Ltd,O=Zanzibar")
    assert "Zanzibar" not in cleaned
    assert sum(examined) <= regions._MOST
    assert cleaned == redact_text(cleaned)


def test_what_is_not_examined_says_so_and_clean_text_before_it_stays() -> None:
    cleaned = redact_text(CLEAN + "subject CN=a,O=b; \n" * 10_000 + "CN=Zanzibar,O=x")
    assert cleaned.startswith(CLEAN)
    assert cleaned.endswith(marker(Kind.UNEXAMINED))


def test_what_was_found_before_does_not_count_as_a_find() -> None:
    text = "1:d=1 hl=1 l= 1 prim: INTEGER :0A0B0C0D\n" * 190
    cleaned = redact_text(text)
    assert cleaned.count("[serial") == engine._MOST_SPANS + len(text) // engine._CHARACTERS_PER_SPAN < 190
    assert redact_text(cleaned) == cleaned

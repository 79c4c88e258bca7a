"""What the first look lets pass is clean: the gates, the pattern and RE2 say yes wherever a form finds something."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.redact import engine, memory, prefilter, redact_certificates, redact_text
from mtlsguard.redact.prefilter import automata, gates
from tests.redact.corpus.alice import alice
from tests.redact.corpus.lookalikes import LOOK_ALIKES
from tests.redact.test_corpus import LEAKS

TEXTS = [leak.written(alice()) for leak in LEAKS]
LONG_CLEAN = "10.0.0.7 - - [27/Nov/2026:21:00:00 +0000] GET /invoices/42?page=2 200 1834 rt=0.012\n" * 40
AUTOMATA = {"RE2": automata.by_re2(), "Hyperscan": automata.by_hyperscan()}

LOOKS: dict[str, Callable[[str], bool]] = {
    "gates": gates.pass_the_gates,
    "pattern": prefilter.is_told,
    **{name: search.finds for name, search in AUTOMATA.items() if search is not None},
}


@pytest.mark.parametrize("look", LOOKS)
def test_every_leak_is_seen_at_first_sight(look: str) -> None:
    assert [text for text in TEXTS if engine.spans(text) and not LOOKS[look](text)] == []


@given(st.sampled_from(TEXTS), st.integers(min_value=0), st.integers(min_value=20, max_value=600))
def test_so_is_every_piece_of_one_in_which_something_is_found(text: str, start: int, length: int) -> None:
    start %= len(text)
    piece = text[start : start + length]
    if engine.spans(piece):
        assert [name for name, look in LOOKS.items() if not look(piece)] == []


@given(st.sampled_from(TEXTS), st.integers(min_value=0), st.integers(min_value=20, max_value=600))
def test_a_text_that_holds_a_piece_that_is_seen_is_seen(text: str, start: int, length: int) -> None:
    lines = text[start % len(text) :][:length].splitlines(keepends=True)
    piece = "".join(lines[random.Random(start).randrange(len(lines)) :])
    for name, look in LOOKS.items():
        if look(piece):
            assert look("x\n" + piece) is True, name
            assert look(LONG_CLEAN + piece + "\n" + LONG_CLEAN) is True, name


@pytest.mark.parametrize("name", AUTOMATA)
def test_the_libraries_and_the_standard_one_read_the_pattern_alike(name: str) -> None:
    search = AUTOMATA[name]
    if search is None:
        pytest.skip("the library has no wheel for this machine")
    for text in (
        *TEXTS,
        *LOOK_ALIKES,
        LONG_CLEAN,
        "",
        "é\udc82",
        "0\udc82",
        "0\ufffd",
        "é0\x82",
        "\u017ferial",
        "\u212a",
    ):
        assert search.finds(text) is prefilter.is_told(text), text


@pytest.mark.parametrize("look", LOOKS)
def test_threads_do_not_see_each_others_texts(look: str) -> None:
    texts = [*TEXTS[:40], *LOOK_ALIKES[:40], LONG_CLEAN] * 8
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(LOOKS[look], texts)) == list(map(LOOKS[look], texts))


def test_who_cannot_look_says_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal's handler may write to the log while the same thread is searching."""
    search = AUTOMATA["Hyperscan"]
    if search is None:
        pytest.skip("the library has no wheel for this machine")
    heard: list[bool] = []
    monkeypatch.setattr(automata, "_stop", lambda *_match: heard.append(search.finds("invoice paid")) or True)
    assert search.finds("subject=CN=alice") is True
    assert heard == [True]


def test_an_ordinary_log_is_let_pass() -> None:
    assert not prefilter.lets_through(LONG_CLEAN)


@pytest.mark.parametrize("text", ["user 7 paid invoice 42", "port 8080 is open, PORT=8080", "serialized 3 objects"])
def test_what_the_gates_stop_the_pattern_may_let_pass(text: str) -> None:
    assert not prefilter.may_hold_certificate_data(text)


# what is remembered


def test_what_was_made_of_a_text_is_made_again() -> None:
    text = "seen CN=client-17,O=Example twice"
    assert redact_text(text) == redact_text(text) != text
    event = {"event": text, "subject": "CN=client-17,O=Example", "serial": "0a:1b:2c:3d:4e:5f:60:71", "note": "x=1"}
    assert redact_certificates(None, "info", dict(event)) == redact_certificates(None, "info", dict(event))


def test_the_same_text_beside_another_name_is_another_thing() -> None:
    number = "0a1b2c3d4e5f6071"
    for _ in range(2):
        assert redact_certificates(None, "info", {"event": "x", "serial": number})["serial"] != number
        assert redact_certificates(None, "info", {"event": "x", "trace": number})["trace"] == number


def test_nothing_secret_is_remembered_and_not_without_end() -> None:
    for number in range(10_000):
        redact_text(f"seen CN=client-{number}-secret,O=Example")
    kept = [*memory.TEXTS._young.values(), *memory.TEXTS._old.values()]
    assert 4096 <= len(kept) == len(memory.TEXTS) <= 8192
    assert not any("secret" in made for made in kept if made)


def test_what_is_asked_for_is_not_forgotten() -> None:
    some: memory.Memory[int, str] = memory.Memory(10)
    some.remember(-1, "often")
    some.remember(-2, "once")
    for number in range(100):
        some.remember(number, "never again")
        assert some.recall(-1) == "often"
    assert some.recall(-2) is memory.UNKNOWN
    assert len(some) <= 20

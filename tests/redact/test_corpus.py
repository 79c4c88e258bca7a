"""Recall is 100 % over the corpus, and there is no false alarm."""

from collections import Counter

import pytest

from mtlsguard.redact import redact_certificates, redact_text, redact_value
from tests.redact.corpus import dumps, lines, names, objects, openssl, proxies, rendered, tools, writings
from tests.redact.corpus.alice import alice
from tests.redact.corpus.entry import KINDS, Leak
from tests.redact.corpus.lookalikes import LOOK_ALIKES

LEAKS = [
    *writings.ENTRIES,
    *names.ENTRIES,
    *openssl.ENTRIES,
    *proxies.ENTRIES,
    *objects.ENTRIES,
    *rendered.ENTRIES,
    *tools.ENTRIES,
    *lines.ENTRIES,
    *dumps.ENTRIES,
]


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_nothing_can_be_read_of_what_leaks(leak: Leak) -> None:
    written = leak.written(alice())
    cleaned = redact_text(written)
    assert leak.whose().leaks_in(written) != [], "an entry that does not leak proves nothing"
    assert leak.whose().leaks_in(cleaned) == []
    assert [word for word in leak.keeps if word not in cleaned] == []
    assert redact_text(cleaned) == cleaned


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_nothing_can_be_read_of_what_leaks_as_octets(leak: Leak) -> None:
    """As a program's output is before anybody decodes it."""
    cleaned = redact_value(leak.written(alice()).encode("utf-8", "surrogateescape"))
    assert leak.whose().leaks_in(cleaned.decode("utf-8", "surrogateescape")) == []


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_looks_like_it_is_the_very_same_object(text: str) -> None:
    event = {"event": text, "nested": {"list": [text, 1, None], "octets": (text.encode(), text)}}
    assert redact_text(text) is text
    assert redact_certificates(None, "info", event) is event


def test_the_corpus_is_as_large_as_was_promised() -> None:
    assert len({leak.name for leak in LEAKS}) == len(LEAKS) >= 300
    assert len(set(LOOK_ALIKES)) == len(LOOK_ALIKES) >= 150


def test_everything_that_is_called_certificate_data_has_entries() -> None:
    counted = Counter(leak.about for leak in LEAKS)
    assert counted.keys() == set(KINDS)
    assert min(counted.values()) >= 3

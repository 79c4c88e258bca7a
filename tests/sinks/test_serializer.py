"""structlog's JSON renderer with the redactor within: the very line that the processor before it would make."""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.redact import redact_certificates
from mtlsguard.redact.rules import is_plain
from mtlsguard.redact.sinks.serializer import redacted_dumps
from tests.redact.corpus.alice import alice
from tests.redact.corpus.lookalikes import LOOK_ALIKES
from tests.redact.test_corpus import LEAKS
from tests.sinks.emissions import ALICE

PLAIN = structlog.processors.JSONRenderer()
REDACTING = structlog.processors.JSONRenderer(serializer=redacted_dumps)


@dataclass(frozen=True)
class Silent:
    """Shows in its repr, which is what structlog prints, what it hides in its str."""

    name: str

    def __str__(self) -> str:
        return "silent"


def by_the_processor(event: dict[str, Any], **options: Any) -> Any:
    renderer = structlog.processors.JSONRenderer(**options)
    return renderer(None, "info", redact_certificates(None, "info", event))


def events(text: str) -> Iterator[dict[str, Any]]:
    """A text in every place of an event."""
    yield {"event": text}
    yield {"event": "seen", "user": text, "status": 200}
    yield {"event": "seen", "nested": {"detail": [text, 1]}}
    yield {"event": "seen", "pair": ("detail", text)}
    yield {"event": "seen", "octets": text.encode("utf-8", "surrogateescape")}
    yield {"event": "seen", text: 1}
    yield {"event": "seen", "client_cert": text, "subject": text, "serial": text}


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_what_leaks_is_written_as_the_processor_would_write_it(leak: Any) -> None:
    for event in events(leak.written(alice())):
        line = REDACTING(None, "info", dict(event))
        assert (leak.whose().leaks_in(line), line) == ([], by_the_processor(event))


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_looks_like_it_is_written_as_without(text: str) -> None:
    for event in ({"event": text}, {"event": "seen", "nested": {"detail": [text]}}):
        assert REDACTING(None, "info", event) == PLAIN(None, "info", event)


_TEXTS = st.one_of(
    st.text(), st.sampled_from([ALICE.dn, ALICE.pem, "CN=", "\x1b[1mCN\x1b[0m=a,O=b", "0\x82", "\u017fubject"])
)
_VALUES = st.recursive(
    st.one_of(_TEXTS, st.integers(), st.floats(), st.none(), st.binary(max_size=8)),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(_TEXTS, inner), st.tuples(inner, inner)),
    max_leaves=6,
)


@given(st.dictionaries(st.one_of(_TEXTS, st.sampled_from(["event", "subject", "raw", "serial"])), _VALUES))
def test_any_event_is_written_as_the_processor_would_write_it(event: dict[str, Any]) -> None:
    assert REDACTING(None, "info", dict(event)) == by_the_processor(event)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"ensure_ascii": False},
        {"indent": 2, "sort_keys": True},
        {"separators": [",", ":"]},
        {"default": str},
        {"cls": json.JSONEncoder, "skipkeys": True},
    ],
    ids=repr,
)
def test_options_are_those_of_json(options: dict[str, Any]) -> None:
    redacting = structlog.processors.JSONRenderer(serializer=redacted_dumps, **options)
    for event in (
        {"event": "é", "b": {1, 2}, "a": None},
        {"event": ALICE.dn, "b": {ALICE.pem}, "c": ALICE.certificate},
    ):
        assert redacting(None, "info", dict(event)) == by_the_processor(event, **options)


def test_an_option_that_json_does_not_know_is_told_as_json_tells_it() -> None:
    with pytest.raises(TypeError, match="indentation"):
        redacted_dumps({"event": "seen"}, indentation=2)


def test_what_an_object_shows_to_the_renderer_is_seen() -> None:
    line = REDACTING(None, "info", {"event": "seen", "who": Silent(ALICE.dn)})
    assert (ALICE.leaks_in(line), json.loads(line)["event"]) == ([], "seen")


@pytest.mark.parametrize("name", ["raw", "chain", "client_der"])
def test_a_name_of_the_event_says_what_the_line_does_not(name: str) -> None:
    event = {"event": "seen", name: "A1b2C3d4E5f6G7h8J9k0L1m2N3p4"}
    line = REDACTING(None, "info", dict(event))
    assert ("A1b2" in line, line) == (False, by_the_processor(event))


@pytest.mark.parametrize("exc_info", [ValueError("no data"), (ValueError, ValueError("no data"), None)])
def test_an_exception_is_rendered_though_it_is_clean(exc_info: object) -> None:
    event = {"event": "failed", "exc_info": exc_info}
    assert is_plain("exc_info")  # as a name it says nothing
    line = REDACTING(None, "error", dict(event))
    assert (json.loads(line)["exception"], line) == ("ValueError: no data", by_the_processor(event))


def test_an_exception_that_nobody_rendered_is_rendered() -> None:
    line = REDACTING(None, "error", {"event": "failed", "exc_info": ValueError(ALICE.pem)})
    assert (ALICE.leaks_in(line), "ValueError" in line) == ([], True)


def test_a_record_that_was_left_in_the_event_shows_nothing() -> None:
    formatter = structlog.stdlib.ProcessorFormatter(processors=[REDACTING])
    record = logging.LogRecord("shop", logging.INFO, "shop.py", 1, f"seen {ALICE.dn}", (), None)
    line = formatter.format(record)
    assert (ALICE.leaks_in(line), json.loads(line)["event"][:5]) == ([], "seen ")


def test_nothing_of_the_application_is_changed() -> None:
    nested = {"detail": [ALICE.dn]}
    event = {"event": "seen", "nested": nested}
    REDACTING(None, "info", event)
    assert (event["nested"] is nested, nested) == (True, {"detail": [ALICE.dn]})

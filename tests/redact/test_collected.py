"""What collectors of logs write around lines is hidden, and what they were given is not."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtlsguard.redact import collected, redact_text
from mtlsguard.redact.rendering import plain
from tests.redact.corpus.lines import COLLECTORS


def shown(text: str) -> str:
    for layer in collected.LAYERS:
        pieces, position = [], 0
        for start, end, instead in layer(text):
            pieces += (text[position:start], instead)
            position = end
        text = "".join((*pieces, text[position:]))
    return text


LINES = ["Certificate:", "    Data:", "        00:1a:22:33:", "        44:5b:66:77:", "AAAAB3NzaC1yc2E", "end of it"]


@pytest.mark.parametrize("collector", COLLECTORS.values(), ids=COLLECTORS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_of_each_line_but_the_first_only_what_was_collected_is_shown(collector, line_end: str) -> None:
    text = plain(line_end.join(collector(9 * number, line) for number, line in enumerate(LINES)) + line_end)
    seen = shown(text).replace("\r", "").splitlines()
    assert seen[0].endswith(LINES[0])
    assert seen[1:] == LINES[1:]


@pytest.mark.parametrize("collector", COLLECTORS.values(), ids=COLLECTORS)
def test_a_line_is_bare_beside_the_one_before_it(collector) -> None:
    before, line = plain(collector(8, LINES[1])), plain(collector(9, LINES[2]))
    assert collected.bare(f"{line}\n", before).rstrip("\n") == LINES[2]


@pytest.mark.parametrize(
    "text",
    [
        "one\ntwo\nthree",
        "a=1\na=1\n",
        "    indented\n    as well\n",
        '{"a": 1}\n{"b": 2}\n',
        '{"a":"x", "b":"y"}\n{"a":"z", "b":"w"}\n',
    ],
)
def test_lines_that_have_no_word_in_common_are_shown(text: str) -> None:
    assert shown(text) == text


def test_the_same_line_again_shows_what_the_one_before_it_shows() -> None:
    assert shown("web | a\nweb | 00\nweb | 00\nweb | b\n") == "web | a\n00\n00\nb\n"


_AROUND = ('\\n","stream":"stdout","time":"2026-11-28T12:00:00Z"}', '{"log":"', '{"a":"', '"}', '","b":"2026"}')
_PREFIXES = ("web-1 | ", "12:00:00 ", "[1.5] ", "P ", "F ", "stdout ", "\x1b[1m")
_PIECES = st.sampled_from([*_AROUND, *_PREFIXES, " ", "\t", "\n", "\r\n", "a", "CN=a,O=b", "\\", '"'])


@settings(max_examples=500, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join))
def test_what_is_hidden_is_in_order_and_redaction_is_idempotent(text: str) -> None:
    for layer in collected.LAYERS:
        around = layer(text)
        assert all(0 <= start <= end <= len(text) for start, end, _ in around)
        assert all(one[1] <= other[0] for one, other in pairwise(around))
    once = redact_text(text)
    assert redact_text(once) == once

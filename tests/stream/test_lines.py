"""What collectors of logs write around each line does not part what a stream holds, nor do columns, nor chunks."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtlsguard.redact import Redactor
from mtlsguard.redact.stream import Stream
from tests.redact.corpus import dumps, lines
from tests.redact.corpus.alice import alice
from tests.redact.corpus.entry import Leak

KEY = b"k" * 32
LEAKS = [*lines.ENTRIES, *dumps.ENTRIES]


def cleaned(*chunks: bytes) -> str:
    stream = Stream(Redactor(KEY))
    return b"".join([*map(stream.feed, chunks), stream.close()]).decode()


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_nothing_can_be_read_of_what_a_collector_wrote(leak: Leak) -> None:
    written = leak.written(alice())
    once = cleaned(written.encode())
    assert leak.whose().leaks_in(once) == []
    assert [word for word in leak.keeps if word not in once] == []
    assert cleaned(once.encode()) == once


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(LEAKS), st.sampled_from(["\n", "\r\n"]), st.booleans(), st.sampled_from([1, 40, 3000]), st.data()
)
def test_chunks_and_line_ends_change_nothing(
    leak: Leak, line_end: str, is_ended: bool, most: int, data: st.DataObject
) -> None:
    written = leak.written(alice()).replace("\n", line_end)
    octets = (written if is_ended else written.rstrip()).encode()
    sizes = random.Random(data.draw(st.integers()))
    chunks: list[bytes] = []
    while octets:
        size = sizes.randint(1, most)
        chunks, octets = [*chunks, octets[:size]], octets[size:]
    once = cleaned(*chunks)
    assert once == cleaned(b"".join(chunks))
    assert leak.whose().leaks_in(once) == []

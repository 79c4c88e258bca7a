"""Whatever a text shows a stream shows too: what spans lines, what collectors write around them, columns, boxes."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtlsguard.redact import Redactor
from mtlsguard.redact.stream import Stream
from tests.redact.corpus.alice import alice
from tests.redact.corpus.entry import Leak
from tests.redact.test_corpus import LEAKS as ALL

KEY = b"k" * 32
CLEAN = '10.0.0.7 - - [27/Nov/2026:21:00:00 +0000] "GET /invoices/7 HTTP/1.1" 200 1834 "-" "curl/8.5"\n'
# A stream is passed on record by record. In these a line at the margin is known by another one above or below it:
# rich breaks a name there, tables have headings, and dumps of structures say at their end whose they are.
OPEN = (
    "structlog, a cause, console, rich",
    "Java's X509Certificate of RSA, as it is",
    "Go's pkix.Name in JSON, as it is",
    "PowerShell, a table, as it is",
    "PowerShell, a table with usages, as it is",
    "certutil of Windows, -dump, as it is",
    "PHP, var_dump, as it is",
)
LEAKS = [leak for leak in ALL if leak.name not in OPEN]


def octets_of(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def cleaned(*chunks: bytes, window: int = 65_536) -> str:
    stream = Stream(Redactor(KEY), window)
    return b"".join([*map(stream.feed, chunks), stream.close()]).decode("utf-8", "replace")


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: leak.name)
def test_nothing_can_be_read_of_what_leaks(leak: Leak) -> None:
    written = leak.written(alice())
    once = cleaned(octets_of(written))
    assert leak.whose().leaks_in(once) == []
    assert [word for word in leak.keeps if word not in once] == []


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(LEAKS),
    st.sampled_from(["", "\n", "\nnext\n", f"\n{CLEAN}"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([4_096, 65_536]),
    st.data(),
)
def test_chunks_and_line_ends_change_nothing(
    leak: Leak, end: str, line_end: str, window: int, data: st.DataObject
) -> None:
    most, seed = data.draw(st.sampled_from([1, 40, 3000])), data.draw(st.integers())
    written = f"{CLEAN}{leak.written(alice())}{end}".replace("\n", line_end)
    octets, sizes, chunks = octets_of(written), random.Random(seed), []
    while octets:
        size = sizes.randint(1, most)
        chunks, octets = [*chunks, octets[:size]], octets[size:]
    once = cleaned(*chunks, window=window)
    assert once == cleaned(b"".join(chunks), window=window)
    assert leak.whose().leaks_in(once) == []
    assert once.startswith(CLEAN.replace("\n", line_end))


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_line_that_may_hold_something_is_passed_on_with_the_next(end: str) -> None:
    stream = Stream(Redactor(KEY))
    assert stream.feed(b"the certificate is valid\n") == b""
    assert stream.feed(CLEAN.encode()) == b"the certificate is valid\n" + CLEAN.encode()
    assert stream.feed(f"the certificate is valid{end}".encode()) == b""
    assert stream.close() == f"the certificate is valid{end}".encode()

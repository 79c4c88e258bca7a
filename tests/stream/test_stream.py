"""Logs of any size: what comes out does not depend on how the log was cut, and nothing of a certificate is in it."""

import random
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtlsguard.pseudonym import pseudonym
from mtlsguard.redact import Redactor
from mtlsguard.redact.stream import Inspection, Stream
from mtlsguard.testing import Issued
from tests.world import pki

KEY = b"k" * 32
CLEAN = b'10.0.0.7 - - [27/Nov/2026:21:00:00 +0000] "GET /invoices/7 HTTP/1.1" 200 1834 "-" "curl/8.5"\n'


@cache
def leaf() -> Issued:
    return pki().leaf("alice")


def cut(octets: bytes, sizes: Iterator[int]) -> list[bytes]:
    found, at = [], 0
    while at < len(octets):
        size = next(sizes)
        found.append(octets[at : at + size])
        at += size
    return found


def cleaned(chunks: list[bytes], window: int = 4_096) -> bytes:
    stream = Stream(Redactor(KEY), window)
    return b"".join([*map(stream.feed, chunks), stream.close()])


def every(size: int) -> Iterator[int]:
    while True:
        yield size


def wrapped(text: str, width: int = 64) -> str:
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


def writings() -> dict[str, bytes]:
    one = leaf()
    base64, hexadecimal = b64encode(one.der).decode(), one.der.hex()
    texts = {
        "pem": one.pem,
        "pem-crlf": one.pem.replace("\n", "\r\n"),
        "pem-indented": "".join(f"    {line}\n" for line in one.pem.splitlines()),
        "pem-collected": "".join(f"app-1 | {line}\n" for line in one.pem.splitlines()),
        "pem-escaped": one.pem.replace("\n", "\\n") + "\n",
        "base64-wrapped": wrapped(base64) + "\n",
        "base64-line": base64 + "\n",
        "hex-wrapped": wrapped(hexadecimal) + "\n",
        "no-line-end": one.pem.rstrip("\n"),
        "cut": one.pem[: len(one.pem) // 2],
    }
    return {name: text.encode() for name, text in texts.items()}


def secrets() -> list[bytes]:
    """Runs of eight octets out of the middle of the certificate, as base64 and as hexadecimal show them."""
    der = leaf().der
    runs = [der[at : at + 12] for at in range(0, len(der) - 12, 40)]
    return [b64encode(run)[2:-4] for run in runs if len(run) % 3 == 0] + [run[:8].hex().encode() for run in runs]


@pytest.mark.parametrize("name", writings())
@pytest.mark.parametrize("size", [1, 7, 64, 1_000, 100_000])
def test_nothing_comes_through_and_all_else_does(name: str, size: int) -> None:
    log = CLEAN * 3 + b"before\n" + writings()[name] + (b"" if name in {"no-line-end", "cut"} else b"next\n" + CLEAN)
    out = cleaned(cut(log, every(size)))
    assert out.startswith(CLEAN * 3 + b"before\n")
    assert name in {"no-line-end", "cut"} or out.endswith(b"next\n" + CLEAN)
    assert not [secret for secret in secrets() if secret in out]


def test_a_whole_certificate_gets_its_name() -> None:
    out = cleaned([leaf().pem.encode()])
    assert pseudonym(sha256(leaf().der).digest(), KEY).encode() in out


PIECES = [
    CLEAN,
    b"\n",
    b"  indented\n",
    b"a\xff\xfeb\n",
    b"\r\n",
    "Stra\u00dfe \U0001f600\n".encode(),
    b"x" * 900 + b"\n",
]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_result_does_not_depend_on_the_chunks(data: st.DataObject) -> None:
    parts = data.draw(st.lists(st.sampled_from([*PIECES, *writings().values()]), min_size=1, max_size=8))
    log = b"".join(parts)
    sizes = random.Random(data.draw(st.integers()))
    most = data.draw(st.sampled_from([3, 50, 5_000]))
    assert cleaned(cut(log, iter(lambda: sizes.randint(1, most), 0))) == cleaned([log])


@pytest.mark.parametrize("log", [CLEAN * 100, b"", b"\n", b"\x00\xff\xfe\r\n", b"no end", "Stra\u00dfe\r\n".encode()])
def test_a_clean_log_is_the_same_to_the_octet(log: bytes) -> None:
    assert cleaned(cut(log, every(13))) == log


def test_a_line_of_any_length_takes_bounded_memory() -> None:
    stream = Stream(Redactor(KEY), 4_096)
    held = 0
    for _ in range(500):
        stream.feed(b"word " * 1_000)
        held = max(held, len(stream._records._held) + len(stream._records._rest))
    assert held <= 4 * 4_096 + 5_000


def test_a_clean_line_is_passed_on_at_once() -> None:
    stream = Stream(Redactor(KEY))
    assert stream.feed(CLEAN) == CLEAN


def test_check_tells_lines_and_kinds_and_nothing_else() -> None:
    inspection = Inspection(Redactor(KEY))
    log = CLEAN + leaf().pem.encode() + CLEAN + b"serial=0x1f2e3d4c5b6a\n"
    found = [*inspection.feed(log), *inspection.close()]
    assert next((one.line, one.kind.value) for one in found) == (2, "certificate")
    assert found[-1].line == 3 + leaf().pem.count("\n")
    assert found[-1].kind.value == "serial"

"""Octets in columns: what the tools print, and what is no certificate."""

import hashlib
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtlsguard.redact import redact_certificates, redact_text
from mtlsguard.redact.markers import MARKER
from tests.redact.corpus import dumps
from tests.redact.corpus.alice import alice, alice_with_rsa

TOOLS = ["xxd", "xxd -g4", "hexdump -C", "hexdump", "od -t x1", "od -A x -t x1z", "od -A d -t x1", "od -x", "od -t x4"]


def without_names(text: str) -> str:
    return MARKER.sub(lambda found: f"[{found['kind']}]", text)


@pytest.mark.parametrize("tool", TOOLS)
def test_the_corpus_writes_what_the_tools_write(tool: str, tmp_path: Path) -> None:
    if shutil.which(tool.partition(" ")[0]) is None:
        pytest.skip("the tool is not here")
    file = tmp_path / "leaf"
    file.write_bytes(alice().der[:403])
    printed = subprocess.run([*tool.split(), str(file)], capture_output=True, text=True, check=True).stdout
    assert [line.rstrip() for line in printed.splitlines()] == [
        line.rstrip() for line in dumps.dumped(tool, alice().der[:403]).splitlines()
    ]


@pytest.mark.parametrize("tool", dumps.LAST_FIRST)
@pytest.mark.parametrize("one", [alice, alice_with_rsa])
@pytest.mark.parametrize("what", [lambda one: one.der, lambda one: one.pem.encode()], ids=["DER", "PEM"])
def test_octets_may_be_parts_of_numbers(tool: str, one, what) -> None:
    text = f"read:\n{dumps.dumped(tool, what(one()))}that is all\n"
    assert re.fullmatch(r"read:\n\[certificate\]\n[0-9a-f]{7}\nthat is all\n", without_names(redact_text(text)))


def test_what_a_debugger_shows_goes_as_a_whole() -> None:
    text = f"(gdb) x/900xb leaf\n{dumps.of_gdb(alice().der)}(gdb) next"
    assert without_names(redact_text(text)) == "(gdb) x/900xb leaf\n[certificate]\n(gdb) next"


@pytest.mark.parametrize("tool", [tool for tool in dumps.LINES if tool not in dumps.LAST_FIRST])
def test_a_certificate_in_columns_has_its_name(tool: str) -> None:
    named = redact_text(alice().pem).strip()
    for octets in (alice().der, alice().pem.encode()):
        assert named in redact_text(f"read:\n{dumps.dumped(tool, octets)}")


@pytest.mark.parametrize("tool", ["xxd", "hexdump -C", "tshark -x", "curl --trace"])
def test_letters_beside_octets_go_with_them(tool: str) -> None:
    """Of a chain, a name is in the clear in every fourth line."""
    cleaned = redact_text(f"{dumps.dumped(tool, alice().der)}kept")
    assert not [word for word in ("Zanz", "quibb", "Kumq", "kumq", "alice", "bleworth") if word in cleaned]
    assert cleaned.endswith("kept")


_HTTP = b"GET /certs/7 HTTP/1.1\r\nHost: a.example\r\nX-Request-ID: 7\r\nUser-Agent: curl/8.5 (O=1, C=2)\r\n\r\n"
_PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + hashlib.sha256(b"a").digest() * 9
_TEXT = b"-----BEGIN of the story-----\nThe serial number of the certificate is not told, and 30 82 is a sum.\n" * 3
_OTHERS = {"HTTP": _HTTP, "PNG": _PNG, "ELF": b"\x7fELF\x02\x01\x01" + bytes(60), "zeros": bytes(64), "text": _TEXT}


@pytest.mark.parametrize("tool", dumps.LINES)
@pytest.mark.parametrize("octets", _OTHERS.values(), ids=_OTHERS)
def test_a_dump_of_something_else_is_the_very_same_object(tool: str, octets: bytes) -> None:
    for text in (dumps.dumped(tool, octets), f"read:\n{dumps.dumped(tool, octets)}next 30 82 01\n"):
        assert redact_text(text) is text
        event = {"event": text}
        assert redact_certificates(None, "info", event) is event


@pytest.mark.parametrize("octets", [b"\x30\x82\x01", b"\x30\x80" * 20, b"\x30\x82\x01\x02\x31" * 9, bytes(range(256))])
def test_octets_that_only_begin_like_der_stay(octets: bytes) -> None:
    for tool in dumps.LINES:
        text = dumps.dumped(tool, octets)
        assert redact_text(text) is text


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(dumps.LINES)), st.integers(), st.integers(min_value=1, max_value=3000))
def test_dumps_of_any_octets_stay(tool: str, seed: int, length: int) -> None:
    text = dumps.dumped(tool, random.Random(seed).randbytes(length))
    assert redact_text(text) is text

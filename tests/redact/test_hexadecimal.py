"""DER in hexadecimal, in groups of any size, with anything between them, wrapped anywhere."""

import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtlsguard.redact import prefilter, redact_certificates, redact_text
from mtlsguard.redact.markers import MARKER
from mtlsguard.redact.prefilter import gates
from tests.redact.corpus.alice import Client, alice, alice_with_ed25519, alice_with_rsa

_BETWEEN = [" ", ":", "-", "_", ",", ".", "|", "/", "\t", "  ", ", ", "\n", "\r\n    "]
_WRITTEN: dict[str, Callable[[bytes], str]] = {
    **{f"{size} with {between!r}": lambda octets, size=size, between=between: between.join(_pieces(octets.hex(), size))
       for size in (2, 4, 6, 8, 10, 12, 16, 20, 32, 64) for between in _BETWEEN},
    "0x, commas": lambda octets: ", ".join(f"0x{octet:02x}" for octet in octets),
    "0x, blanks": lambda octets: " ".join(f"0x{octet:02x}" for octet in octets),
    "0x, short, as Go writes them": lambda octets: ", ".join(f"{octet:#x}" for octet in octets),
    "escapes with blanks": lambda octets: " ".join(f"\\x{octet:02x}" for octet in octets),
    "escapes": lambda octets: "".join(f"\\x{octet:02x}" for octet in octets),
    "percent": lambda octets: "".join(f"%{octet:02X}" for octet in octets),
    "dollars": lambda octets: " ".join(f"${octet:02X}" for octet in octets),
    "angles": lambda octets: "".join(f"<{octet:02x}>" for octet in octets),
}  # fmt: skip


def _pieces(digits: str, size: int) -> list[str]:
    return [digits[at : at + size] for at in range(0, len(digits), size)]


def without_names(text: str) -> str:
    return MARKER.sub(lambda found: f"[{found['kind']}]", text)


def _is_gone(text: str) -> bool:
    """Half of the last octet may be left, with what stands before and behind, or the mark before the first."""
    left = without_names(redact_text(f"got {text}\nkept here"))
    return (
        left.startswith("got ")
        and left.endswith("\nkept here")
        and len(left) <= len("got [certificate]\nkept here") + 6
    )


@pytest.mark.parametrize(
    "groups", ["bcde:caa4", "bcde:cafe:caa4", "afda:eea7", "bcde:cafe:face:dead:a4a4", "bcde:c4a4"]
)
def test_groups_without_a_digit_are_octets_too(groups: str) -> None:
    assert _is_gone(f"3082:02f8:3082:02d8:a003:0201:0202:145a:{groups}:210c:415d:4fd9:{groups}:b300")


@pytest.mark.parametrize("written", _WRITTEN.values(), ids=_WRITTEN)
@pytest.mark.parametrize("case", [str, str.upper], ids=["lower", "upper"])
@pytest.mark.parametrize("one", [alice, alice_with_rsa, alice_with_ed25519])
def test_octets_go_as_a_whole_however_they_are_grouped(
    written: Callable[[bytes], str], case: Callable[[str], str], one: Callable[[], Client]
) -> None:
    text = case(written(one().der)).replace("X", "x")
    assert _is_gone(text)
    if not text.startswith("\\x30\\x"):  # of a repr that is cut, as many octets go as its length says
        assert _is_gone(text[: len(text) // 3])
    assert prefilter.is_told(text)
    assert gates.pass_the_gates(text)


@pytest.mark.parametrize("width", [24, 33, 59, 64, 70, 75, 76, 79, 120])
@pytest.mark.parametrize("between", [" ", ":", ""])
def test_lines_may_end_within_an_octet(width: int, between: str) -> None:
    assert _is_gone("\n".join(_pieces(between.join(_pieces(alice().der.hex(), 2)), width)))


@pytest.mark.parametrize("width", [24, 33, 59, 64, 70, 75, 76, 79, 120])
@pytest.mark.parametrize("size", [2, 4, 6, 8, 16])
def test_lines_may_end_between_groups(width: int, size: int) -> None:
    assert _is_gone("\n".join(textwrap.wrap(" ".join(_pieces(alice().der.hex(), size)), width)))


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from([" ", ":", "-", "\n", ", "]))
def test_groups_need_not_be_of_one_size(data: st.DataObject, between: str) -> None:
    digits, groups = alice().der.hex(), []
    sizes = data.draw(st.lists(st.integers(1, 9), min_size=1, max_size=12))
    while digits:
        size = 2 * sizes[len(groups) % len(sizes)]
        groups, digits = [*groups, digits[:size]], digits[size:]
    assert _is_gone(between.join(groups))


@pytest.mark.parametrize("size", [2, 4, 6, 8, 32])
@pytest.mark.parametrize("between", [" ", ":", "-", ",", "\n"])
def test_a_certificate_has_its_name(size: int, between: str) -> None:
    written = between.join(_pieces(alice().der.hex(), size))
    assert redact_text(f"got {written}\n").split()[1:] == redact_text(alice().pem).split()


@pytest.mark.parametrize(
    "text",
    [
        "points 30, 82, 15, 10, 30, 82, 40, 12, 13, 14, 15, 16",
        "at 30.82.11.10.30.82.20.30.40.50.60.70",
        "3082:1f:3082:2e:8a2e:370:7334:1 and fe80::3082:1fff:fe30:8201",
        "eth0 30:82:0a:0b:30:82 up, eth1 30-82-0A-0B-30-81 down",
        "30/82 of 102 in 30/82/2026",
        "30|82|15|10|31|82|40|12|13|14",
        "GET /%30%82%31 HTTP/1.1",
        "blocks 3082 0157 free, 3081 3082 3083 3084 3085 3086",
        "30 8201 4711 0815 1234 5678 9012 3456",
        "8f3082a1-3082-4f2b-9a3c-1b2c3d4e5f60",
        "<30><82><x>",
        "$30 $82 $15 $10 and $30",
        "0x30, 0x82, 0x1, 0x2",
    ],
)
def test_other_numbers_with_marks_stay(text: str) -> None:
    assert redact_text(text) is text
    event = {"event": text}
    assert redact_certificates(None, "info", event) is event


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("der 3082:01f0:3082:0a0b:0c0d:0e0f: affected", "der [certificate]: affected"),
        ("der 30 8201f0 30820a 0b0c0d\nfacade closed", "der [certificate]\nfacade closed"),
        ("der 308201f0 30820a0b 0c0d0e0f added by us", "der [certificate] added by us"),
        ("der 3082 01f0 3082 0a0b\n0c0d 0e0f\n2026-11-28 12:00:00 INFO", "der [certificate]\n2026-11-28 12:00:00 INFO"),
        ("der 308201f030820a0b0c0d0e0f\n10.0.0.7 - -", "der [certificate]\n10.0.0.7 - -"),
        ("der 30 82 01 f0 30 82 0a 0b 0c 0d\n12:00:00 x", "der [certificate]\n12:00:00 x"),
        ("der 30,82,01,f0,30,82,01,ab,0c,0d, then more", "der [certificate], then more"),
    ],
)
def test_what_follows_stays(text: str, redacted: str) -> None:
    assert without_names(redact_text(text)) == redacted

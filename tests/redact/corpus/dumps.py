"""Octets in columns, as tools print them: each line after its tool; a test compares those tools that are here."""

import json
from collections.abc import Callable, Iterator

from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

from tests.redact.corpus.alice import Client
from tests.redact.corpus.entry import Leak
from tests.redact.corpus.lines import COLLECTORS, collected


def _letters(octets: bytes) -> str:
    return "".join(chr(octet) if 32 <= octet < 127 else "." for octet in octets)


def _in_groups(octets: bytes, size: int) -> str:
    return " ".join(octets[at : at + size].hex() for at in range(0, len(octets), size))


def _numbers(octets: bytes, size: int) -> str:
    """Of a processor that writes the last octet first."""
    padded = octets + bytes(-len(octets) % size)
    return " ".join(padded[at : at + size][::-1].hex() for at in range(0, len(padded), size))


def _halves(octets: bytes, gap: str) -> str:
    return gap.join(filter(None, (octets[:8].hex(" "), octets[8:].hex(" "))))


def _dump(octets: bytes, line: Callable[[int, bytes], str], *, width: int = 16, end: str = "") -> str:
    lines = [line(at, octets[at : at + width]) for at in range(0, len(octets), width)]
    return "\n".join([*lines, *([end.format(len(octets))] if end else [])]) + "\n"


_Line = Callable[[int, bytes], str]
LINES: dict[str, tuple[_Line, str]] = {
    "xxd": (lambda at, of: f"{at:08x}: {_in_groups(of, 2):<39}  {_letters(of)}", ""),
    "xxd -g1 -u": (lambda at, of: f"{at:08X}: {_in_groups(of, 1).upper():<47}  {_letters(of)}", ""),
    "xxd -g4": (lambda at, of: f"{at:08x}: {_in_groups(of, 4):<35}  {_letters(of)}", ""),
    "hexdump -C": (lambda at, of: f"{at:08x}  {_halves(of, '  '):<48}  |{_letters(of)}|", "{0:08x}"),
    "hexdump": (lambda at, of: f"{at:07x} {_numbers(of, 2)}".ljust(47), "{0:07x}"),
    "od -t x1": (lambda at, of: f"{at:07o} {_in_groups(of, 1)}", "{0:07o}"),
    "od -A x -t x1z": (lambda at, of: f"{at:06x} {_in_groups(of, 1):<47}  >{_letters(of)}<", "{0:06x}"),
    "od -A d -t x1": (lambda at, of: f"{at:07} {_in_groups(of, 1)}", "{0:07}"),
    "od -x": (lambda at, of: f"{at:07o} {_numbers(of, 2)}", "{0:07o}"),
    "od -t x4": (lambda at, of: f"{at:07o} {_numbers(of, 4)}", "{0:07o}"),
    "tshark -x": (lambda at, of: f"{at:04x}  {_in_groups(of, 1):<47}   {_letters(of)}", ""),
    "Wireshark": (lambda at, of: f"{at:04x}   {_in_groups(of, 1)}", ""),
    "tcpdump -X": (lambda at, of: f"\t0x{at:04x}:  {_in_groups(of, 2):<39}  {_letters(of)}", ""),
    "curl --trace": (lambda at, of: f"{at:04x}: {_in_groups(of, 1):<47} {_letters(of)}", ""),
    "hexdump of Python": (lambda at, of: f"{at:08X}: {_halves(of, '  ').upper():<48}  {_letters(of)}", ""),
    "Java": (lambda at, of: f"    {at:04x}: {_halves(of, '   ').upper():<50} {_letters(of)}", ""),
    "OpenSSL": (lambda at, of: f"{at:04x} - {_halves(of, '-'):<47}   {_letters(of)}", ""),
    "Netty": (lambda at, of: f"|{at:08x}| {_in_groups(of, 1):<47} |{_letters(of):<16}|", ""),
    "Format-Hex": (lambda at, of: f"{at:08X}   {_in_groups(of, 1).upper():<47}  {_letters(of)}", ""),
    "the kernel": (lambda at, of: f"cert: {at:08x}: {_in_groups(of, 1):<47}  {_letters(of)}", ""),
}


def of_gdb(octets: bytes) -> str:
    """`x/64xb leaf`"""
    return _dump(octets, _of_gdb, width=8)


def _of_gdb(at: int, octets: bytes) -> str:
    name = f"<leaf+{at}>" if at else "<leaf>"
    return f"0x{0x555555558040 + at:x} {name}:\t" + "\t".join(f"0x{octet:02x}" for octet in octets)


def dumped(tool: str, octets: bytes) -> str:
    line, end = LINES[tool]
    return _dump(octets, line, end=end)


_WHAT: dict[str, tuple[str, Callable[[Client], bytes]]] = {
    "DER": ("hex", lambda one: one.der),
    "DER that is cut": ("hex", lambda one: one.der[:100]),
    "PEM": ("pem", lambda one: one.pem.encode()),
    "a private key": ("private key", lambda one: one.private(Encoding.DER, PrivateFormat.PKCS8)),
    "a record of TLS": ("hex", lambda one: bytes.fromhex("160303028b0b00028700028400028100") + b"\x02\x7e" + one.der),
}
LAST_FIRST = ("hexdump", "od -x", "od -t x4")  # octets of each number: what leaks is not seen, so they have own tests
_WRAPS: dict[str, Callable[[str], str]] = {
    "repr": repr,
    "JSON": json.dumps,
    "lines": lambda text: repr(text.splitlines()),
}


def _node(one: Client) -> str:
    return f"<Buffer {one.der[:50].hex(' ')} ... {len(one.der) - 50} more bytes>"


def _plain() -> Iterator[Leak]:
    for tool in LINES:
        for what, (about, octets) in _WHAT.items():
            if tool in LAST_FIRST:
                continue
            yield Leak(
                f"{what}, {tool}",
                about,
                lambda one, tool=tool, octets=octets: f"read:\n{dumped(tool, octets(one))}that is all\n",
                ("read:", "that is all"),
            )


def _wrapped() -> Iterator[Leak]:
    for tool in ("xxd", "hexdump -C", "od -t x1", "Java", "OpenSSL"):
        for how, wrap in _WRAPS.items():
            yield Leak(
                f"DER, {tool}, {how}",
                "hex",
                lambda one, tool=tool, wrap=wrap: f"read {wrap(dumped(tool, one.der))}, that is all",
                ("read", "that is all"),
            )


def _collected() -> Iterator[Leak]:
    for tool in ("xxd", "hexdump -C", "od -A d -t x1"):
        for who, collector in COLLECTORS.items():
            yield Leak(
                f"DER, {tool}, of {who}",
                "hex",
                lambda one, tool=tool, collector=collector: collected(collector, dumped(tool, one.der)),
                ("starting worker", "worker is ready"),
            )


ENTRIES = [
    *_plain(),
    *_wrapped(),
    *_collected(),
    Leak("DER, a buffer of Node", "hex", lambda one: f"got {_node(one)} and more", ("and more",)),
    Leak(
        "DER, buffers of Node in an object",
        "hex",
        lambda one: f"{{\n  raw: [\n    {_node(one)}\n  ],\n  n: 1\n}}",
        ("n: 1",),
    ),
]

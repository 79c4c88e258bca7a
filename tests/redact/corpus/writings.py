"""Blocks of certificate data in every escape, whole and cut.

Recorded as: `cryptography` writes PEM and DER, and what escapes them is the very function that the named tools use
(json, repr, shlex, urllib, email, html, xml, logfmt's quotes); cuts as loggers make them (a maximal length).
"""

import base64
import html
import json
import pprint
import shlex
import textwrap
from collections.abc import Callable
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

from tests.redact.corpus.alice import Client
from tests.redact.corpus.entry import Leak

_ESCAPES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "with CRLF": lambda text: text.replace("\n", "\r\n"),
    "on one line, with blanks": lambda text: text.replace("\n", " "),
    "on one line, with nothing": lambda text: text.replace("\n", ""),
    "on one line, with tabs": lambda text: text.replace("\n", "\t"),
    "folded with a tab, as nginx does": lambda text: text.replace("\n", "\n\t"),
    "indented, as YAML does": lambda text: textwrap.indent(text, " " * 8),
    "quoted with >, as mail does": lambda text: textwrap.indent(text, "> "),
    "as a repr": repr,
    "as a repr of bytes": lambda text: repr(text.encode()),
    "as a repr of a repr": lambda text: repr(repr(text)),
    "as JSON": json.dumps,
    "as JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "as JSON in JSON in JSON": lambda text: json.dumps(json.dumps(json.dumps(text))),
    "as JSON with slashes escaped, as PHP does": lambda text: json.dumps(text).replace("/", "\\/"),
    "as JSON with pluses escaped, as .NET does": lambda text: json.dumps(text).replace("+", "\\u002B"),
    "as JSON in lines": lambda text: json.dumps(text.splitlines(), indent=2),
    "as a list of lines": lambda text: repr(text.splitlines()),
    "as a list of lines, pretty": lambda text: pprint.pformat(text.splitlines(keepends=True)),
    "printed pretty": lambda text: pprint.pformat({"body": text}),
    "quoted for a shell": shlex.quote,
    "percent-escaped": lambda text: quote(text, safe=""),
    "percent-escaped, in lower case": lambda text: (
        quote(text, safe="").lower().replace(text.lower(), text) if "%" not in text else text
    ),
    "percent-escaped in part, as AWS does": lambda text: quote(text, safe="+/="),
    "percent-escaped as a form": quote_plus,
    "percent-escaped twice": lambda text: quote(quote(text, safe=""), safe=""),
    "percent-escaped three times": lambda text: quote(quote(quote(text, safe=""), safe=""), safe=""),
    "for HTML": html.escape,
    "for XML": lambda text: escape(text, {"\n": "&#10;", "+": "&#43;"}),
    "in base64": lambda text: base64.b64encode(text.encode()).decode(),
}
_CUTS: dict[str, Callable[[str], str]] = {
    "whole": str,
    "cut after 80 characters": lambda text: text[:80],
    "cut in the middle": lambda text: text[: len(text) // 2],
    "cut before its last line": lambda text: text[: len(text) - 40],
    "without its first line": lambda text: text[45:],
}


def _pem() -> list[Leak]:
    entries = []
    for how, escaped in _ESCAPES.items():
        if "lower case" in how:
            escaped = _lower_escapes  # noqa: PLW2901
        for what, cut in _CUTS.items():
            if what.startswith("without") and how in _HIDES_THE_REST:
                continue
            entries.append(
                Leak(f"PEM {how}, {what}", "pem", lambda one, escaped=escaped, cut=cut: cut(escaped(one.pem)))
            )
    return entries


_HIDES_THE_REST = ("in base64",)


def _lower_escapes(text: str) -> str:
    return "".join(quote(letter, safe="").lower() if quote(letter, safe="") != letter else letter for letter in text)


_BASE64: dict[str, Callable[[Client], str]] = {
    "of DER": lambda one: one.base64,
    "of DER, for URLs": lambda one: base64.urlsafe_b64encode(one.der).decode(),
    "of DER, without padding": lambda one: one.base64.rstrip("="),
    "of DER, for URLs and without padding": lambda one: base64.urlsafe_b64encode(one.der).decode().rstrip("="),
    "of DER, in lines of 64": lambda one: "\n".join(textwrap.wrap(one.base64, 64)),
    "of DER, in lines of 76, as MIME does": lambda one: base64.encodebytes(one.der).decode(),
    "of DER, in lines of 76 with CRLF": lambda one: "\r\n".join(textwrap.wrap(one.base64, 76)),
    "of DER, in escaped lines": lambda one: "\\n".join(textwrap.wrap(one.base64, 64)),
    "of DER, percent-escaped": lambda one: quote(one.base64, safe=""),
    "of DER, as a repr of bytes": lambda one: repr(base64.b64encode(one.der)),
    "of DER, in JSON": lambda one: json.dumps({"x5": one.base64, "n": 1}),
    "of DER, in YAML": lambda one: "raw: !!binary |\n" + textwrap.indent(base64.encodebytes(one.der).decode(), "  "),
    "of DER, in LDIF": lambda one: "userThing;binary:: " + "\n ".join(textwrap.wrap(one.base64, 60)),
    "of DER, in XML-DSig": lambda one: f"<ds:X509Certificate>{one.base64}</ds:X509Certificate>",
    "of DER, in JWS x5c": lambda one: json.dumps({"alg": "RS256", "x5c": [one.base64, one.base64]}),
    "of two DERs, as Traefik does": lambda one: f"{one.base64},{one.base64}",
}
_BASE64_CUTS: dict[str, Callable[[str], str]] = {
    "whole": str,
    "cut after 100 characters": lambda text: text[:100],
    "cut near its end": lambda text: text[: len(text) - 41],
}


def _base64() -> list[Leak]:
    entries = [
        Leak(f"base64 {how}, {what}", "base64", lambda one, written=written, cut=cut: cut(written(one)))
        for how, written in _BASE64.items()
        for what, cut in _BASE64_CUTS.items()
    ]
    middle = [
        Leak(
            f"base64 of DER, from octet {start}",
            "base64",
            lambda one, start=start: base64.b64encode(one.der[start:]).decode(),
        )
        for start in (7, 11, 30, 42, 61)
    ]
    return [*entries, *middle]


_HEX: dict[str, Callable[[bytes], str]] = {
    "in hexadecimal": bytes.hex,
    "in hexadecimal capitals": lambda octets: octets.hex().upper(),
    "in hexadecimal with colons": lambda octets: octets.hex(":"),
    "in hexadecimal capitals with colons": lambda octets: octets.hex(":").upper(),
    "in hexadecimal with blanks": lambda octets: octets.hex(" "),
    "in hexadecimal with dashes": lambda octets: octets.hex("-"),
    "in hexadecimal, in lines": lambda octets: "\n".join(textwrap.wrap(octets.hex(), 64)),
    "in hexadecimal after 0x": lambda octets: "0x" + octets.hex(),
    "as \\x for a shell": lambda octets: "".join(f"\\x{octet:02x}" for octet in octets),
    "as bytea of PostgreSQL": lambda octets: "\\x" + octets.hex(),
}


def _hex() -> list[Leak]:
    return [
        Leak(f"DER {how}, {what}", "hex", lambda one, how=written, count=count: how(one.der[:count]))
        for how, written in _HEX.items()
        for what, count in (("whole", None), ("cut after 60 octets", 60), ("cut after 20 octets", 20))
    ]


_OCTETS: dict[str, Callable[[bytes], str]] = {
    "as a repr": repr,
    "as a repr of a bytearray": lambda octets: repr(bytearray(octets)),
    "as a repr in JSON": lambda octets: json.dumps(repr(octets)),
    "as a repr, pretty": lambda octets: pprint.pformat({"body": octets}),
    "as a repr in a repr": lambda octets: repr(repr(octets)),
    "in Latin-1": lambda octets: octets.decode("latin-1"),
    "in Latin-1 in JSON": lambda octets: json.dumps(octets.decode("latin-1")),
    "in bad UTF-8": lambda octets: octets.decode("utf-8", "replace"),
    "with surrogates": lambda octets: octets.decode("utf-8", "surrogateescape"),
    "with backslashes for what is not UTF-8": lambda octets: octets.decode("utf-8", "backslashreplace"),
}


def _bytes() -> list[Leak]:
    return [
        Leak(f"DER {how}, {what}", "bytes", lambda one, how=written, count=count: f"got {how(one.der[:count])}")
        for how, written in _OCTETS.items()
        for what, count in (("whole", None), ("cut after 150 octets", 150))
    ]


_KEYS: dict[str, Callable[[Client], bytes]] = {
    "PKCS#8 in PEM": lambda one: one.private(Encoding.PEM, PrivateFormat.PKCS8),
    "traditional in PEM": lambda one: one.private(Encoding.PEM, PrivateFormat.TraditionalOpenSSL),
    "OpenSSH": lambda one: one.private(Encoding.PEM, PrivateFormat.OpenSSH),
    "encrypted PKCS#8 in PEM": lambda one: one.encrypted_key_pem.encode(),
    "PKCS#8 in base64": lambda one: base64.b64encode(one.private(Encoding.DER, PrivateFormat.PKCS8)),
    "traditional in base64": lambda one: base64.b64encode(one.private(Encoding.DER, PrivateFormat.TraditionalOpenSSL)),
    "PKCS#8 in hexadecimal": lambda one: one.private(Encoding.DER, PrivateFormat.PKCS8).hex().encode(),
    "PKCS#8 as a repr": lambda one: repr(one.private(Encoding.DER, PrivateFormat.PKCS8)).encode(),
    "OpenSSH without its frame": lambda one: b"".join(
        one.private(Encoding.PEM, PrivateFormat.OpenSSH).splitlines()[1:-1]
    ),
}
_MORE_ESCAPES = ("as it is", "as JSON", "as a repr", "on one line, with blanks", "percent-escaped")


def _keys() -> list[Leak]:
    return [
        Leak(
            f"private key, {what}, {how}, {cut}",
            "private key",
            lambda one, written=written, how=how, cut=cut: _CUTS[cut](_ESCAPES[how](written(one).decode())),
        )
        for what, written in _KEYS.items()
        for how in (_MORE_ESCAPES if "PEM" in what else ("as it is",))
        for cut in ("whole", "cut after 80 characters")
    ]


_BAGS: dict[str, tuple[str, Callable[[Client], bytes]]] = {
    "PKCS#7": ("pkcs7", lambda one: one.pkcs7(Encoding.PEM)),
    "certificate request": ("csr", lambda one: one.request.public_bytes(Encoding.PEM)),
    "CRL": ("crl", lambda one: one.crl.public_bytes(Encoding.PEM)),
    "PKCS#12": ("pkcs12", lambda one: _framed("PKCS12", one.pkcs12)),
}
_BARE_BAGS: dict[str, tuple[str, Callable[[Client], bytes]]] = {
    "PKCS#7": ("pkcs7", lambda one: one.pkcs7(Encoding.DER)),
    "certificate request": ("csr", lambda one: one.request.public_bytes(Encoding.DER)),
    "CRL": ("crl", lambda one: one.crl.public_bytes(Encoding.DER)),
    "PKCS#12": ("pkcs12", lambda one: one.pkcs12),
}


def _framed(label: str, octets: bytes) -> bytes:
    return f"-----BEGIN {label}-----\n{base64.encodebytes(octets).decode()}-----END {label}-----\n".encode()


def _bags() -> list[Leak]:
    framed = [
        Leak(
            f"{what} in PEM, {how}, {cut}",
            kind,
            lambda one, w=written, h=how, c=cut: _CUTS[c](_ESCAPES[h](w(one).decode())),
        )
        for what, (kind, written) in _BAGS.items()
        for how in ("as it is", "as JSON", "percent-escaped")
        for cut in ("whole", "cut in the middle")
    ]
    bare = [
        Leak(f"{what} {how}, {cut}", kind, lambda one, w=written, h=how, c=cut: _CUTS[c](_BARE[h](w(one))))
        for what, (kind, written) in _BARE_BAGS.items()
        for how in _BARE
        for cut in ("whole", "cut in the middle")
    ]
    return [*framed, *bare]


_BARE: dict[str, Callable[[bytes], str]] = {
    "in base64": lambda octets: base64.b64encode(octets).decode(),
    "in hexadecimal": bytes.hex,
    "as a repr": repr,
}

ENTRIES = [*_pem(), *_base64(), *_hex(), *_bytes(), *_keys(), *_bags()]

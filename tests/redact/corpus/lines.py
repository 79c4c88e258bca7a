"""Texts of several lines as collectors of logs write them: something before each line, and something behind.

Written after what the collectors document: Docker's json-file, RFC 3164 and RFC 5424, journald's short form, the
container runtime interface of Kubernetes, `docker compose logs`, klog, the formats of logging, gunicorn and nginx,
GitHub's runners. The texts are printed by their own tools when the tests run.
"""

import json
import pprint
import re
import ssl
import tempfile
import textwrap
from collections.abc import Callable
from itertools import count
from pathlib import Path

from tests.redact.corpus import openssl
from tests.redact.corpus.alice import Client, alice
from tests.redact.corpus.entry import Leak

_Collector = Callable[[int, str], str]


def _json_file(number: int, line: str) -> str:
    written = json.dumps(f"{line}\n").replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return f'{{"log":{written},"stream":"stderr","time":"2026-11-28T12:00:{number % 60:02}.{number * 7919:09}Z"}}'


def _with(prefix: str) -> _Collector:
    """`SS` is the second, `ffffff` a part of it."""

    def collector(number: int, line: str) -> str:
        return prefix.replace("SS", f"{number // 9 % 60:02}").replace("ffffff", f"{number * 7919:06}") + line

    return collector


def _json(before: str, behind: str) -> _Collector:
    """Of a logger that writes each line as an object: `ffffff` is a part of the second."""
    return lambda number, line: f"{before}{json.dumps(line)}{behind}".replace("ffffff", f"{number * 7919:06}")


COLLECTORS: dict[str, _Collector] = {
    "Docker's json-file": _json_file,
    "slog": _json('{"time":"2026-11-28T12:00:00.ffffffZ","level":"INFO","msg":', "}"),
    "zap": _json('{"level":"info","ts":1764331200.ffffff,"caller":"tls/dump.go:71","msg":', "}"),
    "pino": _json('{"level":30,"time":1764331ffffff,"pid":7,"hostname":"host-1","msg":', "}"),
    "structlog": _json('{"event": ', ', "level": "info", "timestamp": "2026-11-28T12:00:00.ffffffZ"}'),
    "Kubernetes": _with("2026-11-28T12:00:SS.ffffffZ stderr F "),
    "syslog": _with("Nov 28 12:00:SS host-1 app[123]: "),
    "syslog of RFC 5424": _with("<14>1 2026-11-28T12:00:SS.ffffffZ host-1 app 123 - - "),
    "journald": _with("Nov 28 12:00:SS host-1 python3[4711]: "),
    "Docker Compose": _with("web-1  | "),
    "Docker Compose in colours": _with("\x1b[36mweb-1  | \x1b[0m"),
    "kubectl with names": _with("[pod/web-5d9c/app] "),
    "klog": _with("I1128 12:00:SS.ffffff       1 tls.go:71] "),
    "logging": _with("2026-11-28 12:00:SS,123 INFO app.tls: "),
    "logging with dashes": _with("2026-11-28 12:00:SS,123 - app.tls - WARNING - "),
    "gunicorn": _with("[2026-11-28 12:00:SS +0000] [123] [INFO] "),
    "nginx": _with("2026/11/28 12:00:SS [info] 7#7: *1 "),
    "GitHub": _with("2026-11-28T12:00:SS.ffffffZ "),
    "the kernel": _with("[   12.ffffff] "),
    "BuildKit": _with("#12 0.ffffff "),
    "Terraform": _with("aws_instance.web (remote-exec): "),
}


def collected(collector: _Collector, text: str) -> str:
    before, behind = "starting worker", "worker is ready"
    lines = [before, *text.splitlines(), behind]
    return "\n".join(map(collector, count(1), lines)) + "\n"


def _getpeercert(one: Client) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "leaf.pem"
        file.write_text(one.pem)
        return pprint.pformat(ssl._ssl._test_decode_cert(str(file)), width=60)  # type: ignore[attr-defined]


def _openssl(arguments: str) -> Callable[[Client], str]:
    return lambda one: openssl._once(arguments, one)


_TEXTS: dict[str, tuple[str, Callable[[Client], str]]] = {
    "x509 -text": ("openssl text", _openssl("x509 -in LEAF -text -noout")),
    "x509 -text of RSA": ("openssl text", _openssl("x509 -in LEAF_RSA -text -noout")),
    "x509 -subject -nameopt multiline": ("dn", _openssl("x509 -in LEAF -noout -subject -nameopt multiline")),
    "x509 -subject -nameopt sep_multiline": ("dn", _openssl("x509 -in LEAF -noout -subject -nameopt sep_multiline")),
    "PEM": ("pem", lambda one: one.pem),
    "base64 in lines": ("base64", lambda one: "\n".join(textwrap.wrap(one.base64, 64))),
    "hexadecimal in lines": ("hex", lambda one: "\n".join(textwrap.wrap(one.der.hex(), 64))),
    "hexadecimal with blanks": ("hex", lambda one: "\n".join(textwrap.wrap(one.der.hex(" "), 48))),
    "hexadecimal with colons": ("hex", lambda one: "\n".join(textwrap.wrap(one.der.hex(":"), 54))),
    "a serial number in lines": ("serial", lambda one: f"serial=\n    {one.hex_serial}"),
    "a fingerprint in lines": ("fingerprint", lambda one: f"fingerprint:\n    {one.sha256.hex(':')}"),
    "getpeercert": ("getpeercert", _getpeercert),
    "octets as a repr": ("bytes", lambda one: pprint.pformat({"der": one.der}, width=70)),
}
# As many octets as the length says go, and the quotes around them and the collector's words count among them.
_TAKE_MORE = ("octets as a repr",)


_COLOURS = ("\x1b[01;31m\x1b[K", "\x1b[m\x1b[K")  # GNU grep
_FOUND = {
    "PEM": ("pem", lambda one: one.pem, ("MII", "BEGIN", "A", "[a-z]")),
    "base64": ("base64", lambda one: one.base64, ("MII", "A", "[a-z]", ".")),
    "hexadecimal": ("hex", lambda one: one.der.hex(), ("30", "[a-f]", ".")),
    "a name": ("dn", lambda one: f"subject={one.openssl_dn}", ("=", "CN", "[a-z]", ".")),
    "a name of RFC 4514": ("dn", lambda one: f"refused {one.dn} here", ("=", "CN", "a", "[a-z]")),
    "a serial number": ("serial", lambda one: f"serial={one.hex_serial}", ("=", "5A", "[0-9]", "s", ".")),
    "a fingerprint": ("fingerprint", lambda one: f"SHA1 Fingerprint={one.sha1.hex(':')}", ("=", ":", "[0-9]", "print")),
}


def _found() -> list[Leak]:
    return [
        Leak(
            f"{what}, grep {pattern}",
            about,
            lambda one, text=text, pattern=pattern: re.sub(pattern, r"{}\g<0>{}".format(*_COLOURS), text(one)),
        )
        for what, (about, text, patterns) in _FOUND.items()
        for pattern in patterns
    ]


def _all() -> list[Leak]:
    return [
        Leak(
            f"{what}, of {who}",
            about,
            lambda one, text=text, collector=collector: collected(collector, text(one)),
            ("starting worker",) if what in _TAKE_MORE else ("starting worker", "worker is ready"),
            openssl.alice_with_rsa if "RSA" in what else alice,
        )
        for what, (about, text) in _TEXTS.items()
        for who, collector in COLLECTORS.items()
    ]


def _parted(one: Client) -> str:
    """A line of more than 16 KB, as the container runtime and Docker part it."""
    line = json.dumps({"note": "x" * 300, "leaf": one.base64})
    return "\n".join(
        f"2026-11-28T12:00:00.{at + 123456789}Z stdout {'P' if at + 500 < len(line) else 'F'} {line[at : at + 500]}"
        for at in range(0, len(line), 500)
    )


def _parted_by_docker(one: Client) -> str:
    line = json.dumps({"note": "x" * 300, "leaf": one.base64}) + "\n"
    return "\n".join(
        f'{{"log":{json.dumps(line[at : at + 500])},"stream":"stdout","time":"2026-11-28T12:00:00.{at + 123456789}Z"}}'
        for at in range(0, len(line), 500)
    )


ENTRIES = [
    *_all(),
    *_found(),
    Leak("base64 in a line that Kubernetes parted", "base64", _parted),
    Leak("base64 in a line that Docker parted", "base64", _parted_by_docker),
]

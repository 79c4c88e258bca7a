"""Takes certificate data out of logs: standard input or files in, the same without it out.

    mtlsguard redact < app.log > clean.log
    tail -f app.log | mtlsguard redact
    mtlsguard redact --check app.log        status 1, and the lines with what kind of data is in them

Any size in constant memory; what is no text stays as it is. With --config, certificates have the names that they have
in the audit events of that deployment; without, names that compare within this run only.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mtlsguard.cli.progress import Progress
from mtlsguard.cli.redaction_key import add_key, key_of
from mtlsguard.cli.terminal import CommandError, as_json
from mtlsguard.redact import Redactor
from mtlsguard.redact.stream import Finding, Inspection, Stream

SUMMARY = "take certificate data out of logs, or find it there"

_CHUNK = 256 * 1024
_MOST_TOLD = 10_000  # findings; a log that leaks everywhere needs no longer list


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="*", help='logs, one after the other; none or "-" is stdin')
    parser.add_argument("--check", action="store_true", help="change nothing: status 1 and where something was found")
    add_key(parser)


def run(arguments: argparse.Namespace) -> int:
    redactor = Redactor(key_of(arguments))
    names = arguments.files or ["-"]
    if arguments.check:
        return _check(redactor, names, json=arguments.json)
    if arguments.json:
        raise CommandError("--json goes with --check")
    sys.stdout.flush()
    for name in names:
        _redact(redactor, name)
    return 0


def _redact(redactor: Redactor, name: str) -> None:
    stream = Stream(redactor)
    for chunk in _chunks(name):
        _write(stream.feed(chunk))
    _write(stream.close())


def _check(redactor: Redactor, names: list[str], *, json: bool) -> int:
    found: list[tuple[str, Finding]] = []
    for name in names:
        inspection = Inspection(redactor)
        for chunk in _chunks(name):
            found += [(name, finding) for finding in inspection.feed(chunk)]
        found += [(name, finding) for finding in inspection.close()]
        if len(found) > _MOST_TOLD:
            break
    rows = [{"file": name, "line": one.line, "kind": one.kind.value} for name, one in found[:_MOST_TOLD]]
    if json:
        print(as_json({"ok": not rows, "findings": rows}))
    for row in () if json else rows:
        print(f"{row['file']}:{row['line']}: {row['kind']}")
    return 1 if rows else 0


def _chunks(name: str) -> Iterator[bytes]:
    """What can be read now, so that a line of a pipe is passed on as soon as it is there."""
    with _opened(name) as number:
        size = os.fstat(number).st_size if name != "-" else 0
        with Progress(sys.stderr, size) as progress:
            while chunk := os.read(number, _CHUNK):
                yield chunk
                progress.add(len(chunk))


@contextmanager
def _opened(name: str) -> Iterator[int]:
    if name == "-":
        yield sys.stdin.fileno()
        return
    try:
        number = os.open(name, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise CommandError(f"{Path(name).name}: {error.strerror}") from None
    try:
        yield number
    finally:
        os.close(number)


def _write(octets: bytes) -> None:
    """All of them: a pipe takes what it has room for."""
    left = memoryview(octets)
    while left:
        left = left[os.write(sys.stdout.fileno(), left) :]

"""Shows a certificate as the guard reads it, and what the guard would say about it now.

Without a configuration each check answers by itself, with default settings. With one the whole decision is
made, by the engine, on a request from the configured proxy, with what lists, deny lists and responders say now.
Further certificates in the file are the chain.

What identifies the certificate is shown on a terminal only, unless --reveal or --redact says otherwise.
"""

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from mtlsguard.cli.certificates import Sheet, read_bundle, sheet
from mtlsguard.cli.terminal import Colour, CommandError, Paint, as_json, columns, is_terminal
from mtlsguard.cli.verdicts import Verdict, by_checks, by_engine, on_this_machine
from mtlsguard.config import ConfigError
from mtlsguard.loading import guard_of, load
from mtlsguard.redact import redact_text
from mtlsguard.resolving import Loaded

SUMMARY = "show what the guard sees in a certificate"

_HIDDEN = "[redacted; --reveal shows it]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("certificate", metavar="CERT", help='PEM or DER; a bundle starts with the leaf; "-" is stdin')
    parser.add_argument("--config", metavar="FILE", type=Path, help="decide by this configuration")
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--reveal", action="store_const", dest="reveal", const=True, help="show all, in a pipe too")
    shown.add_argument("--redact", action="store_const", dest="reveal", const=False, help="on a terminal too, hide it")


def run(arguments: argparse.Namespace) -> int:
    leaf, *chain = read_bundle(arguments.certificate)
    now = time.time()
    verdict = by_checks(leaf, now) if arguments.config is None else _decided(leaf, tuple(chain), arguments.config, now)
    facts = sheet(leaf, len(chain), now)
    reveal = is_terminal(sys.stdout) if arguments.reveal is None else arguments.reveal
    document = {**_shown(facts, reveal), **_shown(verdict.facts, reveal)}
    print(as_json({"ok": verdict.ok, **document}) if arguments.json else _text(document, verdict, reveal))
    return 0 if verdict.ok else 1


def _decided(leaf: bytes, chain: tuple[bytes, ...], configuration: Path, now: float) -> Verdict:
    def read(fetched: Mapping[str, bytes]) -> Loaded:
        loaded = load(configuration, fetched)
        return replace(loaded, policy=on_this_machine(loaded.policy))

    try:
        guard = guard_of(read)
    except ConfigError as error:
        raise CommandError(str(error)) from None
    try:
        return by_engine(leaf, chain, guard, now)
    finally:
        guard.rest()


def _shown(facts: Sheet, reveal: bool) -> dict[str, str | list[str]]:  # noqa: FBT001 - the person's own choice
    if reveal:
        return {fact.name: fact.value for fact in facts}
    return {fact.name: _HIDDEN if fact.identifies and fact.value else _redacted(fact.value) for fact in facts}


def _redacted(value: str | list[str]) -> str | list[str]:
    return redact_text(value) if isinstance(value, str) else [redact_text(line) for line in value]


def _text(document: dict[str, str | list[str]], verdict: Verdict, reveal: bool) -> str:  # noqa: FBT001
    paint = Paint.of(sys.stdout)
    rows: list[tuple[str, str]] = []
    for name, value in document.items():
        first, *others = [value] if isinstance(value, str) else value or [""]
        rows += [(name, first), *(("", other) for other in others)]
    colour = Colour.GREEN if verdict.ok else Colour.RED
    end = paint(verdict.sentence if reveal else redact_text(verdict.sentence), colour)
    return "\n".join([*columns(rows), end])

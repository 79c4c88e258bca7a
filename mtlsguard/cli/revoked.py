"""Shows what is on the deny list now: what identifies certificates on a terminal only, unless told otherwise."""

import argparse
import sys

from mtlsguard.cli.denylists import Listed, add_config, listed, policy_of
from mtlsguard.cli.terminal import as_json, is_terminal, printable

SUMMARY = "show the deny list"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--reveal", action="store_const", dest="reveal", const=True, help="show all, in a pipe too")
    shown.add_argument(
        "--redact", action="store_const", dest="reveal", const=False, help="on a terminal too, count only"
    )


def run(arguments: argparse.Namespace) -> int:
    entries = sorted(listed(policy_of(arguments)), key=lambda one: (one.issuer, one.serial))
    reveal = is_terminal(sys.stdout) if arguments.reveal is None else arguments.reveal
    rows = [_document(one) for one in entries] if reveal else []
    if arguments.json:
        print(as_json({"ok": True, "count": len(entries), "entries": rows}))
        return 0
    for one in entries if reveal else ():
        print(printable(f"{one.serial} {one.issuer}" + (f"  # {one.note}" if one.note else "")))
    print(f"{len(entries)} on the list" + ("" if reveal or not entries else "; --reveal shows them"))
    return 0


def _document(one: Listed) -> dict[str, str]:
    return {"where": one.where, "serial": one.serial, "issuer": one.issuer, "note": one.note}

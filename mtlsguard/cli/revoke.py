"""Puts a certificate on the deny list: every worker on every machine refuses it within two seconds.

It is written to the shared list where the configuration names one (Valkey or Redis), else to the first file. When the
command ends with status 0 that has been confirmed. Doing it twice changes nothing.
"""

import argparse

from mtlsguard.cli.denylists import add_certificate, deny, meant, policy_of
from mtlsguard.cli.terminal import CommandError, as_json
from mtlsguard.revocation.records import MOST_NOTE

SUMMARY = "refuse a certificate from now on, everywhere"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_certificate(parser)
    parser.add_argument("--note", metavar="TEXT", default="", help="why, for people; one line")


def run(arguments: argparse.Namespace) -> int:
    if len(arguments.note) > MOST_NOTE or not arguments.note.isprintable():
        raise CommandError(f"a note is one line of at most {MOST_NOTE} characters")
    entry = meant(arguments)
    changed, where = deny(policy_of(arguments), entry, arguments.note)
    said = "it is refused from now on" if changed else "it was refused already"
    print(as_json({"ok": True, "changed": changed, "where": where}) if arguments.json else f"{said} ({where})")
    return 0

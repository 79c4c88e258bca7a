"""Prints the eight letters by which a certificate goes in logs, for whoever holds the key.

grep "$(mtlsguard pseudonym client.pem --config mtlsguard.toml)" app.log
"""

import argparse
from hashlib import sha256

from mtlsguard.cli.certificates import read_bundle
from mtlsguard.cli.redaction_key import add_key, key_of
from mtlsguard.cli.terminal import CommandError, as_json
from mtlsguard.pseudonym import pseudonym

SUMMARY = "the name of a certificate in logs"

_FINGERPRINT = 32


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "certificates", metavar="CERT", nargs="*", help='PEM or DER; of a bundle the leaf; "-" is stdin'
    )
    parser.add_argument("--fingerprint", metavar="HEX", action="append", default=[], help="SHA-256 of a certificate")
    add_key(parser)


def run(arguments: argparse.Namespace) -> int:
    key = key_of(arguments)
    if key is None:
        raise CommandError("--config or --key-file is needed: without the key of the deployment there is no name")
    prints = [sha256(read_bundle(name)[0]).digest() for name in arguments.certificates]
    prints += map(_fingerprint, arguments.fingerprint)
    if not prints:
        raise CommandError("which certificate? give a file, or --fingerprint")
    names = [pseudonym(one, key) for one in prints]
    print(as_json({"ok": True, "pseudonyms": names}) if arguments.json else "\n".join(names))
    return 0


def _fingerprint(text: str) -> bytes:
    try:
        found = bytes.fromhex(text.replace(":", ""))
    except ValueError:
        found = b""
    if len(found) != _FINGERPRINT:
        raise CommandError("a fingerprint is a SHA-256 in hexadecimal, with or without colons")
    return found

"""Takes a certificate off the deny list, off every list that the configuration names.

What CRLs and OCSP responders say of it is not changed by that.
"""

import argparse

from mtlsguard.cli.denylists import add_certificate, allow, meant, policy_of
from mtlsguard.cli.terminal import as_json

SUMMARY = "take a certificate off the deny list"

add_arguments = add_certificate


def run(arguments: argparse.Namespace) -> int:
    entry = meant(arguments)
    changed = allow(policy_of(arguments), entry)
    said = "it is off the list" if changed else "it was on no list"
    print(as_json({"ok": True, "changed": changed}) if arguments.json else said)
    return 0

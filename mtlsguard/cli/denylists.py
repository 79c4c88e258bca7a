"""What the three commands about the deny list share: which certificate is meant, and where the lists are."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mtlsguard import certificate
from mtlsguard.certificate import issuer_name
from mtlsguard.cli.certificates import read_bundle
from mtlsguard.cli.terminal import CommandError
from mtlsguard.config import ConfigError
from mtlsguard.config.places import is_address
from mtlsguard.decision import Deny
from mtlsguard.loading import load
from mtlsguard.policy import Policy
from mtlsguard.refresh.denylist_file import Broken, Edited, add, entries_of, remove
from mtlsguard.refresh.resp import StoreError
from mtlsguard.refresh.sharing import Store
from mtlsguard.revocation.denyfile import Entry, entry_of
from mtlsguard.revocation.issuers import issuer_text
from mtlsguard.revocation.records import read


@dataclass(frozen=True, slots=True)
class Listed:
    """`where`: "file" or "store". `note` is what the operator wrote."""

    where: str
    serial: str = field(repr=False)
    issuer: str = field(repr=False)
    note: str = field(default="", repr=False)


def add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", metavar="FILE", type=Path, required=True, help="the configuration with the list")


def add_certificate(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    parser.add_argument("--certificate", metavar="FILE", help='the certificate, PEM or DER; "-" is stdin')
    parser.add_argument("--issuer", metavar="DN", help='with --serial: its issuer, such as "CN=Issuing CA,O=Example"')
    parser.add_argument("--serial", metavar="SERIAL", help='with --issuer: its serial number, as "0x1f" or "01:f4"')


def meant(arguments: argparse.Namespace) -> Entry:
    """The certificate that the arguments name; CommandError where they name none, or two."""
    by_name = arguments.issuer is not None or arguments.serial is not None
    if (arguments.certificate is not None) == by_name:
        raise CommandError("say which certificate: --certificate FILE, or --issuer and --serial")
    if arguments.certificate is not None:
        return _of_file(arguments.certificate)
    if arguments.issuer is None or arguments.serial is None:
        raise CommandError("a serial number means something only together with its issuer: give both")
    found = entry_of(arguments.serial, arguments.issuer)
    if isinstance(found, str):
        raise CommandError(f"expected {found}")
    return found


def _of_file(name: str) -> Entry:
    parsed = certificate.read(read_bundle(name)[0])
    if isinstance(parsed, Deny):
        raise CommandError("the certificate cannot be read")
    issuer = issuer_text(parsed.issuer, None if issuer_name(parsed) is None else parsed.certificate.issuer)
    found = entry_of(f"{parsed.serial:#x}", issuer)
    if isinstance(found, str):
        raise CommandError("the certificate has no serial number or issuer that could be listed")
    return found


def policy_of(arguments: argparse.Namespace) -> Policy:
    try:
        policy = load(arguments.config).policy
    except ConfigError as error:
        raise CommandError(str(error)) from None
    if not policy.revocation.denylists:
        raise CommandError("the configuration has no revocation.denylist")
    return policy


def deny(policy: Policy, entry: Entry, note: str) -> tuple[bool, str]:
    """Written when this returns: to the shared store where there is one, else to the first file. Was it new, where?"""
    shared = [place for place in policy.revocation.denylists if is_address(place)]
    if shared:
        return _put(policy, shared[0], entry, "true", note), "store"
    return _edited(add(Path(policy.revocation.denylists[0]), entry, note)).changed, "file"


def allow(policy: Policy, entry: Entry) -> bool:
    """From every list: as long as one names it, it stays refused. Was it on any?"""
    changed = []
    for place in policy.revocation.denylists:
        if is_address(place):
            changed.append(_put(policy, place, entry, "false", ""))
        elif Path(place).exists():
            changed.append(_edited(remove(Path(place), entry.key)).changed)
    return any(changed)


def listed(policy: Policy) -> Iterator[Listed]:
    for place in policy.revocation.denylists:
        if is_address(place):
            yield from _stored(policy, place)
            continue
        entries = entries_of(Path(place))
        if isinstance(entries, Broken):
            raise CommandError(f"the deny list is broken: {entries.problems[0]}")
        yield from (Listed("file", f"{entry.serial:#x}", entry.issuer) for entry in entries)


def _stored(policy: Policy, url: str) -> Iterator[Listed]:
    found: dict[bytes, Listed] = {}
    with _connected(policy, url) as store:
        for key, octets in store.records():
            record = read(octets)
            if record is not None and record.revoked:
                found[key] = Listed("store", f"{record.serial:#x}", record.issuer, record.note)
    yield from found.values()


def _put(policy: Policy, url: str, entry: Entry, revoked: str, note: str) -> bool:
    with _connected(policy, url) as store:
        return store.put(entry.key, revoked, entry.serial, entry.issuer, note)


class _connected:  # noqa: N801 - reads as a function
    """A connection for one command. What goes wrong with it is said without the address, which may be private."""

    def __init__(self, policy: Policy, url: str) -> None:
        self._policy, self._url = policy, url

    def __enter__(self) -> Store:
        try:
            self._store = Store(self._url, self._policy.revocation.store)
        except StoreError as error:
            raise CommandError(_sentence(error)) from None
        return self._store

    def __exit__(self, _kind: object, error: object, _traceback: object) -> None:
        self._store.close()
        if isinstance(error, StoreError):
            raise CommandError(_sentence(error)) from None


def _sentence(error: StoreError) -> str:
    return f"the shared deny list cannot be reached or refused: {error.kind}"


def _edited(result: Edited | Broken) -> Edited:
    if isinstance(result, Broken):
        raise CommandError(f"the deny list is broken, nothing was written: {result.problems[0]}")
    return result

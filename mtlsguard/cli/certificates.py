"""What stands in a certificate, line by line, for a person who asked."""

import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from mtlsguard import certificate
from mtlsguard.certificate import Candidate, subject_name
from mtlsguard.cli.terminal import CommandError, printable
from mtlsguard.config.bundle import certificates
from mtlsguard.decision import Deny
from mtlsguard.identity import name_of
from mtlsguard.keys import SIGNATURES
from mtlsguard.limits import MAX_NAMES
from mtlsguard.policy import IdentityPolicy, NameKind

_MOST_OCTETS = 4 * 1024 * 1024
_MOST_LINES = 16
_USAGES = {oid.dotted_string: name for name, oid in vars(ExtendedKeyUsageOID).items() if name[0] != "_"}
_UNREADABLE = "cannot be decoded"


@dataclass(frozen=True, slots=True)
class Fact:
    """`identifies`: tells which certificate it is, or whose."""

    name: str
    value: str | list[str]
    identifies: bool = False


Sheet = list[Fact]


def read_bundle(name: str) -> list[bytes]:
    """DER, leaf first. "-" is the standard input."""
    try:
        octets = _octets(name)
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from None
    if len(octets) > _MOST_OCTETS:
        raise CommandError(f"{name}: larger than {_MOST_OCTETS} octets")
    found = certificates(octets)
    if isinstance(found, str):
        raise CommandError(f"{name}: no certificate in PEM or DER: {found}")
    return found


def _octets(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(_MOST_OCTETS + 1)
    with Path(name).open("rb") as file:
        return file.read(_MOST_OCTETS + 1)


def candidate_of(der: bytes) -> Candidate | Deny:
    """Also of a certificate whose serial number is refused: a person wants to see the rest."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return certificate.read(der)


def sheet(der: bytes, chained: int, now: float) -> Sheet:
    leaf = candidate_of(der)
    if isinstance(leaf, Deny):
        return [Fact("certificate", f"{len(der)} octets that cannot be read completely")]
    return [
        Fact("subject", name_text(subject_name(leaf)), identifies=True),
        Fact("issuer", name_text(_issuer(leaf)), identifies=True),
        Fact("serial", f"{leaf.serial:#x}", identifies=True),
        Fact("sha-256", leaf.fingerprint.hex(), identifies=True),
        Fact("names", _names(leaf), identifies=True),
        Fact("validity", _validity(leaf, now)),
        Fact("key", _key(leaf)),
        Fact("signature", _signature(leaf)),
        Fact("key usage", _key_usage(leaf)),
        Fact("extended usage", _extended(leaf)),
        Fact("chain", f"{chained} further certificate{'s' * (chained != 1)} in the file"),
        *(_identity(leaf, kind) for kind in NameKind),
    ]


def _issuer(leaf: Candidate) -> x509.Name | None:
    return _decoded(lambda: leaf.certificate.issuer)


def _decoded(read: Callable[[], x509.Name]) -> x509.Name | None:
    try:
        return read()
    except (ValueError, TypeError):
        return None


def name_text(name: x509.Name | None) -> str:
    return _UNREADABLE if name is None else printable(name.rfc4514_string())


def _names(leaf: Candidate) -> list[str]:
    found = [_general(name) for name in leaf.names or ()]
    return found if len(found) <= _MOST_LINES else [*found[:_MOST_LINES], f"and {len(found) - _MOST_LINES} more"]


def _general(name: x509.GeneralName) -> str:
    kind = {x509.UniformResourceIdentifier: "uri", x509.DNSName: "dns", x509.RFC822Name: "email", x509.IPAddress: "ip"}
    value = name.value.rfc4514_string() if isinstance(name.value, x509.Name) else str(name.value)
    return printable(f"{kind.get(type(name), type(name).__name__)} {value}")


def _validity(leaf: Candidate, now: float) -> str:
    state = "now" if leaf.not_before <= now <= leaf.not_after else "past" if now > leaf.not_after else "not yet"
    return f"{_moment(leaf.not_before)} to {_moment(leaf.not_after)} ({state})"


def _moment(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%SZ}"


def _key(leaf: Candidate) -> str:
    return {"rsa": f"RSA, {leaf.key.bits} bits", "ec": f"EC, {leaf.key.curve}"}.get(leaf.key.kind, "of another kind")


def _signature(leaf: Candidate) -> str:
    oid, _, digest = leaf.signature_oid.partition(" ")
    name = getattr(x509.ObjectIdentifier(oid), "_name", oid)
    return f"{name} {digest}".strip() + ("" if leaf.signature_oid in SIGNATURES else " (not accepted)")


def _key_usage(leaf: Candidate) -> str:
    usage = leaf.key_usage
    if usage is None:
        return "none given"
    flags = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    return ", ".join(flag.replace("_", " ") for flag in (*flags, "key_cert_sign", "crl_sign") if getattr(usage, flag))


def _extended(leaf: Candidate) -> str:
    if leaf.usages is None:
        return "none given"
    return ", ".join(_USAGES.get(oid, oid).lower().replace("_", " ") for oid in sorted(leaf.usages)[:MAX_NAMES])


def _identity(leaf: Candidate, kind: NameKind) -> Fact:
    name = name_of(leaf, IdentityPolicy(kind))
    label = f"as {kind.value}"
    return Fact(label, name.reason.value) if isinstance(name, Deny) else Fact(label, printable(name), identifies=True)

"""[trust], [validity] and [serials]: whose certificates, and which of them."""

import re
from collections.abc import Mapping
from typing import Any

from cryptography import x509

from mtlsguard import certificate
from mtlsguard.certificate import distinguished_name
from mtlsguard.chain import unfit
from mtlsguard.config.bundle import certificates
from mtlsguard.config.bundles import bundles
from mtlsguard.config.reader import Notes, Section, Unreadable
from mtlsguard.decision import Deny
from mtlsguard.dialects.contract import Dialect, Verdict
from mtlsguard.policy import (
    Profile,
    SerialKey,
    SerialPolicy,
    TrustPolicy,
    ValidityPolicy,
    Verify,
)
from mtlsguard.revocation_policy import DistinguishedName

_DIGEST = re.compile(r"(?:sha256:)?([0-9a-f]{64})", re.ASCII)
_SERIAL = re.compile(r"0x([0-9a-f]{1,40})|([0-9a-f]{1,2}(?::[0-9a-f]{2}){1,19})", re.ASCII)
_DEEPEST = 16


def trust(section: Section, dialect: Dialect) -> TrustPolicy:
    names, keys = _issuers(section)
    policy = TrustPolicy(
        anchors=_certificates(section, "anchors"),
        intermediates=_certificates(section, "intermediates"),
        verify=section.choice("verify", Verify, Verify.HERE),
        profile=section.choice("profile", Profile, Profile.PRIVATE),
        depth=section.number("depth", 8, 0, _DEEPEST),
        issuer_names=names,
        issuer_keys=keys,
        pinned=frozenset(section.parsed("pinned", _digest, "the SHA-256 of a certificate in hex")),
        bundles=bundles(section),
    )
    _contradictions(section, policy, dialect)
    section.close()
    return policy


def validity(section: Section) -> ValidityPolicy:
    policy = ValidityPolicy(section.seconds("clock_skew", 60.0), section.seconds("max_lifetime", 0.0))
    if policy.clock_skew > 300:  # noqa: PLR2004 - said in the sentence
        section.problem("clock_skew", "at most five minutes", "set the clocks right instead")
    section.close()
    return policy


def serials(section: Section) -> SerialPolicy:
    expected = 'a table with issuer (RFC 4514) and serial ("0x1f", "01:f4" or a number)'
    deny = frozenset(section.parsed("deny", _serial, expected))
    allow = frozenset(section.parsed("allow", _serial, expected)) if section.raw("allow") else None
    section.close()
    return SerialPolicy(deny, allow)


def _certificates(section: Section, key: str) -> tuple[bytes, ...]:
    """`loading` has put the octets of files in the place of their names. Doubles count once."""
    found: dict[bytes, None] = {}
    for place, item in section.items(key):
        octets = item.encode() if isinstance(item, str) else item
        if isinstance(octets, Unreadable):
            continue
        if not isinstance(octets, bytes):
            section.notes.problem(place, "a file, a folder, or PEM or DER in place")
            continue
        ders = certificates(octets)
        if isinstance(ders, str):
            section.notes.problem(place, f"complete certificates: {ders}")
            continue
        for index, der in enumerate(ders):
            _inspect(f"{place} certificate {index + 1}", der, section.notes)
            found[der] = None
    return tuple(found)


def _inspect(place: str, der: bytes, notes: Notes) -> None:
    candidate = certificate.read(der)
    if isinstance(candidate, Deny):
        notes.problem(place, "a certificate that can be read completely")
    elif fault := unfit(candidate):
        notes.problem(place, f"a CA certificate: {fault}", "a client's own certificate belongs under trust.pinned")


def _issuers(section: Section) -> tuple[frozenset[DistinguishedName], frozenset[bytes]]:
    expected = 'a name (RFC 4514) or "sha256:" and the digest of the issuer\'s public key'
    entries = section.parsed("issuers", issuer_entry, expected)
    names = frozenset(entry for entry in entries if isinstance(entry, tuple))
    return names, frozenset(entry for entry in entries if isinstance(entry, bytes))


def issuer_entry(entry: object) -> DistinguishedName | bytes | None:
    """An issuer as the operator writes it: by name, or by the SHA-256 of its SubjectPublicKeyInfo."""
    if isinstance(entry, str) and entry.startswith("sha256:"):
        return _digest(entry)
    return _name(entry)


def _name(entry: object) -> DistinguishedName | None:
    if not isinstance(entry, str) or not entry:
        return None
    try:
        return distinguished_name(x509.Name.from_rfc4514_string(entry))
    except ValueError:
        return None


def _digest(entry: object) -> bytes | None:
    match = (
        _DIGEST.fullmatch(entry.lower().replace(":", "").replace("sha256", "sha256:"))
        if isinstance(entry, str)
        else None
    )
    return bytes.fromhex(match[1]) if match else None


def _serial(entry: object) -> SerialKey | None:
    if not isinstance(entry, Mapping) or set(entry) != {"issuer", "serial"}:
        return None
    name, number = _name(entry["issuer"]), _number(entry["serial"])
    return (name, number) if name is not None and number is not None else None


def _number(value: Any) -> int | None:  # noqa: ANN401 - the mapping is the operator's
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    match = _SERIAL.fullmatch(value.lower()) if isinstance(value, str) else None
    return int((match[1] or match[2]).replace(":", ""), 16) if match else None


def _contradictions(section: Section, policy: TrustPolicy, dialect: Dialect) -> None:
    if policy.verify is Verify.HERE:
        if not section.raw("anchors") and not policy.pinned and not policy.bundles:
            section.problem("anchors", "at least one trust anchor", "or name single certificates under trust.pinned")
        return
    if dialect.verdict is Verdict.NONE:
        section.problem("verify", '"here"', f"the {dialect.name} dialect carries no verdict to believe")
    for key in ("anchors", "intermediates", "bundles"):
        if section.raw(key):
            section.problem(key, 'none with verify = "proxy"', "they would never be looked at")
    if policy.issuer_keys:
        section.problem("issuers", 'names only with verify = "proxy"', "there is no path, hence no issuer's key")
    section.notes.warn(section.at("verify"), "the proxy's verdict alone admits clients")

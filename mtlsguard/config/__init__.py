"""Mapping -> Policy, purely: files have been read before, by `loading`. All problems are reported at once."""

from collections.abc import Mapping
from typing import Any

from mtlsguard.config import proxy, revocation, rules, trust
from mtlsguard.config.reader import ConfigError, Notes, Problem, Section, Unreadable
from mtlsguard.dialects import spoken
from mtlsguard.policy import AuditAllowed, AuditPolicy, CachePolicy, NameKind, Policy, WhenAbsent

__all__ = ["ConfigError", "Notes", "Problem", "Unreadable", "policy_from"]

_MOST_REMEMBERED = 10_000_000
_SHORTEST_KEY, _LONGEST_KEY = 16, 64


def policy_from(mapping: Mapping[str, Any], notes: Notes, process_key: bytes) -> Policy:
    """ConfigError with every problem, those already in `notes` included. `process_key` makes the pseudonyms
    where the configuration has no audit.key."""
    top = Section(mapping, "", notes)
    proxies = proxy.proxy(top.section("proxy"))
    identity = rules.identity(top.section("identity"))
    roles = rules.roles(top, identity.name)
    trusted = trust.trust(top.section("trust"), spoken(proxies))
    if trusted.bundles and identity.name is not NameKind.SPIFFE:
        top.problem("trust.bundles", 'identity.name = "spiffe"', "other names belong to no trust domain")
    policy = Policy(
        proxy=proxies,
        trust=trusted,
        audit=_audit(top.section("audit"), process_key),
        absent=_absent(top.section("client")),
        validity=trust.validity(top.section("validity")),
        serials=trust.serials(top.section("serials")),
        identity=identity,
        cache=_cache(top.section("cache")),
        roles=roles,
        routes=rules.routes(top, frozenset(rule.role for rule in roles)),
        revocation=revocation.revocation(top.section("revocation"), trusted),
        refresh=revocation.refresh(top.section("refresh")),
    )
    top.close()
    if notes.problems:
        raise ConfigError(notes.problems)
    return policy


def _absent(section: Section) -> WhenAbsent:
    absent = section.choice("absent", WhenAbsent, WhenAbsent.DENY)
    section.close()
    return absent


def _cache(section: Section) -> CachePolicy:
    policy = CachePolicy(section.number("size", 65_536, 0, _MOST_REMEMBERED), section.seconds("ttl", 300.0))
    section.close()
    return policy


def _audit(section: Section, process_key: bytes) -> AuditPolicy:
    """`loading` has put the octets of the key's file or variable under `key`."""
    key = section.raw("key", process_key)
    if not isinstance(key, Unreadable) and not (isinstance(key, bytes) and _SHORTEST_KEY <= len(key) <= _LONGEST_KEY):
        section.problem("key", f"a file, or env a variable, with {_SHORTEST_KEY} to {_LONGEST_KEY} octets")
    policy = AuditPolicy(
        key=key if isinstance(key, bytes) else process_key,
        allowed=section.choice("allowed", AuditAllowed, AuditAllowed.NEW),
        burst=section.number("burst", 100, 1, 1_000_000),
        per_second=float(section.number("per_second", 10, 1, 1_000_000)),
    )
    section.close()
    return policy

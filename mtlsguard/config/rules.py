"""[identity], [[roles]] and [[routes]]: which name counts, what it may be, and where that opens a door."""

import re

from mtlsguard.access import WEBSOCKET, ambiguous, name_segments
from mtlsguard.config.reader import Section
from mtlsguard.policy import Access, IdentityPolicy, NameKind, RoleRule, RouteRule
from mtlsguard.segments import ONE, REST, well_formed

_METHOD = re.compile(r"[A-Z][A-Z-]*", re.ASCII)
_TRUST_DOMAIN = re.compile(r"[a-z0-9._-]{1,255}", re.ASCII)
_SEGMENTED = {NameKind.SPIFFE, NameKind.URI, NameKind.DNS, NameKind.EMAIL}


def identity(section: Section) -> IdentityPolicy:
    domains = section.parsed("trust_domains", trust_domain, 'a SPIFFE trust domain such as "example.org"')
    policy = IdentityPolicy(section.choice("name", NameKind, NameKind.SPIFFE), frozenset(domains))
    if domains and policy.name is not NameKind.SPIFFE:
        section.problem("trust_domains", 'name = "spiffe"', "other names have no trust domain")
    section.close()
    return policy


def roles(section: Section, name: NameKind) -> tuple[RoleRule, ...]:
    rules = [_role(Section(item, place, section.notes), name) for place, item in section.items("roles")]
    return tuple(rule for rule in rules if rule is not None)


def routes(section: Section, known: frozenset[str]) -> tuple[RouteRule, ...]:
    return tuple(_route(Section(item, place, section.notes), known) for place, item in section.items("routes"))


def trust_domain(entry: object) -> str | None:
    return entry if isinstance(entry, str) and _TRUST_DOMAIN.fullmatch(entry) else None


def _role(rule: Section, name: NameKind) -> RoleRule | None:
    role, match = rule.text("name"), rule.section("match")
    if not role:
        rule.problem("name", "the role's name")
    patterns = {kind: match.text(kind.value) for kind in (name, NameKind.FINGERPRINT) if match.has(kind.value)}
    match.close()
    rule.close()
    if len(patterns) != 1:
        rule.problem("match", f"exactly one of {name.value} or fingerprint", "identity.name says which name counts")
        return None
    [(kind, pattern)] = patterns.items()
    if kind is NameKind.FINGERPRINT:
        pattern = pattern.lower().replace(":", "")
    _check_pattern(match, kind, pattern)
    return RoleRule(role, kind, pattern)


def _check_pattern(match: Section, kind: NameKind, pattern: str) -> None:
    segments = name_segments(kind, pattern)
    if not pattern or (kind not in _SEGMENTED and "*" in pattern):
        match.problem(kind.value, "the exact name")
    elif not well_formed(segments) or (kind is not NameKind.SPIFFE and kind is not NameKind.URI and REST in segments):
        match.problem(kind.value, "wildcards that are whole segments: * for one, ** at the end for the rest")
    elif kind is NameKind.SPIFFE and (not pattern.startswith("spiffe://") or {ONE, REST} & set(segments[:3])):
        match.problem(kind.value, "spiffe:// and a trust domain without wildcards")
    elif kind is NameKind.URI and {ONE, REST} & set(segments[:3]):
        match.problem(kind.value, "a scheme and an authority without wildcards")
    elif kind is NameKind.EMAIL and segments[-1] == ONE:
        match.problem(kind.value, "a host without wildcards")


def _route(rule: Section, known: frozenset[str]) -> RouteRule:
    path = _path(rule)
    methods = rule.parsed("methods", _method, f'a method in capitals, or "{WEBSOCKET}"')
    require = rule.parsed("require", lambda role: role if role in known else None, "a role that [[roles]] defines")
    access = rule.choice("access", Access, Access.VERIFIED)
    if rule.raw("require") and access is not Access.VERIFIED:
        rule.problem("access", "either require or access", "a role needs a verified identity")
    for key in ("methods", "require"):
        if rule.has(key) and not rule.raw(key):
            rule.problem(key, "at least one member, or no such key", "an empty list would close or open everything")
    rule.close()
    return RouteRule(path, frozenset(methods), frozenset(require), access)


def _path(rule: Section) -> str:
    path = rule.text("path")
    segments = path.split("/")[1:]
    literal = path.replace("*", "x")
    if not path.startswith("/") or not well_formed(segments) or ambiguous("GET", literal, b""):
        rule.problem("path", 'a path such as "/invoices/*/lines" or "/invoices/**"', "decoded, canonical, no query")
        return "/"
    return path


def _method(entry: object) -> str | None:
    return entry if isinstance(entry, str) and _METHOD.fullmatch(entry) else None

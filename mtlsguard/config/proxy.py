"""[proxy]: which dialect, and who may speak it."""

import re
from ipaddress import ip_network
from types import MappingProxyType
from typing import Any

from mtlsguard.config import custom
from mtlsguard.config.reader import Section, Unreadable
from mtlsguard.dialects import DIALECTS, EVIDENCE_HEADERS
from mtlsguard.dialects.contract import Dialect
from mtlsguard.dialects.custom import dialect_of
from mtlsguard.policy import CustomPolicy, Network, ProxyPolicy, Secret, Trailers

_SHORTEST_SECRET = 16
_WIDE = {4: 8, 6: 32}  # prefix lengths that cover more hosts than anybody has proxies
_VISIBLE = re.compile(rb"[!-+\--~]+")  # no blank, no comma: a joined duplicate must never be a secret
_MOST_HOPS = 8


def proxy(section: Section) -> ProxyPolicy:
    name = _name(section)
    own = custom.custom(section, name)
    dialect = _dialect(name, own)
    networks, unix = _trusted(section)
    policy = ProxyPolicy(
        dialect=dialect.name,
        networks=networks,
        unix=unix,
        secret=_secret(section),
        hops=section.number("hops", 1, 1, _MOST_HOPS),
        headers=MappingProxyType(_headers(section, dialect)),
        trailers=section.choice("trailers", Trailers, Trailers.POSSIBLE),
        custom=own,
    )
    _contradictions(section, policy, dialect)
    section.close()
    return policy


def _name(section: Section) -> str:
    name = section.text("dialect")
    if name not in DIALECTS:
        section.problem("dialect", f"one of {', '.join(DIALECTS)}", "name the one that your proxy speaks")
    return name


def _dialect(name: str, own: CustomPolicy | None) -> Dialect:
    return dialect_of(own) if own is not None else DIALECTS.get(name, DIALECTS["nginx"])


def _trusted(section: Section) -> tuple[tuple[Network, ...], bool]:
    entries: list[Network | str] = section.parsed(
        "trusted",
        _peer,
        'a network such as "10.0.0.0/28", an address, or "unix"',
        "the host bits of a network must be zero; any address at all is not an option",
    )
    networks = tuple(entry for entry in entries if not isinstance(entry, str))
    for network in networks:
        if network.prefixlen <= _WIDE[network.version]:
            section.notes.warn(section.at("trusted"), f"a /{network.prefixlen} trusts every host in it")
    return networks, "unix" in entries


def _peer(entry: Any) -> Network | str | None:  # noqa: ANN401 - the mapping is the operator's
    if entry == "unix":
        return "unix"
    if not isinstance(entry, str) or "%" in entry:
        return None
    try:
        network: Network = ip_network(entry)
    except ValueError:
        return None
    return network if network.prefixlen else None


def _secret(section: Section) -> Secret | None:
    if not section.has("secret"):
        return None
    table = section.section("secret")
    header, values = table.header("header"), _secret_values(table)
    if not header:
        table.problem("header", "the name of the header that the proxy sends the secret in")
    if header in EVIDENCE_HEADERS:
        table.problem("header", "a header of its own, not one that carries a certificate")
    table.close()
    return Secret(header, values)


def _secret_values(table: Section) -> tuple[bytes, ...]:
    """`loading` has turned `file` and `env` into `values`; two of them allow rotation."""
    found: list[bytes] = []
    for place, value in table.items("values"):
        octets = value.encode() if isinstance(value, str) else value
        if isinstance(octets, Unreadable):
            return ()
        if not isinstance(octets, bytes) or len(octets) < _SHORTEST_SECRET or not _VISIBLE.fullmatch(octets):
            table.notes.problem(place, f"at least {_SHORTEST_SECRET} visible ASCII characters without a comma")
        else:
            found.append(octets)
    if not table.raw("values"):
        table.problem("file", "a file, or env an environment variable, that holds the secret")
    return tuple(found)


def _headers(section: Section, dialect: Dialect) -> dict[str, str]:
    table = section.section("headers")
    name = table.header if dialect.native is None else table.variable
    renamed = {field.role: name(field.role, field.header) for field in dialect.fields}
    if len(set(renamed.values())) < len(renamed):
        table.problem("", "different names for different fields")
    table.close()
    return {field.role: renamed[field.role] for field in dialect.fields if renamed[field.role] != field.header}


def _contradictions(section: Section, policy: ProxyPolicy, dialect: Dialect) -> None:
    if dialect.native is not None:
        for key in ("trusted", "secret", "trailers"):
            if section.has(key):
                section.problem(key, f"none with {dialect.name}", "our own server speaks, and no header is read")
    elif not policy.networks and not policy.unix and policy.secret is None:
        section.problem("trusted", "at least one proxy", "without one nobody could speak for a client")
    if policy.secret and policy.secret.header in policy.headers.values():
        section.problem("secret.header", "a header of its own, not one that carries a certificate")
    if policy.hops > 1 and not dialect.hops:
        able = " or ".join(name for name, one in DIALECTS.items() if one.hops)
        section.problem("hops", f"1, or the dialect {able}", "only these name one certificate for each hop")

"""[revocation] and [refresh]: what must be proven about a certificate, by whom, and how that is kept fresh."""

import re
from collections.abc import Callable

from mtlsguard import certificate
from mtlsguard.config.bundle import certificates
from mtlsguard.config.places import address, is_address, sound_address
from mtlsguard.config.reader import Section, Unreadable
from mtlsguard.config.trust import issuer_entry
from mtlsguard.decision import Deny
from mtlsguard.policy import TrustPolicy, Verify
from mtlsguard.revocation_policy import (
    Extent,
    FetchPolicy,
    IssuerPolicy,
    Nonce,
    OcspPolicy,
    OnUnknown,
    RefreshPolicy,
    RevocationPolicy,
    Sighup,
    StorePolicy,
    Watch,
)

_FETCHED = ("http", "https")
_STORES = ("redis", "rediss", "unix")
_PREFIX = re.compile(r"[A-Za-z0-9:._-]{1,64}", re.ASCII)
_MOST_ADDRESSES = 64  # each has a thread of its own, so that none waits for another


def revocation(section: Section, trust: TrustPolicy) -> RevocationPolicy:
    crls = _crls(section)
    policy = RevocationPolicy(
        extent=section.choice("check", Extent, Extent.CHAIN),
        on_unknown=section.choice("on_unknown", OnUnknown, OnUnknown.DENY),
        crls=crls,
        crl_max_age=section.seconds("crl_max_age", 0.0),
        issuers=tuple(_issuer(Section(item, place, section.notes)) for place, item in section.items("issuers")),
        ocsp=_ocsp(section.section("ocsp")),
        denylists=_denylists(section),
        store=_store(section.section("store")),
        directory=section.text("directory"),
    )
    _contradictions(section, policy, trust)
    section.close()
    return policy


def refresh(section: Section) -> RefreshPolicy:
    policy = RefreshPolicy(
        watch=section.choice("watch", Watch, Watch.ON),
        sighup=section.choice("sighup", Sighup, Sighup.RELOAD),
        fetch=_fetch(section.section("fetch")),
    )
    section.close()
    return policy


def _crls(section: Section) -> tuple[str | bytes, ...]:
    """`loading` has made the names of files absolute."""
    found: list[str | bytes] = []
    for place, item in section.items("crls"):
        if isinstance(item, Unreadable):
            continue
        if not isinstance(item, str | bytes) or not item:
            section.notes.problem(place, "a file, a folder, an address, or a list in place")
        elif isinstance(item, bytes) or not is_address(item) or sound_address(section, place, item, _FETCHED):
            found.append(item)
    return tuple(found)


def _denylists(section: Section) -> tuple[str, ...]:
    value = section.raw("denylist", ())
    entries = [(section.at("denylist"), value)] if isinstance(value, str) else section.items("denylist")
    found: list[str] = []
    for place, item in entries:
        if not isinstance(item, str) or not item:
            section.notes.problem(place, "a file, or an address of Valkey or Redis")
        elif not is_address(item) or sound_address(section, place, item, _STORES):
            found.append(item)
    if sum(map(is_address, found)) > 1:
        section.problem("denylist", "one shared store at most", "a second one could contradict it")
    return tuple(found)


def _issuer(rule: Section) -> IssuerPolicy:
    entry = issuer_entry(rule.raw("issuer"))
    if entry is None:
        rule.problem("issuer", 'a name (RFC 4514) or "sha256:" and the digest of the issuer\'s public key')
    on_unknown = rule.choice("on_unknown", OnUnknown, OnUnknown.DENY) if rule.has("on_unknown") else None
    policy = IssuerPolicy(
        name=entry if isinstance(entry, tuple) else None,
        key=entry if isinstance(entry, bytes) else None,
        on_unknown=on_unknown,
        ocsp=_texts(rule, "ocsp", _is_responder, "the address of a responder"),
        aia=frozenset(_texts(rule, "aia", _is_origin, 'the origin of a responder such as "http://ocsp.example.org"')),
    )
    rule.close()
    return policy


def _texts(rule: Section, key: str, sound: Callable[[str], bool], expected: str) -> tuple[str, ...]:
    return tuple(rule.parsed(key, lambda item: item if isinstance(item, str) and sound(item) else None, expected))


def _is_responder(text: str) -> bool:
    return address(text, _FETCHED) is not None


def _is_origin(text: str) -> bool:
    parts = address(text, _FETCHED)
    return parts is not None and not (parts.path or parts.query or parts.fragment)


def _ocsp(section: Section) -> OcspPolicy:
    policy = OcspPolicy(
        wait=section.seconds("wait", 0.0),
        max_age=section.seconds("max_age", 1_800.0),
        nonce=section.choice("nonce", Nonce, Nonce.IF_RETURNED),
        responders=_responders(section),
    )
    if policy.wait > 30:  # noqa: PLR2004 - said in the sentence
        section.problem("wait", "at most 30 seconds", "a client and its proxy wait meanwhile")
    section.close()
    return policy


def _responders(section: Section) -> tuple[bytes, ...]:
    found: list[bytes] = []
    for place, item in section.items("responders"):
        ders = certificates(item) if isinstance(item, bytes) else "a file, or PEM or DER in place"
        if isinstance(item, Unreadable):
            continue
        if isinstance(ders, str):
            section.notes.problem(place, f"complete certificates: {ders}")
        elif any(isinstance(certificate.read(der), Deny) for der in ders):
            section.notes.problem(place, "certificates that can be read completely")
        else:
            found += ders
    return tuple(found)


def _store(section: Section) -> StorePolicy:
    """`loading` has put the octets of the password's file or variable in its place."""
    password = section.raw("password")
    if not isinstance(password, bytes | Unreadable | None):
        section.problem("password", "a file, or env a variable")
    prefix = section.text("prefix", "mtlsguard")
    if _PREFIX.fullmatch(prefix) is None:
        section.problem("prefix", "letters, digits, colons, dots, dashes")
    policy = StorePolicy(
        prefix=prefix,
        username=section.text("username"),
        password=password if isinstance(password, bytes) else None,
        ca=section.text("ca"),
        max_staleness=section.seconds("max_staleness", 300.0),
        on_stale=section.choice("on_stale", OnUnknown, OnUnknown.DENY),
    )
    if policy.max_staleness < 10:  # noqa: PLR2004 - said in the sentence
        section.problem("max_staleness", "at least ten seconds", "shorter interruptions are part of normal life")
    section.close()
    return policy


def _fetch(section: Section) -> FetchPolicy:
    proxy = section.text("proxy")
    if proxy and address(proxy, ("http",)) is None:
        section.problem("proxy", "an address that begins with http://")
    policy = FetchPolicy(
        every=section.seconds("every", 3_600.0),
        deadline=section.seconds("deadline", 30.0),
        max_octets=section.number("max_octets", 128 * 1024 * 1024, 1_024, 4 * 1024 * 1024 * 1024),
        ca=section.text("ca"),
        proxy=proxy,
    )
    for key, seconds in (("every", policy.every), ("deadline", policy.deadline)):
        if seconds < 1:
            section.problem(key, "at least a second")
    section.close()
    return policy


def _contradictions(section: Section, policy: RevocationPolicy, trust: TrustPolicy) -> None:
    addresses = sum(isinstance(place, str) and is_address(place) for place in policy.crls)
    if addresses > _MOST_ADDRESSES:
        section.problem("crls", f"at most {_MOST_ADDRESSES} addresses")
    if policy.asks_for_proof and trust.verify is Verify.PROXY:
        section.problem("crls", 'none with verify = "proxy"', "there is no path, hence no issuer's key; denylist works")
    proving = policy.asks_for_proof or section.raw("crls")
    for key in ("check", "on_unknown"):
        if section.has(key) and not proving:
            section.problem(key, "crls, or an issuer with ocsp", "without them nothing is asked for")
    if policy.on_unknown is OnUnknown.ALLOW and proving:
        section.notes.warn(section.at("on_unknown"), "certificates that no source vouches for are let in")

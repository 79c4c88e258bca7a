"""Which responders may be asked about a certificate, and how each of them is.

Addresses come from the configuration of the issuer. Those in a certificate's authorityInfoAccess count only where the
issuer's entry opts in, and only for origins (scheme, host, port) on its list: a client's certificate opens nothing.
"""

from collections.abc import Callable
from hashlib import sha256

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from mtlsguard.certificate import Candidate, distinguished_name, subject_name
from mtlsguard.health import SourceHealth
from mtlsguard.refresh.backoff import Backoff
from mtlsguard.refresh.condition import Condition
from mtlsguard.refresh.fetched import target_of
from mtlsguard.revocation.contract import Link
from mtlsguard.revocation_policy import IssuerPolicy

_BACKOFF = Backoff(first=1.0, most=60.0)
_MOST_NAMED = 2  # addresses that one certificate may name
_REMEMBERED = 512  # issuers; real deployments have a handful

Origin = tuple[str, str, int]


class Responder:
    """One responder: how it is, and until when, by a clock that nobody sets, it is left alone after failures."""

    def __init__(self, name: str, clock: Callable[[], float], random: Callable[[], float]) -> None:
        self._condition = Condition("ocsp", name, clock)
        self._random = random
        self._failures = 0
        self.rests_until = 0.0
        self._answered = 0

    def good(self) -> None:
        self._failures, self.rests_until, self._answered = 0, 0.0, self._answered + 1
        self._condition.good(self._answered, changed=False)

    def bad(self, error: str) -> None:
        """What it said about one certificate does not count; it may be asked about others."""
        self._condition.bad(error)

    def failed(self, error: str, now: float) -> None:
        """It does not answer at all: nobody asks it for a while."""
        self._failures += 1
        self.rests_until = now + _BACKOFF.pause(self._failures, self._random)
        self._condition.bad(error)

    def health(self) -> SourceHealth:
        """`entries`: answers that counted."""
        return self._condition.health()


class Directory:
    """From the entries of the issuers. Names of responders are "ocsp-1" and so on: addresses are no labels."""

    def __init__(
        self, issuers: tuple[IssuerPolicy, ...], clock: Callable[[], float], random: Callable[[], float]
    ) -> None:
        self._issuers = issuers
        urls = dict.fromkeys(url for issuer in issuers for url in issuer.ocsp)
        origins = dict.fromkeys(origin for issuer in issuers for origin in sorted(_origins(issuer)))
        self._by_url = {url: Responder(f"ocsp-{at}", clock, random) for at, url in enumerate(urls, 1)}
        self._by_origin = {origin: Responder(f"ocsp-aia-{at}", clock, random) for at, origin in enumerate(origins, 1)}
        self._known: dict[bytes, tuple[IssuerPolicy, ...]] = {}

    def responders(self, link: Link) -> list[tuple[Responder, str]]:
        """In the order in which they are asked, each with its address; none where nobody may be asked."""
        if link.issuer is None:
            return []
        entries = self._entries(link.issuer)
        urls = dict.fromkeys(url for entry in entries for url in entry.ocsp)
        allowed = {origin for entry in entries for origin in _origins(entry)}
        return [(self._by_url[url], url) for url in urls] + (self._named(link, allowed) if allowed else [])

    def health(self) -> tuple[SourceHealth, ...]:
        return tuple(one.health() for one in (*self._by_url.values(), *self._by_origin.values()))

    def _entries(self, issuer: Candidate) -> tuple[IssuerPolicy, ...]:
        """By name, or by the SHA-256 of the issuer's key."""
        known = self._known
        if issuer.fingerprint not in known:
            if len(known) >= _REMEMBERED:
                known = self._known = {}
            name, key = subject_name(issuer), sha256(issuer.spki).digest()
            decoded = None if name is None else distinguished_name(name)
            known[issuer.fingerprint] = tuple(
                entry
                for entry in self._issuers
                if entry.key == key or (entry.name is not None and entry.name == decoded)
            )
        return known[issuer.fingerprint]

    def _named(self, link: Link, allowed: set[Origin]) -> list[tuple[Responder, str]]:
        """What the certificate's authorityInfoAccess names, as far as it is on the list."""
        found = []
        for url in _ocsp_urls(link.access):
            target = target_of(url)
            if target is not None and target.origin in allowed:
                found.append((self._by_origin[target.origin], url))
        return found[:_MOST_NAMED]


def _origins(entry: IssuerPolicy) -> frozenset[Origin]:
    targets = [target_of(origin) for origin in entry.aia]
    return frozenset(target.origin for target in targets if target is not None)


def _ocsp_urls(access: x509.AuthorityInformationAccess | None) -> list[str]:
    """RFC 5280 section 4.2.2.1, id-ad-ocsp."""
    return [
        description.access_location.value
        for description in access or ()
        if description.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(description.access_location, x509.UniformResourceIdentifier)
    ]

"""What an operator chooses about revocation, and about everything that changes while the service runs."""

from dataclasses import dataclass, field
from enum import StrEnum

from mtlsguard.hidden import hide

# An X.501 name reduced to what is compared: for each RDN the set of (dotted OID, value).
DistinguishedName = tuple[frozenset[tuple[str, str]], ...]


class Extent(StrEnum):
    """Which certificates of a path need a proof that they are not revoked; the deny list is asked about all."""

    CHAIN = "chain"
    LEAF = "leaf"


class OnUnknown(StrEnum):
    """What holds where nothing proves that a certificate is good: DENY fails closed."""

    DENY = "deny"
    ALLOW = "allow"


class Sighup(StrEnum):
    """RELOAD where nobody else handles the signal; DEFAULT leaves it alone."""

    RELOAD = "reload"
    DEFAULT = "default"


class Watch(StrEnum):
    """ON: changed files are noticed and read again. OFF: only when asked to."""

    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class BundlePolicy:
    """A SPIFFE trust bundle: the anchors (DER) of one trust domain, for identities of that domain and no others.

    `place` is where it comes from; no anchors: nothing has come from there yet, and nobody of that domain gets in.
    `sequence` is the bundle's spiffe_sequence, `refresh` its spiffe_refresh_hint in seconds, each 0 if it has none.
    """

    domain: str
    place: str = field(repr=False)
    anchors: tuple[bytes, ...] = field(default=(), repr=False)
    sequence: int = 0
    refresh: float = 0.0

    def __post_init__(self) -> None:
        hide(self, "anchors")


@dataclass(frozen=True, slots=True)
class IssuerPolicy:
    """What holds for the certificates of one issuer, found by its name or the SHA-256 of its SubjectPublicKeyInfo.

    `ocsp` are addresses of responders; `aia` the origins ("http://host[:port]") to which the responders named in a
    certificate of this issuer may lead.
    """

    name: DistinguishedName | None = field(default=None, repr=False)
    key: bytes | None = field(default=None, repr=False)
    on_unknown: OnUnknown | None = None
    ocsp: tuple[str, ...] = ()
    aia: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        hide(self, "name", "key")


class Nonce(StrEnum):
    """What is made of the nonce (RFC 9654). Responders that answer from files cannot return one."""

    REQUIRED = "required"  # sent, and an answer without it does not count
    IF_RETURNED = "if-returned"  # sent, and must be the same where it comes back
    OFF = "off"  # not sent, and not looked at


@dataclass(frozen=True, slots=True)
class OcspPolicy:
    """Seconds. `wait`: how long the first request of a new certificate may wait for its answer; `max_age`: how long
    an answer without nextUpdate counts. `responders` are certificates (DER) of local responders."""

    wait: float = 0.0
    max_age: float = 1_800.0
    nonce: Nonce = Nonce.IF_RETURNED
    responders: tuple[bytes, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        hide(self, "responders")


@dataclass(frozen=True, slots=True)
class StorePolicy:
    """A deny list shared through Valkey or Redis. `stale` is what holds once `max_staleness` seconds are over."""

    prefix: str = "mtlsguard"
    username: str = ""
    password: bytes | None = field(default=None, repr=False)
    ca: str = ""
    max_staleness: float = 300.0
    on_stale: OnUnknown = OnUnknown.DENY

    def __post_init__(self) -> None:
        hide(self, "password")


@dataclass(frozen=True, slots=True)
class RevocationPolicy:
    """`crls` are lists in place, files, folders, or addresses; `denylists` are files, or addresses of shared stores.

    `crl_max_age` (seconds) is how old a list may be, whatever its nextUpdate says; it lets lists without nextUpdate
    count; 0: no limit, and such lists do not count. `directory` is private to the service: indexes of long lists,
    and what was fetched last.
    """

    extent: Extent = Extent.CHAIN
    on_unknown: OnUnknown = OnUnknown.DENY
    crls: tuple[str | bytes, ...] = field(default=(), repr=False)
    crl_max_age: float = 0.0
    issuers: tuple[IssuerPolicy, ...] = ()
    ocsp: OcspPolicy = OcspPolicy()
    denylists: tuple[str, ...] = field(default=(), repr=False)
    store: StorePolicy = StorePolicy()
    directory: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        hide(self, "crls")

    @property
    def asks_for_proof(self) -> bool:
        """Is there any source that could prove that a certificate is good?"""
        return bool(self.crls) or any(issuer.ocsp or issuer.aia for issuer in self.issuers)


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """How addresses are fetched. Seconds; `deadline` is for the whole of one fetch."""

    every: float = 3_600.0
    deadline: float = 30.0
    max_octets: int = 128 * 1024 * 1024
    ca: str = ""
    proxy: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RefreshPolicy:
    watch: Watch = Watch.ON
    sighup: Sighup = Sighup.RELOAD
    fetch: FetchPolicy = FetchPolicy()

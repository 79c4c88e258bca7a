"""Every choice an operator can make, as one frozen value. `config` makes it; nothing changes it."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from types import MappingProxyType

from mtlsguard.hidden import hide
from mtlsguard.revocation_policy import (
    BundlePolicy,
    DistinguishedName,
    RefreshPolicy,
    RevocationPolicy,
)

Network = IPv4Network | IPv6Network


class Verify(StrEnum):
    """Who checks the path: HERE against our own anchors, or PROXY, whose verdict is then believed."""

    HERE = "here"
    PROXY = "proxy"


class Profile(StrEnum):
    """PRIVATE takes the forms that private CAs issue; STRICT adds the form rules of the web PKI."""

    PRIVATE = "private"
    STRICT = "strict"


class WhenAbsent(StrEnum):
    """What no certificate means on a route that no rule names."""

    DENY = "deny"
    ANONYMOUS = "anonymous"


class Trailers(StrEnum):
    """POSSIBLE: a request trailer may reach us among the headers. DROPPED: proxy or server prevents it."""

    POSSIBLE = "possible"
    DROPPED = "dropped"


class Encoding(StrEnum):
    """How a custom convention writes a certificate into one value."""

    BASE64_DER = "base64-der"
    RFC9440 = "rfc9440"
    ESCAPED_PEM = "escaped-pem"
    HALF_ESCAPED_PEM = "half-escaped-pem"
    SPACED_PEM = "spaced-pem"


class NameKind(StrEnum):
    """Which name of the certificate is THE identity. Exactly one value, and no fallback."""

    SPIFFE = "spiffe"
    URI = "uri"
    DNS = "dns"
    EMAIL = "email"
    CN = "cn"
    SUBJECT = "subject"
    FINGERPRINT = "fingerprint"


class Access(StrEnum):
    """PUBLIC: evidence is not even read. OPTIONAL: none passes, bad is refused. VERIFIED: any identity."""

    PUBLIC = "public"
    OPTIONAL = "optional"
    VERIFIED = "verified"


class AuditAllowed(StrEnum):
    """NEW: an event when a certificate is verified, not when its remembered decision is used again."""

    NEW = "new"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class Secret:
    """A header that only our proxy can send. Several values are accepted so that it can be rotated."""

    header: str
    values: tuple[bytes, ...] = field(repr=False)

    def __post_init__(self) -> None:
        hide(self, "values")

    def accepts(self, offered: bytes) -> bool:
        """Constant time over all values: the answer's timing tells nothing about any of them."""
        matches = [hmac.compare_digest(offered, value) for value in self.values]
        return any(matches)


@dataclass(frozen=True, slots=True)
class CustomPolicy:
    """A convention of the operator's own. `chain` None: no chain is sent; `success` None: no verdict is.

    `none` is the verdict without a certificate; `absent` is what the certificate's field then holds, None if it
    is missing.
    """

    encoding: Encoding = Encoding.ESCAPED_PEM
    chain: Encoding | None = None
    success: str | None = None
    none: str = "NONE"
    absent: str | None = None


@dataclass(frozen=True, slots=True)
class ProxyPolicy:
    dialect: str
    networks: tuple[Network, ...] = ()
    unix: bool = False
    secret: Secret | None = None
    hops: int = 1
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    trailers: Trailers = Trailers.POSSIBLE
    custom: CustomPolicy | None = None


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """`anchors` and `intermediates` are DER; `issuer_keys` and `pinned` are SHA-256 digests."""

    anchors: tuple[bytes, ...] = field(default=(), repr=False)
    intermediates: tuple[bytes, ...] = field(default=(), repr=False)
    verify: Verify = Verify.HERE
    profile: Profile = Profile.PRIVATE
    depth: int = 8
    issuer_names: frozenset[DistinguishedName] = field(default=frozenset(), repr=False)
    issuer_keys: frozenset[bytes] = field(default=frozenset(), repr=False)
    pinned: frozenset[bytes] = field(default=frozenset(), repr=False)
    bundles: tuple[BundlePolicy, ...] = ()

    def __post_init__(self) -> None:
        hide(self, "anchors", "intermediates", "issuer_names", "issuer_keys", "pinned")


@dataclass(frozen=True, slots=True)
class ValidityPolicy:
    """Seconds. `max_lifetime` 0 means no limit."""

    clock_skew: float = 60.0
    max_lifetime: float = 0.0


SerialKey = tuple[DistinguishedName, int]


@dataclass(frozen=True, slots=True)
class SerialPolicy:
    """A serial number means something only together with its issuer. `allow` None: every serial may."""

    deny: frozenset[SerialKey] = field(default=frozenset(), repr=False)
    allow: frozenset[SerialKey] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        hide(self, "deny", "allow")


@dataclass(frozen=True, slots=True)
class IdentityPolicy:
    """`trust_domains` narrows SPIFFE IDs; empty means any that the anchors vouch for."""

    name: NameKind = NameKind.SPIFFE
    trust_domains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CachePolicy:
    """`size` decisions are remembered, each for at most `ttl` seconds."""

    size: int = 65_536
    ttl: float = 300.0


@dataclass(frozen=True, slots=True)
class RoleRule:
    """Identities whose name of `kind` matches `pattern` have `role`."""

    role: str
    kind: NameKind
    pattern: str


@dataclass(frozen=True, slots=True)
class RouteRule:
    """`methods` empty: every method and websockets. `require`: one of these roles; then `access` is VERIFIED."""

    path: str
    methods: frozenset[str] = frozenset()
    require: frozenset[str] = frozenset()
    access: Access = Access.VERIFIED


@dataclass(frozen=True, slots=True)
class AuditPolicy:
    """`key` makes the pseudonyms: the same key in all workers makes their logs comparable."""

    key: bytes = field(repr=False)
    allowed: AuditAllowed = AuditAllowed.NEW
    burst: int = 100
    per_second: float = 10.0

    def __post_init__(self) -> None:
        hide(self, "key")


_ASK_NOBODY = RevocationPolicy()
_BY_DEFAULT = RefreshPolicy()


@dataclass(frozen=True, slots=True)
class Policy:
    proxy: ProxyPolicy
    trust: TrustPolicy
    audit: AuditPolicy
    absent: WhenAbsent = WhenAbsent.DENY
    validity: ValidityPolicy = ValidityPolicy()
    serials: SerialPolicy = SerialPolicy()
    identity: IdentityPolicy = IdentityPolicy()
    cache: CachePolicy = CachePolicy()
    roles: tuple[RoleRule, ...] = ()
    routes: tuple[RouteRule, ...] = ()
    revocation: RevocationPolicy = _ASK_NOBODY
    refresh: RefreshPolicy = _BY_DEFAULT

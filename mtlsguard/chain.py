"""Candidate -> VerifiedPath. The only file that builds paths, and the only maker of a VerifiedPath.

cryptography's verifier builds the path and checks signatures, names, validity, name constraints and path
lengths. Its extension policies are opened to what private CAs issue, so what they would have insisted on is
insisted on here, before a CA certificate may take part: see `unfit`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509 import verification
from cryptography.x509.oid import ExtendedKeyUsageOID

from mtlsguard import certificate
from mtlsguard.certificate import Candidate
from mtlsguard.decision import Deny
from mtlsguard.keys import acceptable_key
from mtlsguard.limits import MAX_CHAIN, MAX_SUBTREES
from mtlsguard.policy import Profile, TrustPolicy, Verify
from mtlsguard.reason import Reason

_CLIENT_OR_ANY = {ExtendedKeyUsageOID.CLIENT_AUTH.dotted_string, "2.5.29.37.0"}
_REMEMBERED_HINTS = 512  # CA certificates seen on the wire, kept parsed; real deployments have a handful


class Basis(Enum):
    """What a path rests on."""

    ANCHOR = "anchor"
    PIN = "pin"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True)
class VerifiedPath:
    """Leaf first, anchor last; the leaf alone where the operator pinned it or chose the proxy's word."""

    certificates: tuple[Candidate, ...] = field(repr=False)
    basis: Basis

    @property
    def leaf(self) -> Candidate:
        return self.certificates[0]

    @property
    def issuer(self) -> Candidate | None:
        return self.certificates[1] if len(self.certificates) > 1 else None

    @property
    def not_after(self) -> int:
        return min(member.not_after for member in self.certificates)


def unfit(authority: Candidate) -> str | None:
    """Why this may not issue client certificates; None when it may. Also for certificates from the wire."""
    if not authority.is_ca:
        return "it has no basicConstraints with the CA flag"
    if authority.key_usage is not None and not authority.key_usage.key_cert_sign:
        return "its keyUsage lacks keyCertSign"
    if authority.usages is not None and not authority.usages & _CLIENT_OR_ANY:
        return "its extendedKeyUsage excludes client certificates"
    if not acceptable_key(authority.key):
        return "its key is of a kind or size that is not accepted"
    return None


class TrustStore:
    """The anchors and intermediates of one snapshot, indexed by name: their number costs nothing per request."""

    def __init__(self, policy: TrustPolicy) -> None:
        self._policy = policy
        anchors = _readable(policy.anchors)
        self._intermediates = [member for member in _readable(policy.intermediates) if _may_link(member)]
        self._anchors = {anchor.der for anchor in anchors}
        self._store = verification.Store([anchor.certificate for anchor in anchors]) if anchors else None
        self._policies = _extension_policies(policy.profile)
        self._known = {id(member.certificate): member for member in (*anchors, *self._intermediates)}
        self._by_subject: dict[bytes, list[Candidate]] = {}
        for member in (*anchors, *self._intermediates):
            self._by_subject.setdefault(member.subject, []).append(member)
        self._hints: dict[bytes, Candidate | None] = {}
        self._tied: dict[bytes, Candidate] = {}

    def build(self, leaf: Candidate, presented: tuple[bytes, ...], now: float) -> VerifiedPath | Deny:
        """`presented` are hints, never anchors: a path ends at a configured anchor, or there is none."""
        if leaf.fingerprint in self._policy.pinned:
            return VerifiedPath((leaf,), Basis.PIN)
        if leaf.der in self._anchors:
            return Deny(Reason.ANCHOR_PRESENTED)
        if self._policy.verify is Verify.PROXY:
            return VerifiedPath((leaf,), Basis.PROXY)
        if len(presented) > MAX_CHAIN:
            return Deny(Reason.OVERSIZED)
        hints = [hint for hint in map(self._hint, presented) if hint is not None]
        if not self._issuers(leaf, hints):
            return Deny(Reason.UNKNOWN_ISSUER)  # before any signature is computed
        tied = self._tied_to_us(hints)
        if not self._issuers(leaf, tied):
            return Deny(self._why(leaf, hints, int(now)))
        return self._verify(leaf, tied, now)

    def _verify(self, leaf: Candidate, hints: list[Candidate], now: float) -> VerifiedPath | Deny:
        if self._store is None:
            return Deny(Reason.UNKNOWN_ISSUER)
        # Within the skew that the validity check granted, the path is judged at the leaf's nearest good moment.
        moment = min(max(int(now), leaf.not_before), leaf.not_after)
        # Built anew each time: a verifier keeps the moment that it was built for.
        verifier = (
            verification.PolicyBuilder()
            .store(self._store)
            .time(datetime.fromtimestamp(moment, UTC))
            .max_chain_depth(self._policy.depth)
            .extension_policies(ca_policy=self._policies[0], ee_policy=self._policies[1])
            .build_client_verifier()
        )
        pool = [member.certificate for member in (*self._linking(leaf, hints), *hints)]
        try:
            chain = verifier.verify(leaf.certificate, pool).chain
        except (verification.VerificationError, ValueError, x509.UnsupportedGeneralNameType):
            return Deny(self._why(leaf, hints, moment))
        local = {id(hint.certificate): hint for hint in hints}
        members = [self._known.get(id(member)) or local[id(member)] for member in chain[1:]]
        return VerifiedPath((leaf, *members), Basis.ANCHOR)

    def _tied_to_us(self, hints: list[Candidate]) -> list[Candidate]:
        """The hints whose signatures lead to a certificate of ours, step by step.

        Only these reach the path builder: what a stranger signed for itself could keep it busy for a second with
        loops of authorities and floods of name constraints.
        """
        known = self._tied  # never changed, only replaced: another thread's finds cannot fall between the two lists
        tied = [hint for hint in hints if hint.der in known]
        waiting = [hint for hint in hints if hint.der not in known]
        while found := [hint for hint in waiting if any(_signed(hint, by) for by in self._issuers(hint, tied))]:
            tied += found
            new = {hint.der: hint for hint in found}
            waiting = [hint for hint in waiting if hint.der not in new]
            self._tied = new if len(self._tied) > _REMEMBERED_HINTS else self._tied | new
        return tied

    def _linking(self, leaf: Candidate, hints: list[Candidate]) -> list[Candidate]:
        """The configured intermediates that can be above this leaf, found by name: not all ten thousand."""
        found: dict[int, Candidate] = {}
        names = [leaf.issuer, *(hint.issuer for hint in hints)]
        while names:
            for member in self._by_subject.get(names.pop(), ()):
                if id(member) not in found and member.der not in self._anchors:
                    found[id(member)] = member
                    names.append(member.issuer)
        return list(found.values())

    def _issuers(self, child: Candidate, hints: Iterable[Candidate]) -> list[Candidate]:
        return [
            *self._by_subject.get(child.issuer, ()),
            *(hint for hint in hints if hint.subject == child.issuer),
        ]

    def _why(self, leaf: Candidate, hints: list[Candidate], moment: int) -> Reason:
        """The most helpful reason, from our own facts: the library's message holds names."""
        children = [leaf]
        for _ in range(self._policy.depth + 1):
            issuers = [issuer for child in children for issuer in self._issuers(child, hints)]
            current = [issuer for issuer in issuers if issuer.not_before <= moment <= issuer.not_after]
            if not current:
                return Reason.ISSUER_EXPIRED if issuers else Reason.UNTRUSTED_CHAIN
            if any(issuer.der in self._anchors for issuer in current):
                return Reason.UNTRUSTED_CHAIN
            children = current[:MAX_CHAIN]
        return Reason.UNTRUSTED_CHAIN

    def _hint(self, der: bytes) -> Candidate | None:
        """A presented certificate that could be part of a path; what could not is left out, not refused."""
        known = self._hints  # one dict throughout: another thread may begin a new one
        if der not in known:
            if len(known) >= _REMEMBERED_HINTS:
                known = self._hints = {}
            known[der] = _linkable(der)
        return known[der]


def _linkable(der: bytes) -> Candidate | None:
    parsed = certificate.parse(der)
    if isinstance(parsed, Deny) or not _may_link(parsed) or _subtrees(parsed) > MAX_SUBTREES:
        return None
    return parsed


def _may_link(authority: Candidate) -> bool:
    """An intermediate must say that it may sign certificates; an anchor is what the operator says it is."""
    return unfit(authority) is None and authority.key_usage is not None


def _signed(child: Candidate, authority: Candidate) -> bool:
    try:
        child.certificate.verify_directly_issued_by(authority.certificate)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _subtrees(authority: Candidate) -> int:
    """Name constraints are compared with every name of the leaf: their number is bounded."""
    constraints = authority.constraints
    if constraints is None:
        return 0
    return len(constraints.permitted_subtrees or ()) + len(constraints.excluded_subtrees or ())


def _readable(ders: Iterable[bytes]) -> list[Candidate]:
    """`config` has refused what does not parse; a Policy made by hand gets the same rule as an error."""
    found = [certificate.read(der) for der in ders]
    broken = [at for at, member in enumerate(found) if isinstance(member, Deny)]
    if broken:
        raise ValueError(f"trust certificates at positions {broken} cannot be read")
    return [member for member in found if isinstance(member, Candidate)]


def _extension_policies(
    profile: Profile,
) -> tuple[verification.ExtensionPolicy, verification.ExtensionPolicy]:
    if profile is Profile.STRICT:
        return (
            verification.ExtensionPolicy.webpki_defaults_ca(),
            verification.ExtensionPolicy.webpki_defaults_ee(),
        )
    anything = verification.ExtensionPolicy.permit_all()
    authority = anything.require_present(x509.BasicConstraints, verification.Criticality.AGNOSTIC, None)
    return authority, anything

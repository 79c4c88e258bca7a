"""The engine: one request, top to bottom.

Two rules. First, nothing here waits or asks: no clock, file, socket or framework; `now` is an argument and
everything else lies in the snapshot. Second, only `Allow` lets a client in, and only this file makes one;
whatever is not allowed is a value with its reason, and anything raised is a bug that surfaces as an error.
"""

from mtlsguard import certificate
from mtlsguard.access import Roles, Routes, Target
from mtlsguard.cache import Memory
from mtlsguard.chain import TrustStore, VerifiedPath
from mtlsguard.checks import CANDIDATE_CHECKS, PATH_CHECKS
from mtlsguard.connection import HIDDEN, REWRITTEN, SECRET, Connection, Names
from mtlsguard.decision import Absent, Allow, Decision, Deny, Identity, Revealed, Unread
from mtlsguard.dialects import spoken
from mtlsguard.dialects.contract import Presented
from mtlsguard.evidence import offered, screen
from mtlsguard.identity import name_of
from mtlsguard.policy import Access, NameKind, Policy
from mtlsguard.provenance import Proxies
from mtlsguard.pseudonym import pseudonym
from mtlsguard.reason import Reason

_PUBLIC = Access.PUBLIC  # to look up a member of an enum takes 0.1 µs on Python 3.11
_MOST_VOUCHED = 1_024  # peers that are proxies of ours; more of them cost a look-up each


class Snapshot:
    """A policy with everything that can be computed before the first request. Never changed, only replaced."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.dialect = spoken(policy.proxy)
        self.names = Names.of(self.dialect, policy.proxy)
        self.routes = Routes(policy.routes, policy.absent)
        self._proxies = Proxies(policy.proxy)
        self._trust = TrustStore(policy.trust)
        self._roles = Roles(policy.roles)
        self._memory = Memory(policy.cache.size)
        self._vouched: set[str] = set()

    def decide(self, connection: Connection, target: Target, now: float) -> Decision:
        """May this request pass? `now` is POSIX seconds."""
        gate = self.routes.known.get(target) or self.routes.gate(target)
        if gate.access is _PUBLIC:
            return self._unread(connection)
        return gate.pass_on(self.check(connection, now))

    def check(self, connection: Connection, now: float) -> Decision:
        """Which client, if any, is on this connection?"""
        if connection.peer not in self._vouched and (refusal := self._provenance(connection)):
            return refusal
        remembered = self._memory.recall(connection.hint, connection.seen, now)
        if remembered is not None:
            return remembered
        fields = screen(connection, self.names, self.dialect, self.policy.proxy.trailers)
        if isinstance(fields, Deny):
            return fields
        presented = self.dialect.read(fields, self.policy.proxy.hops)
        if not isinstance(presented, Presented):
            return presented
        decision = self._judge(presented, now)
        if isinstance(decision, Allow):
            self._memory.remember(connection.hint, connection.seen, decision)
        return decision

    def _provenance(self, connection: Connection) -> Deny | Absent | None:
        """None: one of our proxies speaks, or our own server. Only names have been looked at before this answer."""
        secret = self.policy.proxy.secret
        trusted = self.dialect.native is not None or self._proxies.trust(connection.peer)
        if secret is None:
            if trusted:
                self._vouch(connection.peer)
                return None
            return Deny(Reason.UNTRUSTED_PROXY) if offered(connection, self.names) else Absent()
        offers = _take_secrets(connection, self.names)
        known = len(offers) == 1 and secret.accepts(offers[0])
        if known and (trusted or connection.peer in {HIDDEN, REWRITTEN}):
            return None
        if not offered(connection, self.names):
            return Absent()
        return Deny(Reason.WRONG_PROXY_SECRET if trusted else Reason.UNTRUSTED_PROXY)

    def _vouch(self, peer: str) -> None:
        """Peers that need no further look. Only where no secret is asked for: it is, on every request."""
        if len(self._vouched) < _MOST_VOUCHED:
            self._vouched.add(peer)

    def _judge(self, presented: Presented, now: float) -> Allow | Deny:
        candidate = certificate.parse(presented.leaf)
        if isinstance(candidate, Deny):
            return candidate
        known_as = pseudonym(candidate.fingerprint, self.policy.audit.key)
        for check in CANDIDATE_CHECKS:  # cheap, and each names its exact reason
            if denial := check(candidate, self.policy, now):
                return Deny(denial.reason, known_as)
        path = self._trust.build(candidate, presented.chain, now)
        if isinstance(path, Deny):
            return Deny(path.reason, known_as)
        for path_check in PATH_CHECKS:  # a VerifiedPath is the only ticket in
            if denial := path_check(path, self.policy, now):
                return Deny(denial.reason, known_as)
        name = name_of(path.leaf, self.policy.identity)
        if isinstance(name, Deny):
            return Deny(name.reason, known_as)
        return self._allow(path, name, known_as, now)

    def _allow(self, path: VerifiedPath, name: str, known_as: str, now: float) -> Allow:
        kind, fingerprint = self.policy.identity.name, path.leaf.fingerprint.hex()
        roles = self._roles.of({NameKind.FINGERPRINT: fingerprint, kind: name})
        identity = Identity(kind.value, roles, known_as, Revealed(name, fingerprint, path.leaf.der))
        # notAfter is inclusive and whole seconds: the decision holds until the second after it begins.
        return Allow(identity, now, min(now + self.policy.cache.ttl, path.not_after + 1.0))

    def _unread(self, connection: Connection) -> Unread:
        """On a public route evidence is not read; who offers it without being our proxy is noticed."""
        refusal = self._provenance(connection)
        return Unread(refusal.reason if isinstance(refusal, Deny) else None)


def _take_secrets(connection: Connection, names: Names) -> list[bytes]:
    """Takes the secret out of what is compared and remembered: it is compared in constant time only."""
    offers = [value for name, value in connection.seen if names.roles.get(name) == SECRET]
    connection.seen = [pair for pair in connection.seen if names.roles.get(pair[0]) != SECRET]
    return offers


class Guard:
    """Holds the snapshot that requests are decided by. `replace` swaps it under a running service.

    A request takes `current` once and uses it throughout, so it sees the old policy or the new one, whole.
    """

    def __init__(self, policy: Policy) -> None:
        self.current = Snapshot(policy)

    def replace(self, policy: Policy) -> None:
        """One assignment. Decisions made under the old policy go with it."""
        self.current = Snapshot(policy)

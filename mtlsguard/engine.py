"""The engine: one request, top to bottom.

Two rules. First, nothing here waits or asks: no clock, file, socket or framework; `now` is an argument and
everything else lies in the snapshot. Second, only `Allow` lets a client in, and only this file makes one;
whatever is not allowed is a value with its reason, and anything raised is a bug that surfaces as an error.
"""

from copy import copy
from dataclasses import replace

from mtlsguard import certificate
from mtlsguard.access import Roles, Routes, Target
from mtlsguard.cache import Entry, Memory
from mtlsguard.chain import VerifiedPath
from mtlsguard.checks import CANDIDATE_CHECKS, PATH_CHECKS
from mtlsguard.connection import HIDDEN, REWRITTEN, SECRET, Connection, Names
from mtlsguard.decision import Absent, Allow, Decision, Deny, Identity, Revealed, Unread, Waiting
from mtlsguard.dialects import spoken
from mtlsguard.dialects.contract import Presented
from mtlsguard.evidence import offered, screen
from mtlsguard.federation import Federation
from mtlsguard.identity import name_of
from mtlsguard.policy import Access, NameKind, Policy
from mtlsguard.provenance import Proxies
from mtlsguard.pseudonym import pseudonym
from mtlsguard.reason import Reason
from mtlsguard.revocation.links import links_of
from mtlsguard.revocation.view import NOTHING, Rules, View

_PUBLIC = Access.PUBLIC  # to look up a member of an enum takes 0.1 µs on Python 3.11
_MOST_VOUCHED = 1_024  # peers that are proxies of ours; more of them cost a look-up each


class Snapshot:
    """A policy with everything that can be computed before the first request. Never changed, only replaced.

    `view` is what is known about revocation. `dormant`: what keeps policy and view fresh does not run yet in this
    process; whoever takes a dormant snapshot wakes the guard first.
    """

    def __init__(self, policy: Policy, view: View = NOTHING) -> None:
        self.policy = policy
        self.view = view
        self.dormant = False
        self.dialect = spoken(policy.proxy)
        self.names = Names.of(self.dialect, policy.proxy)
        self.routes = Routes(policy.routes, policy.absent)
        self._proxies = Proxies(policy.proxy)
        self._trust = Federation(policy.trust)
        self._standing = Rules(policy.revocation)
        self._roles = Roles(policy.roles)
        self._memory = Memory(policy.cache.size)
        self._vouched: set[str] = set()

    def decide(self, connection: Connection, target: Target, now: float) -> Decision | Waiting:
        """May this request pass? `now` is POSIX seconds."""
        gate = self.routes.known.get(target) or self.routes.gate(target)
        if gate.access is _PUBLIC:
            return self._unread(connection)
        return gate.pass_on(self.check(connection, now))

    def check(self, connection: Connection, now: float) -> Decision | Waiting:
        """Which client, if any, is on this connection?"""
        if connection.peer not in self._vouched and (refusal := self._provenance(connection)):
            return refusal
        remembered = self._memory.recall(connection.hint, connection.seen, now)
        if remembered is not None:
            return remembered[1] if remembered[2] is self.view else self._stand(connection, remembered, now)
        fields = screen(connection, self.names, self.dialect, self.policy.proxy.trailers)
        if isinstance(fields, Deny):
            return fields
        presented = self.dialect.read(fields, self.policy.proxy.hops)
        if not isinstance(presented, Presented):
            return presented
        entry = self._judge(presented, connection, now)
        return entry if isinstance(entry, Deny) else self._stand(connection, entry, now)

    def with_view(self, view: View) -> "Snapshot":
        """The same policy, and the same memory, with more or other knowledge about revocation."""
        other = copy(self)
        other.view = view
        return other

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

    def _judge(self, presented: Presented, connection: Connection, now: float) -> Entry | Deny:
        """Everything about a certificate that only time and a new policy can change."""
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
        allow = self._allow(path, name, known_as, now)
        links = () if self._standing.idle else links_of(path)
        return Entry(connection.seen, allow, self.view, links, allow.valid_until)

    def _stand(self, connection: Connection, entry: Entry, now: float) -> Allow | Deny | Waiting:
        """Is anything in the path revoked? Asked for each new allowance, and again when more is known."""
        if not entry.links:
            self._memory.remember(connection.hint, entry)
            return entry.allow
        found = self._standing.judge(entry.links, self.view, now)
        decision: Allow | Deny
        if found.refusal is not None:
            decision = Deny(found.refusal, entry.allow.identity.pseudonym)
        else:
            decision = replace(entry.allow, valid_from=now, valid_until=min(entry.until, found.until))
            self._memory.remember(connection.hint, entry._replace(allow=decision, view=self.view))
        waits = found.awaited and self.policy.revocation.ocsp.wait and not entry.allow.remembered
        return Waiting(decision, found.awaited) if waits else decision

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

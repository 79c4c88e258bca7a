"""What the guard says about one certificate: check by check, or the engine's whole decision."""

import secrets
from dataclasses import dataclass, replace
from ipaddress import ip_network

from mtlsguard import certificate
from mtlsguard.certificate import subject_name
from mtlsguard.checks import CANDIDATE_CHECKS
from mtlsguard.cli.certificates import Fact, Sheet, candidate_of, name_text
from mtlsguard.cli.terminal import printable
from mtlsguard.decision import Allow, Decision, Deny, Waiting, settled
from mtlsguard.dialects import spoken
from mtlsguard.dialects.contract import Presented
from mtlsguard.engine import Snapshot
from mtlsguard.federation import Federation
from mtlsguard.guard import Guard
from mtlsguard.policy import AuditPolicy, Policy, ProxyPolicy, TrustPolicy
from mtlsguard.reason import EXPLANATIONS

_SOUND = "ok"
_PROXY = "127.0.0.1"
_PATIENCE = 10.0  # seconds for responders, whatever a request may wait


@dataclass(frozen=True, slots=True)
class Verdict:
    ok: bool
    facts: Sheet
    sentence: str


def by_checks(der: bytes, now: float) -> Verdict:
    """Every check that needs nothing but the certificate, with the default policy."""
    parsed = certificate.parse(der)
    policy = Policy(ProxyPolicy("nginx"), TrustPolicy(), AuditPolicy(secrets.token_bytes(32)))
    facts = [Fact("check parsing", _answer(parsed if isinstance(parsed, Deny) else None))]
    leaf = candidate_of(der)
    if not isinstance(leaf, Deny):
        facts += [Fact(f"check {check.__name__}", _answer(check(leaf, policy, now))) for check in CANDIDATE_CHECKS]
    ok = all(fact.value == _SOUND for fact in facts)
    sentence = "no check objects; whether its issuer is trusted, --config tells" if ok else "it would be refused"
    return Verdict(ok, facts, sentence)


def _answer(denial: Deny | None) -> str:
    return _SOUND if denial is None else f"{denial.reason.value}: {EXPLANATIONS[denial.reason].meaning}"


def by_engine(der: bytes, chain: tuple[bytes, ...], guard: Guard, now: float) -> Verdict:
    """The engine's decision on a request that the proxy of a guard `on_this_machine` would make of it."""
    snapshot = guard.wake()
    decision = _decision(der, chain, guard, snapshot, now)
    policy = snapshot.policy
    facts = [Fact("dialect", policy.proxy.dialect), *_path(der, chain, policy, now)]
    if isinstance(decision, Allow):
        identity = decision.identity
        facts += [
            Fact("identity", printable(f"{identity.kind} {identity.name}"), identifies=True),
            Fact("roles", ", ".join(sorted(identity.roles)) or "none"),
            _pseudonym(identity.pseudonym),
        ]
        return Verdict(True, facts, "it would be let in")  # noqa: FBT003 - said by the field's name
    if not isinstance(decision, Deny):
        return Verdict(False, facts, "there is no certificate in it")  # noqa: FBT003
    facts += [_pseudonym(decision.pseudonym)] if decision.pseudonym else []
    entry = EXPLANATIONS[decision.reason]
    facts += [Fact("reason", f"{decision.reason.value}: {entry.meaning}"), Fact("advice", entry.advice)]
    return Verdict(False, facts, f"it would be refused with status {entry.status}")  # noqa: FBT003


def _pseudonym(known_as: str) -> Fact:
    return Fact("pseudonym", f"{known_as} (in the log the same only with audit.key)")


def on_this_machine(policy: Policy) -> Policy:
    """As if the proxy stood here: who it is has been decided elsewhere, what it says is the matter. And with time to
    ask responders.
    """
    ocsp = replace(policy.revocation.ocsp, wait=max(policy.revocation.ocsp.wait, _PATIENCE))
    return replace(
        policy,
        proxy=replace(policy.proxy, networks=(ip_network(_PROXY),), secret=None, hops=1),
        revocation=replace(policy.revocation, ocsp=ocsp),
    )


def _decision(der: bytes, chain: tuple[bytes, ...], guard: Guard, snapshot: Snapshot, now: float) -> Decision:
    connection = snapshot.names.connection(_PROXY, snapshot.dialect.write(der, chain))
    found = snapshot.check(connection, now)
    return settled(guard.settle(snapshot, found).check(connection, now) if isinstance(found, Waiting) else found)


def _path(der: bytes, chain: tuple[bytes, ...], policy: Policy, now: float) -> Sheet:
    """Subjects from the leaf up. Dialects that carry no chain leave the engine with the configured one."""
    leaf = certificate.parse(der)
    if isinstance(leaf, Deny):
        return []
    dialect = spoken(policy.proxy)
    presented = dialect.read({role: (value.encode(),) for role, value in dialect.write(der, chain).items()}, 1)
    carried = presented.chain if isinstance(presented, Presented) else ()
    path = Federation(policy.trust).build(leaf, carried, now)
    if isinstance(path, Deny):
        return [Fact("path", "none")]
    subjects = [name_text(subject_name(member)) for member in path.certificates]
    return [Fact("path", subjects, identifies=True), Fact("rests on", path.basis.value)]

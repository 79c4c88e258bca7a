"""Do large policies cost more per request? Each first decision under a large policy ÷ under a small one."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from benchmarks.first import deciding
from benchmarks.harness import SAMPLE, Case, Goal, Group, Row, Samples, Table
from benchmarks.material import calling, configuration, forgetful, world
from mtlsguard.access import Routes
from mtlsguard.certificate import Candidate, issuer_name, parse
from mtlsguard.engine import Snapshot
from mtlsguard.policy import Policy, SerialPolicy, WhenAbsent

MANY = 10_000
SERIALS = 100_000
_ONE = "decision: 1 anchor, 1 intermediate, 5 roles"
_ONE_SERIAL = "decision: 1 denied serial"
_ONE_ROUTE = "new path: 6 routes"
_LARGE = {
    "decision: 10,000 anchors": _ONE,
    "decision: 10,000 intermediates": _ONE,
    "decision: 10,000 role rules": _ONE,
    "decision: 100,000 denied serials": _ONE_SERIAL,
    "new path: 10,000 routes": _ONE_ROUTE,
}


def group() -> Group:
    small, *large = (Snapshot(policy) for policy in _policies())
    serials = [Snapshot(_denying(small.policy, number)) for number in (1, SERIALS)]
    trusted = world("p256")
    names = [_ONE, *list(_LARGE)[:3], _ONE_SERIAL, "decision: 100,000 denied serials"]
    runs = [calling(deciding(trusted, snapshot)) for snapshot in (small, *large, *serials)]
    cases = [Case(name, run, 3 * SAMPLE) for name, run in zip(names, runs, strict=True)]
    for name, number in ((_ONE_ROUTE, 0), ("new path: 10,000 routes", MANY)):
        cases.append(Case(name, calling(_asking(number))))
    return Group(cases, _table)


def _policies() -> list[Policy]:
    """The small one, then those with many anchors, intermediates and roles."""
    pki = world("p256").pki
    key = pki.root.key
    others = [pki.authority(f"Authority {number}", key=key).der for number in range(MANY)]
    small = forgetful(pki)
    trust, rules = small.trust, configuration(pki)["roles"]
    match = "spiffe://example.org/ns/default/sa/other-{}"
    many_roles = [*rules, *({"name": "other", "match": {"spiffe": match.format(number)}} for number in range(MANY))]
    return [
        small,
        replace(small, trust=replace(trust, anchors=(*trust.anchors, *others))),
        replace(small, trust=replace(trust, intermediates=(*trust.intermediates, *others))),
        forgetful(pki, roles=many_roles),
    ]


def _denying(policy: Policy, number: int) -> Policy:
    leaf = parse(world("p256").client.der)
    issuer = issuer_name(leaf) if isinstance(leaf, Candidate) else None
    if issuer is None:
        raise TypeError("the client's issuer cannot be read")
    return replace(policy, serials=SerialPolicy(frozenset((issuer, serial) for serial in range(1, number + 1))))


def _asking(number: int) -> Callable[[], object]:
    """Paths that no request had before; the last of many rules matches."""
    pki = world("p256").pki
    more = [{"path": f"/other-{at}/*/x", "require": ["admin"]} for at in range(number)]
    sections: dict[str, Any] = {"routes": [*more, *configuration(pki)["routes"]]}
    routes = Routes(forgetful(pki, **sections).routes, WhenAbsent.DENY)
    numbers = count()
    return lambda: routes.gate(("GET", f"/invoices/2024/{next(numbers)}", b""))


def _table(samples: Samples) -> Table:
    rows = []
    for base in dict.fromkeys(_LARGE.values()):
        rows.append(Row(base, samples.time(base).least))
        large = [name for name, small in _LARGE.items() if small == base]
        rows += [Row(name, samples.time(name).least, "µs", samples.ratio(name, base), Goal(1.05)) for name in large]
    return Table("Large policies", "÷ small", rows)

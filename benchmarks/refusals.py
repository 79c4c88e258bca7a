"""What refusing costs: a flood of bad evidence must be cheaper than good evidence."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from cryptography import x509

from benchmarks.harness import Case, Goal, Group, Row, Samples, Table
from benchmarks.material import CERTIFICATE, World, calling, client, evidence, forgetful, headers_of, world
from mtlsguard.connection import from_asgi
from mtlsguard.decision import Deny
from mtlsguard.engine import Snapshot
from mtlsguard.testing import Pki

_DECODE = "unquote and load_pem"
_STRANGER = "unknown issuer"
_VERIFY = "whole decision, let in (P-256)"
_GOALS = {
    "no armour": Goal(0.05),
    "overlong, 100 KB": Goal(0.05),
    "8 KB of %41": Goal(0.05),
    "cut off at the end": Goal(0.05),
    "one character of the body is not base64": None,
}


def group() -> Group:
    rsa, p256 = world("rsa2048"), world("p256")
    snapshot = Snapshot(forgetful(rsa.pki))
    cases = []
    for name, value in _bad(headers_of(rsa.client)[CERTIFICATE].encode()).items():
        cases.append(Case(f"{name}: refused", calling(_refusing(snapshot, value))))
        cases.append(Case(f"{name}: {_DECODE}", calling(lambda value=value: _decode(value))))
    stranger = World(p256.pki, client(_strangers()))
    ours = Snapshot(forgetful(p256.pki))
    cases.append(Case(_STRANGER, calling(_refusing(ours, headers_of(stranger.client)[CERTIFICATE].encode()))))
    cases.append(Case(_VERIFY, calling(_asking(ours, headers_of(p256.client)[CERTIFICATE].encode()))))
    return Group(cases, _table)


def _strangers() -> Pki:
    pki = Pki()
    pki.intermediate = pki.authority("Strange Intermediate", issuer=pki.authority("Strange Root"))
    return pki


def _bad(good: bytes) -> dict[str, bytes]:
    values = [
        b"MII" + good[30:],
        good[:-29] + b"A" * (100_000 - len(good)) + good[-29:],
        b"%41" * 2_700,
        good[:-40],
        good[:400] + b"!" + good[401:],
    ]
    return dict(zip(_GOALS, values, strict=True))


def _asking(snapshot: Snapshot, value: bytes) -> Callable[[], object]:
    now, buffer = world("p256").now, value + b"."
    at = slice(0, len(value))

    def ask() -> object:
        fresh = buffer[at]
        connection, _ = from_asgi(evidence(fresh), snapshot.names)
        return snapshot.check(connection, now)

    return ask


def _refusing(snapshot: Snapshot, value: bytes) -> Callable[[], object]:
    ask = _asking(snapshot, value)
    if not isinstance(ask(), Deny):
        raise TypeError("evidence that should be refused is not")
    return ask


def _decode(value: bytes) -> object:
    try:
        return x509.load_pem_x509_certificate(unquote_to_bytes(value))
    except ValueError:
        return None


def _table(samples: Samples) -> Table:
    rows = []
    for name, goal in _GOALS.items():
        case = f"{name}: refused"
        rows.append(Row(case, samples.time(case).least, "µs", samples.ratio(case, f"{name}: {_DECODE}"), goal))
    rows.append(Row(_VERIFY, samples.time(_VERIFY).least))
    rows.append(Row(_STRANGER, samples.time(_STRANGER).least, "µs", samples.ratio(_STRANGER, _VERIFY), Goal(0.25)))
    return Table("Refusals", f"÷ {_DECODE} of the same (the last: ÷ whole decision)", rows)

"""What one remembered decision holds, evidence included."""

import gc
import tracemalloc

from benchmarks.harness import Row, Table
from benchmarks.material import CERTIFICATE, client, evidence, headers_of, policy, world
from mtlsguard.connection import from_asgi
from mtlsguard.decision import Allow
from mtlsguard.engine import Snapshot


def table(number: int) -> Table:
    rows = [_row("RSA-2048", "rsa2048", number), _row("P-256", "p256", number)]
    return Table(f"Memory, {number:,} certificates remembered", "", rows)


def _row(name: str, algorithm: str, number: int) -> Row:
    octets, length = _per_decision(algorithm, number)
    return Row(f"{name}: one decision, its header of {length:,} B included", octets, "B")


def _per_decision(algorithm: str, number: int) -> tuple[float, int]:
    trusted = world(algorithm)
    snapshot = Snapshot(policy(trusted.pki))
    values = [headers_of(client(trusted.pki))[CERTIFICATE] for _ in range(number)]
    _remember(snapshot, values[0], trusted.now)
    gc.collect()
    tracemalloc.start()
    for value in values[1:]:
        _remember(snapshot, value, trusted.now)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return held / (number - 1), len(values[0])


def _remember(snapshot: Snapshot, value: str, now: float) -> None:
    connection, _ = from_asgi(evidence(value.encode()), snapshot.names)
    decision = snapshot.check(connection, now)
    if not isinstance(decision, Allow):
        raise TypeError(f"a client that should be let in is not: {decision}")

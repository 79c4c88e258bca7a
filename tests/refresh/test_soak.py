"""Decisions under load while the world changes every second, against what the snapshot of their moment holds."""

from pathlib import Path

from benchmarks import soak
from mtlsguard.loading import guard_from

SECONDS = 8.0


def test_no_decision_contradicts_the_snapshot_of_its_moment() -> None:
    found = soak.soak(SECONDS, clients=60)
    assert not found.crashes
    assert not found.total("contradictions")
    assert {"allowed", "revoked", "untrusted"} <= found.total("outcomes").keys()
    assert all(tally.views > 2 for tally in found.tallies)


def test_decisions_by_an_older_snapshot_would_be_noticed(tmp_path: Path) -> None:
    writer = soak.Writer(tmp_path, clients=60)
    writer.turn_to(0)
    guard = guard_from(tmp_path / "mtlsguard.toml")
    oracle, old = soak.Oracle(writer.plan(SECONDS)), guard.current
    writer.turn_to(4)
    guard.reload()
    for snapshot, turn in ((old, 0), (guard.current, 4)):
        expected, states = oracle.expected(snapshot, 4)
        assert {known for _, known in states} == {turn}
        assert [soak.outcome(snapshot, client) for client in writer.clients] == expected
    assert oracle.expected(old, 4)[0] != oracle.expected(guard.current, 4)[0]

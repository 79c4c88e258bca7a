"""A short soak: see benchmarks/soak.py, which goes on for ten minutes."""

from benchmarks.soak import soak, verdict


def test_no_decision_contradicts_the_snapshot_of_its_moment() -> None:
    table, _ = verdict(soak(8.0))
    assert (table["contradictions"], table["let in too late"]) == (0, 0)
    assert table["allowed"] > 0
    assert table["refused"] > 0
    assert table["states met"] > 3

"""A short soak: see benchmarks/soak.py, which goes on for ten minutes."""

from benchmarks.soak import soak


def test_no_decision_contradicts_the_snapshot_of_its_moment() -> None:
    found = soak(8.0, clients=60)
    assert (found.contradictions, found.overdue, found.crashes) == (0, 0, ())
    assert len(found.total("outcomes")) > 1
    assert found.turns > 3

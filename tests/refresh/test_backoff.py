"""Pauses after failures."""

import pytest

from mtlsguard.refresh.backoff import Backoff

BACKOFF = Backoff(first=1, most=60)


@pytest.mark.parametrize(("failures", "pause"), [(0, 0), (1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (10_000, 60)])
def test_each_failure_doubles_the_pause_up_to_the_most(failures, pause):
    assert BACKOFF.pause(failures, lambda: 0.0) == pause


def test_chance_takes_up_to_a_half_away():
    assert [BACKOFF.pause(4, lambda: 0.5), BACKOFF.pause(4, lambda: 1.0)] == [6, 4]

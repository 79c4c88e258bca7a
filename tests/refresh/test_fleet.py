"""A fleet of processes before a real Valkey that dies, empties and hangs at random: nothing that was heard is lost."""

import multiprocessing
import random
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from mtlsguard.refresh.store import StoreFollower
from mtlsguard.revocation_policy import StorePolicy
from tests.refresh.valkey import Valkey, entry
from tests.refresh.world import eventually

SPAWN = multiprocessing.get_context("spawn")
ROUNDS = 12


def follow(url: str, ready: Any, questions: Any, answers: Any) -> None:
    """A process that follows, and says whether in the end it refuses exactly what it is asked about."""
    follower = StoreFollower(url, StorePolicy(), lambda _: None, lambda *_: None)
    follower.start()
    ready.set()
    refused, allowed = questions.get()

    def right() -> bool:
        copy = follower.copy
        return all(entry(at).key in copy for at in refused) and not any(entry(at).key in copy for at in allowed)

    answers.put(eventually(right))
    follower.close()


class Fleet:
    def __init__(self, url: str) -> None:
        self._url = url
        self._answers = SPAWN.Queue()
        self._members: list[tuple[BaseProcess, Any]] = []
        for _ in range(3):
            self.begin()

    def begin(self) -> None:
        ready, questions = SPAWN.Event(), SPAWN.Queue()
        process = SPAWN.Process(target=follow, args=(self._url, ready, questions, self._answers), daemon=True)
        process.start()
        assert ready.wait(60)
        self._members.append((process, questions))

    def kill(self) -> None:
        process, _ = self._members.pop(0)
        process.kill()
        process.join()

    def agree(self, refused: list[int], allowed: list[int]) -> bool:
        for _, questions in self._members:
            questions.put((refused, allowed))
        return all(self._answers.get(timeout=60) for _ in self._members)

    def end(self) -> None:
        while self._members:
            self.kill()


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    one = Valkey(tmp_path)
    yield one
    one.kill()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_fleet_agrees_on_all_that_one_of_it_has_heard(valkey: Valkey, seed: int) -> None:
    fate = random.Random(seed)
    fleet = Fleet(valkey.url)
    witness = StoreFollower(valkey.url, StorePolicy(), lambda _: None, lambda *_: None)
    witness.start()
    wanted: dict[int, bool] = {}
    try:
        for _ in range(ROUNDS):
            at = fate.randint(1, 6)
            wanted[at] = not wanted.get(at, False)
            valkey.put(entry(at), revoked=wanted[at])
            assert eventually(lambda at=at: (entry(at).key in witness.copy) is wanted[at])
            fate.choice([lambda: _reborn(valkey), lambda: valkey.run("FLUSHALL"), lambda: _renewed(fleet)])()
        refused = [at for at, on in wanted.items() if on]
        assert fleet.agree(refused, [at for at, on in wanted.items() if not on])
    finally:
        witness.close()
        fleet.end()


def _reborn(valkey: Valkey) -> None:
    valkey.kill()
    valkey.begin()


def _renewed(fleet: Fleet) -> None:
    fleet.kill()
    fleet.begin()

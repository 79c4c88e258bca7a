"""What lies behind an address, fetched again and again: a thread for each, so that one that hangs delays no other."""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from mtlsguard.refresh.backoff import Backoff
from mtlsguard.refresh.condition import Condition
from mtlsguard.refresh.fetching import Fetched, Fetcher, FetchFault, Validators
from mtlsguard.refresh.kept import keep, kept
from mtlsguard.refresh.loop import Loop

_AGAIN = Backoff(first=1.0, most=60.0)
_SHORTEST = 5.0  # seconds from one fetch to the next, whatever is said about how fresh a thing is
_PERIOD = 0.5

# Octets -> POSIX seconds until which they are good (None: not known), or a sentence about what is wrong with them.
Inspect = Callable[[bytes], float | str | None]


@dataclass(frozen=True, slots=True)
class How:
    """`every`: seconds from one fetch to the next, less where the content ends sooner. `directory`: keeps the last."""

    fetcher: Fetcher
    every: float
    directory: Path | None = None


class Address:
    """One address. `octets`: the last that were sound, those of an earlier process where a directory keeps them.

    `arrived` is called, in the thread of the address, with each new content. `used` is asked afterwards: only what is
    used takes the place of what the directory keeps.
    """

    def __init__(
        self,
        url: str,
        condition: Condition,
        inspect: Inspect,
        how: How,
        used: Callable[[bytes], bool] = lambda _octets: True,
    ) -> None:
        self.url = url
        self.condition = condition
        self.octets: bytes | None = None
        self.tried = 0  # fetches that have come to an end
        self._inspect = inspect
        self._how = how
        self._used = used
        self._validators: Validators | None = None
        self._failures = 0
        self._due = 0.0
        self._loop: Loop | None = None
        self._arrived: Callable[[], None] = lambda: None

    def begin(self) -> None:
        """What an earlier process kept, if it is still sound."""
        found = kept(self._how.directory, self.url) if self._how.directory else None
        if found is not None and not isinstance(self._inspect(found), str):
            self.octets = found

    def follow_on(self, old: "Address") -> None:
        """Before `start`: with what `old` has fetched from the same address."""
        if old.octets is not None:
            self.octets, self._validators = old.octets, old._validators  # noqa: SLF001 - another of its own kind

    def start(self, arrived: Callable[[], None]) -> None:
        self._arrived = arrived
        if self._loop is None:
            self._loop = Loop("fetch", _PERIOD, self._step, self.condition.bad)
            self._loop.start()
            self._loop.nudge()

    def nudge(self) -> None:
        """Fetch now, unless that was just done."""
        self._due = min(self._due, time.monotonic() + 0.1)
        if self._loop is not None:
            self._loop.nudge()

    def close(self) -> None:
        if self._loop is not None:
            self._loop.close()
            self._loop = None

    def after_fork(self) -> None:
        self._loop = None

    def _step(self) -> None:
        if time.monotonic() >= self._due:
            self.fetch()

    def fetch(self) -> bool:
        """Now, in the calling thread. Is the content new?"""
        found = self._how.fetcher.fetch(self.url, validators=self._validators)
        changed = False
        if isinstance(found, FetchFault):
            self._failed(found.kind.value)
        elif isinstance(found, Fetched) and found.octets != self.octets:
            changed = self._take(found)
        else:
            self._good(self._until())
        self.tried += 1
        return changed

    def _take(self, found: Fetched) -> bool:
        inspected = self._inspect(found.octets)
        if isinstance(inspected, str):
            self._failed("unusable", inspected)
            return False
        self.octets, self._validators = found.octets, found.validators
        self._good(inspected)
        self._arrived()
        self._keep(found.octets)
        return True

    def _keep(self, octets: bytes) -> None:
        directory = self._how.directory
        if directory is not None and self._used(octets) and (problem := keep(directory, self.url, octets)):
            self.condition.note("not-kept", {"error": problem})

    def _until(self) -> float | None:
        inspected = self._inspect(self.octets) if self.octets is not None else None
        return None if isinstance(inspected, str) else inspected

    def _good(self, until: float | None) -> None:
        """Again in time: when half of what is left of it has passed."""
        self._failures = 0
        left = self._how.every if until is None else min(self._how.every, (until - time.time()) / 2)
        self._due = time.monotonic() + max(_SHORTEST, left) * random.uniform(0.9, 1.0)  # noqa: S311 - spreads a fleet

    def _failed(self, error: str, detail: str = "") -> None:
        self._failures += 1
        self._validators = None
        self._due = time.monotonic() + _AGAIN.pause(self._failures, random.random)
        self.condition.bad(error, [detail] if detail else None)


def follow_on(addresses: Iterable[Address], old: Iterable[Address]) -> None:
    """Each with what the old one of the same URL has."""
    before = {one.url: one for one in old}
    for address in addresses:
        if address.url in before:
            address.follow_on(before[address.url])

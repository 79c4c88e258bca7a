"""All sources of one guard beside its configuration, put together as one view of revocation."""

import threading
import time
from collections.abc import Callable, Iterable

from mtlsguard.config import Problem
from mtlsguard.health import SourceHealth
from mtlsguard.policy import Policy
from mtlsguard.refresh.addresses import Address, follow_on
from mtlsguard.refresh.lists import Lists
from mtlsguard.refresh.loop import Loop
from mtlsguard.refresh.making import Making, authorities
from mtlsguard.refresh.store import StoreFollower
from mtlsguard.revocation.contract import Answer, Link, Status
from mtlsguard.revocation.denylist import DenyLists
from mtlsguard.revocation.ocsp import OcspAnswers
from mtlsguard.revocation.view import NOTHING, View
from mtlsguard.revocation_policy import Watch

_PERIOD = 0.5  # seconds between two looks at lists
_SOON = 0.25  # seconds between two looks at deny lists: a change counts after two, so well within a second
_START = 5.0  # seconds for which the first request of a process waits for what has never been fetched


class Sources:
    """`view` is replaced whole. `fetched`: what came from the addresses of trust bundles. `Keeper` calls it all."""

    def __init__(self, policy: Policy, clock: Callable[[], float] = time.time) -> None:
        self.view: View = NOTHING
        self._policy = policy
        self._lock = threading.Lock()
        self._combining = threading.Lock()
        self._denying = threading.Lock()
        self._lists_asked = False
        self._believing = False
        self._loop: Loop | None = None
        self._denier: Loop | None = None
        self._publish: Callable[[], None] = _nothing
        self._nudge: Callable[[], None] = _nothing
        making = Making(policy, clock)
        self._files = making.deny_files()
        self._follower = making.follower(self._renew)
        self._lists = making.lists()
        self._bundles = making.bundles()
        self._bundles_seen = self.fetched
        self._answers = OcspAnswers(writing=threading.Lock(), delegates=self)
        self._responders = making.responders(self._answers, self)
        self._problems = making.problems

    @property
    def empty(self) -> bool:
        return not (self._files or self._follower or self._policy.revocation.asks_for_proof or self._bundles)

    @property
    def fetched(self) -> dict[str, bytes]:
        return {one.url: one.octets for one in self._bundles if one.octets is not None}

    def begin(self) -> list[Problem]:
        """Reads everything for the first time. What is wrong stops the start."""
        self._problems += [problem for file in self._files for problem in file.begin()]
        for address in self._addresses():
            address.begin()
        self._problems += self._lists.begin()
        self._combine()
        return self._problems

    def start(self, nudge: Callable[[], None], publish: Callable[[], None]) -> None:
        """In each process that serves. Waits, for a short time, for what this process has never had."""
        self._nudge, self._publish = nudge, publish
        if self._files and self._policy.refresh.watch is Watch.ON:
            self._denier = Loop("denied", _SOON, self._look_at_denied, self._deny_failed)
            self._denier.start()
        for address, arrived in self._arrivals():
            address.start(arrived)
        if self._responders is not None:
            self._responders.start(self._renew)
        if self._policy.revocation.crls:
            self._loop = Loop("lists", _PERIOD, self._look_at_lists, self._failed)
            self._loop.start()
        end = time.monotonic() + _START
        if self._follower is not None:
            self._follower.load_now(max(0.0, end - time.monotonic()))
        while any(not one.tried and one.octets is None for one in self._addresses()) and time.monotonic() < end:
            time.sleep(0.01)
        with self._lock:
            self._lists.combine()
        self._combine()

    def look(self, *, everything: bool) -> None:
        """At deny lists, unless a thread does. Lists, which may be long, are looked at in a thread of their own."""
        if (everything or self._denier is None) and self._denied_changed(everything=everything):
            self._combine()
        if everything:
            for address in self._addresses():
                address.nudge()
            self._lists_asked = True
            if self._loop is not None:
                self._loop.nudge()

    def look_at_lists(self) -> None:
        """At all of them, here and now: for who waits for them."""
        with self._lock:
            self._believe()
            self._lists.look(everything=True)
        self._combine()

    def catch_up(self) -> None:
        """With what changed since this process had its state from its parent."""
        self._catch_up_denied()
        with self._lock:
            self._lists.catch_up()
        self._combine()

    def adapt(self, old: "Sources") -> None:
        """After `begin`: goes on with what the sources before have learnt, and stops those."""
        self._follow_on(old._lists, old._bundles, old._follower)  # noqa: SLF001 - another of its own kind
        revoked_only = _rules(self._policy) != _rules(old._policy)  # noqa: SLF001
        self._answers.follow_on(old._answers, revoked_only=revoked_only)  # noqa: SLF001
        self._catch_up_denied()  # the lists, read after them, may have taken long
        self._combine()
        old.close()

    def _follow_on(self, lists: Lists, bundles: list[Address], follower: StoreFollower | None) -> None:
        with self._lock:
            self._lists.believe(authorities(self._policy), lists.store)
            self._lists.follow_on(lists)
            self._lists.combine()
        follow_on(self._bundles, bundles)
        self._bundles_seen = self.fetched
        if self._follower is not None and follower is not None:
            self._follower.follow_on(follower)

    def fit(self, policy: Policy) -> bool:
        """Would this policy's sources be the same?"""
        return _asked_for(policy) == _asked_for(self._policy)

    def serves(self, policy: Policy) -> bool:
        """Are these the sources of this policy, too? If so they are told whom it trusts, as soon as no list is read."""
        if not self.fit(policy):
            return False
        self._policy, self._believing = policy, True
        if self._lock.acquire(blocking=False):
            try:
                self._believe()
            finally:
                self._lock.release()
        elif self._loop is not None:
            self._loop.nudge()
        self._combine()
        return True

    def _believe(self) -> None:
        """Under the lock of the lists."""
        if self._believing:
            self._believing = False
            self._lists.believe(authorities(self._policy), self._lists.store)
            self._lists.combine()

    def bundles_changed(self) -> bool:
        """Since this was asked last."""
        seen, self._bundles_seen = self._bundles_seen, self.fetched
        return seen != self._bundles_seen

    def wait(self, awaited: tuple[object, ...]) -> None:
        """Until the answers are there, at most as long as the operator allows."""
        end = time.monotonic() + self._policy.revocation.ocsp.wait
        for link in awaited:
            if self._responders is not None and isinstance(link, Link):
                self._responders.wait(link, max(0.0, end - time.monotonic()))

    def health(self) -> tuple[SourceHealth, ...]:
        found = [*(file.health() for file in self._files), *self._lists.health()]
        found += [one.condition.health() for one in self._bundles]
        found += [self._follower.health()] if self._follower is not None else []
        return (*found, *(self._responders.health() if self._responders is not None else ()))

    def close(self) -> None:
        for address in self._addresses():
            address.close()
        for part in (self._loop, self._denier, self._follower, self._responders):
            if part is not None:
                part.close()
        self._loop = self._denier = None

    def after_fork(self) -> None:
        self._lock = threading.Lock()
        self._combining = threading.Lock()
        self._denying = threading.Lock()
        self._loop = self._denier = None
        for address in self._addresses():
            address.after_fork()
        if self._responders is not None:
            self._responders.after_fork()

    def _look_at_lists(self) -> None:
        with self._lock:
            asked, before = self._lists_asked, self._lists.store
            if asked:
                self._lists_asked = False
            self._believe()
            self._lists.look(everything=asked)
        if self._lists.store is not before:
            self._renew()

    def _look_at_denied(self) -> None:
        """In a thread of its own: whatever holds up lists or configuration, deny lists are read."""
        if self._denied_changed(everything=False):
            self._renew()

    def _catch_up_denied(self) -> None:
        with self._denying:
            for file in self._files:
                file.catch_up()

    def _denied_changed(self, *, everything: bool) -> bool:
        with self._denying:
            changed = [file.look(everything=everything) for file in self._files]
        return any(changed)

    def _renew(self) -> None:
        """Something is known that was not: older decisions are looked at again."""
        self._combine()
        self._publish()

    def _combine(self) -> None:
        """By one thread at a time: a view made of what was older must not take the place of a newer one."""
        with self._combining:
            denied = [file.current for file in self._files] + ([self._follower.copy] if self._follower else [])
            proofs = (self._lists.store, self._answers) if self._responders is not None else (self._lists.store,)
            self.view = View(
                denied=DenyLists(denied) if denied else None,
                places=frozenset(self._policy.revocation.denylists),
                sources=proofs if self._policy.revocation.asks_for_proof else (),
                ask=self._responders.ask if self._responders is not None else None,
            )

    def _failed(self, error: str) -> None:
        for health in self._lists.places:
            health.condition.bad(error)

    def _deny_failed(self, error: str) -> None:
        for file in self._files:
            file.failed(error)

    def _addresses(self) -> list[Address]:
        return [*self._bundles, *self._lists.addresses]

    def _arrivals(self) -> Iterable[tuple[Address, Callable[[], None]]]:
        yield from ((one, self._bundle_arrived) for one in self._bundles)
        yield from ((one, self._list_arrived) for one in self._lists.addresses)

    def _bundle_arrived(self) -> None:
        self._nudge()

    def _list_arrived(self) -> None:
        with self._lock:
            self._believe()
            self._lists.combine()
        self._renew()

    def answer(self, link: Link, now: float) -> Answer:
        """By deny lists and lists, never by OCSP: about certificates of delegated responders."""
        denied = self.view.denied.answer(link, now) if self.view.denied is not None else None
        if denied is not None and denied.status is Status.REVOKED:
            return denied
        return self._lists.store.answer(link, now)


def _asked_for(policy: Policy) -> object:
    """Whatever of a policy the sources are made from."""
    places = [(bundle.domain, bundle.place) for bundle in policy.trust.bundles]
    return policy.revocation, policy.refresh, policy.validity, places


def _rules(policy: Policy) -> object:
    """By which answers of responders are believed."""
    return policy.revocation.ocsp, policy.revocation.issuers, policy.validity


def _nothing() -> None:
    """Nobody listens yet."""

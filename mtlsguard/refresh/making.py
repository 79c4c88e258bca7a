"""Policy -> each source that it asks for, not yet begun."""

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from mtlsguard import certificate
from mtlsguard.certificate import Candidate
from mtlsguard.config import Problem
from mtlsguard.config.places import is_address
from mtlsguard.config.spiffe import spiffe_bundle
from mtlsguard.policy import Policy
from mtlsguard.refresh.addresses import Address, How
from mtlsguard.refresh.condition import Condition
from mtlsguard.refresh.denied import DenyFile
from mtlsguard.refresh.fetching import Fetcher, FetchRules, MissingExtraError
from mtlsguard.refresh.indexing import Indexing
from mtlsguard.refresh.lists import Lists, ends_of
from mtlsguard.refresh.responders import Responders
from mtlsguard.refresh.store import StoreFollower
from mtlsguard.revocation.contract import Source
from mtlsguard.revocation.crl.lists import Rules
from mtlsguard.revocation.ocsp import OcspAnswers, OcspRules


class Making:
    """`problems`: what is wrong with what was made so far. `clock` is POSIX time."""

    def __init__(self, policy: Policy, clock: Callable[[], float]) -> None:
        self.problems: list[Problem] = []
        self._policy = policy
        self._clock = clock
        self._how = self._fetching()

    def deny_files(self) -> list[DenyFile]:
        files = [place for place in self._policy.revocation.denylists if not is_address(place)]
        return [DenyFile(place, f"file-{at}", self._clock) for at, place in enumerate(files, 1)]

    def follower(self, changed: Callable[[], None]) -> StoreFollower | None:
        policy = self._policy.revocation
        stores = [place for place in policy.denylists if is_address(place)]
        if not stores:
            return None
        condition = Condition("denylist", "store-1", self._clock)
        return StoreFollower(
            stores[0],
            policy.store,
            lambda _list: changed(),
            lambda event, word: condition.note(str(event), {"detail": word} if word else None),
            directory=policy.directory,
        )

    def lists(self) -> Lists:
        revocation = self._policy.revocation
        directory = Path(revocation.directory) if revocation.directory else None
        condition = Condition("crl", "index", self._clock)
        index = Indexing(directory, lambda word: condition.note("in-memory", {"detail": word}))
        rules = Rules(self._policy.validity.clock_skew, revocation.crl_max_age or None)
        lists = Lists(rules, self._clock, index)
        for number, place in enumerate(revocation.crls):
            if isinstance(place, bytes):
                if problem := lists.place(place).take("in place", place):
                    self.problems.append(Problem(f"revocation.crls[{number}]", f"lists: {problem}"))
            elif not is_address(place):
                lists.add_files(place)
            elif self._how is not None:
                at = lists.place(place)
                lists.add_address(Address(place, at.condition, ends_of, self._how, at.uses), at)
        lists.believe(authorities(self._policy))
        return lists

    def bundles(self) -> list[Address]:
        places = [bundle.place for bundle in self._policy.trust.bundles if is_address(bundle.place)]
        conditions = [Condition("bundle", f"bundle-{at}", self._clock) for at, _ in enumerate(places, 1)]
        if self._how is None:
            return []
        return [
            Address(url, condition, _bundle_ends, self._how) for url, condition in zip(places, conditions, strict=True)
        ]

    def responders(self, answers: OcspAnswers, delegates: Source) -> Responders | None:
        revocation = self._policy.revocation
        if self._how is None or not any(issuer.ocsp or issuer.aia for issuer in revocation.issuers):
            return None
        rules = OcspRules(
            clock_skew=self._policy.validity.clock_skew,
            max_age=revocation.ocsp.max_age,
            nonce=revocation.ocsp.nonce,
            responders=tuple(_candidates(revocation.ocsp.responders)),
            delegates=delegates,
        )
        return Responders(revocation.issuers, rules, self._how.fetcher, answers)

    def _fetching(self) -> How | None:
        if not _fetches(self._policy):
            return None
        fetch, directory = self._policy.refresh.fetch, self._policy.revocation.directory
        try:
            fetcher = Fetcher(
                FetchRules(deadline=fetch.deadline, most_octets=fetch.max_octets, ca=fetch.ca, proxy=fetch.proxy)
            )
        except MissingExtraError as error:
            self.problems.append(Problem("refresh.fetch", "urllib3", str(error)))
            return None
        except ValueError as error:
            self.problems.append(Problem("refresh.fetch", str(error)))
            return None
        return How(fetcher, fetch.every, Path(directory) if directory else None)


def authorities(policy: Policy) -> list[Candidate]:
    """All that the policy trusts."""
    bundled = [der for bundle in policy.trust.bundles for der in bundle.anchors]
    return _candidates((*policy.trust.anchors, *policy.trust.intermediates, *bundled))


def _candidates(ders: Iterable[bytes]) -> list[Candidate]:
    return [found for found in map(certificate.read, ders) if isinstance(found, Candidate)]


def _fetches(policy: Policy) -> bool:
    revocation = policy.revocation
    places = (*revocation.crls, *(bundle.place for bundle in policy.trust.bundles))
    return any(map(is_address, places)) or any(issuer.ocsp or issuer.aia for issuer in revocation.issuers)


def _bundle_ends(octets: bytes) -> float | str | None:
    found = spiffe_bundle(octets)
    if isinstance(found, str):
        return found
    return time.time() + 2 * found.refresh if found.refresh else None

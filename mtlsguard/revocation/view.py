"""All that is known about revocation at one moment, and what it says about a path."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from mtlsguard.certificate import Candidate, distinguished_name, subject_name
from mtlsguard.reason import Reason
from mtlsguard.revocation.contract import FOREVER, Answer, Link, Source, Status
from mtlsguard.revocation_policy import Extent, OnUnknown, RevocationPolicy

_SOFT = 10.0  # seconds for which a certificate that nothing vouches for may pass before it is looked at again


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class View:
    """Never changed, only replaced, and compared by identity: decisions know by which view they were made.

    `denied` answers for every certificate of a path: REVOKED, UNKNOWN once it is too old to be believed, else GOOD.
    `places`: the entries of revocation.denylists that it was made from. `sources` prove what they can. `ask` is told of
    links that no source knows; True: an answer may come.
    """

    denied: Source | None = None
    places: frozenset[str] = frozenset()
    sources: tuple[Source, ...] = ()
    ask: Callable[[Link], bool] | None = None

    def covers(self, policy: RevocationPolicy) -> bool:
        """Has every deny list been read that the policy names?"""
        return self.places.issuperset(policy.denylists)


NOTHING = View()


@dataclass(frozen=True, slots=True)
class Standing:
    """`refusal` None: nothing is against it while `now < until`. `awaited`: links whose answers are on their way."""

    refusal: Reason | None
    until: float = FOREVER
    awaited: tuple[Link, ...] = ()


class Rules:
    """What must be proven of which link, and what holds where it is not."""

    def __init__(self, policy: RevocationPolicy) -> None:
        self._policy = policy
        self._proof = policy.asks_for_proof
        self.idle = not self._proof and not policy.denylists

    def judge(self, links: tuple[Link, ...], view: View, now: float) -> Standing:
        """`links`: leaf first. The deny list is asked about all of them, proof as the policy says."""
        refusal, until = None, FOREVER
        awaited: list[Link] = []
        for at, link in enumerate(links):
            proven = self._proof and link.issuer is not None and (at == 0 or self._policy.extent is Extent.CHAIN)
            found = self._denied(link, view, now)
            if proven and found.refusal is None:
                found = _standing(link, view, now, found.until, self._on_unknown)
            if found.refusal is Reason.REVOKED:
                return found
            refusal = refusal or found.refusal
            until = min(until, found.until)
            awaited += found.awaited
        return Standing(refusal, until, tuple(awaited))

    def _denied(self, link: Link, view: View, now: float) -> Standing:
        """What the deny list says alone. Where one is configured that nobody has read, nobody knows."""
        covered = view.covers(self._policy)
        if view.denied is None:
            return Standing(None) if covered else Standing(Reason.REVOCATION_UNKNOWN, now)
        answer = view.denied.answer(link, now)
        if answer.status is Status.REVOKED:
            return Standing(Reason.REVOKED)
        if not covered:
            return Standing(Reason.REVOCATION_UNKNOWN, now)
        return Standing(None if answer.status is Status.GOOD else Reason.REVOCATION_UNKNOWN, answer.until)

    def _on_unknown(self, link: Link) -> OnUnknown:
        if self._policy.issuers and link.issuer is not None:
            key, name = sha256(link.issuer.spki).digest(), _name(link.issuer)
            for rule in self._policy.issuers:
                if rule.on_unknown and (rule.key == key or (rule.name is not None and rule.name == name)):
                    return rule.on_unknown
        return self._policy.on_unknown


def _standing(link: Link, view: View, now: float, until: float, on_unknown: Callable[[Link], OnUnknown]) -> Standing:
    """Proof by at least one source. Where sources contradict each other, revoked wins."""
    answers = [source.answer(link, now) for source in view.sources]
    if any(answer.status is Status.REVOKED for answer in answers):
        return Standing(Reason.REVOKED)
    until = min([until, *(answer.until for answer in answers)])
    coming = view.ask is not None and view.ask(link)
    if _proves(answers):
        return Standing(None, until)
    awaited = (link,) if coming else ()
    if on_unknown(link) is OnUnknown.ALLOW:
        return Standing(None, min(until, now + _SOFT), awaited)
    return Standing(Reason.REVOCATION_UNKNOWN, until, awaited)


def _proves(answers: list[Answer]) -> bool:
    return any(answer.status is Status.GOOD for answer in answers)


def _name(authority: Candidate) -> object:
    name = subject_name(authority)
    return None if name is None else distinguished_name(name)

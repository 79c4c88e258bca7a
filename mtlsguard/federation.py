"""Whose anchors may vouch for a leaf: those of its SPIFFE trust domain where that has a bundle, else the operator's.

Trust domains that know each other's bundles must not be able to issue each other's identities (SPIFFE Federation
section 5), so there is one store for each domain, and a path is built in one store only.
"""

from dataclasses import replace

from cryptography import x509

from mtlsguard.certificate import Candidate
from mtlsguard.chain import TrustStore, VerifiedPath
from mtlsguard.decision import Deny
from mtlsguard.policy import TrustPolicy

_SCHEME = "spiffe://"


class Federation:
    """All trust of one snapshot."""

    def __init__(self, policy: TrustPolicy) -> None:
        self._own = TrustStore(policy)
        self._domains = {
            bundle.domain: TrustStore(replace(policy, anchors=bundle.anchors)) for bundle in policy.bundles
        }

    def build(self, leaf: Candidate, presented: tuple[bytes, ...], now: float) -> VerifiedPath | Deny:
        store = self._domains.get(_trust_domain(leaf), self._own) if self._domains else self._own
        return store.build(leaf, presented, now)


def _trust_domain(leaf: Candidate) -> str:
    """As the leaf claims it. Whether the whole name is a sound SPIFFE ID is decided later, with the identity."""
    names = leaf.names.get_values_for_type(x509.UniformResourceIdentifier) if leaf.names else []
    if len(names) != 1 or not names[0].startswith(_SCHEME):
        return ""
    return names[0][len(_SCHEME) :].partition("/")[0]

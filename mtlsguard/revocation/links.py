"""VerifiedPath -> the links that are asked about: every certificate below the anchor, with the one above it.

The anchor comes last, with nobody above it: no list and no responder speaks of it, but the operator's deny list may.
"""

from mtlsguard.certificate import Candidate
from mtlsguard.chain import VerifiedPath
from mtlsguard.revocation.contract import Link
from mtlsguard.revocation_policy import Extent


def links_of(path: VerifiedPath, extent: Extent = Extent.CHAIN) -> tuple[Link, ...]:
    """Leaf first. A leaf that was pinned or that the proxy vouched for has one link, without an issuer."""
    members = path.certificates
    if len(members) == 1:
        return (_link(members[0], None),)
    if extent is Extent.LEAF:
        return (_link(members[0], members[1]),)
    return tuple(_link(member, above) for member, above in zip(members, (*members[1:], None), strict=True))


def _link(member: Candidate, above: Candidate | None) -> Link:
    return Link(member.serial, member.issuer, above, member.is_ca, member.points, member.access, member.not_after)

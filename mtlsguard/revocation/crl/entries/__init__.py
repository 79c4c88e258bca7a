"""The entries of a certificate revocation list, of which there may be millions (RFC 5280 sections 5.1.2.6 and 5.3).

`one` reads one entry strictly, `shapes` many that look alike at once, `reading` the whole list in slices, and `index`
is what answers: a table of about as many octets as the serial numbers themselves.
"""

from collections.abc import Callable

from mtlsguard.revocation.serials import nothing
from mtlsguard.revocation.tlv import Buffer

from .index import Entry, EntryIndex, in_memory
from .one import Fault
from .reading import collect

__all__ = ["Entry", "EntryIndex", "Fault", "read_entries"]


def read_entries(
    der: Buffer, start: int, end: int, *, indirect_default: bytes | None, pause: Callable[[], None] = nothing
) -> EntryIndex:
    """`start` and `end`: the content of revokedCertificates; equal where there is none.

    `indirect_default`: DER of the list's issuer where the list says indirectCRL, else None. `pause` is called after
    every slice of about half a millisecond, so that who calls may let others run. What is wrong with an entry is the
    index's `fault`, and then no entry counts. Linear in the octets, and never an exception about what they are.
    """
    return in_memory(collect(der, start, end, indirect_default, pause), pause)

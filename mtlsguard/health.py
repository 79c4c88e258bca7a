"""How each source of trust and revocation is: what an operator looks at, and what an alarm is made from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """Times are POSIX seconds. `name` is a stable and bounded label, such as "crl-1": never an address or a name
    from a certificate. `entries` are certificates, revoked serials or answers held. `last_error` is the class of the
    last failure, empty once it is over. `fresh_until`: when what is held stops to count, None if it never does.
    """

    source: str
    name: str
    entries: int = 0
    last_success: float | None = None
    last_error: str = ""
    fresh_until: float | None = None

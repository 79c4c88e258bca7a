"""Apache httpd: `%{SSL_CLIENT_CERT}s` and its relatives, set on every request without a condition.

    certificate = PEM of the leaf with a blank for each line end; "(null)" or empty without one
    verify      = "SUCCESS" / "NONE" / "GENEROUS" / "FAILED:" text
    chain-n     = the same, from 0 up, without the leaf; "(null)", empty or missing where there is no more

Certificate and verdict always come together: Apache removes each header that a client names in `Connection`, after
it has set it, so a verdict without a certificate, or the reverse, is a client's work and refused. GENEROUS means that
`optional_no_ca` let the certificate pass unchecked: no success. A gap in the chain is malformed.

Apache ends the text with a blank, which some servers take off: see `encodings.spaced_pem`.
"""

from itertools import takewhile

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Values, Verdict, only
from mtlsguard.dialects.encodings import spaced_pem, to_spaced_pem
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason

_CHAIN = [f"chain-{number}" for number in range(MAX_CHAIN + 1)]  # the last one is one too many
_NOTHING = (b"", b"(null)")


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    verdict, text = only(values, "verify"), only(values, "certificate")
    if verdict is None or text is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    if verdict == b"GENEROUS" or verdict.startswith(b"FAILED:"):
        return Deny(Reason.PROXY_NOT_VERIFIED)
    chain = [only(values, role) or b"" for role in _CHAIN]
    if verdict == b"NONE":
        return Absent() if all(member in _NOTHING for member in (text, *chain)) else Deny(Reason.AMBIGUOUS_HEADER)
    if verdict != b"SUCCESS":
        return Deny(Reason.MALFORMED_HEADER)
    if text in _NOTHING:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    return _presented(text, chain)


def _presented(text: bytes, chain: list[bytes]) -> Presented | Deny:
    given = list(takewhile(lambda member: member not in _NOTHING, chain))
    if len(given) > MAX_CHAIN:
        return Deny(Reason.OVERSIZED)
    if any(member not in _NOTHING for member in chain[len(given) :]):
        return Deny(Reason.MALFORMED_HEADER)
    leaf, *others = [spaced_pem(member) for member in (text, *given)]
    if leaf is None or None in others:
        return Deny(Reason.MALFORMED_HEADER)
    return Presented(leaf, tuple(der for der in others if der is not None))


def write(leaf: bytes, chain: tuple[bytes, ...]) -> dict[str, str]:
    members = {f"chain-{number}": to_spaced_pem(der) for number, der in enumerate(chain)}
    return {"verify": "SUCCESS", "certificate": to_spaced_pem(leaf), **members}


APACHE = Dialect(
    name="apache",
    producer="Apache httpd",
    fields=(
        Field("certificate", "x-ssl-client-cert"),
        Field("verify", "x-ssl-client-verify"),
        *(Field(role, f"x-ssl-client-{role}") for role in _CHAIN),
    ),
    verdict=Verdict.FIELD,
    absent={"verify": "NONE", "certificate": "(null)"},
    read=read,
    write=write,
    hint=SIGNATURE,
)

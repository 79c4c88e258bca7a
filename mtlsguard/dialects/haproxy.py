"""HAProxy: `ssl_c_der`, `ssl_c_chain_der` and `ssl_c_verify`, set on every request.

    certificate = base64 DER of the leaf; empty without one
    verify      = an OpenSSL error number; "0" is no error, which is also what no certificate gives
    chain       = optional: base64 of the other certificates' DER run together; empty or missing without any

So "0" counts only together with a certificate, and a number alone is never success.
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Values, Verdict, only
from mtlsguard.dialects.encodings import base64_der, to_base64
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason

_LONGEST_NUMBER = 4
_SEQUENCE = 0x30
_LONG_FORM = 0x80
_LENGTH_OCTETS = 3  # 16 MiB is more than any header holds


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    verdict, text, chain = only(values, "verify"), only(values, "certificate"), only(values, "chain")
    if verdict is None or text is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    if not (verdict.isdigit() and len(verdict) <= _LONGEST_NUMBER):
        return Deny(Reason.MALFORMED_HEADER)
    if verdict != b"0":
        return Deny(Reason.PROXY_NOT_VERIFIED)
    if text == b"":
        return Deny(Reason.AMBIGUOUS_HEADER) if chain else Absent()
    der, others = base64_der(text), _chain(chain)
    if der is None or others is None:
        return Deny(Reason.MALFORMED_HEADER)
    if len(others) > MAX_CHAIN:
        return Deny(Reason.OVERSIZED)
    return Presented(der, others)


def _chain(text: bytes | None) -> tuple[bytes, ...] | None:
    if not text:
        return ()
    run = base64_der(text)
    return split_der(run) if run is not None else None


def split_der(run: bytes) -> tuple[bytes, ...] | None:
    """DER SEQUENCEs run together -> each by itself; None if they do not fill `run` exactly.

    Stops at the first one too many: the caller refuses the whole.
    """
    found: list[bytes] = []
    at = 0
    while at < len(run) and len(found) <= MAX_CHAIN:
        size = _sequence_size(run, at)
        if size is None or at + size > len(run):
            return None
        found.append(run[at : at + size])
        at += size
    return tuple(found)


def _sequence_size(run: bytes, at: int) -> int | None:
    """Octets of the SEQUENCE that starts at `at`, header included (X.690 section 8.1.3)."""
    if len(run) < at + 2 or run[at] != _SEQUENCE:
        return None
    first = run[at + 1]
    if first < _LONG_FORM:
        return 2 + first
    octets = first - _LONG_FORM
    if not 1 <= octets <= _LENGTH_OCTETS:
        return None
    return 2 + octets + int.from_bytes(run[at + 2 : at + 2 + octets], "big")


def write(leaf: bytes, chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"verify": "0", "certificate": to_base64(leaf), "chain": to_base64(b"".join(chain))}


HAPROXY = Dialect(
    name="haproxy",
    producer="HAProxy",
    fields=(
        Field("certificate", "x-ssl-client-cert"),
        Field("verify", "x-ssl-client-verify"),
        Field("chain", "x-ssl-client-chain"),
    ),
    verdict=Verdict.FIELD,
    absent={"verify": "0", "certificate": "", "chain": ""},
    read=read,
    write=write,
    hint=SIGNATURE,
)

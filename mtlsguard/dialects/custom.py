"""A convention of the operator's own, as `[proxy.custom]` describes it.

    certificate = the leaf in the configured encoding; without one the field is missing, or holds the word `absent`
    verify      = only with `success`: that word, or the word `none`; any other one is the proxy's refusal
    chain       = only with `chain`: a comma list in that encoding, without the leaf; missing, empty or `absent`
                  where there is none

Where `success` or `absent` is configured, the proxy sends verdict or certificate on every request, and a request
without them is incomplete. The entry in DIALECTS is this one with default settings: an escaped PEM, missing without a
certificate, no verdict, no chain.
"""

from collections.abc import Callable
from functools import partial

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects import encodings
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Times, Values, Verdict, only
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.policy import CustomPolicy, Encoding
from mtlsguard.reason import Reason

_DECODE: dict[Encoding, Callable[[bytes], bytes | None]] = {
    Encoding.BASE64_DER: encodings.base64_der,
    Encoding.RFC9440: encodings.byte_sequence,
    Encoding.ESCAPED_PEM: encodings.escaped_pem,
    Encoding.HALF_ESCAPED_PEM: encodings.half_escaped_pem,
    Encoding.SPACED_PEM: encodings.spaced_pem,
}
_ENCODE: dict[Encoding, Callable[[bytes], str]] = {
    Encoding.BASE64_DER: encodings.to_base64,
    Encoding.RFC9440: encodings.to_byte_sequence,
    Encoding.ESCAPED_PEM: encodings.to_escaped_pem,
    Encoding.HALF_ESCAPED_PEM: encodings.to_half_escaped_pem,
    Encoding.SPACED_PEM: encodings.to_spaced_pem,
}


def read(policy: CustomPolicy, values: Values, _hops: int) -> Presented | Absent | Deny:
    text, chain = only(values, "certificate"), only(values, "chain")
    nothing = None if policy.absent is None else policy.absent.encode("ascii")
    chain = None if chain in (b"", nothing) else chain
    if text is None and nothing is not None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    shown = text is not None and text != nothing
    if refusal := _refused(policy, only(values, "verify"), shown=shown):
        return refusal
    if text is None or not shown:
        return Deny(Reason.INCOMPLETE_EVIDENCE) if chain else Absent()
    return _presented(policy, text, chain)


def _refused(policy: CustomPolicy, verdict: bytes | None, *, shown: bool) -> Deny | None:
    """Does the verdict object, or contradict what is shown?"""
    if policy.success is None:
        return None
    if verdict is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    if verdict == policy.success.encode("ascii"):
        return None if shown else Deny(Reason.INCOMPLETE_EVIDENCE)
    if verdict != policy.none.encode("ascii"):
        return Deny(Reason.PROXY_NOT_VERIFIED)
    return Deny(Reason.AMBIGUOUS_HEADER) if shown else None


def _presented(policy: CustomPolicy, text: bytes, chain: bytes | None) -> Presented | Deny:
    members = [member.strip(b" ") for member in chain.split(b",")] if chain else []
    if len(members) > MAX_CHAIN:
        return Deny(Reason.OVERSIZED)
    leaf = _DECODE[policy.encoding](text)
    others = [_DECODE[policy.chain](member) for member in members] if policy.chain else []
    if leaf is None or None in others:
        return Deny(Reason.MALFORMED_HEADER)
    return Presented(leaf, tuple(der for der in others if der is not None))


def write(policy: CustomPolicy, leaf: bytes, chain: tuple[bytes, ...]) -> dict[str, str]:
    values = {"certificate": _ENCODE[policy.encoding](leaf)}
    if policy.success is not None:
        values["verify"] = policy.success
    if policy.chain is not None and chain:
        values["chain"] = ",".join(_ENCODE[policy.chain](der) for der in chain)
    return values


def dialect_of(policy: CustomPolicy) -> Dialect:
    """The dialect that these settings describe."""
    return Dialect(
        name="custom",
        producer="a convention of your own",
        fields=_fields(policy),
        verdict=Verdict.NONE if policy.success is None else Verdict.FIELD,
        absent=_without_certificate(policy),
        read=partial(read, policy),
        write=partial(write, policy),
        hint=SIGNATURE,
    )


def _fields(policy: CustomPolicy) -> tuple[Field, ...]:
    fields = [Field("certificate", "x-client-cert")]
    if policy.success is not None:
        fields.append(Field("verify", "x-client-cert-verify"))
    if policy.chain is not None:
        fields.append(Field("chain", "x-client-cert-chain", Times.LISTED))
    return tuple(fields)


def _without_certificate(policy: CustomPolicy) -> dict[str, str]:
    verdict = {} if policy.success is None else {"verify": policy.none}
    return verdict if policy.absent is None else {**verdict, "certificate": policy.absent}


CUSTOM = dialect_of(CustomPolicy())

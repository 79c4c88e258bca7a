"""RFC 9440: `Client-Cert` and `Client-Cert-Chain`.

    certificate = ":" base64 DER ":"                         once; missing without a certificate
    chain       = the same, separated by "," with blanks      may be spread over several field lines; without the leaf

Presence means that the proxy accepted the certificate (section 2.4); there is no verdict field. Parameters
of structured fields are not part of these two fields and are refused, and so is the empty `::`.
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Times, Values, Verdict, only
from mtlsguard.dialects.encodings import byte_sequence, to_base64
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.reason import Reason


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    text, lines = only(values, "certificate"), values.get("chain", ())
    if text is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE) if lines else Absent()
    members = b",".join(lines).split(b",") if lines else []
    if len(members) > MAX_CHAIN:
        return Deny(Reason.OVERSIZED)
    der, *chain = [byte_sequence(member) for member in (text, *(member.strip(b" ") for member in members))]
    if der is None or None in chain:
        return Deny(Reason.MALFORMED_HEADER)
    return Presented(der, tuple(other for other in chain if other is not None))


def write(leaf: bytes, chain: tuple[bytes, ...]) -> dict[str, str]:
    fields = {"certificate": f":{to_base64(leaf)}:"}
    if chain:
        fields["chain"] = ", ".join(f":{to_base64(der)}:" for der in chain)
    return fields


RFC9440 = Dialect(
    name="rfc9440",
    producer="RFC 9440 (Client-Cert)",
    fields=(Field("certificate", "client-cert"), Field("chain", "client-cert-chain", Times.SPLIT)),
    verdict=Verdict.PRESENCE,
    absent={},
    read=read,
    write=write,
    hint=SIGNATURE,
)

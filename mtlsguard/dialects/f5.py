"""F5 BIG-IP: what an iRule inserts by convention, on every request, after removing what the client sent.

    certificate = [b64encode [SSL::cert 0]], base64 DER of the leaf; missing or empty without one
    verify      = "OK", as X509::cert_fields writes it, or "ok", as X509::verify_cert_error_string does;
                  "NoClientCert" without a certificate; any other text is a refusal

SSL::verify_result says the same of no certificate as of a good one, so success without a certificate is half an
answer. Where the iRule sends that number, or no verdict at all, use `custom`.
"""

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects.contract import SIGNATURE, Dialect, Field, Presented, Values, Verdict, only
from mtlsguard.dialects.encodings import base64_der, to_base64
from mtlsguard.reason import Reason

_SUCCESS = (b"OK", b"ok")


def read(values: Values, _hops: int) -> Presented | Absent | Deny:
    verdict, text = only(values, "verify"), only(values, "certificate")
    if verdict is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    if verdict == b"":
        return Deny(Reason.MALFORMED_HEADER)
    if verdict == b"NoClientCert":
        return Deny(Reason.AMBIGUOUS_HEADER) if text else Absent()
    if verdict not in _SUCCESS:
        return Deny(Reason.PROXY_NOT_VERIFIED)
    if text is None:
        return Deny(Reason.INCOMPLETE_EVIDENCE)
    der = base64_der(text)
    return Presented(der) if der is not None else Deny(Reason.MALFORMED_HEADER)


def write(leaf: bytes, _chain: tuple[bytes, ...]) -> dict[str, str]:
    return {"verify": "OK", "certificate": to_base64(leaf)}


F5 = Dialect(
    name="f5",
    producer="F5 BIG-IP (iRule)",
    fields=(Field("certificate", "sslclientcertb64"), Field("verify", "sslclientcertstatus")),
    verdict=Verdict.FIELD,
    absent={"verify": "NoClientCert"},
    read=read,
    write=write,
    hint=SIGNATURE,
)

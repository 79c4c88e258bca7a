"""Why a request was refused: stable names, the answer each one gets, and a sentence for the operator."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """One member per refusal that an operator can act on. The values are stable: alarms are built on them."""

    # who sent the evidence
    UNTRUSTED_PROXY = "untrusted-proxy"
    WRONG_PROXY_SECRET = "wrong-proxy-secret"  # noqa: S105 - the name of a reason
    # what the proxy wrote
    MALFORMED_HEADER = "malformed-header"
    AMBIGUOUS_HEADER = "ambiguous-header"
    INCOMPLETE_EVIDENCE = "incomplete-evidence"
    TRAILERS_POSSIBLE = "trailers-possible"
    OVERSIZED = "oversized"
    PROXY_NOT_VERIFIED = "proxy-not-verified"
    # the certificate by itself
    NO_CERTIFICATE = "no-certificate"
    MALFORMED_CERTIFICATE = "malformed-certificate"
    INVALID_SERIAL = "invalid-serial"
    NOT_YET_VALID = "not-yet-valid"
    EXPIRED = "expired"
    LIFETIME_TOO_LONG = "lifetime-too-long"
    UNACCEPTABLE_KEY = "unacceptable-key"
    WEAK_SIGNATURE = "weak-signature"
    WRONG_USAGE = "wrong-usage"
    UNKNOWN_EXTENSION = "unknown-extension"
    # its path
    ANCHOR_PRESENTED = "anchor-presented"
    UNKNOWN_ISSUER = "unknown-issuer"
    ISSUER_EXPIRED = "issuer-expired"
    UNTRUSTED_CHAIN = "untrusted-chain"
    ISSUER_NOT_ALLOWED = "issuer-not-allowed"
    SERIAL_DENIED = "serial-denied"
    SERIAL_NOT_ALLOWED = "serial-not-allowed"
    REVOKED = "revoked"
    REVOCATION_UNKNOWN = "revocation-unknown"
    # who that is, and what it may do
    NO_IDENTITY = "no-identity"
    AMBIGUOUS_IDENTITY = "ambiguous-identity"
    AMBIGUOUS_REQUEST = "ambiguous-request"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Explanation:
    """`status` is what the client gets; `meaning` and `advice` are for the operator only."""

    status: int
    meaning: str
    advice: str


EXPLANATIONS: dict[Reason, Explanation] = {
    Reason.UNTRUSTED_PROXY: Explanation(
        401,
        "Certificate headers came from a peer that is not one of the trusted proxies.",
        "If the peer is your proxy, add its address to proxy.trusted. If a server rewrites the peer from "
        "X-Forwarded-For (uvicorn does by default), switch that off or use proxy.secret. Otherwise: an attack.",
    ),
    Reason.WRONG_PROXY_SECRET: Explanation(
        401,
        "Certificate headers came without the proxy secret, or with a wrong or repeated one.",
        "Check that the proxy sends the secret on every route and that both sides read the same file.",
    ),
    Reason.MALFORMED_HEADER: Explanation(
        400,
        "A certificate header does not follow the grammar of the configured dialect.",
        "Check proxy.dialect and the proxy's header lines; `mtlsguard inspect` shows what a certificate holds.",
    ),
    Reason.AMBIGUOUS_HEADER: Explanation(
        400,
        "A certificate header came twice or beside a look-alike, was named by Connection, or contradicts another.",
        "A client is forging through the proxy: make the proxy set or clear every certificate header.",
    ),
    Reason.INCOMPLETE_EVIDENCE: Explanation(
        400,
        "The proxy sent only a part of the headers that its dialect always has.",
        "Set certificate and verdict headers together on every route, with no condition around them.",
    ),
    Reason.TRAILERS_POSSIBLE: Explanation(
        400,
        "Certificate evidence without a verdict came on a chunked request, where a trailer could have made it.",
        "If neither your proxy forwards trailers nor your server mixes them into the headers, say "
        'proxy.trailers = "dropped".',
    ),
    Reason.OVERSIZED: Explanation(
        400,
        "A certificate header, or what it holds, is larger than any that the guard reads.",
        "Clients with this many names or certificates in the chain need smaller certificates.",
    ),
    Reason.PROXY_NOT_VERIFIED: Explanation(
        401,
        "The proxy itself says that verification of the certificate failed.",
        "The client's certificate is bad, or the proxy has other trust anchors than the guard.",
    ),
    Reason.NO_CERTIFICATE: Explanation(
        401,
        "The route needs an identity and the client presented no certificate.",
        "The client must present one; for a route that anybody may use add a rule with access.",
    ),
    Reason.MALFORMED_CERTIFICATE: Explanation(
        400,
        "The bytes are no certificate that can be read completely (RFC 5280, DER).",
        "Have the client's certificate issued anew by a CA that encodes DER strictly.",
    ),
    Reason.INVALID_SERIAL: Explanation(
        401,
        "The serial number is not positive or longer than 20 octets (RFC 5280 section 4.1.2.2).",
        "Have the certificate issued anew with a proper serial number.",
    ),
    Reason.NOT_YET_VALID: Explanation(
        401,
        "The certificate's validity has not begun.",
        "Check the clocks of the CA and of this machine; validity.clock_skew allows a small difference.",
    ),
    Reason.EXPIRED: Explanation(
        401,
        "The certificate's validity is over.",
        "The client must renew its certificate.",
    ),
    Reason.LIFETIME_TOO_LONG: Explanation(
        401,
        "The certificate is valid for longer than validity.max_lifetime.",
        "Issue shorter-lived certificates, or raise the limit.",
    ),
    Reason.UNACCEPTABLE_KEY: Explanation(
        401,
        "The certificate's key is of a kind or size that is not accepted.",
        "Accepted are RSA of 2048 to 8192 bits and the curves P-256, P-384 and P-521.",
    ),
    Reason.WEAK_SIGNATURE: Explanation(
        401,
        "The certificate is signed with an algorithm that is not accepted.",
        "Accepted are RSA (PKCS #1 v1.5 or PSS) and ECDSA, with SHA-256, SHA-384 or SHA-512.",
    ),
    Reason.WRONG_USAGE: Explanation(
        401,
        "The certificate is not one for TLS clients.",
        "It needs extendedKeyUsage clientAuth by name, keyUsage (if any) with digitalSignature, and no CA flag.",
    ),
    Reason.UNKNOWN_EXTENSION: Explanation(
        401,
        "The certificate has a critical extension that the guard does not know (RFC 5280 section 4.2).",
        "Issue certificates without it, or with the extension not marked critical.",
    ),
    Reason.ANCHOR_PRESENTED: Explanation(
        401,
        "The client's certificate is itself one of the trust anchors.",
        "Anchors are for issuing. To admit this very certificate, list its fingerprint under trust.pinned.",
    ),
    Reason.UNKNOWN_ISSUER: Explanation(
        401,
        "No anchor, intermediate or presented certificate has the name of the certificate's issuer.",
        "Add the issuing CA to trust.anchors, or the missing intermediate to trust.intermediates.",
    ),
    Reason.ISSUER_EXPIRED: Explanation(
        401,
        "A CA certificate above the client's is outside its own validity.",
        "Renew the CA certificate and replace it under trust.",
    ),
    Reason.UNTRUSTED_CHAIN: Explanation(
        401,
        "No sound path leads from the certificate to a configured anchor.",
        "Signatures, CA flags, key usage, path length, name constraints or the EKU of a CA do not fit.",
    ),
    Reason.ISSUER_NOT_ALLOWED: Explanation(
        401,
        "The path is sound, but its issuer is not one of trust.issuers.",
        "Add the issuing CA to trust.issuers if its clients are meant to get in.",
    ),
    Reason.SERIAL_DENIED: Explanation(
        401,
        "The certificate's issuer and serial number are on serials.deny.",
        "The certificate was blocked on purpose; the client needs a new one.",
    ),
    Reason.SERIAL_NOT_ALLOWED: Explanation(
        401,
        "serials.allow is in use and does not name this issuer and serial number.",
        "Add the certificate to serials.allow if it is meant to get in.",
    ),
    Reason.REVOKED: Explanation(
        401,
        "The certificate, or an authority above it, is revoked: by a CRL, an OCSP answer or the deny list.",
        "The client needs a new certificate. `mtlsguard revoked` shows what is on the deny list.",
    ),
    Reason.REVOCATION_UNKNOWN: Explanation(
        401,
        "Nothing proves that the certificate is not revoked, and on_unknown or on_stale is deny.",
        "Look at the audit events and metrics of the sources: a list is missing, over its nextUpdate or signed by "
        "another key, a responder does not answer, or the deny list's server has been away for too long.",
    ),
    Reason.NO_IDENTITY: Explanation(
        401,
        "The certificate has no usable name of the configured kind.",
        "Check identity.name; control characters, wildcards and malformed names are never identities.",
    ),
    Reason.AMBIGUOUS_IDENTITY: Explanation(
        401,
        "The certificate has more than one name of the configured kind.",
        "An identity is exactly one value: issue certificates with one, or choose another identity.name.",
    ),
    Reason.AMBIGUOUS_REQUEST: Explanation(
        403,
        "The request's path or method can be read in two ways, so no rule can be applied safely.",
        "Clients must send canonical paths and methods in capitals; see the section on routes.",
    ),
    Reason.FORBIDDEN: Explanation(
        403,
        "The identity is sound but has none of the roles that the route asks for, or no rule opens the method.",
        "Compare [[roles]] and [[routes]] with the identity.",
    ),
}

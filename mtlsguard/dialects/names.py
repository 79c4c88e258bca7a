"""Header names that carry, or describe, a client certificate somewhere: removed from every request.

A proxy overwrites only the names that it uses itself; other vendors' names pass through it untouched, and an
application, or a library inside it, may believe them. Names that end in these are matched exactly; each is
also removed in every spelling with underscores for dashes, which some servers fold into one.
"""

from itertools import product

from mtlsguard.limits import MAX_CHAIN, MAX_NAMES

_RELATED = """
    x-ssl x-ssl-cert x-ssl-client-cert x-ssl-client-verify x-ssl-client-chain x-ssl-client-used x-ssl-client-has-crt
    x-ssl-client-err x-ssl-client-ca-err x-ssl-client-s-dn x-ssl-client-i-dn x-ssl-client-s-dn-legacy
    x-ssl-client-i-dn-legacy x-ssl-client-serial x-ssl-client-fingerprint x-ssl-client-v-start x-ssl-client-v-end
    x-ssl-client-v-remain x-ssl-client-dn x-ssl-client-dn-rfc2253 x-ssl-client-cn x-ssl-issuer x-ssl-issuer-dn
    x-ssl-client-sha1 x-ssl-client-sha256 x-ssl-client-notbefore x-ssl-client-notafter x-ssl-client-version
    x-ssl-client-key-alg x-ssl-client-der x-ssl-client-subject x-ssl-client-issuer x-ssl-client-san-dns
    x-ssl-client-san-uri x-ssl-client-san-email
    client-cert client-cert-chain x-client-cert x-client-cert-chain x-client-cert-verify x-client-cert-serial
    x-client-cert-issuer-dn x-client-cert-subject-dn x-client-cert-fingerprint x-client-cert-hash x-client-cert-subject
    x-client-cert-issuer x-client-uri-san x-client-dns-san x-client-certificate x-client-dn x-client-verify
    x-forwarded-client-cert x-forwarded-tls-client-cert x-forwarded-tls-client-cert-info
    x-forwarded-client-cert-chain x-forwarded-ssl-client-cert x-forwarded-client-dn
    ssl-client-cert ssl-client-verify ssl-client-subject-dn ssl-client-issuer-dn ssl-client-s-dn ssl-client-i-dn
    ssl-client-serial ssl-client-m-serial ssl-client-fingerprint ssl-client-cert-chain
    x-amzn-mtls-clientcert x-amzn-mtls-clientcert-leaf x-amzn-mtls-clientcert-serial-number
    x-amzn-mtls-clientcert-issuer x-amzn-mtls-clientcert-subject x-amzn-mtls-clientcert-validity
    cloudfront-viewer-cert-serial-number cloudfront-viewer-cert-issuer cloudfront-viewer-cert-subject
    cloudfront-viewer-cert-present cloudfront-viewer-cert-sha256 cloudfront-viewer-cert-validity
    cloudfront-viewer-cert-pem
    cf-client-cert-der-base64 cf-client-cert-sha256 cf-cert-revoked cf-cert-verified cf-cert-presented
    cf-cert-issuer-dn cf-cert-subject-dn cf-cert-serial cf-cert-issuer-serial cf-cert-fingerprint-sha256
    cf-cert-fingerprint-sha1 cf-cert-not-before cf-cert-not-after cf-cert-ski cf-cert-issuer-ski cf-client-cert-pem
    cf-cert-issuer-dn-rfc2253 cf-cert-subject-dn-rfc2253 cf-cert-issuer-dn-legacy cf-cert-subject-dn-legacy
    x-client-cert-present x-client-cert-chain-verified x-client-cert-error x-client-cert-leaf x-client-cert-spiffe
    x-client-cert-spiffe-id x-client-cert-sha256 x-client-cert-serial-number x-client-cert-uri-sans
    x-client-cert-dnsname-sans x-client-cert-valid-not-before x-client-cert-valid-not-after
    x-client-cert-verification x-client-cert-start-date x-client-cert-end-date
    x-client-certificate-verification x-client-certificate-fingerprint x-client-certificate-issuer
    x-client-certificate-subject x-client-certificate-serial x-client-certificate-start-date
    x-client-certificate-end-date x-client-cert-thumbprint x-client-certificate-thumbprint
    client-certificate client-certificate-verification client-certificate-fingerprint client-certificate-issuer
    client-certificate-subject client-certificate-serial client-certificate-start-date client-certificate-end-date
    x-arr-clientcert ms-aspnetcore-clientcert l5d-client-id
    sslclientcert sslclientcertb64 x-sslclientcertb64 sslclientcertstatus sslclientcertsn sslclientcertserialnumber
    sslclientcertsubject sslclientcertissuer sslclientcerthash
"""

# Keys without HTTP_ that mod_ssl, and who imitates it, put into a WSGI environ: no client can write there, and no
# application needs to see them.
_VARIABLES = """
    CERT VERIFY S_DN I_DN M_SERIAL M_VERSION V_START V_END V_REMAIN A_KEY A_SIG CERT_RFC4523_CEA S_DN_CN I_DN_CN
    S_DN_O I_DN_O S_DN_OU I_DN_OU S_DN_C I_DN_C S_DN_Email I_DN_Email S_DN_UID I_DN_UID S_DN_ST I_DN_ST S_DN_L I_DN_L
    SERIAL FINGERPRINT RAW_CERT ESCAPED_CERT
"""
SERVER_VARIABLES: frozenset[str] = frozenset(
    [f"SSL_CLIENT_{name}" for name in _VARIABLES.split()]
    + [f"SSL_CLIENT_CERT_CHAIN_{number}" for number in range(MAX_CHAIN + 1)]
    + [f"SSL_CLIENT_SAN_{kind}_{number}" for kind in ("Email", "DNS", "OTHER_msUPN") for number in range(MAX_NAMES)]
)

RELATED_HEADERS: frozenset[str] = frozenset(_RELATED.split())


def spellings(header: str) -> list[str]:
    """`header` with each of its dashes as it is or as an underscore; the first is `header` itself."""
    head, *rest = header.split("-")
    return [
        head + "".join(mark + part for mark, part in zip(marks, rest, strict=True))
        for marks in product("-_", repeat=len(rest))
    ]

"""Names that describe a certificate somewhere are removed, whichever dialect is spoken."""

import pytest

from mtlsguard.connection import Names, cgi_key, from_asgi, from_wsgi
from mtlsguard.dialects import DIALECTS
from mtlsguard.policy import ProxyPolicy

NAMES = Names.of(DIALECTS["nginx"], ProxyPolicy("nginx", ()))
_DOCUMENTED = """
    X-Client-Cert-Present X-Client-Cert-Chain-Verified X-Client-Cert-Error X-Client-Cert-Hash
    X-Client-Cert-Serial-Number X-Client-Cert-SPIFFE X-Client-Cert-URI-SANs X-Client-Cert-DNSName-SANs
    X-Client-Cert-Valid-Not-Before X-Client-Cert-Valid-Not-After X-Client-Cert-Issuer-Dn X-Client-Cert-Subject-Dn
    X-Client-Cert-Leaf X-Client-Cert-Chain
    Cf-Cert-Revoked Cf-Cert-Verified Cf-Cert-Presented Cf-Cert-Issuer-Dn Cf-Cert-Subject-Dn Cf-Cert-Issuer-Dn-Rfc2253
    Cf-Cert-Subject-Dn-Rfc2253 Cf-Cert-Issuer-Dn-Legacy Cf-Cert-Subject-Dn-Legacy Cf-Cert-Serial Cf-Cert-Issuer-Serial
    Cf-Cert-Fingerprint-Sha256 Cf-Cert-Fingerprint-Sha1 Cf-Cert-Not-Before Cf-Cert-Not-After Cf-Cert-Ski
    Cf-Cert-Issuer-Ski Cf-Client-Cert-Der-Base64 Cf-Client-Cert-Sha256
    CloudFront-Viewer-Cert-Serial-Number CloudFront-Viewer-Cert-Issuer CloudFront-Viewer-Cert-Subject
    CloudFront-Viewer-Cert-Present CloudFront-Viewer-Cert-Sha256 CloudFront-Viewer-Cert-Validity
    CloudFront-Viewer-Cert-Pem
    X-Amzn-Mtls-Clientcert X-Amzn-Mtls-Clientcert-Leaf X-Amzn-Mtls-Clientcert-Serial-Number
    X-Amzn-Mtls-Clientcert-Issuer X-Amzn-Mtls-Clientcert-Subject X-Amzn-Mtls-Clientcert-Validity
    X-ARR-ClientCert MS-ASPNETCORE-CLIENTCERT
    X-Client-Cert X-Client-Cert-Serial X-Client-Cert-Issuer-DN X-Client-Cert-Subject-DN X-Client-Cert-Fingerprint
    Client-Cert Client-Cert-Chain X-Forwarded-Client-Cert X-Forwarded-Tls-Client-Cert X-Forwarded-Tls-Client-Cert-Info
"""
DOCUMENTED = _DOCUMENTED.split()


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_documented_name_never_reaches_an_asgi_application(name):
    _, kept = from_asgi({"headers": [(name.lower().encode(), b"forged")], "client": ("10.0.0.1", 1)}, NAMES)
    assert kept == []


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_documented_name_with_underscores_never_reaches_an_asgi_application(name):
    twin = name.lower().replace("-", "_").encode()
    _, kept = from_asgi({"headers": [(twin, b"forged")], "client": ("10.0.0.1", 1)}, NAMES)
    assert kept == []


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_documented_name_never_reaches_a_wsgi_application(name):
    environ = {"REMOTE_ADDR": "10.0.0.1", cgi_key(name): "forged"}
    from_wsgi(environ, NAMES)
    assert environ == {"REMOTE_ADDR": "10.0.0.1"}

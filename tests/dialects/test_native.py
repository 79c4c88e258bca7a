"""Native dialects: what the server itself says, under the keys of its own interface."""

import pytest

from mtlsguard.connection import Names, from_asgi, from_wsgi
from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects import DIALECTS
from mtlsguard.dialects.contract import Presented
from mtlsguard.evidence import screen
from mtlsguard.policy import ProxyPolicy, Trailers
from mtlsguard.reason import Reason
from mtlsguard.testing import Pki

LEAF = Pki().leaf()
ABOVE = LEAF.chain[0]
INCOMPLETE = Deny(Reason.INCOMPLETE_EVIDENCE)
REFUSED = Deny(Reason.PROXY_NOT_VERIFIED)


def read(dialect, connection, names):
    values = screen(connection, names, DIALECTS[dialect], Trailers.POSSIBLE)
    return values if isinstance(values, Deny) else DIALECTS[dialect].read(values, 1)


def asgi(tls=None, headers=()):
    names = Names.of(DIALECTS["asgi-tls"], ProxyPolicy("asgi-tls"))
    scope = {"headers": list(headers), "client": ("203.0.113.9", 1)}
    if tls is not None:
        scope["extensions"] = {"tls": tls}
    return read("asgi-tls", from_asgi(scope, names)[0], names)


@pytest.mark.parametrize(
    "chain",
    [
        pytest.param([LEAF.pem, ABOVE.pem], id="PEM"),
        pytest.param([LEAF.der, ABOVE.der], id="DER"),
        pytest.param((entry.pem.encode() for entry in (LEAF, ABOVE)), id="generator of octets"),
        pytest.param((LEAF.pem.strip(), ABOVE.pem.replace("\n", "\r\n")), id="other line ends"),
    ],
)
def test_a_chain_is_presented_in_every_shape(chain):
    assert asgi({"client_cert_chain": chain, "client_cert_error": None}) == Presented(LEAF.der, (ABOVE.der,))


@pytest.mark.parametrize("leaf", [LEAF.pem, LEAF.der])
def test_one_certificate_may_stand_for_the_chain(leaf):
    assert asgi({"client_cert_chain": leaf}) == Presented(LEAF.der)


@pytest.mark.parametrize("tls", [None, {}, [], "tls", {"client_cert_chain": []}, {"client_cert_chain": None}])
def test_without_extension_or_chain_there_is_no_certificate(tls):
    assert asgi(tls) == Absent()


@pytest.mark.parametrize("error", ["X509_V_ERR_CERT_HAS_EXPIRED", "", 0, False, b"bad"])
def test_an_error_that_is_not_none_refuses(error):
    assert asgi({"client_cert_chain": [LEAF.pem], "client_cert_error": error}) == REFUSED


def test_a_name_without_a_certificate_is_half_an_answer():
    """pyvoy 1.3 sends the name alone."""
    assert asgi({"client_cert_name": "CN=web,O=Example"}) == INCOMPLETE


def test_a_forwarded_header_is_not_read():
    assert asgi(headers=[(b"client-cert", b":AAAA:"), (b"transfer-encoding", b"chunked")]) == Absent()


def wsgi(headers=(), **variables):
    names = Names.of(DIALECTS["wsgi-environ"], ProxyPolicy("wsgi-environ"))
    return read("wsgi-environ", from_wsgi({"REMOTE_ADDR": "203.0.113.9", **variables, **dict(headers)}, names), names)


def test_variables_of_mod_ssl_are_presented():
    found = wsgi(SSL_CLIENT_VERIFY="SUCCESS", SSL_CLIENT_CERT=LEAF.pem, SSL_CLIENT_CERT_CHAIN_0=ABOVE.pem)
    assert found == Presented(LEAF.der, (ABOVE.der,))


def test_success_without_a_certificate_is_half_an_answer():
    assert wsgi(SSL_CLIENT_VERIFY="SUCCESS") == INCOMPLETE


@pytest.mark.parametrize("verdict", ["GENEROUS", "FAILED:certificate has expired"])
def test_everything_but_success_refuses(verdict):
    assert wsgi(SSL_CLIENT_VERIFY=verdict, SSL_CLIENT_CERT=LEAF.pem) == REFUSED


class Socket:
    def getpeercert(self, binary_form=False):
        return LEAF.der if binary_form else {}


def test_the_socket_of_gunicorn_is_asked_where_there_are_no_variables():
    assert wsgi({"gunicorn.socket": Socket()}) == Presented(LEAF.der)


def test_a_socket_beside_variables_is_ambiguous():
    assert wsgi({"gunicorn.socket": Socket()}, SSL_CLIENT_VERIFY="NONE") == Deny(Reason.AMBIGUOUS_HEADER)


def test_a_clients_headers_are_not_variables():
    assert wsgi(HTTP_SSL_CLIENT_VERIFY="SUCCESS", HTTP_SSL_CLIENT_CERT=LEAF.pem) == Absent()

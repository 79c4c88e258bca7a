"""Native dialects: what the server itself says, under the keys of its own interface.

What one text means stands in the vectors; here are the shapes that a text has around it.
"""

from itertools import cycle

import pytest

from mtlsguard.connection import Names, from_asgi, from_wsgi
from mtlsguard.decision import Absent, Allow, Deny
from mtlsguard.dialects import DIALECTS
from mtlsguard.dialects.contract import Presented
from mtlsguard.evidence import screen
from mtlsguard.limits import MAX_CHAIN
from mtlsguard.loading import guard_from
from mtlsguard.policy import ProxyPolicy, Trailers
from mtlsguard.reason import Reason
from mtlsguard.testing import Pki

PKI = Pki()
LEAF = PKI.leaf()
ABOVE = LEAF.chain[0]
MALFORMED = Deny(Reason.MALFORMED_HEADER)
AMBIGUOUS = Deny(Reason.AMBIGUOUS_HEADER)
INCOMPLETE = Deny(Reason.INCOMPLETE_EVIDENCE)
REFUSED = Deny(Reason.PROXY_NOT_VERIFIED)


def read(dialect, connection, names):
    values = screen(connection, names, DIALECTS[dialect], Trailers.POSSIBLE)
    return values if isinstance(values, Deny) else DIALECTS[dialect].read(values, 1)


def asgi(tls=None, headers=(), renamed=None, **scope):
    names = Names.of(DIALECTS["asgi-tls"], ProxyPolicy("asgi-tls", headers=renamed or {}))
    scope = {"headers": list(headers), "client": ("203.0.113.9", 1), **scope}
    if tls is not None:
        scope["extensions"] = {"tls": tls}
    return read("asgi-tls", from_asgi(scope, names)[0], names)


def wsgi(environ=None, renamed=None, **variables):
    names = Names.of(DIALECTS["wsgi-environ"], ProxyPolicy("wsgi-environ", headers=renamed or {}))
    connection = from_wsgi({"REMOTE_ADDR": "203.0.113.9", **variables, **(environ or {})}, names)
    return read("wsgi-environ", connection, names)


@pytest.mark.parametrize(
    "chain",
    [
        pytest.param([LEAF.pem, ABOVE.pem], id="list of PEM"),
        pytest.param((LEAF.pem, ABOVE.pem), id="tuple of PEM"),
        pytest.param([LEAF.der, ABOVE.der], id="list of DER"),
        pytest.param([LEAF.der, ABOVE.pem], id="DER and PEM"),
        pytest.param((entry.pem.encode() for entry in (LEAF, ABOVE)), id="generator of octets"),
        pytest.param(iter([LEAF.pem, ABOVE.pem]), id="iterator"),
        pytest.param({LEAF.pem: 0, ABOVE.pem: 1}, id="keys of a mapping"),
        pytest.param([LEAF.pem + ABOVE.pem], id="both in one text"),
        pytest.param(LEAF.pem + ABOVE.pem, id="both in one text without a list"),
        pytest.param((LEAF.pem.strip(), ABOVE.pem.replace("\n", "\r\n")), id="other line ends"),
    ],
)
def test_a_chain_is_presented_in_every_shape(chain):
    assert asgi({"client_cert_chain": chain, "client_cert_error": None}) == Presented(LEAF.der, (ABOVE.der,))


@pytest.mark.parametrize("leaf", [LEAF.pem, LEAF.pem.encode(), LEAF.der], ids=["PEM", "octets", "DER"])
def test_one_certificate_may_stand_for_the_chain(leaf):
    assert asgi({"client_cert_chain": leaf}) == Presented(LEAF.der)


@pytest.mark.parametrize("empty", [None, [], (), iter(()), {}])
def test_an_empty_chain_is_no_certificate(empty):
    assert asgi({"client_cert_chain": empty, "client_cert_name": None, "tls_version": 772}) == Absent()


@pytest.mark.parametrize("tls", [None, {}, [], "tls", 7])
def test_without_the_extension_there_is_no_certificate(tls):
    assert asgi(tls) == Absent()


@pytest.mark.parametrize("extensions", [None, {}, [], {"http.response.push": {}}])
def test_without_extensions_there_is_no_certificate(extensions):
    assert asgi(extensions=extensions) == Absent()


@pytest.mark.parametrize(
    "odd", [7, 7.0, object(), bytearray(LEAF.der), memoryview(LEAF.der), [7], [None], [[LEAF.pem]]]
)
def test_an_entry_that_is_neither_text_nor_octets_is_malformed_and_not_absence(odd):
    assert asgi({"client_cert_chain": odd}) in (MALFORMED, Deny(Reason.OVERSIZED))


@pytest.mark.parametrize("empty", ["", b"", " ", "\n"])
@pytest.mark.parametrize("before", [[], [LEAF.pem]], ids=["alone", "behind the leaf"])
def test_an_empty_entry_is_malformed_and_not_absence(before, empty):
    assert asgi({"client_cert_chain": [*before, empty]}) == MALFORMED


@pytest.mark.parametrize("text", ["é", "\N{SNOWMAN}", "\ud800"])
def test_text_beyond_ascii_is_malformed(text):
    assert asgi({"client_cert_chain": [LEAF.pem + text]}) == MALFORMED


def test_octets_that_are_no_certificate_are_no_certificate_that_can_be_parsed():
    guard = guard_from({"proxy": {"dialect": "asgi-tls"}, "trust": {"anchors": [PKI.root.der]}})
    scope = {"headers": [], "extensions": {"tls": {"client_cert_chain": [b"subject=CN=a\n" + LEAF.pem.encode()]}}}
    connection, _ = from_asgi(scope, guard.current.names)
    assert guard.current.check(connection, PKI.now.timestamp()) == Deny(Reason.MALFORMED_CERTIFICATE)


def test_a_chain_of_the_greatest_length_is_read():
    assert len(asgi({"client_cert_chain": [LEAF.der] + [ABOVE.der] * MAX_CHAIN}).chain) == MAX_CHAIN


@pytest.mark.parametrize("entry", [ABOVE.der, ABOVE.pem], ids=["DER", "PEM"])
def test_a_chain_that_is_longer_is_oversized(entry):
    assert asgi({"client_cert_chain": [LEAF.der] + [entry] * (MAX_CHAIN + 1)}) == Deny(Reason.OVERSIZED)


def test_a_chain_that_never_ends_is_oversized():
    assert asgi({"client_cert_chain": cycle([LEAF.pem])}) == Deny(Reason.OVERSIZED)


def test_a_chain_that_raises_is_a_bug_of_the_server_and_surfaces():
    def broken():
        yield LEAF.pem
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        asgi({"client_cert_chain": broken()})


@pytest.mark.parametrize("error", ["X509_V_ERR_CERT_HAS_EXPIRED", "", 0, False, b"bad", object()])
def test_an_error_that_is_not_none_refuses(error):
    assert asgi({"client_cert_chain": [LEAF.pem], "client_cert_error": error}) == REFUSED


def test_a_name_without_a_certificate_is_half_an_answer():
    """pyvoy 1.3 sends the name alone."""
    assert asgi({"client_cert_name": "CN=web,O=Example"}) == INCOMPLETE


def test_a_name_of_somebody_else_changes_nothing():
    assert asgi({"client_cert_chain": [LEAF.pem], "client_cert_name": "CN=admin, O=Example"}) == Presented(LEAF.der)


def test_a_forwarded_header_is_not_read():
    assert asgi(headers=[(b"client-cert", b":AAAA:"), (b"transfer-encoding", b"chunked")]) == Absent()


def test_keys_of_the_extension_may_be_renamed():
    renamed = {"certificate": "client_cert"}
    assert asgi({"client_cert": LEAF.der, "client_cert_chain": [ABOVE.pem]}, renamed=renamed) == Presented(LEAF.der)


def test_variables_may_be_renamed():
    """As `uwsgi_param` and `fastcgi_param` name them."""
    renamed = {"certificate": "X509_CERT", "verify": "X509_VERIFY"}
    assert wsgi(renamed=renamed, X509_VERIFY="SUCCESS", X509_CERT=LEAF.pem) == Presented(LEAF.der)


def test_the_old_name_of_a_renamed_variable_is_not_read():
    renamed = {"certificate": "X509_CERT", "verify": "X509_VERIFY"}
    assert wsgi(renamed=renamed, SSL_CLIENT_VERIFY="SUCCESS", SSL_CLIENT_CERT=LEAF.pem) == Absent()


def test_the_chain_is_in_the_order_of_its_numbers():
    variables = {f"SSL_CLIENT_CERT_CHAIN_{at}": entry.pem for at, entry in ((1, PKI.root), (0, ABOVE))}
    found = wsgi(SSL_CLIENT_VERIFY="SUCCESS", SSL_CLIENT_CERT=LEAF.pem, **variables)
    assert found == Presented(LEAF.der, (ABOVE.der, PKI.root.der))


def chained(length):
    variables = {f"SSL_CLIENT_CERT_CHAIN_{at}": ABOVE.pem for at in range(length)}
    return wsgi(SSL_CLIENT_VERIFY="SUCCESS", SSL_CLIENT_CERT=LEAF.pem, **variables)


def test_variables_of_a_chain_of_the_greatest_length_are_read():
    assert len(chained(MAX_CHAIN).chain) == MAX_CHAIN


def test_variables_of_a_chain_that_is_longer_are_oversized():
    assert chained(MAX_CHAIN + 1) == Deny(Reason.OVERSIZED)


def test_a_member_of_the_chain_that_cannot_be_read_is_malformed():
    found = wsgi(SSL_CLIENT_VERIFY="SUCCESS", SSL_CLIENT_CERT=LEAF.pem, SSL_CLIENT_CERT_CHAIN_0="(null)")
    assert found == MALFORMED


@pytest.mark.parametrize("odd", [7, object(), ["SUCCESS"]])
def test_a_variable_of_an_odd_type_is_malformed(odd):
    assert wsgi(SSL_CLIENT_VERIFY=odd, SSL_CLIENT_CERT=LEAF.pem) == MALFORMED


def test_a_variable_of_octets_is_read_as_text_is():
    assert wsgi(SSL_CLIENT_VERIFY=b"SUCCESS", SSL_CLIENT_CERT=LEAF.pem.encode()) == Presented(LEAF.der)


def test_variables_that_are_none_are_missing():
    assert wsgi(SSL_CLIENT_VERIFY=None, SSL_CLIENT_CERT=None) == Absent()


class Socket:
    def __init__(self, answer=LEAF.der):
        self.answer = answer

    def getpeercert(self, binary_form=False):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer if binary_form else {}


def test_the_socket_of_gunicorn_is_asked_where_there_are_no_variables():
    assert wsgi({"gunicorn.socket": Socket()}) == Presented(LEAF.der)


@pytest.mark.parametrize("socket", [None, object(), Socket(None), Socket(b""), Socket({})])
def test_a_socket_without_a_certificate_is_absence(socket):
    assert wsgi({"gunicorn.socket": socket}) == Absent()


@pytest.mark.parametrize("error", [ValueError("handshake not done yet"), OSError("not connected")])
def test_a_socket_that_cannot_tell_is_malformed_and_not_absence(error):
    assert wsgi({"gunicorn.socket": Socket(error)}) == MALFORMED


@pytest.mark.parametrize("verdict", ["NONE", "SUCCESS"])
def test_a_socket_beside_variables_is_ambiguous(verdict):
    assert wsgi({"gunicorn.socket": Socket()}, SSL_CLIENT_VERIFY=verdict) == AMBIGUOUS


def test_a_socket_beside_empty_variables_is_asked():
    assert wsgi({"gunicorn.socket": Socket()}, SSL_CLIENT_VERIFY="", SSL_CLIENT_CERT="") == Presented(LEAF.der)


def connection(dialect, leaf, snapshot):
    if dialect == "asgi-tls":
        return from_asgi(
            {"headers": [], "extensions": {"tls": {"client_cert_chain": [leaf.der, ABOVE.der]}}}, snapshot.names
        )[0]
    if dialect == "gunicorn":
        return from_wsgi({"gunicorn.socket": Socket(leaf.der)}, snapshot.names)
    return from_wsgi({"SSL_CLIENT_VERIFY": "SUCCESS", "SSL_CLIENT_CERT": leaf.pem}, snapshot.names)


def snapshot_for(source):
    dialect = "asgi-tls" if source == "asgi-tls" else "wsgi-environ"
    trust = {"anchors": [PKI.root.der], "intermediates": [ABOVE.der]}
    return guard_from({"proxy": {"dialect": dialect}, "trust": trust}).current


@pytest.mark.parametrize("source", ["asgi-tls", "wsgi-environ", "gunicorn"])
def test_a_decision_is_remembered(source):
    snapshot = snapshot_for(source)
    decisions = [snapshot.check(connection(source, LEAF, snapshot), PKI.now.timestamp()) for _ in range(2)]
    assert [(type(one), one.remembered) for one in decisions] == [(Allow, False), (Allow, True)]


@pytest.mark.parametrize("source", ["asgi-tls", "wsgi-environ", "gunicorn"])
def test_the_hint_differs_between_clients_of_one_authority(source):
    snapshot, other = snapshot_for(source), PKI.leaf()
    assert len({connection(source, leaf, snapshot).hint for leaf in (LEAF, other)}) == 2

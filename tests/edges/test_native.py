"""Whole requests through the middleware where the server itself says who the client is."""

from copy import deepcopy
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from mtlsguard import ConfigError
from mtlsguard.asgi import GuardMiddleware as AsgiMiddleware
from mtlsguard.connection import cgi_key
from mtlsguard.dialects import HEADER_DIALECTS
from mtlsguard.testing import Issued, present
from mtlsguard.wsgi import IDENTITY
from mtlsguard.wsgi import GuardMiddleware as WsgiMiddleware
from tests.world import NOW, STRANGER, ask, configuration, octets, pki, scope, speaking

ASGI, WSGI = "asgi-tls", "wsgi-environ"
NAME = "spiffe://example.org/ns/default/sa/billing"


def native(dialect: str, **sections: Any) -> dict[str, Any]:
    return {"proxy": {"dialect": dialect}, "trust": configuration()["trust"], **sections}


def victim(dialect: str) -> dict[str, str]:
    return present(pki().leaf("victim"), dialect)


def over_tls(leaf: Issued | None, headers: dict[str, str] | None = None, **tls: Any) -> dict[str, Any]:
    chain = [leaf.pem] if leaf else []
    said = {"server_cert": None, "tls_version": 0x304, "cipher_suite": 0x1301, "client_cert_chain": chain} | tls
    return scope(octets(headers or {}), peer=(STRANGER, 4711), extensions={"tls": said, "http.response.trailers": {}})


def test_the_application_is_told_who_called() -> None:
    assert ask(native(ASGI), over_tls(pki().leaf("billing"))).identity.name == NAME


def test_nothing_of_the_certificate_is_left_in_the_extension() -> None:
    request = over_tls(pki().leaf(), client_cert_name="CN=a", client_cert_error=None, client_cert=b"a draft's key")
    seen = ask(native(ASGI), request)
    assert seen.scope is not None
    assert seen.scope["extensions"]["tls"] == {"server_cert": None, "tls_version": 0x304, "cipher_suite": 0x1301}


def test_nothing_of_it_is_left_under_another_name() -> None:
    mapping = native(ASGI)
    mapping["proxy"]["headers"] = {"certificate": "peer_chain"}
    seen = ask(mapping, over_tls(None, peer_chain=[pki().leaf("billing").pem]))
    assert seen.scope is not None
    assert (seen.identity.name, "peer_chain" in seen.scope["extensions"]["tls"]) == (NAME, False)


def test_nothing_of_it_is_left_where_a_header_is_read() -> None:
    """TLS from the proxy to the server: the certificate there is the proxy's own."""
    request = over_tls(pki().leaf("proxy"), present(pki().leaf("billing"), "nginx")) | {"client": ("10.1.2.3", 1)}
    seen = ask(configuration(), request)
    assert seen.scope is not None
    assert (seen.identity.name, "client_cert_chain" in seen.scope["extensions"]["tls"]) == (NAME, False)


def test_the_other_extensions_stay() -> None:
    seen = ask(native(ASGI), over_tls(pki().leaf()))
    assert seen.scope is not None
    assert seen.scope["extensions"].keys() == {"tls", "http.response.trailers"}


def test_the_servers_own_scope_is_not_changed() -> None:
    request = over_tls(pki().leaf(), victim("nginx"))
    before = deepcopy(request)
    ask(native(ASGI), request)
    assert request == before


def test_without_a_certificate_the_client_is_refused() -> None:
    assert ask(native(ASGI), over_tls(None)).status == 401


def test_without_tls_the_client_is_refused() -> None:
    assert ask(native(ASGI), scope([], peer=(STRANGER, 1))).status == 401


def test_without_a_certificate_the_client_is_anonymous_where_that_is_allowed() -> None:
    assert ask(native(ASGI, client={"absent": "anonymous"}), over_tls(None)).identity is None


def test_an_error_is_refused_where_anonymous_clients_are_allowed_too() -> None:
    request = over_tls(None, client_cert_error="certificate has expired")
    assert ask(native(ASGI, client={"absent": "anonymous"}), request).status == 401


def test_a_certificate_of_another_authority_is_refused() -> None:
    stranger = type(pki())(now=pki().now).leaf("billing")
    assert ask(native(ASGI), over_tls(stranger)).status == 401


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_forged_headers_are_removed_and_never_read(dialect: str) -> None:
    seen = ask(native(ASGI), over_tls(pki().leaf("billing"), victim(dialect)))
    assert seen.scope is not None
    names = {name.decode() for name, _ in seen.scope["headers"]}
    assert (seen.identity.name, names & victim(dialect).keys()) == (NAME, set())


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_forged_headers_alone_get_nobody_in(dialect: str) -> None:
    assert ask(native(ASGI), over_tls(None, victim(dialect))).status == 401


def test_a_websocket_is_told_who_called() -> None:
    request = over_tls(pki().leaf("billing")) | {"type": "websocket"}
    assert ask(native(ASGI), request).identity.name == NAME


def test_an_answer_depends_on_more_than_headers() -> None:
    seen = ask(native(ASGI), over_tls(pki().leaf()), answer=[(b"cache-control", b"max-age=60")])
    assert (b"vary", b"*") in seen.headers


def call(environ: dict[str, Any], mapping: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    called: list[dict[str, Any]] = []
    status: list[str] = []

    def app(inner: dict[str, Any], start_response: Any) -> list[bytes]:
        called.append(inner)
        start_response("200 OK", [])
        return []

    request = {"REMOTE_ADDR": STRANGER, "PATH_INFO": "/"} | environ
    setup_testing_defaults(request)
    list(WsgiMiddleware(app, mapping, clock=lambda: NOW)(request, lambda line, *_: status.append(line)))
    return status[0], called[0] if called else None


def variables(leaf: Issued) -> dict[str, Any]:
    return {
        "HTTPS": "on",
        "SSL_CLIENT_VERIFY": "SUCCESS",
        "SSL_CLIENT_CERT": leaf.pem,
        "SSL_CLIENT_CERT_CHAIN_0": leaf.chain[0].pem,
        "SSL_CLIENT_S_DN": "CN=billing",
        "SSL_CLIENT_SAN_DNS_17": "billing.example",
    }


def named(environ: dict[str, Any] | None) -> str | None:
    return environ[IDENTITY].name if environ else None


def test_the_wsgi_application_is_told_who_called() -> None:
    assert named(call(variables(pki().leaf("billing")), native(WSGI))[1]) == NAME


def test_no_variable_of_the_certificate_is_left_in_the_environ() -> None:
    _, environ = call(variables(pki().leaf("billing")), native(WSGI))
    assert environ is not None
    assert ([key for key in environ if key.startswith("SSL_CLIENT")], environ["HTTPS"]) == ([], "on")


def test_no_renamed_variable_is_left_in_the_environ() -> None:
    mapping = native(WSGI)
    mapping["proxy"]["headers"] = {"certificate": "X509_CERT", "verify": "X509_VERIFY"}
    _, environ = call({"X509_VERIFY": "SUCCESS", "X509_CERT": pki().leaf("billing").pem}, mapping)
    assert environ is not None
    assert (named(environ), {"X509_CERT", "X509_VERIFY"} & environ.keys()) == (NAME, set())


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_forged_headers_are_removed_from_the_environ_and_never_read(dialect: str) -> None:
    forged = {cgi_key(name): value for name, value in victim(dialect).items()}
    _, environ = call(variables(pki().leaf("billing")) | forged, native(WSGI))
    assert environ is not None
    assert (named(environ), forged.keys() & environ.keys()) == (NAME, set())


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_forged_headers_alone_get_nobody_into_a_wsgi_application(dialect: str) -> None:
    forged = {cgi_key(name): value for name, value in victim(dialect).items()}
    assert call({"SSL_CLIENT_VERIFY": "NONE"} | forged, native(WSGI)) == ("401 Unauthorized", None)


@pytest.mark.parametrize("dialect", HEADER_DIALECTS)
def test_variables_are_removed_where_a_header_is_read(dialect: str) -> None:
    mapping = configuration(proxy=speaking(dialect) | {"trusted": [STRANGER]}, client={"absent": "anonymous"})
    headers = {cgi_key(name): value for name, value in present(None, dialect).items()}
    _, environ = call(variables(pki().leaf("billing")) | headers, mapping)
    assert environ is not None
    assert (environ[IDENTITY], [key for key in environ if key.startswith("SSL_CLIENT")]) == (None, [])


@pytest.mark.parametrize(("middleware", "dialect"), [(AsgiMiddleware, WSGI), (WsgiMiddleware, ASGI)])
def test_a_dialect_of_the_other_interface_stops_the_start(middleware: Any, dialect: str) -> None:
    with pytest.raises(ConfigError, match=r"proxy\.dialect"):
        middleware(None, native(dialect))

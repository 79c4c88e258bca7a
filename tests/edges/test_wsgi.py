"""The WSGI middleware: the same answers as under ASGI, in WSGI's words."""

from typing import Any
from wsgiref.util import setup_testing_defaults
from wsgiref.validate import validator

import pytest

from mtlsguard.connection import cgi_key
from mtlsguard.dialects import EVIDENCE_HEADERS
from mtlsguard.testing import present
from mtlsguard.wsgi import IDENTITY, GuardMiddleware, identity_of
from tests.world import NOW, PROXY, STRANGER, configuration, pki

RULES = {
    "roles": [{"name": "billing", "match": {"spiffe": "spiffe://example.org/ns/default/sa/billing"}}],
    "routes": [
        {"path": "/healthz", "methods": ["GET"], "access": "public"},
        {"path": "/invoices/**", "require": ["billing"]},
    ],
}


def good(name: str = "billing") -> dict[str, str]:
    return present(pki().leaf(name), "nginx")


def environ(headers: dict[str, str], **rest: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"REMOTE_ADDR": PROXY, "PATH_INFO": "/"} | rest
    setup_testing_defaults(made)
    return made | {cgi_key(name): value for name, value in headers.items()}


def ask(mapping: Any, request: dict[str, Any], answer: list | None = None) -> tuple[str, list, bytes, dict | None]:
    called: list[dict] = []

    def app(environ: dict, start_response: Any) -> list[bytes]:
        called.append(environ)
        start_response("200 OK", answer if answer is not None else [("Content-Type", "text/plain")])
        return [b"ok"]

    started: list = []

    def start_response(status: str, headers: list, exc_info: Any = None) -> None:
        started[:] = [status, headers]

    body = b"".join(GuardMiddleware(app, mapping, clock=lambda: NOW)(request, start_response))
    return started[0], started[1], body, called[0] if called else None


def test_the_application_is_told_who_called() -> None:
    status, _, _, seen = ask(configuration(**RULES), environ(good(), PATH_INFO="/invoices/7"))
    assert status == "200 OK"
    assert identity_of(seen).roles == {"billing"}


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (lambda: environ(good(), REMOTE_ADDR=STRANGER), "401 Unauthorized"),
        (lambda: environ(good(), REMOTE_ADDR=""), "401 Unauthorized"),
        (lambda: environ(present(None, "nginx")), "401 Unauthorized"),
        (lambda: environ(good() | {"x-ssl-client-verify": "SUCCESS,SUCCESS"}), "400 Bad Request"),
        (lambda: environ(good("other"), PATH_INFO="/invoices/7"), "403 Forbidden"),
        (lambda: environ(good(), PATH_INFO="/x/../invoices/7"), "403 Forbidden"),
        (lambda: environ(good(), PATH_INFO="/x/invoices/7", RAW_URI="/x%2finvoices/7?a=b"), "403 Forbidden"),
        (lambda: environ(good(), PATH_INFO="/\xff"), "403 Forbidden"),
        (lambda: environ(good(), PATH_INFO="/healthz", REQUEST_METHOD="POST"), "403 Forbidden"),
        (lambda: environ(good(), PATH_INFO="/invoices/7", REQUEST_METHOD="get"), "403 Forbidden"),
    ],
)
def test_refusals(request_: Any, status: str) -> None:
    seen, headers, body, called = ask(configuration(**RULES), request_())
    assert (seen, called) == (status, None)
    assert dict(headers)["Cache-Control"] == "no-store"
    assert b"title" in body


def test_a_query_with_escapes_is_no_ambiguous_path() -> None:
    request = environ(good(), PATH_INFO="/invoices/7", RAW_URI="/invoices/7?next=%2fx%00")
    assert ask(configuration(**RULES), request)[0] == "200 OK"


def test_a_target_in_absolute_form_is_read_by_its_path() -> None:
    request = environ(good(), PATH_INFO="/invoices/7", REQUEST_URI="http://app.example/invoices/7")
    assert ask(configuration(**RULES), request)[0] == "200 OK"


def test_paths_are_read_as_utf8() -> None:
    path = "/caf\u00e9".encode().decode("latin-1")
    assert ask(configuration(**RULES), environ(good(), PATH_INFO=path))[0] == "200 OK"


def test_no_certificate_header_reaches_the_application() -> None:
    own = {"x-ssl-client-cert", "x-ssl-client-verify"}
    foreign = dict.fromkeys(EVIDENCE_HEADERS - own, "forged")
    seen = ask(configuration(), environ(good() | foreign))[3]
    assert not [key for key in seen if key in {cgi_key(name) for name in EVIDENCE_HEADERS}]


def test_a_duplicate_that_the_server_joined_is_refused() -> None:
    headers = good()
    headers["x-ssl-client-cert"] += "," + good("other")["x-ssl-client-cert"]
    assert ask(configuration(), environ(headers))[0] == "400 Bad Request"


def test_a_value_that_is_no_latin1_is_refused() -> None:
    assert ask(configuration(), environ(good() | {"x-ssl-client-verify": "SUCCESS\u2028"}))[0] == "400 Bad Request"


def test_a_socket_must_be_declared() -> None:
    mapping = configuration(proxy={"trusted": ["unix"]})
    assert ask(mapping, environ(good(), REMOTE_ADDR=""))[0] == "200 OK"


@pytest.mark.parametrize(
    ("said", "added"),
    [
        ([], [("Cache-Control", "no-store")]),
        ([("cache-control", "public")], [("Vary", "x-ssl-client-cert")]),
        ([("Cache-Control", "private")], []),
    ],
)
def test_answers_are_kept_out_of_shared_caches(said: list, added: list) -> None:
    assert ask(configuration(), environ(good()), answer=said)[1] == [*said, *added]


def test_a_head_request_gets_the_refusal_without_its_body() -> None:
    assert ask(configuration(), environ({}, REQUEST_METHOD="HEAD"))[2] == b""


def test_a_public_route_sees_no_identity() -> None:
    _, headers, _, seen = ask(configuration(**RULES), environ(good(), PATH_INFO="/healthz"))
    assert (seen[IDENTITY], dict(headers).get("Cache-Control")) == (None, None)


def test_it_is_a_valid_wsgi_application_on_both_sides() -> None:
    def app(environ: dict, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"ok"]

    checked = validator(GuardMiddleware(validator(app), configuration(), clock=lambda: NOW))
    for headers in (good(), {}):
        request = environ(headers, QUERY_STRING="", SCRIPT_NAME="")
        chunks = checked(request, lambda status, headers, exc_info=None: lambda data: None)
        assert b"".join(chunks)
        chunks.close()

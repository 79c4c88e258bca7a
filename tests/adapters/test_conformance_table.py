"""One table for every framework: the same request gets the same answer, and the application sees the same."""

import logging
from datetime import timedelta
from functools import cache

import pytest

from mtlsguard.dialects import EVIDENCE_HEADERS
from mtlsguard.testing import Issued, Pki
from tests.adapters.applications import APPLICATIONS
from tests.adapters.conformance import PROXY, STRANGER, Answer, Ask, Driver, leaf, pki, shown

GOOD = "spiffe://example.org/ns/default/sa/billing"


@cache
def stranger_pki() -> Pki:
    return Pki()


def expired() -> Issued:
    return pki().leaf("late", not_after=pki().now - timedelta(hours=2), not_before=pki().now - timedelta(days=2))


def good(name: str = "billing") -> tuple[tuple[str, str], ...]:
    return shown(leaf(name))


CERTIFICATE, VERIFY = "x-ssl-client-cert", "x-ssl-client-verify"


def of(name: str) -> str:
    return dict(good())[name]


# name: request, status, and the name that the application sees where it is called
TABLE = {
    "a verified client": (lambda: Ask("/", headers=good()), 200, GOOD),
    "no certificate": (lambda: Ask("/", headers=shown(None)), 401, None),
    "no header at all": (lambda: Ask("/"), 400, None),
    "an expired certificate": (lambda: Ask("/", headers=shown(expired())), 401, None),
    "another authority of the same name": (lambda: Ask("/", headers=shown(stranger_pki().leaf("billing"))), 401, None),
    "a stranger with somebody's certificate": (lambda: Ask("/", headers=good(), peer=STRANGER), 401, None),
    "a doubled header": (lambda: Ask("/", headers=(*good(), (CERTIFICATE, of(CERTIFICATE)))), 400, None),
    "a twin with underscores": (lambda: Ask("/", headers=(*good(), ("x_ssl_client_cert", "x"))), 400, None),
    "the role": (lambda: Ask("/invoices/7", headers=good()), 200, GOOD),
    "another role": (lambda: Ask("/invoices/7", headers=good("admin")), 403, None),
    "a method that the rule does not name": (lambda: Ask("/invoices/7", "POST", good()), 403, None),
    "HEAD by the rule for GET": (lambda: Ask("/invoices/7", "HEAD", good("admin")), 403, None),
    "the decorator's role": (
        lambda: Ask("/admin", headers=good("admin")),
        200,
        "spiffe://example.org/ns/default/sa/admin",
    ),
    "without the decorator's role": (lambda: Ask("/admin", headers=good()), 403, None),
    "a path that is not there": (lambda: Ask("/nothing", headers=good()), 404, None),
    "the same without a certificate": (lambda: Ask("/nothing", headers=shown(None)), 401, None),
    "a public path": (lambda: Ask("/public", headers=shown(None)), 200, None),
    "a public path with a forged certificate": (lambda: Ask("/public", headers=good(), peer=STRANGER), 200, None),
    "a public path with a good one": (lambda: Ask("/public", headers=good()), 200, None),
    "an optional path without": (lambda: Ask("/maybe", headers=shown(None)), 200, None),
    "an optional path with": (lambda: Ask("/maybe", headers=good()), 200, GOOD),
    "an optional path with a bad one": (lambda: Ask("/maybe", headers=shown(expired())), 401, None),
}
BY_THE_GUARD = [name for name, row in TABLE.items() if row[1] in {400, 401, 403} and "decorator" not in name]
ANSWERED = [name for name, row in TABLE.items() if row[1] == 200]


@cache
def driver(framework: str) -> Driver:
    return APPLICATIONS[framework]()


def answer(framework: str, case: str) -> Answer:
    return driver(framework).send(TABLE[case][0]())


@pytest.fixture(params=APPLICATIONS, ids=str)
def framework(request) -> str:
    return request.param


@pytest.mark.parametrize("case", TABLE, ids=str)
def test_the_status_is_the_same(framework: str, case: str) -> None:
    assert answer(framework, case).status == TABLE[case][1]


@pytest.mark.parametrize("case", ANSWERED, ids=str)
def test_the_application_sees_the_same_client(framework: str, case: str) -> None:
    assert answer(framework, case).seen["name"] == TABLE[case][2]


@pytest.mark.parametrize("case", ANSWERED, ids=str)
def test_and_no_header_about_certificates(framework: str, case: str) -> None:
    names = answer(framework, case).seen["headers"]
    assert "host" in names
    assert not set(names) & EVIDENCE_HEADERS


@pytest.mark.parametrize("case", BY_THE_GUARD, ids=str)
def test_refusals_are_the_same_octets(framework: str, case: str) -> None:
    expected = answer("plain ASGI", case)
    assert answer(framework, case).body == expected.body


@pytest.mark.parametrize("case", [name for name, row in TABLE.items() if row[1] in {400, 401, 403}], ids=str)
def test_no_refusal_is_stored(framework: str, case: str) -> None:
    assert "no-store" in answer(framework, case).headers["cache-control"]


@pytest.mark.parametrize("case", [name for name, row in TABLE.items() if row[1] == 401], ids=str)
def test_every_401_has_its_challenge(framework: str, case: str) -> None:
    assert answer(framework, case).headers["www-authenticate"] == "ClientCertificate"


@pytest.mark.parametrize(
    "case", ["a verified client", "the role", "the decorator's role", "an optional path without"], ids=str
)
def test_answers_that_depend_on_the_certificate_are_not_stored(framework: str, case: str) -> None:
    assert "no-store" in answer(framework, case).headers["cache-control"]


def test_a_public_answer_says_nothing_about_storing(framework: str) -> None:
    assert "cache-control" not in answer(framework, "a public path").headers


def test_head_has_no_body(framework: str) -> None:
    assert driver(framework).send(Ask("/", "HEAD", good())).status == 200
    assert answer(framework, "HEAD by the rule for GET").body == b""


def test_a_view_that_raises_leaks_nothing(framework: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        failed = driver(framework).send(Ask("/boom", headers=good()))
    assert failed.status == 500
    told = (failed.body + str(failed.headers).encode()).decode() + caplog.text
    assert [part for part in (GOOD, of(CERTIFICATE)[60:120], leaf("billing").der.hex()[:40]) if part in told] == []


def test_the_refusals_are_those_of_the_stand_and_not_of_the_peer() -> None:
    """The twin of the stranger: the same headers from the proxy are let in."""
    case = TABLE["a stranger with somebody's certificate"][0]()
    assert driver("plain ASGI").send(Ask(case.path, case.method, case.headers, PROXY)).status == 200

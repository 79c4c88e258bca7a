"""The ASGI middleware: what the application sees, and what a refused client gets."""

import asyncio

import pytest

from mtlsguard import ConfigError
from mtlsguard.asgi import GuardMiddleware, identity_of
from mtlsguard.dialects import EVIDENCE_HEADERS
from mtlsguard.dialects.names import spellings
from mtlsguard.guard import Guard
from mtlsguard.reason import EXPLANATIONS, Reason
from mtlsguard.testing import present
from tests.world import NOW, PROXY, STRANGER, ask, configuration, guard, octets, pki, scope

RULES = {
    "roles": [{"name": "billing", "match": {"spiffe": "spiffe://example.org/ns/default/sa/billing"}}],
    "routes": [
        {"path": "/healthz", "methods": ["GET"], "access": "public"},
        {"path": "/maybe", "access": "optional"},
        {"path": "/invoices/**", "require": ["billing"]},
    ],
}
SECRET = {"header": "X-Proxy-Secret", "values": ["correct-horse-battery"]}


def good(name: str = "billing") -> dict[str, str]:
    return present(pki().leaf(name), "nginx")


def test_the_application_is_told_who_called() -> None:
    seen = ask(configuration(**RULES), scope(good(), path="/invoices/7"))
    assert (seen.status, seen.identity.name) == (200, "spiffe://example.org/ns/default/sa/billing")
    assert seen.identity.roles == {"billing"}
    assert identity_of(seen.scope) is seen.identity


def test_a_repeated_request_gets_the_same_answer() -> None:
    middleware = GuardMiddleware(None, configuration(**RULES), clock=lambda: NOW)
    identities = [ask(middleware, scope(good(), path="/invoices/7")).identity for _ in range(1)]
    headers = good()
    first, second = (ask(middleware, scope(dict(headers), path="/x")).identity for _ in range(2))
    assert first is second
    assert identities[0] is not None


@pytest.mark.parametrize("reason", [reason for reason in Reason if EXPLANATIONS[reason].status == 401][:1])
def test_a_refused_request_does_not_reach_the_application(reason: Reason) -> None:
    seen = ask(configuration(), scope(good(), peer=(STRANGER, 1)))
    assert (seen.scope, seen.status) == (None, EXPLANATIONS[reason].status)


def refusal(status: int) -> tuple[int, list, bytes]:
    requests = {
        400: scope({"x-ssl-client-cert": "x", "x-ssl-client-verify": "SUCCESS"}),
        401: scope(present(None, "nginx"), path="/invoices/7"),
        403: scope(good("other"), path="/invoices/7"),
    }
    seen = ask(configuration(**RULES), requests[status])
    return seen.status, seen.headers, seen.body


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refusal_is_a_problem_without_detail_and_is_not_stored(status: int) -> None:
    seen, headers, body = refusal(status)
    assert seen == status
    assert dict(headers)[b"content-type"] == b"application/problem+json"
    assert dict(headers)[b"cache-control"] == b"no-store"
    assert body == b'{"type":"about:blank","title":"%s","status":%d}' % (
        {400: b"Bad Request", 401: b"Unauthorized", 403: b"Forbidden"}[status],
        status,
    )


def test_refusals_of_one_status_are_the_same_octets_whatever_the_reason() -> None:
    answers = [
        ask(configuration(**RULES), request)
        for request in (
            scope(good(), peer=(STRANGER, 1)),
            scope(present(None, "nginx")),
            scope(present(pki().leaf(not_after=pki().now), "nginx") | {"x-ssl-client-verify": "FAILED:x"}),
            scope(present(pki().leaf(extended_key_usage=None), "nginx")),
            scope(present(pki().self_signed(), "nginx")),
        )
    ]
    assert len({(answer.status, tuple(answer.headers), answer.body) for answer in answers}) == 1
    assert answers[0].status == 401


def test_a_head_request_gets_the_refusal_without_its_body() -> None:
    seen = ask(configuration(), scope(present(None, "nginx"), method="HEAD"))
    assert (seen.status, seen.body) == (401, b"")


ALL_SPELLINGS = sorted({spelling for header in EVIDENCE_HEADERS for spelling in spellings(header)})


@pytest.mark.parametrize("path", ["/healthz", "/maybe", "/x"])
def test_no_certificate_header_of_any_vendor_in_any_spelling_reaches_the_application(path: str) -> None:
    own = {twin for name in ("x-ssl-client-cert", "x-ssl-client-verify") for twin in spellings(name)}
    foreign = [(name.encode(), b"forged") for name in ALL_SPELLINGS if name not in own]
    seen = ask(configuration(**RULES), scope([*octets(good()), *foreign], path=path))
    assert seen.scope is not None
    assert seen.scope["headers"] == [(b"host", b"app.example")]


def test_from_a_stranger_they_are_removed_too() -> None:
    seen = ask(configuration(**RULES), scope(good(), path="/healthz", peer=(STRANGER, 1)))
    assert seen.scope is not None
    assert seen.scope["headers"] == [(b"host", b"app.example")]
    assert seen.identity is None


def test_the_proxy_secret_does_not_reach_the_application() -> None:
    request = scope(good() | {"x-proxy-secret": SECRET["values"][0], "x_proxy_secret": "?"}, path="/healthz")
    seen = ask(configuration(proxy={"secret": SECRET}, **RULES), request)
    assert seen.scope["headers"] == [(b"host", b"app.example")]


def test_renamed_headers_are_read_and_removed() -> None:
    proxy = {"headers": {"certificate": "X-Tls-Cert", "verify": "X-Tls-Ok"}}
    pair = good()
    headers = {"x-tls-cert": pair["x-ssl-client-cert"], "x-tls-ok": "SUCCESS"}
    seen = ask(configuration(proxy=proxy), scope(headers))
    assert (seen.status, seen.scope["headers"]) == (200, [(b"host", b"app.example")])
    assert ask(configuration(proxy=proxy), scope(pair)).status == 400


def test_ordinary_headers_stay_connection_and_transfer_encoding_among_them() -> None:
    ordinary = [(b"connection", b"keep-alive"), (b"transfer-encoding", b"chunked"), (b"x-other", b"1")]
    seen = ask(configuration(), scope([*octets(good()), *ordinary]))
    assert {*ordinary} <= set(seen.scope["headers"])


def test_the_callers_scope_is_left_as_it_was() -> None:
    request = scope(good())
    before = (dict(request), list(request["headers"]))
    ask(configuration(), request)
    assert (request, request["headers"]) == before


def test_trailers_that_a_server_adds_later_are_not_seen() -> None:
    request = scope(good())
    seen = ask(configuration(), request)
    request["headers"].append((b"client-cert", b"late"))
    assert seen.scope["headers"] == [(b"host", b"app.example")]


# ---- routes


def test_a_public_route_asks_for_nothing_and_tells_nothing() -> None:
    seen = ask(configuration(**RULES), scope(good(), path="/healthz"))
    assert (seen.status, seen.identity, seen.headers) == (200, None, [])


def test_an_optional_route_knows_who_calls_if_somebody_does() -> None:
    assert ask(configuration(**RULES), scope(present(None, "nginx"), path="/maybe")).identity is None
    assert ask(configuration(**RULES), scope(good(), path="/maybe")).identity is not None


def test_a_bad_certificate_is_refused_on_an_optional_route() -> None:
    bad = present(pki().leaf(extended_key_usage=None), "nginx")
    assert ask(configuration(**RULES), scope(bad, path="/maybe")).status == 401


def test_absence_may_be_left_to_the_application() -> None:
    mapping = configuration(client={"absent": "anonymous"})
    seen = ask(mapping, scope(present(None, "nginx")))
    assert (seen.status, seen.identity) == (200, None)


def test_rules_are_matched_below_the_root_path() -> None:
    seen = ask(configuration(**RULES), scope(good("other"), path="/api/invoices/7", root_path="/api"))
    assert seen.status == 403


def test_authorization_is_asked_on_every_request_and_not_remembered() -> None:
    middleware = GuardMiddleware(None, configuration(**RULES), clock=lambda: NOW)
    headers = good("other")
    statuses = [ask(middleware, scope(dict(headers), path=path)).status for path in ("/x", "/invoices/7", "/x")]
    assert statuses == [200, 403, 200]


# ---- websockets, lifespan and the rest


def websocket(headers: dict[str, str], **rest: object) -> dict:
    return scope(headers, type="websocket", **rest)


def test_a_websocket_is_guarded_like_a_page() -> None:
    seen = ask(configuration(**RULES), websocket(good(), path="/invoices/feed"))
    assert (seen.messages, seen.identity.roles) == ([{"type": "websocket.accept"}], {"billing"})


def test_a_refused_websocket_is_closed_before_it_is_accepted() -> None:
    seen = ask(configuration(**RULES), websocket(good("other"), path="/invoices/feed"))
    assert seen.messages == [{"type": "websocket.close", "code": 1008, "reason": ""}]
    assert seen.scope is None


def test_or_answered_with_the_refusal_where_the_server_can() -> None:
    offered = {"websocket.http.response": {}}
    seen = ask(configuration(**RULES), websocket(good("other"), path="/invoices/feed", extensions=offered))
    assert [message["type"] for message in seen.messages] == [
        "websocket.http.response.start",
        "websocket.http.response.body",
    ]
    assert seen.status == 403


def test_a_rule_for_get_opens_no_websocket() -> None:
    seen = ask(configuration(**RULES), websocket(good(), path="/healthz"))
    assert seen.messages[0]["type"] == "websocket.close"


def test_a_client_that_left_before_the_handshake_gets_nothing() -> None:
    seen = ask(configuration(), websocket({}), events=[{"type": "websocket.disconnect"}])
    assert seen.messages == []


def test_lifespan_passes() -> None:
    called = []

    async def app(scope: dict, receive: object, send: object) -> None:
        called.append(scope["type"])

    asyncio.run(GuardMiddleware(app, configuration())({"type": "lifespan"}, None, None))
    assert called == ["lifespan"]


def test_unknown_scope_types_are_refused() -> None:
    async def app(scope: dict, receive: object, send: object) -> None:
        raise AssertionError("the application was called")

    with pytest.raises(ValueError, match="scopes only"):
        asyncio.run(GuardMiddleware(app, configuration())({"type": "webtransport"}, None, None))


# ---- answers that depend on the certificate


@pytest.mark.parametrize(
    ("said", "added"),
    [
        ([], (b"cache-control", b"no-store")),
        ([(b"cache-control", b"public, max-age=60")], (b"vary", b"x-ssl-client-cert")),
        ([(b"cache-control", b"private")], None),
        ([(b"cache-control", b"max-age=0"), (b"cache-control", b"no-store")], None),
    ],
)
def test_they_are_kept_out_of_shared_caches(said: list, added: tuple | None) -> None:
    seen = ask(configuration(), scope(good()), answer=said)
    assert seen.headers == [*said, *([added] if added else [])]


@pytest.mark.parametrize("said", [[(b"cache-control", b"private"), (b"x", b"1")], [(b"x", b"1"), (b"y", b"2")]])
def test_headers_that_can_be_read_once_only_arrive_whole(said: list) -> None:
    seen = ask(configuration(), scope(good()), answer=(pair for pair in said))  # type: ignore[arg-type]
    assert seen.headers[: len(said)] == said


def test_the_applications_own_list_of_headers_is_not_touched() -> None:
    answer: list = []
    ask(configuration(), scope(good()), answer=answer)
    assert answer == []


# ---- configuration and replacement


def test_a_bad_configuration_stops_the_start() -> None:
    with pytest.raises(ConfigError):
        GuardMiddleware(None, {"proxy": {"dialect": "nonsense"}})


def test_a_guard_can_be_shared_and_its_policy_replaced_under_way() -> None:
    shared: Guard = guard(**RULES)
    middleware = GuardMiddleware(None, shared, clock=lambda: NOW)
    headers = good()
    assert ask(middleware, scope(dict(headers))).status == 200
    elsewhere = guard(trust={"anchors": [pki().authority("Another").pem], "intermediates": []})
    shared.replace(elsewhere.current.policy)
    assert ask(middleware, scope(dict(headers))).status == 401


def test_the_clock_is_the_callers() -> None:
    middleware = GuardMiddleware(None, configuration(), clock=lambda: NOW + 40 * 86_400)
    assert ask(middleware, scope(good())).status == 401


def test_a_peer_given_as_a_list_is_a_peer() -> None:
    assert ask(configuration(), scope(good(), peer=[PROXY, 4711])).status == 200

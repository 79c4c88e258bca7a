"""What the findings find, what they leave alone, and that every one of them says what to do."""

import pytest

from mtlsguard.coverage import Endpoint, Kind, cover
from mtlsguard.coverage.kinds import ADVICE
from mtlsguard.policy import Access, AuditPolicy, Policy, ProxyPolicy, RouteRule, TrustPolicy, WhenAbsent
from mtlsguard.requirement import Requirement, require

ANONYMOUS = WhenAbsent.ANONYMOUS


def at(path: str, methods: str = "GET", *asked: Requirement, view: str | None = None, opaque: bool = False) -> Endpoint:
    names = {"{rest}": "**"}
    pattern = tuple(names.get(part, "*" if "{" in part else part) for part in path.split("/")[1:])
    return Endpoint(path, pattern, frozenset(methods.split()), view or f"shop.{path}", asked, opaque)


def needs(path: str, *roles: str, methods: str = "") -> RouteRule:
    return RouteRule(path, frozenset(methods.split()), frozenset(roles))


def opens(path: str, access: Access = Access.PUBLIC, methods: str = "") -> RouteRule:
    return RouteRule(path, frozenset(methods.split()), access=access)


def found(
    endpoints: list[Endpoint], *rules: RouteRule, absent: WhenAbsent = WhenAbsent.DENY, strict: bool = False
) -> list[tuple[Kind, str, tuple[str, ...]]]:
    policy = Policy(ProxyPolicy("nginx"), TrustPolicy(), AuditPolicy(b"k"), absent=absent, routes=rules)
    findings = cover(endpoints, policy, strict=strict).findings
    return [(finding.kind, finding.place, finding.methods) for finding in findings]


SHOP = [
    at("/", "GET HEAD"),
    at("/healthz", "GET HEAD", view="shop.health"),
    at("/healthz/", "GET HEAD", view="shop.health"),
    at("/invoices", "GET HEAD POST"),
    at("/invoices/{n}", "GET HEAD OPTIONS PUT"),
    at("/invoices/latest", "GET HEAD"),
    at("/invoices/feed", "WEBSOCKET"),
    at("/admin", "GET", require("admin")),
    at("/admin/users", "GET", require("admin")),
    at("/admin/live", "WEBSOCKET", require("admin")),
    at("/news/live", "WEBSOCKET"),
    at("/news/latest"),
    at("/inbox", "GET POST"),
    at("/static/{rest}", "", opaque=True),
    at("/docs", view="fastapi.applications.FastAPI.setup.<locals>.swagger_ui_html"),
    at("/docs/oauth2-redirect", view="fastapi.applications.FastAPI.setup.<locals>.swagger_ui_redirect"),
]
SHOP_RULES = (
    opens("/healthz", methods="GET"),
    opens("/static/**"),
    opens("/docs/**", Access.OPTIONAL),
    opens("/news/live", methods="WEBSOCKET"),
    needs("/news/latest"),
    needs("/invoices/**", "billing"),
    needs("/inbox", "reader", methods="GET"),
    needs("/inbox", methods="POST"),
    needs("/**"),
)
ANONYMOUS_RULES = (*SHOP_RULES[:-1], opens("/", Access.OPTIONAL), needs("/**"))


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(("absent", "rules"), [(WhenAbsent.DENY, SHOP_RULES), (ANONYMOUS, ANONYMOUS_RULES)])
def test_an_honest_application_has_no_findings(absent, rules, strict) -> None:
    assert found(SHOP, *rules, absent=absent, strict=strict) == []


def test_without_rules_everything_needs_an_identity_and_nothing_is_found() -> None:
    assert found(SHOP) == []


def test_a_route_that_nothing_covers_where_absence_is_anonymous() -> None:
    assert found([at("/x", "GET POST")], absent=ANONYMOUS) == [(Kind.UNCOVERED, "/x", ("GET", "POST"))]


def test_a_decorator_covers_it() -> None:
    assert found([at("/x", "GET", require())], absent=ANONYMOUS) == []


def test_the_default_alone_is_enough_unless_strict() -> None:
    assert found([at("/x")]) == []
    assert found([at("/x")], strict=True) == [(Kind.DEFAULT_ONLY, "/x", ("GET",))]


def test_a_view_behind_two_paths_one_of_them_looser() -> None:
    endpoints = [at("/invoices/{n}", view="shop.invoice"), at("/v1/invoices/{n}", view="shop.invoice")]
    assert found(endpoints, needs("/invoices/*", "billing")) == [(Kind.TWO_PATHS, "/v1/invoices/{n}", ("GET",))]
    assert found(endpoints, needs("/invoices/*", "billing"), needs("/v1/invoices/*", "billing")) == []


def test_functions_of_one_factory_at_different_resources_are_no_twins() -> None:
    made = "shop.crud.<locals>.read"
    endpoints = [at("/a/{n}", view=made), at("/b/{n}", view=made)]
    assert found(endpoints, needs("/a/*", "x"), needs("/b/*")) == []


def test_and_at_the_same_resource_they_are() -> None:
    made = "shop.create_app.<locals>.read"
    endpoints = [at("/a/{n}", view=made), at("/v2/a/{n}", view=made)]
    assert found(endpoints, needs("/a/*", "x")) == [(Kind.TWO_PATHS, "/v2/a/{n}", ("GET",))]


def test_a_framework_s_own_view_is_no_twin_of_itself() -> None:
    endpoints = [at(path, view="django.views.generic.base.TemplateView") for path in ("/a", "/b")]
    assert found(endpoints, needs("/a", "x")) == []


def test_a_last_slash_that_leads_to_a_looser_view() -> None:
    endpoints = [at("/admin", "GET", require("admin")), at("/admin/", "GET")]
    assert found(endpoints) == [(Kind.TWO_SLASHES, "/admin/", ("GET",))]


def test_a_rule_that_opens_one_slash_of_a_guarded_page() -> None:
    rules = opens("/admin/"), needs("/admin", "admin")
    assert found([at("/admin"), at("/admin/")], *rules) == [(Kind.TWO_SLASHES, "/admin/", ("GET",))]


def test_head_open_where_get_is_not() -> None:
    rules = opens("/x", methods="HEAD"), needs("/x", "billing", methods="GET")
    assert found([at("/x", "GET HEAD")], *rules) == [(Kind.LOOSER_METHOD, "/x", ("HEAD",))]


def test_a_method_that_falls_through_to_an_open_rule() -> None:
    rules = needs("/x", "billing", methods="GET"), opens("/**", Access.OPTIONAL)
    assert found([at("/x", "GET OPTIONS POST")], *rules) == [(Kind.LOOSER_METHOD, "/x", ("OPTIONS", "POST"))]


def test_one_that_a_rule_opens_by_name_is_meant() -> None:
    rules = opens("/x", methods="OPTIONS"), needs("/x", "billing")
    assert found([at("/x", "GET OPTIONS")], *rules) == []


def test_a_second_view_that_forgot_the_decorator_of_the_first() -> None:
    endpoints = [at("/x", "GET", require("admin")), at("/x", "POST", view="shop.write")]
    assert found(endpoints) == [(Kind.LOOSER_METHOD, "/x", ("POST",))]


def test_a_view_for_every_method_is_told_apart_by_the_rules() -> None:
    rules = needs("/x", "billing", methods="GET"), opens("/x", Access.OPTIONAL)
    assert found([at("/x", "")], *rules) == [(Kind.LOOSER_METHOD, "/x", ("*",))]


def test_a_websocket_looser_than_the_page_at_its_path() -> None:
    endpoints = [at("/feed", "GET", require("billing")), at("/feed", "WEBSOCKET")]
    assert found(endpoints) == [(Kind.LOOSER_WEBSOCKET, "/feed", ("WEBSOCKET",))]


def test_a_websocket_looser_than_every_page_beside_it() -> None:
    endpoints = [at("/invoices/{n}", "GET", require("billing")), at("/invoices/feed", "WEBSOCKET")]
    assert found(endpoints) == [(Kind.LOOSER_WEBSOCKET, "/invoices/feed", ("WEBSOCKET",))]
    assert found([*endpoints, at("/invoices/help")]) == []


def test_a_websocket_opened_by_name_at_the_path_of_a_guarded_page_is_found_all_the_same() -> None:
    endpoints = [at("/feed"), at("/feed", "WEBSOCKET")]
    rules = opens("/feed", methods="WEBSOCKET"), needs("/feed", "billing")
    assert found(endpoints, *rules) == [(Kind.LOOSER_WEBSOCKET, "/feed", ("WEBSOCKET",))]


def test_a_rule_for_all_websockets_does_not_mean_this_one() -> None:
    endpoints = [at("/invoices/{n}", "GET", require("billing")), at("/invoices/feed", "WEBSOCKET")]
    assert found(endpoints, opens("/**", Access.OPTIONAL, "WEBSOCKET"), needs("/**")) == [
        (Kind.LOOSER_WEBSOCKET, "/invoices/feed", ("WEBSOCKET",))
    ]
    assert found(endpoints, opens("/invoices/feed", Access.OPTIONAL, "WEBSOCKET"), needs("/**")) == []


def test_pages_at_the_root_are_beside_nothing() -> None:
    assert found([at("/admin", "GET", require("admin")), at("/live", "WEBSOCKET")]) == []


def test_an_exception_for_one_value_of_a_parameter() -> None:
    rules = opens("/invoices/latest"), needs("/invoices/*", "billing")
    assert found([at("/invoices/{n}")], *rules) == [(Kind.LOOSER_VALUE, "/invoices/{n}", ("GET",))]


def test_an_exception_that_asks_for_more_is_welcome() -> None:
    rules = needs("/invoices/secret", "boss"), needs("/invoices/*")
    assert found([at("/invoices/{n}")], *rules) == []


def test_a_public_rule_under_a_decorator() -> None:
    assert found([at("/x", "GET", require("a"))], opens("/x")) == [(Kind.PUBLIC_DECORATED, "/x", ("GET",))]


def test_an_optional_rule_under_a_decorator_is_none() -> None:
    assert found([at("/x", "GET", require("a"))], opens("/x", Access.OPTIONAL)) == []


def test_a_wide_public_rule_before_the_rule_that_closes() -> None:
    rules = opens("/area/**"), needs("/area/staff/**", "staff")
    endpoints = [at("/area"), at("/area/staff/list")]
    assert found(endpoints, *rules) == [(Kind.WIDE_RULE, "routes[0]", ("GET",))]
    assert found(endpoints, *reversed(rules)) == []


def test_a_wide_public_rule_that_opens_what_sounds_guarded() -> None:
    endpoints = [at("/health"), at("/health/admin/reset", "POST")]
    assert found(endpoints, opens("/health/**")) == [(Kind.WIDE_RULE, "routes[0]", ("POST",))]


def test_a_wide_public_rule_over_pages_of_its_own_is_none() -> None:
    assert found([at("/blog"), at("/blog/{slug}")], opens("/blog/**"), needs("/**")) == []


def test_files_that_a_wide_rule_opens_beside_guarded_routes() -> None:
    endpoints = [at("/a/files/{rest}", "", opaque=True), at("/b")]
    rules = needs("/b", "billing"), opens("/**", Access.OPTIONAL)
    assert found(endpoints, *rules) == [(Kind.LOOSER_MOUNT, "/a/files/{rest}", ("*",))]
    assert found(endpoints, opens("/a/files/**"), rules[0]) == []


def test_files_beside_pages_that_ask_for_more() -> None:
    endpoints = [at("/admin/files/{rest}", "", opaque=True), at("/admin/users", "GET", require("admin"))]
    assert found(endpoints) == [(Kind.LOOSER_MOUNT, "/admin/files/{rest}", ("*",))]


def test_a_rule_that_no_route_answers_to() -> None:
    assert found([at("/invoices/{n}")], needs("/invoice/*", "a")) == [(Kind.STALE_RULE, "routes[0]", ())]


def test_a_rule_whose_methods_no_route_answers() -> None:
    assert found([at("/x")], needs("/x", "a", methods="WEBSOCKET"), needs("/x", "a")) == [
        (Kind.STALE_RULE, "routes[0]", ())
    ]


@pytest.mark.parametrize("path", ["/x/", "/{n}", "/x/y"])
def test_a_rule_that_meets_some_instance_is_alive(path: str) -> None:
    assert found([at(path)], needs("/x/**", "a")) == []


@pytest.mark.parametrize("methods", ["OPTIONS", "HEAD"])
def test_a_rule_for_what_servers_answer_themselves_is_alive(methods: str) -> None:
    rules = opens("/x", Access.VERIFIED, methods=methods), needs("/x")
    assert found([at("/x")], *rules) == []


@pytest.mark.parametrize("kind", Kind)
def test_every_finding_says_why_and_what_to_do(kind: Kind) -> None:
    assert ADVICE[kind].why
    assert ADVICE[kind].fix


def test_a_finding_is_one_sentence_with_a_fix() -> None:
    policy = Policy(ProxyPolicy("nginx"), TrustPolicy(), AuditPolicy(b"k"), routes=(needs("/y"),))
    [finding] = cover([at("/x")], policy).findings
    assert str(finding) == (
        "routes[0]: no route has a path like /y; it guards nothing: mistyped, or left over, or meant for what no "
        "route answers. Correct its path and methods, or remove it."
    )

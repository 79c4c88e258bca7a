"""Coverage is what the engine does: whatever `cover` says about a route holds for every path of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.access import Routes
from mtlsguard.coverage import ANY_OTHER, Endpoint, Level, Row, cover
from mtlsguard.coverage.asks import ask_of
from mtlsguard.coverage.samples import Sampler, matches, overlap
from mtlsguard.policy import Access, AuditPolicy, Policy, ProxyPolicy, RouteRule, TrustPolicy, WhenAbsent
from mtlsguard.requirement import require

WORDS = ["a", "b", "any", "*"]
rest = st.sampled_from([[], ["**"]])
patterns = st.builds(lambda head, tail: head + tail, st.lists(st.sampled_from(WORDS), max_size=4), rest)
paths = patterns.flatmap(lambda pattern: st.sampled_from(["", "/"]).map(lambda slash: "/" + "/".join(pattern) + slash))
whole = paths.filter(lambda path: "**/" not in path and "//" not in path)
methods = st.frozensets(st.sampled_from(["GET", "HEAD", "POST", "WEBSOCKET"]), max_size=2)
asks = st.one_of(
    st.frozensets(st.sampled_from("xyz"), max_size=2).map(lambda roles: (Access.VERIFIED, roles)),
    st.sampled_from([(Access.PUBLIC, frozenset()), (Access.OPTIONAL, frozenset())]),
)
rules = st.builds(lambda path, named, ask: RouteRule(path, named, ask[1], ask[0]), whole, methods, asks)
demands = st.lists(st.sampled_from([require(), require("x"), require("y", "z")]), max_size=2).map(tuple)
routes = st.builds(
    lambda path, named, asked: Endpoint(path, tuple(path.split("/")[1:]), named, "shop.view", asked),
    whole,
    methods,
    demands,
)


def policy(*rules: RouteRule, absent: WhenAbsent = WhenAbsent.DENY) -> Policy:
    return Policy(ProxyPolicy("nginx"), TrustPolicy(), AuditPolicy(b"k"), absent=absent, routes=rules)


@st.composite
def instances(draw: st.DrawFn, pattern: tuple[str, ...]) -> str:
    """A request's path that a router would send to this pattern."""
    found: list[str] = []
    for segment in pattern:
        if segment == "**":
            found += draw(st.lists(st.sampled_from(["a", "b", "any", "other"]), max_size=4))
            found += draw(st.sampled_from([[], [""]]))
        else:
            found.append(draw(st.sampled_from(["a", "b", "any", "other"])) if segment == "*" else segment)
    path = "/" + "/".join(found)
    return path if "//" not in path else "/"


@given(st.lists(rules, max_size=5), routes, st.sampled_from(WhenAbsent), st.data())
def test_no_request_meets_anything_that_its_row_does_not_tell(table, endpoint, absent, data) -> None:
    path = data.draw(instances(endpoint.pattern or ("",)))
    rows = cover([endpoint], policy(*table, absent=absent)).rows
    row = data.draw(st.sampled_from(rows))
    method = "PURGE" if row.method == ANY_OTHER else row.method
    met = ask_of(Routes(tuple(table), absent).gate((method, path, b"")), endpoint.requirements)
    told = {row.ask} | {case.ask for case in row.exceptions}
    if matches(endpoint.pattern or ("",), tuple(path.split("/")[1:])):
        assert met in told


@given(st.lists(rules, max_size=5), routes, st.sampled_from(WhenAbsent))
def test_every_exception_is_met_by_the_path_that_it_names(table, endpoint, absent) -> None:
    for row in cover([endpoint], policy(*table, absent=absent)).rows:
        method = "PURGE" if row.method == ANY_OTHER else row.method
        for case in (row.general, *row.exceptions):
            gate = Routes(tuple(table), absent).gate((method, case.path, b""))
            assert case.ask == ask_of(gate, endpoint.requirements)
            assert matches(endpoint.pattern or ("",), tuple(case.path.split("/")[1:]))


@given(st.lists(rules, max_size=5), routes)
def test_an_endpoint_for_every_method_has_a_row_for_every_method_that_rules_tell_apart(table, endpoint) -> None:
    rows = cover([endpoint], policy(*table)).rows
    named = {method for rule in table for method in rule.methods} - {"WEBSOCKET"}
    expected = endpoint.methods or named | {ANY_OTHER} | ({"HEAD"} if "GET" in named else set())
    assert {row.method for row in rows} == set(expected)


@given(rules, routes, st.data())
def test_a_rule_that_overlaps_no_instance_matches_none(rule, endpoint, data) -> None:
    pattern, template = tuple(rule.path.split("/")[1:]), endpoint.pattern or ("",)
    path = tuple(data.draw(instances(template)).split("/")[1:])
    if matches(pattern, path) and matches(template, path):
        assert overlap(pattern, template)


@given(st.lists(rules, max_size=4), routes)
def test_the_general_sample_comes_first_and_uses_no_name_of_a_rule(table, endpoint) -> None:
    first = next(iter(Sampler(table).samples(endpoint.pattern or ("",))))
    literals = {segment for rule in table for segment in rule.path.split("/")[1:]} - {"*", "**", ""}
    parameters = [own for own, template in zip(first, endpoint.pattern, strict=False) if template == "*"]
    assert not literals & set(parameters)


# ---- by example


def only(endpoint: Endpoint, *rules: RouteRule, absent: WhenAbsent = WhenAbsent.DENY) -> Row:
    [row] = cover([endpoint], policy(*rules, absent=absent)).rows
    return row


def get(path: str, *asked, methods: tuple[str, ...] = ("GET",)) -> Endpoint:
    pattern = tuple("*" if "{" in segment else segment for segment in path.split("/")[1:])
    return Endpoint(path, pattern, frozenset(methods), f"shop.{path}", asked)


BILLING = RouteRule("/invoices/*", require=frozenset({"billing"}))


def test_a_rule_is_named_by_its_place_in_the_configuration() -> None:
    assert only(get("/invoices/{n}"), RouteRule("/else"), BILLING).by == "routes[1]"


def test_a_decorator_alone_is_named() -> None:
    assert only(get("/me", require("staff"))).by == "decorator"


def test_rule_and_decorator_are_both_named_and_both_ask() -> None:
    row = only(get("/invoices/{n}", require("staff", "audit")), BILLING)
    assert (row.by, str(row.ask)) == ("routes[0] + decorator", "audit or staff and billing")


@pytest.mark.parametrize(
    ("absent", "level"), [(WhenAbsent.DENY, Level.VERIFIED), (WhenAbsent.ANONYMOUS, Level.OPTIONAL)]
)
def test_what_nothing_names_is_the_default_s(absent: WhenAbsent, level: Level) -> None:
    row = only(get("/me"), absent=absent)
    assert (row.by, row.ask.level) == ("default", level)


def test_a_decorator_closes_what_the_default_leaves_open() -> None:
    assert only(get("/me", require()), absent=WhenAbsent.ANONYMOUS).ask.level is Level.VERIFIED


def test_a_decorator_on_a_public_path_closes_it_for_everybody() -> None:
    assert only(get("/a", require()), RouteRule("/a", access=Access.PUBLIC)).ask.level is Level.CLOSED


def test_a_named_path_is_closed_for_the_methods_no_rule_names() -> None:
    row = only(get("/a", methods=("DELETE",)), RouteRule("/a", methods=frozenset({"GET"})))
    assert (row.by, row.ask.level) == ("routes[0]", Level.CLOSED)


def test_head_goes_by_the_rule_for_get() -> None:
    row = only(get("/a", methods=("HEAD",)), RouteRule("/a", frozenset({"GET"}), frozenset({"x"})))
    assert str(row.ask) == "x"


def test_a_rule_that_closes_covers_the_other_slash_and_one_that_opens_does_not() -> None:
    assert only(get("/a/"), RouteRule("/a", require=frozenset({"x"}))).by == "routes[0]"
    assert only(get("/a/"), RouteRule("/a", access=Access.PUBLIC)).by == "default"


def test_an_earlier_rule_for_one_value_is_an_exception() -> None:
    row = only(get("/invoices/{n}"), RouteRule("/invoices/latest", access=Access.PUBLIC), BILLING)
    assert (row.by, [(case.path, case.by) for case in row.exceptions]) == (
        "routes[1]",
        [("/invoices/latest", "routes[0]")],
    )


def test_a_value_that_has_a_route_of_its_own_is_none() -> None:
    endpoints = [get("/invoices/latest"), get("/invoices/{n}")]
    rules = RouteRule("/invoices/latest", access=Access.PUBLIC), BILLING
    assert [row.exceptions for row in cover(endpoints, policy(*rules)).rows] == [(), ()]


def test_an_empty_pattern_is_the_root() -> None:
    assert only(Endpoint("/", (), frozenset({"GET"}), "shop.home"), RouteRule("/")).by == "routes[0]"

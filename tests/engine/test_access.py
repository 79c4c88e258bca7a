"""Routes: first match wins, closed by default, and no second spelling of a request is a way around."""

import pytest

from mtlsguard.access import Roles, Routes, route_path
from mtlsguard.policy import Access, NameKind, RoleRule, RouteRule, WhenAbsent
from mtlsguard.reason import Reason

PUBLIC, OPTIONAL, VERIFIED = Access.PUBLIC, Access.OPTIONAL, Access.VERIFIED


def routes(*rules: RouteRule, absent: WhenAbsent = WhenAbsent.DENY) -> Routes:
    return Routes(rules, absent)


def gate(table: Routes, method: str, path: str, raw: str | None = None) -> tuple[Access, set[str], Reason | None]:
    found = table.gate((method, path, (path if raw is None else raw).encode()))
    return found.access, set(found.require), found.refusal


ADMIN = RouteRule("/admin/**", require=frozenset({"admin"}))
HEALTH = RouteRule("/healthz", methods=frozenset({"GET"}), access=PUBLIC)
TABLE = routes(HEALTH, ADMIN, RouteRule("/orders/*/lines", methods=frozenset({"GET"}), require=frozenset({"sales"})))


def test_a_path_that_no_rule_names_needs_a_verified_identity() -> None:
    assert gate(TABLE, "GET", "/elsewhere") == (VERIFIED, set(), None)


def test_it_is_open_to_anonymous_clients_where_the_policy_says_so() -> None:
    assert gate(routes(ADMIN, absent=WhenAbsent.ANONYMOUS), "GET", "/elsewhere") == (OPTIONAL, set(), None)


def test_a_rule_that_asks_for_verified_still_does_where_absence_is_anonymous() -> None:
    table = routes(RouteRule("/me"), absent=WhenAbsent.ANONYMOUS)
    assert gate(table, "GET", "/me") == (VERIFIED, set(), None)


def test_the_first_match_wins() -> None:
    table = routes(RouteRule("/a/public", access=PUBLIC), RouteRule("/a/**", require=frozenset({"r"})))
    assert gate(table, "GET", "/a/public")[0] is PUBLIC
    table = routes(RouteRule("/a/**", require=frozenset({"r"})), RouteRule("/a/public", access=PUBLIC))
    assert gate(table, "GET", "/a/public") == (VERIFIED, {"r"}, None)


@pytest.mark.parametrize("path", ["/admin", "/admin/", "/admin/users", "/admin/users/7"])
def test_two_stars_cover_everything_below_and_the_path_itself(path: str) -> None:
    assert gate(TABLE, "POST", path) == (VERIFIED, {"admin"}, None)


@pytest.mark.parametrize("path", ["/administrator", "/x/admin", "/Admin"])
def test_patterns_match_whole_segments_from_the_start_and_by_case(path: str) -> None:
    assert gate(TABLE, "GET", path) == (VERIFIED, set(), None)


def test_one_star_is_exactly_one_segment() -> None:
    assert gate(TABLE, "GET", "/orders/7/lines") == (VERIFIED, {"sales"}, None)
    assert gate(TABLE, "GET", "/orders/7/8/lines") == (VERIFIED, set(), None)


def test_a_star_in_the_request_is_no_wildcard() -> None:
    table = routes(RouteRule("/a/b", access=PUBLIC), RouteRule("/x/*", require=frozenset({"r"})))
    assert gate(table, "GET", "/a/*") == (VERIFIED, set(), None)


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "PURGE", "WEBSOCKET", "TRACE"])
def test_a_named_path_is_closed_for_methods_that_no_rule_names(method: str) -> None:
    assert gate(TABLE, method, "/healthz") == (VERIFIED, set(), Reason.FORBIDDEN)


def test_head_goes_where_get_goes() -> None:
    assert gate(TABLE, "HEAD", "/healthz") == (PUBLIC, set(), None)
    assert gate(TABLE, "HEAD", "/orders/7/lines") == (VERIFIED, {"sales"}, None)


@pytest.mark.parametrize("method", ["get", "Get", "GET ", "", "G\u00c9T", "GET\n"])
def test_odd_spellings_of_methods_are_refused(method: str) -> None:
    assert gate(TABLE, method, "/admin/x")[2] is Reason.AMBIGUOUS_REQUEST


def test_a_rule_without_methods_covers_websockets() -> None:
    assert gate(TABLE, "WEBSOCKET", "/admin/feed") == (VERIFIED, {"admin"}, None)


@pytest.mark.parametrize("slash", ["/admin", "/admin/"])
def test_a_closing_rule_covers_both_spellings_of_the_last_slash(slash: str) -> None:
    for pattern in ("/admin", "/admin/"):
        table = routes(RouteRule(pattern, require=frozenset({"admin"})), RouteRule("/**", access=OPTIONAL))
        assert gate(table, "GET", slash) == (VERIFIED, {"admin"}, None)


def test_an_opening_rule_covers_only_the_spelling_it_names() -> None:
    assert gate(TABLE, "GET", "/healthz/") == (VERIFIED, set(), None)


NON_CANONICAL = [
    ("//admin/x", None),
    ("/x//admin", None),
    ("/x/./y", None),
    ("/x/../admin", None),
    ("/..", None),
    ("/.", None),
    ("/admin;jsessionid=1", None),
    ("/x\\admin", None),
    ("/x\x00", None),
    ("/x\x1f", None),
    ("/x\x7f", None),
    ("/x\ufffd", None),
    ("/x/%2e%2e/admin", "/x/%252e%252e/admin"),
    ("/x/admin", "/x%2Fadmin"),
    ("/x/admin", "/x%2fadmin"),
    ("/x\\admin", "/x%5cadmin"),
    ("/x/../admin", "/x/%2e%2e/admin"),
    ("/x\x00", "/x%00"),
    ("/x;y", "/x%3by"),
    ("/x%", "/x%"),
    ("/x", "/x%zz"),
    ("x/admin", None),
    ("http://other/admin", None),
]


@pytest.mark.parametrize(("path", "raw"), NON_CANONICAL)
def test_paths_with_two_readings_are_refused(path: str, raw: str | None) -> None:
    assert gate(TABLE, "GET", path, raw)[2] is Reason.AMBIGUOUS_REQUEST


@pytest.mark.parametrize(("path", "raw"), NON_CANONICAL)
def test_they_pass_where_every_route_asks_the_same(path: str, raw: str | None) -> None:
    assert gate(routes(RouteRule("/**")), "GET", path, raw) == (VERIFIED, set(), None)
    assert gate(routes(), "GET", path, raw) == (VERIFIED, set(), None)


@pytest.mark.parametrize("path", ["/", "/a-b_c.d~e", "/caf\u00e9", "/a b", "/a:b@c", "/...", "/.well-known/x", "/100%"])
def test_ordinary_paths_are_canonical(path: str) -> None:
    from urllib.parse import quote

    raw = quote(path, safe="/:@~").replace("%25", "%41")  # a literal percent sign is always escaped as %25
    expected = Reason.AMBIGUOUS_REQUEST if "%25" in quote(path) else None
    assert gate(TABLE, "GET", path, raw if expected is None else quote(path))[2] is expected


@pytest.mark.parametrize(
    ("path", "root", "seen"),
    [
        ("/api/x", "/api", "/x"),
        ("/api", "/api", ""),
        ("/api/", "/api", "/"),
        ("/apix", "/api", "/apix"),
        ("/x", "/api", "/x"),
        ("/x", "", "/x"),
    ],
)
def test_mounts_are_cut_at_whole_segments(path: str, root: str, seen: str) -> None:
    assert route_path(path, root) == seen


def test_many_rules_and_many_paths_keep_their_answers() -> None:
    table = routes(*[RouteRule(f"/s{n}/**", require=frozenset({f"r{n}"})) for n in range(10_000)])
    for n in (0, 4_999, 9_999):
        assert gate(table, "GET", f"/s{n}/x") == (VERIFIED, {f"r{n}"}, None)


def test_remembered_gates_are_bounded() -> None:
    for n in range(20_000):
        TABLE.gate(("GET", f"/flood/{n}", b""))
    assert len(TABLE.known) <= 8_192


# ---- roles


def role(kind: NameKind, pattern: str, name: str) -> set[str]:
    return set(Roles([RoleRule("r", kind, pattern)]).of({kind: name}))


@pytest.mark.parametrize(
    ("kind", "pattern", "name"),
    [
        (NameKind.SPIFFE, "spiffe://example.org/ns/a/sa/b", "spiffe://example.org/ns/a/sa/b"),
        (NameKind.SPIFFE, "spiffe://example.org/ns/*/sa/b", "spiffe://example.org/ns/a/sa/b"),
        (NameKind.SPIFFE, "spiffe://example.org/ns/a/**", "spiffe://example.org/ns/a/sa/b"),
        (NameKind.DNS, "*.example.org", "a.example.org"),
        (NameKind.EMAIL, "*@example.org", "a@example.org"),
        (NameKind.CN, "alice", "alice"),
    ],
)
def test_a_role_is_given_to_names_that_match(kind: NameKind, pattern: str, name: str) -> None:
    assert role(kind, pattern, name) == {"r"}


@pytest.mark.parametrize(
    ("kind", "pattern", "name"),
    [
        (NameKind.SPIFFE, "spiffe://example.org/ns/a/**", "spiffe://example.org/ns/ab/sa/b"),
        (NameKind.SPIFFE, "spiffe://example.org/ns/*", "spiffe://example.org/ns/a/b"),
        (NameKind.SPIFFE, "spiffe://example.org/ns/a", "spiffe://example.org.evil/ns/a"),
        (NameKind.DNS, "*.example.org", "a.b.example.org"),
        (NameKind.DNS, "*.example.org", "example.org"),
        (NameKind.DNS, "a.example.org", "A.example.org"),
        (NameKind.EMAIL, "*@example.org", "a@sub.example.org"),
        (NameKind.CN, "alice", "alice,OU=admin"),
    ],
)
def test_and_to_no_others(kind: NameKind, pattern: str, name: str) -> None:
    assert role(kind, pattern, name) == set()

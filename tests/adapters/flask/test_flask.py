"""Flask's own ways: the extension, decorators, blueprints, error handlers, ProxyFix, sessions, Flask-Login."""

import logging
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, jsonify, request, session
from flask.views import MethodView
from flask_login import LoginManager, UserMixin, current_user, login_required
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client

from flask_mtlsguard import MTLSGuard, client_identity, current_identity
from flask_mtlsguard.login import load_by_certificate
from mtlsguard import ConfigError
from mtlsguard.testing import Issued, present
from tests.world import NOW, PROXY, STRANGER, configuration, pki

BILLING = "spiffe://example.org/ns/default/sa/billing"
ROLES = [{"name": "billing", "match": {"spiffe": BILLING}}]
OPTIONAL = [{"path": "/maybe", "access": "optional"}, {"path": "/login", "access": "optional"}]


def bare(**sections: Any) -> Flask:
    app = Flask(__name__)
    app.config["MTLSGUARD"] = configuration(**({"roles": ROLES, "routes": OPTIONAL} | sections))
    return app


def application(**sections: Any) -> Flask:
    app = bare(**sections)
    mtls = MTLSGuard(app, clock=lambda: NOW)

    @app.get("/whoami")
    @app.get("/maybe", endpoint="maybe")
    def whoami() -> Any:
        same = current_identity == client_identity() if current_identity else client_identity() is None
        return jsonify({"same": same, "name": current_identity.name if current_identity else None})

    @app.get("/invoices/<int:number>")
    @mtls.require("billing")
    def invoice(number: int) -> str:
        return f"invoice {number}"

    @app.get("/slow")
    @mtls.require("billing")
    async def slow() -> str:
        return "slow"

    @app.get("/names")
    def names() -> Any:
        return jsonify([key for key in request.environ if "SSL" in key])

    @app.get("/peer")
    def peer() -> str:
        return request.remote_addr or ""

    @app.get("/crash")
    def crash() -> str:
        raise RuntimeError(f"{current_identity!r} {current_identity}")

    class Things(MethodView):
        decorators = (mtls.require("billing"),)

        def get(self) -> str:
            return "things"

    app.add_url_rule("/things", view_func=Things.as_view("things"))
    reports = Blueprint("reports", __name__)
    yearly = Blueprint("yearly", __name__)
    mtls.protect(reports, "billing")
    reports.add_url_rule("/", view_func=lambda: "reports", endpoint="index")
    yearly.add_url_rule("/all", view_func=lambda: "yearly", endpoint="all")
    reports.register_blueprint(yearly, url_prefix="/yearly")
    app.register_blueprint(reports, url_prefix="/reports")
    return app


def get(
    path: str, who: Issued | None = None, app: Any = None, peer: str = PROXY, headers: dict[str, str] | None = None
) -> Any:
    client = Client(app or application())
    sent = present(who, "nginx") | (headers or {})
    return client.get(path, headers=sent, environ_overrides={"REMOTE_ADDR": peer})


def billing() -> Issued:
    return pki().leaf("billing")


def other() -> Issued:
    return pki().leaf("other")


def test_the_identity_is_behind_the_proxy_object_and_the_accessor() -> None:
    assert get("/whoami", billing()).json == {"same": True, "name": BILLING}


def test_without_a_certificate_there_is_none_where_that_is_allowed() -> None:
    assert get("/maybe").json == {"same": True, "name": None}


@pytest.mark.parametrize("path", ["/invoices/7", "/slow", "/things", "/reports/", "/reports/yearly/all"])
def test_what_asks_for_a_role_lets_it_pass_and_nobody_else(path: str) -> None:
    assert [get(path, who()).status_code for who in (billing, other)] == [200, 403]


def test_what_asks_for_a_role_refuses_the_anonymous() -> None:
    app = application(client={"absent": "anonymous"})
    answer = get("/invoices/7", app=app)
    assert (answer.status_code, answer.headers["www-authenticate"].strip().lower()) == (401, "clientcertificate")


@pytest.mark.parametrize("path", ["/nowhere", "/static/app.css"])
def test_unknown_paths_and_static_files_are_guarded_too(path: str) -> None:
    assert [get(path, who).status_code for who in (None, other())] == [401, 404]


def test_a_stranger_is_nobody() -> None:
    assert get("/whoami", billing(), peer=STRANGER).status_code == 401


def test_the_application_sees_no_variable_of_the_certificate() -> None:
    assert get("/names", billing()).json == []


def test_a_crash_logs_a_pseudonym_only(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert get("/crash", billing()).status_code == 500
    assert "RuntimeError: <Identity spiffe" in caplog.text
    assert BILLING not in caplog.text


# ---- start


def test_an_application_made_by_a_factory_is_guarded() -> None:
    mtls = MTLSGuard(clock=lambda: NOW)
    apps = [bare(), bare()]
    for app in apps:
        mtls.init_app(app)
    assert [get("/x", None, app).status_code for app in apps] == [401, 401]


def test_no_setting_stops_the_start() -> None:
    with pytest.raises(ConfigError, match="MTLSGUARD"):
        MTLSGuard(Flask(__name__))


def test_a_mistyped_setting_stops_the_start() -> None:
    app = Flask(__name__)
    app.config["MTLSGUARD"] = configuration() | {"proxi": {}}
    with pytest.raises(ConfigError, match="did you mean proxy"):
        MTLSGuard(app)


def test_two_guards_stop_the_start() -> None:
    app = application()
    with pytest.raises(RuntimeError, match="already"):
        MTLSGuard(app)


def test_an_accessor_without_a_guard_is_an_error_that_says_what_to_add() -> None:
    app = Flask(__name__)
    with app.test_request_context("/"), pytest.raises(RuntimeError, match="MTLSGuard"):
        client_identity()


def test_a_decorator_without_its_parentheses_is_an_error() -> None:
    with pytest.raises(TypeError, match="require"):
        MTLSGuard().require(lambda: "view")  # type: ignore[arg-type]


# ---- the peer, and ProxyFix


def fixed(app: Flask) -> Flask:
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)  # type: ignore[method-assign]
    return app


FORWARDED = {"X-Forwarded-For": "198.51.100.7"}


def test_the_guard_sees_the_sockets_peer_and_the_application_the_forwarded_one() -> None:
    answer = get("/peer", billing(), fixed(application()), headers=FORWARDED)
    assert (answer.status_code, answer.text) == (200, "198.51.100.7")


def test_a_forwarded_address_makes_nobody_a_proxy() -> None:
    forged = {"X-Forwarded-For": PROXY}
    assert get("/peer", billing(), fixed(application()), peer=STRANGER, headers=forged).status_code == 401


def test_a_proxyfix_inside_the_guard_changes_nothing_for_it() -> None:
    app = fixed(bare())
    MTLSGuard(app, clock=lambda: NOW)
    app.add_url_rule("/peer", view_func=lambda: request.remote_addr)
    assert get("/peer", billing(), app, headers=FORWARDED).text == "198.51.100.7"


def test_two_of_them_around_the_guard_are_an_error() -> None:
    """The inner one takes for the socket's peer what the outer one read from a header."""
    app = fixed(fixed(application()))
    for _ in range(2):
        with pytest.raises(RuntimeError, match="two ProxyFix"):
            get("/peer", billing(), app, headers=FORWARDED)


# ---- errors through Flask


def test_a_refusal_is_the_cores_where_the_application_has_no_handler() -> None:
    assert get("/whoami").content_type == "application/problem+json"


def themed(answer: Any = ("<h1>Who are you?</h1>", 401)) -> Flask:
    app = application()
    app.register_error_handler(401, lambda _error: answer)
    return app


def test_a_refusal_is_rendered_by_the_applications_handler() -> None:
    answer = get("/whoami", app=themed())
    assert (answer.status_code, answer.text, answer.headers["cache-control"]) == (
        401,
        "<h1>Who are you?</h1>",
        "no-store",
    )


def test_a_handler_learns_no_reason() -> None:
    seen = []
    app = application()
    app.register_error_handler(401, lambda error: (seen.append(vars(error)), ("", 401))[1])
    expired = pki().leaf(not_before=pki().now.replace(year=2020), not_after=pki().now.replace(year=2021))
    for who in (None, expired):
        get("/whoami", who, app)
    assert [{key: value for key, value in one.items() if value is not None} for one in seen] == [
        {"www_authenticate": one["www_authenticate"]} for one in seen
    ]


def test_a_handler_finds_no_identity() -> None:
    app = application()
    app.register_error_handler(401, lambda _error: (str(client_identity()), 401))
    assert get("/whoami", app=app).text == "None"


def test_a_handler_cannot_turn_a_refusal_into_a_success() -> None:
    assert get("/whoami", app=themed("all is well")).status_code == 401


def test_a_handler_is_not_asked_about_the_body_of_head() -> None:
    answer = Client(themed()).head("/whoami", environ_overrides={"REMOTE_ADDR": PROXY}, headers=present(None, "nginx"))
    assert (answer.status_code, answer.data) == (401, b"")


# ---- mounted


def test_below_a_dispatcher_paths_count_from_the_application() -> None:
    outer = DispatcherMiddleware(Flask("outer"), {"/below": application()})
    assert [get(path, None, outer).status_code for path in ("/below/maybe", "/below/whoami")] == [200, 401]


# ---- sessions


def with_sessions(**settings: Any) -> Flask:
    app = application()
    app.config.update({"SECRET_KEY": "a-throw-away-secret"} | settings)
    MTLSGuard().bind_sessions(app)

    @app.get("/login")
    def login() -> str:
        session["user"] = "alice"
        return "welcome"

    @app.get("/kept")
    def kept() -> Any:
        return jsonify(session.get("user"))

    return app


def visits(app: Flask, *visitors: Issued | None) -> list[Any]:
    """What each finds in the session that the first one began, all with the same cookie."""
    client = app.test_client()
    found: list[Any] = []
    for number, who in enumerate(visitors):
        path = "/kept" if number else "/login"
        environ = {"REMOTE_ADDR": PROXY}
        answer = client.get(path, headers=present(who, "nginx"), environ_overrides=environ)
        found.append(answer.json if answer.is_json else answer.text)
    return found


def test_a_session_stays_with_its_certificate() -> None:
    who = billing()
    assert visits(with_sessions(), who, who, who) == ["welcome", "alice", "alice"]


def test_a_session_is_empty_for_another_certificate_and_stays_so() -> None:
    who = billing()
    assert visits(with_sessions(), who, other(), who) == ["welcome", None, None]


def test_a_session_is_empty_for_a_renewed_certificate_of_the_same_name() -> None:
    assert visits(with_sessions(), billing(), billing()) == ["welcome", None]


def test_a_session_that_began_without_a_certificate_belongs_to_who_shows_one_first() -> None:
    who = billing()
    app = with_sessions()
    client = app.test_client()
    anonymous, bound, foreign = (
        client.get(path, headers=present(one, "nginx"), environ_overrides={"REMOTE_ADDR": PROXY})
        for path, one in (("/login", None), ("/kept", who), ("/kept", other()))
    )
    assert (anonymous.text, bound.json, foreign.json) == ("welcome", "alice", None)


def test_the_cookie_names_nobody() -> None:
    who = billing()
    client = with_sessions().test_client()
    client.get("/login", headers=present(who, "nginx"), environ_overrides={"REMOTE_ADDR": PROXY})
    with client.session_transaction() as kept:
        assert set(kept) == {"user", "_mtlsguard"}
        assert who.fingerprint not in str(dict(kept))


def test_a_session_lives_on_under_a_key_that_was_replaced() -> None:
    old, new = with_sessions(SECRET_KEY="the-old-one"), with_sessions(SECRET_KEY="the-new-one")
    new.config["SECRET_KEY_FALLBACKS"] = ["the-old-one"]
    who = billing()
    first, second = old.test_client(), new.test_client()
    environ = {"REMOTE_ADDR": PROXY}
    first.get("/login", headers=present(who, "nginx"), environ_overrides=environ)
    second.set_cookie("session", first.get_cookie("session").value)  # type: ignore[union-attr]
    assert second.get("/kept", headers=present(who, "nginx"), environ_overrides=environ).json == "alice"


# ---- Flask-Login


class User(UserMixin):
    def __init__(self, name: str) -> None:
        self.id = name


def with_login(users: dict[str, User]) -> Flask:
    app = application()
    app.secret_key = "a-throw-away-secret"
    manager = LoginManager(app)
    load_by_certificate(manager, lambda identity: users.get(identity.name))

    @app.get("/account")
    @login_required
    def account() -> str:
        return str(current_user.id)

    return app


def test_the_user_of_flask_login_is_the_certificates() -> None:
    app = with_login({BILLING: User("alice")})
    answer: Response = get("/account", billing(), app)
    assert (answer.text, "Set-Cookie" in answer.headers) == ("alice", False)


def test_a_certificate_without_a_user_is_not_logged_in() -> None:
    assert get("/account", other(), with_login({BILLING: User("alice")})).status_code == 401


def test_a_user_who_is_taken_away_is_gone_at_the_next_request() -> None:
    users = {BILLING: User("alice")}
    app, who = with_login(users), billing()
    before = get("/account", who, app).status_code
    users.clear()
    assert (before, get("/account", who, app).status_code) == (200, 401)

"""What the adapter tells about the routes of an application."""

from flask import Blueprint, Flask
from flask.views import MethodView

from flask_mtlsguard import MTLSGuard
from flask_mtlsguard.routes import endpoints
from mtlsguard.coverage import Endpoint
from mtlsguard.requirement import Requirement

VERIFIED, BILLING, AUDIT = Requirement(), Requirement(frozenset({"billing"})), Requirement(frozenset({"audit"}))
MTLS = MTLSGuard()


def of(app: Flask, path: str) -> list[Endpoint]:
    return [endpoint for endpoint in endpoints(app) if endpoint.path == path]


def view() -> str:
    return ""


def test_a_route_has_methods_pattern_and_view() -> None:
    app = Flask(__name__)
    app.add_url_rule("/a/<int:b>/c", view_func=view, methods=["POST"])
    [found] = of(app, "/a/<int:b>/c")
    assert (found.pattern, found.methods) == (("a", "*", "c"), {"POST", "OPTIONS"})
    assert found.view == f"{__name__}.view"


def test_static_files_are_the_rest_of_their_folder() -> None:
    [found] = of(Flask(__name__), "/static/<path:filename>")
    assert found.pattern == ("static", "**")


def test_a_decorator_counts() -> None:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=MTLS.require("billing")(view))
    assert of(app, "/")[0].requirements == (BILLING,)


def test_a_blueprint_and_those_around_it_count() -> None:
    app, outer, inner = Flask(__name__), Blueprint("outer", __name__), Blueprint("inner", __name__)
    MTLS.protect(app)
    MTLS.protect(outer, "audit")
    inner.add_url_rule("/c", view_func=MTLS.require("billing")(view))
    outer.register_blueprint(inner, url_prefix="/b")
    app.register_blueprint(outer, url_prefix="/a")
    assert of(app, "/a/b/c")[0].requirements == (VERIFIED, AUDIT, BILLING)


def test_a_class_may_ask_something_else_for_each_method() -> None:
    class Things(MethodView):
        def get(self) -> str:
            return ""

        @MTLS.require("billing")
        def post(self) -> str:
            return ""

    app = Flask(__name__)
    app.add_url_rule("/things", view_func=Things.as_view("things"))
    found = {method: endpoint.requirements for endpoint in of(app, "/things") for method in endpoint.methods}
    assert (found["GET"], found["HEAD"], found["POST"]) == ((), (), (BILLING,))

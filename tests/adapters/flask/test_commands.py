"""`flask mtls routes`"""

import json

from click.testing import Result
from flask import Flask

from flask_mtlsguard import MTLSGuard
from tests.world import configuration


def run(*arguments: str, **sections: object) -> Result:
    app = Flask(__name__)
    app.config["MTLSGUARD"] = configuration(
        roles=[{"name": "billing", "match": {"spiffe": "spiffe://a/b"}}], **sections
    )
    mtls = MTLSGuard(app)
    app.add_url_rule("/invoices", view_func=mtls.require("billing")(lambda: "invoices"), endpoint="invoices")
    return app.test_cli_runner().invoke(args=["mtls", "routes", *arguments])


def test_it_lists_every_route_with_what_covers_it() -> None:
    done = run()
    assert (done.exit_code, "/invoices" in done.output, "billing" in done.output) == (0, True, True)


def test_what_is_covered_by_nothing_is_a_finding() -> None:
    done = run(client={"absent": "anonymous"})
    assert (done.exit_code, "/static" in done.output) == (1, True)


def test_it_prints_json_for_programs() -> None:
    assert "routes" in json.loads(run("--json").output)

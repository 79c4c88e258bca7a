"""What the adapter tells about the routes of an application."""

from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Security, WebSocket
from starlette.applications import Starlette
from starlette.authentication import requires
from starlette.routing import Host, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from mtlsguard.coverage import Endpoint
from mtlsguard.requirement import Requirement
from starlette_mtlsguard.fastapi import ClientCertificate
from starlette_mtlsguard.routes import endpoints

VERIFIED, BILLING, AUDIT = Requirement(), Requirement(frozenset({"billing"})), Requirement(frozenset({"audit"}))
CERTIFICATE = ClientCertificate()


async def view(request): ...


@requires(["authenticated", "billing"])
async def guarded(request): ...


@requires("billing")
async def socket(websocket): ...


def of(app: object, path: str) -> Endpoint:
    [found] = [endpoint for endpoint in endpoints(app) if endpoint.path == path]
    return found


def test_a_route_has_methods_pattern_and_view() -> None:
    found = of(Starlette(routes=[Route("/a/{b}/c", view, methods=["GET", "POST"])]), "/a/{b}/c")
    assert (found.pattern, found.methods) == (("a", "*", "c"), {"GET", "HEAD", "POST"})
    assert found.view == f"{__name__}.view"


def test_a_parameter_within_a_segment_makes_it_any_segment() -> None:
    assert of(Starlette(routes=[Route("/v{version:int}/x", view)]), "/v{version:int}/x").pattern == ("*", "x")


def test_a_parameter_of_paths_is_the_rest() -> None:
    assert of(Starlette(routes=[Route("/files/{name:path}", view)]), "/files/{name:path}").pattern == ("files", "**")


def test_the_root_is_one_empty_segment() -> None:
    assert of(Starlette(routes=[Route("/", view)]), "/").pattern == ("",)


def test_a_decorator_of_starlette_counts() -> None:
    assert of(Starlette(routes=[Route("/", guarded)]), "/").requirements == (VERIFIED, BILLING)


def test_a_websocket_has_a_method_of_its_own() -> None:
    found = of(Starlette(routes=[WebSocketRoute("/s", socket)]), "/s")
    assert (found.methods, found.requirements) == ({"WEBSOCKET"}, (BILLING,))


def test_mounts_are_followed() -> None:
    inner = Mount("/b", routes=[Route("/c", view)])
    assert of(Starlette(routes=[Mount("/a", routes=[inner])]), "/a/b/c").pattern == ("a", "b", "c")


def test_a_mounted_application_is_followed() -> None:
    assert of(Starlette(routes=[Mount("/a", Starlette(routes=[Route("/b", view)]))]), "/a/b").pattern == ("a", "b")


def test_hosts_are_followed() -> None:
    assert of(Starlette(routes=[Host("x.example", Starlette(routes=[Route("/b", view)]))]), "/b").pattern == ("b",)


def test_a_folder_of_files_is_opaque(tmp_path) -> None:
    found = of(Starlette(routes=[Mount("/static", StaticFiles(directory=tmp_path))]), "/static/**")
    assert (found.pattern, found.opaque, found.view) == (("static", "**"), True, "StaticFiles")


def test_a_dependency_of_fastapi_counts_with_its_scopes() -> None:
    app = FastAPI()

    @app.get("/a")
    def a(client: Annotated[object, Security(CERTIFICATE, scopes=["billing"])]) -> None: ...

    assert of(app, "/a").requirements == (VERIFIED, BILLING)


def test_a_dependency_below_another_counts_with_the_scopes_of_both() -> None:
    def current(client: Annotated[object, Security(CERTIFICATE, scopes=["audit"])]) -> object:
        return client

    app = FastAPI()

    @app.get("/a")
    def a(client: Annotated[object, Security(current, scopes=["billing"])]) -> None: ...

    assert set(of(app, "/a").requirements) == {VERIFIED, BILLING, AUDIT}


def test_a_dependency_of_a_router_counts_for_what_it_includes() -> None:
    router, app = APIRouter(), FastAPI()
    router.add_api_route("/b", lambda: None)
    app.include_router(router, prefix="/a", dependencies=[Security(CERTIFICATE, scopes=["billing"])])
    found = of(app, "/a/b")
    assert (found.pattern, found.requirements) == (("a", "b"), (VERIFIED, BILLING))


def test_a_dependency_that_refuses_nobody_does_not_count() -> None:
    app = FastAPI()
    app.add_api_route("/a", lambda: None, dependencies=[Depends(ClientCertificate(auto_error=False))])
    assert of(app, "/a").requirements == ()


def test_a_websocket_of_fastapi_counts_too() -> None:
    app = FastAPI()

    @app.websocket("/s")
    async def s(websocket: WebSocket, client: Annotated[object, Security(CERTIFICATE)]) -> None: ...

    assert (of(app, "/s").methods, of(app, "/s").requirements) == ({"WEBSOCKET"}, (VERIFIED,))


def test_the_pages_of_the_document_are_listed() -> None:
    assert {"/openapi.json", "/docs", "/redoc"} <= {endpoint.path for endpoint in endpoints(FastAPI())}

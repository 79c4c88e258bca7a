"""The application behind the guard, for both kinds of servers: it answers who it was told is calling.

One server serves every site: /NAME/... is guarded by the configuration NAME.toml. The answer also has the name of
every header that the application could see, so that a test can see what the guard left.
"""

import json
import logging
import os
from pathlib import Path
from typing import Any

from mtlsguard import asgi as for_asgi
from mtlsguard import wsgi as for_wsgi

logging.basicConfig(level="DEBUG")

_SITES = sorted(Path(os.environ["MTLSGUARD_LIVE"]).glob("*.toml"))


async def _echo_asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass  # some servers have read the trailers only now
    identity = for_asgi.identity_of(scope)
    body = _said(identity and identity.name, [name.decode("latin-1") for name, _ in scope["headers"]])
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _echo_wsgi(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    identity = for_wsgi.identity_of(environ)
    names = [key for key in environ if key.startswith(("HTTP_", "SSL_CLIENT"))]
    body = _said(identity and identity.name, names)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _said(identity: str | None, names: list[str]) -> bytes:
    return json.dumps({"identity": identity, "headers": names}).encode()


_ASGI = {site.stem: for_asgi.GuardMiddleware(_echo_asgi, site) for site in _SITES}
_WSGI = {site.stem: for_wsgi.GuardMiddleware(_echo_wsgi, site) for site in _SITES}


async def asgi(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    else:
        await _ASGI[scope["path"].split("/")[1]](scope, receive, send)


async def _live(receive: Any, send: Any) -> None:
    while (event := (await receive())["type"]) != "lifespan.shutdown":
        await send({"type": f"{event}.complete"})
    await send({"type": "lifespan.shutdown.complete"})


def wsgi(environ: dict[str, Any], start_response: Any) -> Any:
    return _WSGI[environ["PATH_INFO"].split("/")[1]](environ, start_response)

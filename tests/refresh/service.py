"""A guarded service for the tests of real servers: tells its process, and how many threads keep its guard fresh."""

import json
import os
import threading
from typing import Any

from mtlsguard.asgi import GuardMiddleware as AsgiGuard
from mtlsguard.wsgi import GuardMiddleware as WsgiGuard

_CONFIGURATION = os.environ.get("MTLSGUARD_SERVICE", "")


def _told() -> bytes:
    threads = [thread.name for thread in threading.enumerate() if thread.name == "mtlsguard-refresh"]
    return json.dumps({"process": os.getpid(), "threads": len(threads)}).encode()


async def _asgi(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": _told()})


def _wsgi(_environ: Any, start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [_told()]


if _CONFIGURATION:
    asgi = AsgiGuard(_asgi, _CONFIGURATION)
    wsgi = WsgiGuard(_wsgi, _CONFIGURATION)

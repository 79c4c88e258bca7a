"""An application behind the guard that logs the client's certificate on purpose, in every way, under any server.

NOISY_GUARD: the guard's configuration. NOISY_LOGGING: "plain" or "structlog", how the application itself logs.
"""

import logging
import logging.config
import os
import warnings
from typing import Any

import structlog
from cryptography import x509

from mtlsguard import Identity, asgi, wsgi
from mtlsguard.redact import redact_certificates
from mtlsguard.redact.sinks.hooks import install_hooks
from mtlsguard.redact.sinks.stdlib import redacted_config
from tests.redact.material import Material
from tests.sinks import emissions

FILE = {"class": "logging.FileHandler", "filename": "app.log", "formatter": "app", "filters": ["mtlsguard"]}
JSON_LINES = {
    "()": structlog.stdlib.ProcessorFormatter,
    "foreign_pre_chain": [structlog.stdlib.add_log_level, structlog.stdlib.ExtraAdder()],
    "processors": [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.dict_tracebacks,
        redact_certificates,
        structlog.processors.JSONRenderer(default=repr),
    ],
}
PLAIN = {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
FORMATTERS = {"plain": PLAIN, "structlog": JSON_LINES}

logging.config.dictConfig(
    redacted_config(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"app": FORMATTERS[os.environ["NOISY_LOGGING"]]},
            "handlers": {"file": FILE},
            "root": {"handlers": ["file"], "level": "DEBUG"},
        }
    )
)
structlog.configure(
    processors=[structlog.stdlib.add_log_level, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
install_hooks()


class AppError(Exception):
    """Goes to the server, which reports it."""


def make_noise(identity: Identity | None, headers: object, path: str) -> None:
    assert identity is not None
    leaf = x509.load_der_x509_certificate(identity.reveal().certificate)
    emissions.ALICE = Material(leaf, ())
    for emit in emissions.WAYS.values():
        emit(logging.getLogger("shop"))
    structlog.get_logger("shop").warning("refused", client_cert=emissions.ALICE.pem, subject=leaf.subject, raw=headers)
    warnings.warn(f"odd: {emissions.ALICE.dn}", stacklevel=1)
    if path == "/breaks":
        raise AppError(f"broken: {emissions.ALICE.pem}", leaf)


async def _asgi(scope: Any, receive: Any, send: Any) -> None:
    make_noise(asgi.identity_of(scope), scope["headers"], scope["path"])
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


def _wsgi(environ: Any, start_response: Any) -> list[bytes]:
    make_noise(wsgi.identity_of(environ), dict(environ), environ["PATH_INFO"])
    start_response("200 OK", [("Content-Length", "0")])
    return []


async def _no_lifespan(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        return await _asgi(scope, receive, send)
    while (event := (await receive())["type"]) != "lifespan.shutdown":
        await send({"type": f"{event}.complete"})
    return await send({"type": "lifespan.shutdown.complete"})


for_asgi = asgi.GuardMiddleware(_no_lifespan, os.environ["NOISY_GUARD"])
for_wsgi = wsgi.GuardMiddleware(_wsgi, os.environ["NOISY_GUARD"])

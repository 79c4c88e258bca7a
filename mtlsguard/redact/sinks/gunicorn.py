"""gunicorn's log with redaction, wherever its settings send it.

logger_class = "mtlsguard.redact.sinks.gunicorn.RedactingLogger"  # gunicorn.conf.py, or --logger-class
"""

from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from mtlsguard.redact.sinks.stdlib import redact_handlers


class RedactingLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Called again whenever the configuration is loaded again, which makes new handlers."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 - gunicorn's
        super().setup(cfg)
        redact_handlers()

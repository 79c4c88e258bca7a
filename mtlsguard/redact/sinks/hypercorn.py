"""hypercorn's log with redaction, wherever its settings send it.

config.logger_class = RedactingLogger  # or `logger_class = RedactingLogger` in its Python configuration file
"""

from hypercorn.config import Config
from hypercorn.logging import Logger

from mtlsguard.redact.sinks.stdlib import redact_handlers


class RedactingLogger(Logger):
    """Made once by each worker, with its handlers."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        redact_handlers()

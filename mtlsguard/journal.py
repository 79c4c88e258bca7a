"""EDGE: where events go: to structlog where the application configured it, else to the logger `mtlsguard`."""

import logging
import sys
from collections.abc import Mapping

_LOGGER = logging.getLogger("mtlsguard")


def tell(level: int, event: str, fields: Mapping[str, str | int]) -> None:
    """Importing structlog for those who do not use it would cost them time."""
    structlog = sys.modules.get("structlog")
    if structlog is not None and structlog.is_configured():
        logger = structlog.get_logger("mtlsguard")
        (logger.info if level == logging.INFO else logger.warning)(event, **fields)
    elif _LOGGER.isEnabledFor(level):
        text = " ".join(f"{name}={value}" for name, value in fields.items())
        _LOGGER.log(level, "%s %s", event, text, extra={"mtlsguard": dict(fields)})

"""EDGE: does certificate data come out of the logging that is configured in this process?

A throw-away certificate is made and sent through every handler and through structlog's chain, as message, argument,
extra and exception; what would be written is looked at and thrown away. Filters, formatters and processors are run,
no handler emits anything.
"""

import logging
from collections.abc import Iterable

from mtlsguard.canary import chain, handlers
from mtlsguard.canary.bait import Bait
from mtlsguard.canary.leak import Leak

__all__ = ["Leak", "check_logging"]


def check_logging(loggers: Iterable[logging.Logger] | None = None) -> tuple[Leak, ...]:
    """One finding for each handler that leaks, and for structlog where it is configured. Empty: nothing came out."""
    bait = Bait.made()
    return (*handlers.leaks(bait, loggers), *chain.leaks(bait))

"""The logging configurations of Python's servers, with redaction: access logs and what servers say themselves.

    uvicorn.run(app, log_config=uvicorn_logging())
    Granian("app:app", log_dictconfig=granian_logging())

Both are plain values: written as JSON they are files for `uvicorn --log-config` and `granian --log-config`.
gunicorn and hypercorn take a class for their logs: see `mtlsguard.redact.sinks.gunicorn` and `.hypercorn`.
"""

import re
from importlib import import_module
from typing import Any

from mtlsguard.redact.names import is_evidence
from mtlsguard.redact.sinks.stdlib import redacted_config

# `%({x-ssl-client-cert}i)s` of gunicorn and hypercorn, `%(header{x-ssl-client-cert})s` of granian.
_ATOM = re.compile(r"%\((?:header)?\{([^{}]*)\}[a-z]?\)[-#0 +]*\d*s")


def uvicorn_logging() -> dict[str, Any]:
    """What `uvicorn.config.LOGGING_CONFIG` says, redacted."""
    return redacted_config(import_module("uvicorn.config").LOGGING_CONFIG)


def granian_logging() -> dict[str, Any]:
    """What granian configures by default, redacted. Give its access log's format through `without_evidence`."""
    return redacted_config(import_module("granian.log").LOGGING_CONFIG)


def without_evidence(access_format: str) -> str:
    """The format of an access log without the headers and variables that hold certificate data.

    A serial number that is printed alone looks like any other number: it has to be left out by its name.
    """
    return _ATOM.sub(lambda atom: "-" if is_evidence(atom[1]) else atom[0], access_format)

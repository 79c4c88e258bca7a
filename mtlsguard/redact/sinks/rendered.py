"""structlog, behind the renderer: for chains whose renderer prints what no processor before it can see.

    processors=[..., structlog.dev.ConsoleRenderer(), redact_rendered]

The better place is `redact_certificates`, last before the renderer: there each value still has its name.
"""

from typing import Any

from mtlsguard.redact import redact_value

_ERROR = "exc_info"


def redact_rendered(logger: object, method_name: str, rendered: Any) -> Any:  # noqa: ANN401, ARG001 - structlog's
    """A line as text or octets, or the arguments of a logging call; of the same type as it was."""
    if isinstance(rendered, bytes):
        line = rendered.decode("utf-8", "surrogateescape")
        cleaned = redact_value(line)
        return rendered if cleaned is line else cleaned.encode("utf-8", "surrogateescape")
    if isinstance(rendered, tuple) and rendered and isinstance(rendered[-1], dict):
        return (*(redact_value(one) for one in rendered[:-1]), _keywords(rendered[-1]))
    return _keywords(rendered) if isinstance(rendered, dict) else redact_value(rendered)


def _keywords(keywords: dict[str, Any]) -> dict[str, Any]:
    """logging itself renders `exc_info`: its handlers' formatters are asked about that."""
    kept = {_ERROR: keywords[_ERROR]} if _ERROR in keywords else {}
    cleaned = redact_value({name: value for name, value in keywords.items() if name != _ERROR})
    return {**cleaned, **kept}

"""Which variables hold certificate data, or the proxy secret."""

from mtlsguard.lint.contract import Expected
from mtlsguard.lint.nginx.model import Directive

_HARMLESS = frozenset({"ssl_client_verify", "ssl_client_v_remain", "ssl_client_sigalg"})


def sensitive(line: Directive, expected: Expected) -> list[str]:
    return sorted({name for name in line.variables() if _is_sensitive(name, expected)})


def _is_sensitive(name: str, expected: Expected) -> bool:
    if name.startswith("ssl_client_"):
        return name not in _HARMLESS
    for prefix in ("http_", "sent_http_", "upstream_http_"):
        header = name.removeprefix(prefix).replace("_", "-")
        if name.startswith(prefix) and expected.carries(header):
            return not header.endswith("-verify")
    return False

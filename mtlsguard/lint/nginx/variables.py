"""Variables named `$ssl_...` that neither nginx nor this configuration defines.

The list: ngx_http_ssl_module, ngx_stream_ssl_module and ngx_stream_ssl_preread_module up to nginx 1.31.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.nginx.model import Directive, Nginx

KNOWN = frozenset(
    [
        "ssl_alpn_protocol",
        "ssl_cipher",
        "ssl_ciphers",
        "ssl_client_cert",
        "ssl_client_escaped_cert",
        "ssl_client_fingerprint",
        "ssl_client_i_dn",
        "ssl_client_i_dn_legacy",
        "ssl_client_raw_cert",
        "ssl_client_s_dn",
        "ssl_client_s_dn_legacy",
        "ssl_client_serial",
        "ssl_client_v_end",
        "ssl_client_v_remain",
        "ssl_client_v_start",
        "ssl_client_verify",
        "ssl_curve",
        "ssl_curves",
        "ssl_early_data",
        "ssl_protocol",
        "ssl_server_name",
        "ssl_session_id",
        "ssl_session_reused",
    ]
)
NEWER = frozenset(
    [
        "ssl_client_sigalg",
        "ssl_ech_outer_server_name",
        "ssl_ech_status",
        "ssl_sigalg",
    ]
)
STREAM = frozenset(
    [
        "ssl_preread_alpn_protocols",
        "ssl_preread_protocol",
        "ssl_preread_server_name",
    ]
)

# Which argument of a defining statement names the new variable.
_DEFINING = {"map": 1, "split_clients": 1, "geo": -1, "keyval": 1}
_CAPTURE = re.compile(r"\(\?P?<([A-Za-z0-9_]+)>")
_MEANT = {"before": "ssl_client_v_start", "after": "ssl_client_v_end"}


def check(model: Nginx, _expected: Expected) -> Iterable[Hit]:
    defined = KNOWN | NEWER | STREAM | {name for line in model.everything() for name in _defined(line)}
    for line in model.everything():
        if line.name.endswith("_block") or line.name in _DEFINING:
            continue
        for name in dict.fromkeys(line.variables()):
            if name.startswith("ssl_") and name not in defined:
                yield Hit(line.place, f"there is no variable ${name}", (_nearest(name),))


def _defined(line: Directive) -> list[str]:
    names = [name.lower() for text in line.arguments for name in _CAPTURE.findall(text)]
    at = _DEFINING.get(line.name, 0 if _sets(line.name) else None)
    if at is not None and -len(line.arguments) <= at < len(line.arguments):
        names.append(line.arguments[at].lstrip("$").lower())
    return names


def _sets(name: str) -> bool:
    """`set` and what other modules offer like it: js_set, perl_set, auth_request_set, set_escape_uri, ..."""
    return name in {"set", "js_var"} or name.startswith("set_") or name.endswith("_set")


def _nearest(name: str) -> str:
    meant = [to for word, to in _MEANT.items() if word in name]
    near = meant or get_close_matches(name, sorted(KNOWN), n=1, cutoff=0.5)
    return f"${near[0]}" if near else "# see the list of variables of ngx_http_ssl_module"


UNKNOWN_VARIABLE = Rule(
    "nginx-unknown-variable",
    Level.ERROR,
    "nginx does not start with a variable that it does not know.",
    check,
)

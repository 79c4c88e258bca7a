"""nginx: every line at the location, because a location with one of its own inherits none of the server's."""

from mtlsguard.policy import Trailers
from mtlsguard.proxies.contract import Asked, Deployment, File, Handover, Recipe
from mtlsguard.proxies.names import others, own, secret_header
from mtlsguard.proxies.text import address, aligned, filled, preamble, socket_path

_VALUES = {"certificate": "$ssl_client_escaped_cert", "verify": "$ssl_client_verify"}
_ASKED = {Asked.OPTIONAL: "optional", Asked.REQUIRED: "on"}

_TEMPLATE = """\
@PREAMBLE@

daemon off;                                 # stay in the foreground
pid @FOLDER@/nginx.pid;
error_log stderr warn;

events {}

http {
    access_log off;
    client_body_temp_path @FOLDER@/nginx-body;
    proxy_temp_path @FOLDER@/nginx-proxy;
    fastcgi_temp_path @FOLDER@/nginx-fastcgi;
    uwsgi_temp_path @FOLDER@/nginx-uwsgi;
    scgi_temp_path @FOLDER@/nginx-scgi;

    underscores_in_headers off;             # X_SSL_Client_Cert would be read as X-SSL-Client-Cert by some servers
    ignore_invalid_headers on;              # what the line above declares invalid is dropped

    server {
        listen @LISTEN@ ssl;
        ssl_certificate @CERTIFICATE@;
        ssl_certificate_key @KEY@;
        ssl_client_certificate @CLIENTCA@;
        ssl_verify_client @ASKED@;
        ssl_verify_depth 8;                 # intermediates in a path

        # A server without TLS that reaches the same application needs this location too: the certificate's lines
        # are empty there, and a client's own are cleared all the same.
        location / {
            proxy_pass http://@UPSTREAM@;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Connection "";
            proxy_headers_hash_max_size 2048;   # there are many names below
            proxy_headers_hash_bucket_size 128;

            # What the guard reads: set on every request, with or without a certificate.
            @OWN@
            @SECRET@

            # Other products' names for the same: a client could send them, and a library believe them.
            @OTHERS@
        }
    }
}
"""


def _write(deployment: Deployment) -> tuple[File, ...]:
    names, path = own(deployment), socket_path(deployment.upstream)
    text = filled(
        _TEMPLATE,
        {
            "PREAMBLE": preamble(
                deployment, "nginx", start=_start(deployment), trailers=Trailers.DROPPED, notes=NGINX.notes
            ),
            "FOLDER": deployment.folder,
            "LISTEN": address(deployment.listen),
            "CERTIFICATE": deployment.certificate,
            "KEY": deployment.key,
            "CLIENTCA": deployment.client_ca,
            "ASKED": _ASKED[deployment.verify],
            "UPSTREAM": deployment.upstream if path is None else f"unix:{path}",
            "OWN": aligned((f"proxy_set_header {name}", f"{_VALUES[role]};") for role, name in names.items()),
            "SECRET": _secret(deployment),
            "OTHERS": aligned((f"proxy_set_header {name}", '"";') for name in others(deployment)),
        },
    )
    return (File("nginx.conf", text),)


def _start(deployment: Deployment) -> list[str]:
    """nginx asks for the size of its file first, so it cannot read a pipe."""
    lines = ["nginx reads a file, not a pipe:", "    mtlsguard proxy-config nginx > nginx.conf"]
    if secret_header(deployment):
        lines.append(f"    {_snippet_command(deployment)}")
    return [*lines, '    nginx -e stderr -c "$PWD/nginx.conf"']


def _snippet_command(deployment: Deployment) -> str:
    (header,) = secret_header(deployment)
    command = f'printf \'proxy_set_header {header} "%s";\\n\' "$(head -n 1 {deployment.secret})"'
    return f"(umask 077; {command} > {_snippet(deployment)})"


def _snippet(deployment: Deployment) -> str:
    return f"{deployment.folder}/proxy-secret.conf"


def _secret(deployment: Deployment) -> list[str]:
    """nginx has no way to read a value from a file, and refuses to start without this one."""
    return [f"include {_snippet(deployment)};"] if secret_header(deployment) else []


NGINX = Recipe(
    name="nginx",
    producer="nginx",
    dialects=("nginx",),
    write=_write,
    command=lambda file: ("nginx", "-e", "stderr", "-c", file),
    trailers=Trailers.DROPPED,
    handover=Handover.SNIPPET,
    notes=(
        "A location with any proxy_set_header of its own loses the lines of the server: repeat all of them there.",
        "nginx sends no chain: list the intermediates of your clients under trust.intermediates.",
    ),
)

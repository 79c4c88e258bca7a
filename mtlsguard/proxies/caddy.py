"""Caddy: `header_up` on the one reverse_proxy, after `request_header` has cleared what a client may have sent."""

from mtlsguard.policy import Trailers
from mtlsguard.proxies.contract import Asked, Deployment, File, Handover, Recipe
from mtlsguard.proxies.names import others, own, secret_header
from mtlsguard.proxies.text import bracketed, filled, preamble, socket_path

_ASKED = {Asked.OPTIONAL: "verify_if_given", Asked.REQUIRED: "require_and_verify"}
_DER = "{http.request.tls.client.certificate_der_base64}"

_TEMPLATE = """\
@PREAMBLE@
{
    admin off
    auto_https off
    persist_config off
    servers {
        protocols h1 h2
    }
}

https://:@PORT@ {
    bind @HOST@
    tls @CERTIFICATE@ @KEY@ {
        client_auth {
            mode @ASKED@                    # "request" and "require" would not verify anything
            trust_pool file {
                pem_file @CLIENTCA@
            }
        }
    }

    # What the guard reads. header_up, not request_header: a client's Connection header could remove the latter's.
    @ROUTES@

    # No name with an underscore: X_SSL_Client_Cert would be read as X-SSL-Client-Cert by some servers.
    request_header -*_*

    # Other products' names for the same: a client could send them, and a library believe them. Caddy does this
    # before the routes above, wherever it stands.
    @OTHERS@
}
"""

# The certificate is there or empty, and the line always sent: a missing one means that another route was taken.
_ALWAYS = """\
reverse_proxy @UPSTREAM@ {
    header_up @CERTIFICATE@ "@DER@"
    @SECRET@
}
"""

# Without the condition Caddy would send "::" for no certificate; without the second route, what the client sent.
_PRESENT = """\
@with_certificate expression `@DER@ != ""`
handle @with_certificate {
    reverse_proxy @UPSTREAM@ {
        header_up @CERTIFICATE@ ":@DER@:"
        header_up -@CHAIN@
        @SECRET@
    }
}
handle {
    reverse_proxy @UPSTREAM@ {
        header_up -@CERTIFICATE@
        header_up -@CHAIN@
        @SECRET@
    }
}
"""
_ROUTES = {"caddy": _ALWAYS, "rfc9440": _PRESENT}


def _write(deployment: Deployment) -> tuple[File, ...]:
    host, port = deployment.listen
    text = filled(
        _TEMPLATE,
        {
            "PREAMBLE": preamble(
                deployment,
                "Caddy",
                start=["    mtlsguard proxy-config caddy | caddy run --config - --adapter caddyfile"],
                trailers=Trailers.DROPPED,
                notes=CADDY.notes,
            ),
            "HOST": bracketed(host),
            "PORT": str(port),
            "CERTIFICATE": deployment.certificate,
            "KEY": deployment.key,
            "CLIENTCA": deployment.client_ca,
            "ASKED": _ASKED[deployment.verify],
            "ROUTES": _routes(deployment),
            "OTHERS": [f"request_header -{name}" for name in others(deployment)],
        },
    )
    return (File("Caddyfile", text),)


def _routes(deployment: Deployment) -> list[str]:
    path, names = socket_path(deployment.upstream), own(deployment)
    secret = [f'header_up {name} "{{file.{deployment.secret}}}"' for name in secret_header(deployment)]
    values = {
        "UPSTREAM": deployment.upstream if path is None else f"unix/{path}",
        "CERTIFICATE": names["certificate"],
        "CHAIN": names.get("chain", ""),
        "DER": _DER,
        "SECRET": secret,
    }
    return filled(_ROUTES[deployment.proxy.dialect], values).splitlines()


CADDY = Recipe(
    name="caddy",
    producer="Caddy",
    dialects=("caddy", "rfc9440"),
    write=_write,
    command=lambda file: ("caddy", "run", "--config", file, "--adapter", "caddyfile"),
    trailers=Trailers.DROPPED,
    handover=Handover.FILE,
    notes=(
        "Caddy 2.8 or later. It sends no chain: list the intermediates of your clients under trust.intermediates.",
        "A proxy secret is read from its file on every request; the file holds one line.",
    ),
)

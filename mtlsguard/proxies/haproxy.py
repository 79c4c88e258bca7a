"""HAProxy: delete by pattern, then set, both on every request and without a condition."""

from mtlsguard.policy import Trailers
from mtlsguard.proxies.contract import SECRET_VARIABLE, Asked, Deployment, File, Handover, Recipe
from mtlsguard.proxies.names import bundles, either_mark, everything, own, secret_header
from mtlsguard.proxies.text import address, aligned, filled, preamble, socket_path

_VALUES = {
    "haproxy": {
        "certificate": "%[ssl_c_der,base64]",
        "verify": "%[ssl_c_verify]",
        "chain": "%[ssl_c_chain_der,base64]",
    },
    # The two fields of RFC 9440 are missing without a certificate; HAProxy has no form of the chain for the second.
    "rfc9440": {"certificate": ":%[ssl_c_der,base64]: if { ssl_c_used } { ssl_c_verify 0 }"},
}
_ASKED = {Asked.OPTIONAL: "optional", Asked.REQUIRED: "required"}

_TEMPLATE = """\
@PREAMBLE@

@DEFINED@

global
    tune.bufsize 65536                      # the headers of one request: chains are large

defaults
    mode http
    timeout connect 5s
    timeout client  60s
    timeout server  60s

frontend mtls
    # A client whose certificate does not verify is turned away; @ASKED@: what happens to one without any.
    bind @LISTEN@ ssl crt @CERTIFICATE@ ca-file @CLIENTCA@ verify @ASKED@ alpn h2,http/1.1

    # Nobody else's certificate headers, in any spelling, on any request. First, and without a condition.
    @CLEAR@

    # What the guard reads.
    @OWN@
    @SECRET@
    default_backend application

backend application
    server application @UPSTREAM@
"""


def _write(deployment: Deployment) -> tuple[File, ...]:
    path = socket_path(deployment.upstream)
    text = filled(
        _TEMPLATE,
        {
            "PREAMBLE": preamble(
                deployment, "HAProxy", start=_start(deployment), trailers=Trailers.POSSIBLE, notes=HAPROXY.notes
            ),
            "DEFINED": _defined(deployment),
            "LISTEN": address(deployment.listen),
            "CERTIFICATE": deployment.certificate,
            "CLIENTCA": deployment.client_ca,
            "ASKED": _ASKED[deployment.verify],
            "CLEAR": _clear(deployment),
            "OWN": _own(deployment),
            "SECRET": [
                f'http-request set-header {name} "${{{SECRET_VARIABLE}}}"' for name in secret_header(deployment)
            ],
            "UPSTREAM": deployment.upstream if path is None else f"unix@{path}",
        },
    )
    return (File("haproxy.cfg", text),)


def _start(deployment: Deployment) -> list[str]:
    lines = [f'export {SECRET_VARIABLE}="$(head -n 1 {deployment.secret})"'] if secret_header(deployment) else []
    if deployment.key not in {deployment.certificate, f"{deployment.certificate}.key"}:
        lines.append(f"ln -s {deployment.key} {deployment.certificate}.key   # where HAProxy looks for the key")
    return [*(f"    {line}" for line in lines), "    mtlsguard proxy-config haproxy | haproxy -f /dev/stdin"]


def _defined(deployment: Deployment) -> list[str]:
    if not secret_header(deployment):
        return []
    message = f"{SECRET_VARIABLE} is not set"
    return [f".if !defined({SECRET_VARIABLE})", f'.alert "{message}"', ".endif"]


def _clear(deployment: Deployment) -> list[str]:
    groups = bundles(everything(deployment), 60)
    return [f"http-request del-header ^({either_mark(names)})$ -m reg" for names in groups]


def _own(deployment: Deployment) -> list[str]:
    values, names = _VALUES[deployment.proxy.dialect], own(deployment)
    return aligned((f"http-request set-header {names[role]}", value) for role, value in values.items())


HAPROXY = Recipe(
    name="haproxy",
    producer="HAProxy",
    dialects=("haproxy", "rfc9440"),
    write=_write,
    command=lambda file: ("haproxy", "-f", file),
    trailers=Trailers.POSSIBLE,
    handover=Handover.ENVIRONMENT,
    notes=(
        "On a resumed TLS session HAProxy has no chain: list your clients' intermediates under trust.intermediates.",
        "HAProxy sends request trailers on, whatever its rules for headers. Lines under a condition would leave room",
        "for a trailer that forges them; these have none, so a trailer only makes a second value, which is refused.",
        'With the dialect rfc9440, which has a condition, leave proxy.trailers at "possible".',
    ),
)

"""Traefik: one file for its static and its dynamic half, which reads itself by its own name."""

from mtlsguard.policy import Trailers
from mtlsguard.proxies.contract import (
    SECRET_VARIABLE,
    Asked,
    CannotWriteError,
    Deployment,
    File,
    Handover,
    Recipe,
)
from mtlsguard.proxies.names import not_renamed, others, own, secret_header
from mtlsguard.proxies.text import address, filled, preamble, socket_path

_ASKED = {Asked.OPTIONAL: "VerifyClientCertIfGiven", Asked.REQUIRED: "RequireAndVerifyClientCert"}
_FILE = "traefik.yaml"

_TEMPLATE = """\
@PREAMBLE@
global: {checkNewVersion: false, sendAnonymousUsage: false}

entryPoints:
  mtls:
    address: "@LISTEN@"
    forwardedHeaders: {insecure: false}     # true would let a client's own certificate header through
    http:
      # X_Forwarded_Tls_Client_Cert and X.Forwarded.Tls.Client.Cert are read as the name with dashes by some servers.
      aliasHeadersStrategy: delete

providers:
  file:
    filename: "@FOLDER@/traefik.yaml"       # this file: routers, middlewares and TLS options are below
    watch: false

http:
  routers:
    application:
      entryPoints: [mtls]
      rule: "PathPrefix(`/`)"
      service: application
      middlewares: [clear, certificate]     # in this order; a router without them passes a client's headers on
      tls: {}                               # the default options, below: others count for one Host each

  middlewares:
    certificate:
      passTLSClientCert: {pem: true}        # base64 DER in spite of its name; no `info`, which cannot be read safely
    clear:
      headers:
        customRequestHeaders:
          # An empty value removes the header. The guard's own is removed too, before it is set.
          @CLEAR@
          @SECRET@

  services:
    application:
      loadBalancer: {servers: [{url: "http://@UPSTREAM@"}]}

tls:
  stores:
    default:
      defaultCertificate: {certFile: "@CERTIFICATE@", keyFile: "@KEY@"}
  options:
    default:
      # "RequestClientCert" and "RequireAnyClientCert" would not verify anything.
      clientAuth: {caFiles: ["@CLIENTCA@"], clientAuthType: @ASKED@}
"""


def _write(deployment: Deployment) -> tuple[File, ...]:
    not_renamed(deployment, "Traefik")
    if socket_path(deployment.upstream) is not None:
        raise CannotWriteError("Traefik reaches no UNIX socket: give --upstream an address and a port")
    cleared = [*own(deployment).values(), *others(deployment)]
    text = filled(
        _TEMPLATE,
        {
            "PREAMBLE": preamble(
                deployment, "Traefik", start=_start(deployment), trailers=Trailers.DROPPED, notes=TRAEFIK.notes
            ),
            "LISTEN": address(deployment.listen),
            "FOLDER": deployment.folder,
            "CLEAR": [f'{name}: ""' for name in cleared],
            "SECRET": _secret(deployment),
            "UPSTREAM": deployment.upstream,
            "CERTIFICATE": deployment.certificate,
            "KEY": deployment.key,
            "CLIENTCA": deployment.client_ca,
            "ASKED": _ASKED[deployment.verify],
        },
    )
    return (File(_FILE, text),)


def _start(deployment: Deployment) -> list[str]:
    """Traefik takes a file by its ending, so it cannot read a pipe."""
    lines = ["Traefik reads a file, not a pipe, and this one by the name that stands in it:"]
    if secret_header(deployment):
        lines.append(f'    export {SECRET_VARIABLE}="$(head -n 1 {deployment.secret})"')
    file = f"{deployment.folder}/{_FILE}"
    return [*lines, f"    mtlsguard proxy-config traefik > {file}", f"    traefik --configFile={file}"]


def _secret(deployment: Deployment) -> list[str]:
    """The file is a Go template. Without the variable the header is removed: the guard refuses."""
    return [f"{name}: '{{{{ env \"{SECRET_VARIABLE}\" }}}}'" for name in secret_header(deployment)]


TRAEFIK = Recipe(
    name="traefik",
    producer="Traefik",
    dialects=("traefik",),
    write=_write,
    command=lambda file: ("traefik", f"--configFile={file}"),
    trailers=Trailers.DROPPED,
    handover=Handover.ENVIRONMENT,
    notes=(
        "aliasHeadersStrategy is in 3.7.12 and later. With an older one, drop names with underscores behind it.",
        "For a moment after the start Traefik serves a certificate of its own making.",
    ),
)

"""Envoy: SANITIZE_SET, which replaces whatever a client sent, and names with underscores dropped."""

from mtlsguard.policy import Trailers
from mtlsguard.proxies.contract import SECRET_VARIABLE, Asked, Deployment, File, Handover, Recipe
from mtlsguard.proxies.names import not_renamed, others, secret_header
from mtlsguard.proxies.text import filled, host_and_port, preamble, socket_path

_ASKED = {Asked.OPTIONAL: "false", Asked.REQUIRED: "true"}

_TEMPLATE = """\
@PREAMBLE@
static_resources:
  listeners:
  - name: mtls
    address: {socket_address: {address: "@HOST@", port_value: @PORT@}}
    filter_chains:
    - transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
          require_client_certificate: @ASKED@       # one that is shown is verified in any case
          common_tls_context:
            alpn_protocols: [h2, http/1.1]
            tls_certificates:
            - {certificate_chain: {filename: "@CERTIFICATE@"}, private_key: {filename: "@KEY@"}}
            validation_context:
              trusted_ca: {filename: "@CLIENTCA@"}
      filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: mtls
          codec_type: AUTO
          max_request_headers_kb: 96
          forward_client_cert_details: SANITIZE_SET # never what the client sent
          # Not uri, dns, subject: Envoy writes names without escapes, and they would become structure.
          set_current_client_cert_details: {cert: true, chain: true}
          common_http_protocol_options:
            headers_with_underscores_action: DROP_HEADER
          route_config:
            virtual_hosts:
            - name: application
              domains: ["*"]
              routes: [{match: {prefix: "/"}, route: {cluster: application}}]
            @SECRET@
            # Other products' names for the same: a client could send them, and a library believe them.
            request_headers_to_remove:
            @OTHERS@
          http_filters:
          - name: envoy.filters.http.router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:
  - name: application
    connect_timeout: 5s
    type: @TYPE@
    load_assignment:
      cluster_name: application
      endpoints: [{lb_endpoints: [{endpoint: {address: {@UPSTREAM@}}}]}]
"""


def _write(deployment: Deployment) -> tuple[File, ...]:
    not_renamed(deployment, "Envoy")
    host, port = deployment.listen
    kind, upstream = _upstream(deployment.upstream)
    text = filled(
        _TEMPLATE,
        {
            "PREAMBLE": preamble(
                deployment,
                "Envoy",
                start=_start(deployment),
                trailers=Trailers.DROPPED,
                notes=(*ENVOY.notes, *_hops(deployment.proxy.hops)),
            ),
            "HOST": host,
            "PORT": str(port),
            "ASKED": _ASKED[deployment.verify],
            "CERTIFICATE": deployment.certificate,
            "KEY": deployment.key,
            "CLIENTCA": deployment.client_ca,
            "SECRET": _secret(deployment),
            "OTHERS": [f"- {name.lower()}" for name in others(deployment)],
            "TYPE": kind,
            "UPSTREAM": upstream,
        },
    )
    return (File("envoy.yaml", text),)


def _upstream(upstream: str) -> tuple[str, str]:
    path = socket_path(upstream)
    if path is not None:
        return "STATIC", f'pipe: {{path: "{path}"}}'
    host, port = host_and_port(upstream)
    return "STRICT_DNS", f'socket_address: {{address: "{host}", port_value: {port}}}'


def _start(deployment: Deployment) -> list[str]:
    lines = [f'    export {SECRET_VARIABLE}="$(head -n 1 {deployment.secret})"'] if secret_header(deployment) else []
    return [*lines, '    envoy --config-yaml "$(mtlsguard proxy-config envoy)" --use-dynamic-base-id']


def _secret(deployment: Deployment) -> list[str]:
    """Without the variable Envoy sends "-", which is no secret: the guard refuses."""
    lines: list[str] = []
    for name in secret_header(deployment):
        header = f'{{key: {name.lower()}, value: "%ENVIRONMENT({SECRET_VARIABLE})%"}}'
        lines += ["request_headers_to_add:", f"- header: {header}", "  append_action: OVERWRITE_IF_EXISTS_OR_ADD"]
    return lines


def _hops(hops: int) -> list[str]:
    if hops == 1:
        return []
    return [
        f"hops = {hops}: this is the outermost proxy. Each of the {hops - 1} behind it differs in two lines,",
        "    require_client_certificate: true",
        "    forward_client_cert_details: APPEND_FORWARD",
        "and in its trusted_ca: an authority whose certificates nobody but your own proxies has. Without that, any",
        "client could send the elements of the hops before. The cluster of each but the last needs a transport_socket",
        "with such a certificate.",
    ]


ENVOY = Recipe(
    name="envoy",
    producer="Envoy",
    dialects=("xfcc",),
    write=_write,
    command=lambda file: ("envoy", "-c", file, "--use-dynamic-base-id"),
    trailers=Trailers.DROPPED,
    handover=Handover.ENVIRONMENT,
    notes=("Envoy does not offer Ed25519: a client with such a key shows no certificate.",),
)

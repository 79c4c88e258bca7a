"""For every Envoy rule a configuration that breaks it and the nearest one that does not."""

OWN = (
    "request_headers_to_add: [{header: {key: x-client-cert, value: '%DOWNSTREAM_PEER_CERT%'}, "
    "append_action: OVERWRITE_IF_EXISTS_OR_ADD, keep_empty_value: true}]"
)
SET = "forward_client_cert_details: SANITIZE_SET\n"
FULL = SET + "set_current_client_cert_details: {cert: true, chain: true}\n"
DROP = "common_http_protocol_options: {headers_with_underscores_action: DROP_HEADER}\n"
ANCHOR = "validation_context: {trusted_ca: {filename: /pki/root.pem}}"


def listener(manager: str = FULL, route: str = "", validation: str = ANCHOR, underscores: str = DROP) -> str:
    text = f"""
- filter_chains:
  - transport_socket:
      typed_config:
        "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
        require_client_certificate: true
        common_tls_context: {{{validation}}}
    filters:
    - typed_config:
        "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
        route_config: {{virtual_hosts: [{{routes: [{{match: {{prefix: /}}, route: {{cluster: app}} }}], {route} }}] }}
"""
    return text + "".join(f"        {line}\n" for line in (manager + underscores).splitlines())


def plain(route: str = "") -> str:
    lines = listener("", route).splitlines(keepends=True)
    return "".join(["- filter_chains:\n  - name: plain\n", *lines[7:]])


def file(*listeners: str) -> str:
    lines = "".join(listeners).splitlines()
    return "static_resources:\n  listeners:\n" + "".join(f"  {line}\n" for line in lines)


BAD: dict[str, list[str]] = {
    "envoy-forwarded": [
        file(listener(FULL.replace("SANITIZE_SET", mode)))
        for mode in ("FORWARD_ONLY", "APPEND_FORWARD", "ALWAYS_FORWARD_ONLY", "4")
    ]
    + [file(listener("forwardClientCertDetails: FORWARD_ONLY\n"))],
    "envoy-missing-clear": [
        file(listener(route=OWN), plain()),
        file(listener(route=OWN), plain("request_headers_to_remove: [x-other]")),
    ],
    "envoy-header-passes": [
        file(listener(route=OWN.replace(", keep_empty_value: true", ""))),
        file(listener(route=OWN.replace("OVERWRITE_IF_EXISTS_OR_ADD", "APPEND_IF_EXISTS_OR_ADD"))),
        file(listener(route=OWN.replace("append_action: OVERWRITE_IF_EXISTS_OR_ADD, ", ""))),
    ],
    "envoy-incomplete": [
        file(listener(SET)),
        file(listener(SET + "set_current_client_cert_details: {subject: true, uri: true}\n")),
        file(listener(SET + "set_current_client_cert_details: {cert: true}\n")),
    ],
    "envoy-untrusted-accepted": [
        file(listener(validation=ANCHOR.replace("}}", "}, trust_chain_verification: ACCEPT_UNTRUSTED}"))),
    ],
    "envoy-no-anchor": [file(listener(validation="")), file(listener("", validation="validation_context: {}"))],
    "envoy-underscores": [
        file(listener(underscores="")),
        file(listener(underscores=DROP.replace("DROP_HEADER", "ALLOW"))),
    ],
    "envoy-logged": [
        file(
            listener(FULL + "access_log: [{typed_config: {log_format: {text_format: '%DOWNSTREAM_PEER_SUBJECT%'}}}]\n")
        ),
        file(listener(FULL + "access_log: [{typed_config: {json_format: {c: '%REQ(X-FORWARDED-CLIENT-CERT):9%'}}}]\n")),
    ],
    "envoy-returned": [
        file(listener(route="response_headers_to_add: [{header: {key: a, value: '%DOWNSTREAM_PEER_CERT%'}}]")),
    ],
}

GOOD: dict[str, list[str]] = {
    "envoy-forwarded": [file(listener()), file(listener("")), file(listener(FULL.replace("SANITIZE_SET", "3")))],
    "envoy-missing-clear": [
        file(listener(route=OWN), plain("request_headers_to_remove: [X-Client-Cert]")),
        file(listener(route=OWN), plain().replace("cluster: app", "cluster: other")),
        file(listener(), plain()),
    ],
    "envoy-header-passes": [
        file(listener(route=OWN)),
        file(listener(route="request_headers_to_add: [{header: {key: x-via, value: envoy}}]")),
    ],
    "envoy-incomplete": [file(listener()), file(listener("", route=OWN))],
    "envoy-untrusted-accepted": [
        file(listener(validation=ANCHOR.replace("}}", "}, trust_chain_verification: VERIFY_TRUST_CHAIN}"))),
    ],
    "envoy-no-anchor": [
        file(listener()),
        file(listener(validation="validation_context_sds_secret_config: {name: issuers}")),
        file(plain()),
    ],
    "envoy-underscores": [file(listener()), file(listener(underscores=DROP.replace("DROP_HEADER", "REJECT_REQUEST")))],
    "envoy-logged": [
        file(listener(FULL + "access_log: [{typed_config: {text_format: '%REQ(:METHOD)% %PROTOCOL%'}}]\n"))
    ],
    "envoy-returned": [file(listener(route="response_headers_to_add: [{header: {key: a, value: b}}]"))],
}

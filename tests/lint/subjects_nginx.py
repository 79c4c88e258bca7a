# ruff: noqa: ISC004 - configurations as they are written
"""For every nginx rule a configuration that breaks it and the nearest one that does not."""

LINES = """
        proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert;
        proxy_set_header X-SSL-Client-Verify $ssl_client_verify;
"""


def server(location: str = LINES, around: str = "", outside: str = "", mode: str = "optional") -> str:
    return f"""{outside}
server {{
    listen 443 ssl;
    ssl_verify_client {mode};
    ssl_verify_depth 3;
    {around}
    location / {{{location}
        proxy_pass http://127.0.0.1:9000;
    }}
}}
"""


def beside(other: str) -> str:
    return server() + other


def plain(lines: str = "", address: str = "http://127.0.0.1:9000") -> str:
    return f"server {{ listen 80; location / {{ {lines} proxy_pass {address}; }} }}\n"


CLEARED = 'proxy_set_header X-SSL-Client-Cert ""; proxy_set_header X-SSL-Client-Verify "";'

BAD: dict[str, list[str]] = {
    "nginx-lost-headers": [
        server("proxy_set_header Host $host;", LINES),
        server("proxy_set_header Host $host;", outside=LINES),
        "ssl_verify_client on; grpc_set_header Client-Cert $client_cert; "
        "location / { grpc_set_header Host $host; grpc_pass 127.0.0.1:1; }",
        "ssl_verify_client on; uwsgi_param HTTP_X_SSL_CLIENT_CERT $ssl_client_escaped_cert; "
        "location / { uwsgi_param QUERY_STRING $query_string; uwsgi_pass 127.0.0.1:1; }",
    ],
    "nginx-missing-clear": [
        server("proxy_set_header Host $host;"),
        beside(plain()),
        beside(plain(address="http://localhost:9000/app")),
        beside("upstream app { server 127.0.0.1:9000 weight=5; }" + plain(address="http://app")),
        beside(plain('proxy_set_header X-SSL-Client-Cert "";')),
    ],
    "nginx-client-controlled": [
        server(
            "proxy_set_header X-SSL-Client-Cert $http_x_ssl_client_cert; proxy_set_header X-SSL-Client-Verify SUCCESS;"
        ),
        server(LINES + "proxy_set_header Client-Cert $arg_cert;"),
    ],
    "nginx-lenient-names": [server(around="underscores_in_headers on;"), server(around="ignore_invalid_headers off;")],
    "nginx-unfit-form": [
        server(LINES.replace("escaped_cert", "cert")),
        server(LINES.replace("escaped_cert", "raw_cert")),
    ],
    "nginx-unknown-variable": [
        server(LINES + "proxy_set_header X-From $ssl_client_i_not_before;"),
        server(LINES + "proxy_set_header X-From ${ssl_client_notafter};"),
    ],
    "nginx-unverified": [server(mode="optional_no_ca")],
    "nginx-not-asked": [server(mode="off")],
    "nginx-no-verdict": [
        server('proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert; proxy_set_header X-SSL-Client-Verify "";')
    ],
    "nginx-logged": [
        server(outside="log_format main '$remote_addr $ssl_client_s_dn';"),
        server(outside="log_format main '$http_x_ssl_client_cert';"),
        server(around="access_log /var/log/$ssl_client_serial.log;"),
        server(outside="error_log /var/log/nginx/error.log debug;"),
    ],
    "nginx-returned": [
        server(around="add_header X-Who $ssl_client_s_dn;"),
        server(around="return 200 $ssl_client_escaped_cert;"),
    ],
    "nginx-unread": [server(outside="include /nowhere/else/*.conf;")],
    "nginx-short-chains": [server().replace("ssl_verify_depth 3;", ""), server().replace("depth 3", "depth 1")],
}

GOOD: dict[str, list[str]] = {
    "nginx-lost-headers": [
        server("", LINES),
        server(LINES + "proxy_set_header Host $host;", LINES),
        server(around="proxy_set_header Host $host;"),
    ],
    "nginx-missing-clear": [
        beside(plain(CLEARED)),
        beside(plain(LINES)),
        beside(plain(address="http://127.0.0.1:9001")),
        beside(plain("proxy_pass_request_headers off;")),
        beside("server { listen 80; return 301 https://$host$request_uri; }"),
    ],
    "nginx-client-controlled": [server(LINES + "proxy_set_header X-Trace $http_x_trace;")],
    "nginx-lenient-names": [server(around="underscores_in_headers off; ignore_invalid_headers on;")],
    "nginx-unfit-form": [
        server(),
        "location / { uwsgi_param SSL_CLIENT_CERT $ssl_client_raw_cert; "
        "uwsgi_param SSL_CLIENT_VERIFY $ssl_client_verify; uwsgi_pass unix:/run/app; } ssl_verify_client on;",
    ],
    "nginx-unknown-variable": [
        server(
            outside="map $ssl_client_s_dn $ssl_client_group { default none; }", around="set $ssl_x $ssl_client_group;"
        ),
        server(LINES + "proxy_set_header X-From $ssl_client_v_start;"),
    ],
    "nginx-unverified": [server(mode="optional"), server(mode="on")],
    "nginx-not-asked": [server(mode="on"), beside(plain(LINES))],
    "nginx-no-verdict": [server(), server('proxy_set_header Client-Cert $client_cert; proxy_set_header A "";')],
    "nginx-logged": [
        server(outside="log_format main '$remote_addr $ssl_client_verify $http_user_agent';"),
        server(outside="error_log /var/log/nginx/error.log warn;"),
    ],
    "nginx-returned": [server(around="add_header X-Verified $ssl_client_verify; return 200 ok;")],
    "nginx-unread": [server(outside="include conf.d/*.conf;")],
    "nginx-short-chains": [server(), plain()],
}

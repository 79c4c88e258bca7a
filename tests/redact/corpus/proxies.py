"""What proxies write to their logs, and what curl and openssl s_client show of a connection.

Recorded as: each program terminated mutual TLS on the loopback for one request with a client certificate and one with a
certificate of another CA; the lines stand here as written, with the client's values replaced by placeholders.
nginx 1.22.1, HAProxy 2.6.12, Apache httpd 2.4.71, Caddy 2.11, Envoy 1.40, Traefik 3.7, curl 7.88.1, OpenSSL 3.0.19.
What is named after other programs was not recorded: it is written after the formats that these are known to have.
"""

# ruff: noqa: E501 - lines are as they were recorded

from urllib.parse import quote

from tests.redact.corpus.alice import COMMON_NAME, DNS, EMAIL, ISSUER, ORGANIZATION, UNIT, Client
from tests.redact.corpus.entry import Leak

_ISSUER_SLASH = f"/O={ORGANIZATION}/CN={ISSUER}"
_ISSUER_DN = f"CN={ISSUER},O={ORGANIZATION}"
_ISSUER_OPENSSL = f"O = {ORGANIZATION}, CN = {ISSUER}"

_RECORDED = {
    "nginx, DNs and numbers": '127.0.0.1 - - [27/Nov/2026:20:14:26 +0000] "GET /x HTTP/1.1" 200 dn="{dn}" issuer="{issuer}"'
    " serial={SERIAL} fp={sha1} verify=SUCCESS",
    "nginx, legacy DNs, nothing named": '127.0.0.1 "{slash}" "{issuer_slash}" {SERIAL} {sha1}',
    "nginx, escaped certificate": "127.0.0.1 cert={escaped}",
    "nginx, certificate": '127.0.0.1 "{folded}"',
    "nginx, raw certificate": '127.0.0.1 "{lines}"',
    "nginx, JSON": '{{"status":200,"ssl_client_s_dn":"{dn}","ssl_client_cert":"{json}","ssl_client_serial":"{SERIAL}",'
    '"ssl_client_fingerprint":"{sha1}"}}',
    "nginx, error": '2026/11/27 20:14:26 [debug] 13732#13732: *1 verify:1, error:0, depth:0, subject:"{slash}", '
    'issuer:"{issuer_slash}"',
    "nginx, failed verification": '2026/11/27 20:14:26 [debug] 1#1: *4 verify:0, error:7, depth:0, subject:"{slash}", '
    'issuer:"{issuer_slash}"',
    "nginx, script": '2026/11/27 20:14:26 [debug] 1#1: *2 http script var: "{escaped}"',
    "nginx, script of a DN": '2026/11/27 20:14:26 [debug] 1#1: *2 http script var: "{dn}"',
    "nginx, request upstream": 'http proxy header:\n"GET /up HTTP/1.0\nX-SSL-Client-Cert: {escaped}\nX-SSL-Client-S-DN: {dn}\n"',
    "HAProxy, one of everything": "<134>Nov 27 20:14:27 haproxy[13805]: 127.0.0.1:41740 [27/Nov/2026:20:14:27.159] f~ 200 "
    '"{slash}" "{issuer_slash}" {SERIAL} {SHA1} der={cut} ',
    "HAProxy, braces": "<134>Nov 27 20:14:27 haproxy[13805]: 127.0.0.1:33852 {{{slash}}} 0/0/0/0/0 200",
    "HAProxy, RFC 2253": "<134>Nov 27 20:14:27 haproxy[13805]: 127.0.0.1:33852 {dn}",
    "HAProxy, JSON": 'haproxy[1]: 127.0.0.1:3385 {{"dn":"{slash}","serial":"{SERIAL}"}} TLS_AES_256_GCM_SHA384 TLSv1.3',
    "HAProxy, captured header": 'haproxy[1]: 127.0.0.1:3385 f~ b/s 0/0/0 200 {{x-ssl-client-dn: {slash}}} "GET / HTTP/1.1"',
    "Apache, access": '127.0.0.1 "GET /x HTTP/1.1" 404 "{dn}" "{issuer}" {SERIAL}',
    "Apache, named": "127.0.0.1 SSL_CLIENT_S_DN_CN={cn}",
    "Apache, certificate": '127.0.0.1 cert="{json}"',
    "Apache, verification": "[Fri Nov 27 20:14:29.284331 2026] [ssl:debug] [pid 13821:tid 13825] ssl_engine_kernel.c(1592): "
    "[client 127.0.0.1:36448] AH02275: Certificate Verification, depth 0, CRL checking mode: none (0) [subject: {dn} / "
    "issuer: {issuer} / serial: {SERIAL} / notbefore: Jan  1 00:00:00 2026 GMT / notafter: Dec 30 00:00:00 2035 GMT]",
    "Apache, failed verification": "[Fri Nov 27 20:14:29.305901 2026] [ssl:info] [pid 13821:tid 13830] [client "
    "127.0.0.1:36464] AH02276: Certificate Verification: Error (7): certificate signature failure [subject: {dn} / issuer: "
    "{issuer} / serial: {SERIAL} / notbefore: Jan  1 00:00:00 2026 GMT / notafter: Dec 30 00:00:00 2035 GMT]",
    "Apache, own certificate": "[Fri Nov 27 20:14:28.261729 2026] [ssl:debug] [pid 1:tid 1] ssl_util_ssl.c(451): AH02412: "
    "[localhost:18446] Cert does not match for name 'localhost' [subject: {dn} / issuer: {issuer} / serial: {SERIAL} / "
    "notbefore: Jan  1 00:00:00 2026 GMT / notafter: Dec 30 00:00:00 2035 GMT]",
    "Caddy, access": '{{"level":"error","ts":1795810546.8395846,"logger":"http.log.access","msg":"handled request","request":'
    '{{"remote_ip":"127.0.0.1","proto":"HTTP/2.0","method":"GET","host":"a:18447","uri":"/x","headers":{{"Accept":["*/*"]}},'
    '"tls":{{"resumed":false,"version":772,"cipher_suite":4865,"proto":"h2","server_name":"a","ech":false,'
    '"client_common_name":"{cn}","client_serial":"{decimal}"}}}},"bytes_read":0,"duration":0.001524984,"status":502}}',
    "Caddy, appended fields": '{{"level":"info","logger":"http.log.access","msg":"handled request","status":200,'
    '"fp":"fingerprint {sha256}","subject":"{go}"}}',
    "Caddy, upstream": '{{"level":"debug","logger":"http.handlers.reverse_proxy","msg":"upstream roundtrip","request":'
    '{{"headers":{{"Via":["2.0 Caddy"],"X-Client-Cert":["{base64}"],"X-Client-Dn":["{go}"]}}}}}}',
    "Caddy, refused": '{{"level":"debug","logger":"http.stdlib","msg":"http: TLS handshake error from 127.0.0.1:47976: tls: '
    'failed to verify certificate: x509: certificate signed by unknown authority (possibly because of \\"x509: ECDSA '
    'verification failure\\" while trying to verify candidate authority certificate \\"{issuer_cn}\\")"}}',
    "Envoy, one of everything": '[2026-11-27T20:15:27.804Z] "GET /x" 200 "{dn}" "{issuer}" {serial} {sha256} {sha1}',
    "Envoy, XFCC": '200 xfcc="Hash={sha256};Cert="{escaped}";Chain="{escaped}";Subject="{dn}";URI=;DNS={dns}"',
    "Envoy, certificate": "200 cert={escaped}",
    "Envoy, JSON": '{{"peer_fingerprint":"{sha256}","peer_serial":"{serial}","peer_subject":"{dn}","status":200,'
    '"x_forwarded_client_cert":"Hash={sha256};Cert=\\"{escaped}\\";Subject=\\"{dn}\\";URI=;DNS={dns}"}}',
    "Traefik, access in JSON": '{{"ClientAddr":"127.0.0.1:60616","DownstreamStatus":502,"TLSClientSubject":"{go}",'
    '"TLSVersion":"1.3","request_X-Forwarded-Tls-Client-Cert":"{base64}","request_X-Forwarded-Tls-Client-Cert-Info":'
    '"Subject%3D%22C%3DGB%2CO%3D{quoted_o}%2CCN%3D{cn}%22%3BIssuer%3D%22CN%3D{quoted_issuer}%22%3BSerialNumber%3D%22'
    '{decimal}%22%3BNA%3D%222082585600%22%3BSAN%3D%22{dns}%2C{quoted_email}%22","time":"2026-11-27T20:15:32Z"}}',
    "Traefik, refused": "2026-11-27T20:15:33Z DBG log/log.go:244 > http: TLS handshake error from 127.0.0.1:60630: tls: failed "
    'to verify certificate: x509: certificate signed by unknown authority (possibly because of "x509: ECDSA verification '
    'failure" while trying to verify candidate authority certificate "{issuer_cn}")',
    "curl -v": "* Connected to 127.0.0.1 (127.0.0.1) port 18443 (#0)\n* Server certificate:\n*  subject: C=GB; O={o}; OU={ou}; "
    "CN={cn}; emailAddress={email}\n*  start date: Jan  1 00:00:00 2026 GMT\n*  expire date: Dec 30 00:00:00 2035 GMT\n*  "
    "issuer: O={o}; CN={issuer_cn}\n*  SSL certificate verify result: unable to get local issuer certificate (20)\n> GET /x",
    "curl -v, a header": "> GET /x HTTP/1.1\n> Host: a\n> X-SSL-Client-Cert: {escaped}\n> Accept: */*\n",
    "curl --trace-ascii": "== Info:  subject: C=GB; O={o}; OU={ou}; CN={cn}; emailAddress={email}\n== Info:  start date: x",
    "curl, %{certs}": "Subject:{openssl}\nIssuer:{issuer_openssl}\nVersion:2\nSerial Number:{serial}\nSignature Algorithm:"
    "ecdsa-with-SHA256\nX509v3 Subject Alternative Name:DNS:{dns}, email:{email}\nX509v3 Subject Key Identifier:{ski}\n{pem}",
    "openssl s_client": "depth=0 {openssl}\nverify error:num=20:unable to get local issuer certificate\nverify return:1\n"
    "CONNECTED(00000003)\n---\nCertificate chain\n 0 s:{openssl}\n   i:{issuer_openssl}\n   a:PKEY: id-ecPublicKey, 256 (bit); "
    "sigalg: ecdsa-with-SHA256\n{pem}---\nServer certificate\nsubject={openssl}\nissuer={issuer_openssl}\n---\n"
    "Acceptable client certificate CA names\n{issuer_openssl}\nClient Certificate Types: RSA sign, ECDSA sign\n",
    "gunicorn, access": '127.0.0.1 - - [27/Nov/2026:20:14:26 +0000] "GET / HTTP/1.1" 200 3 "{dn}" "{escaped}"',
    "uvicorn, debug": "DEBUG:    127.0.0.1:52342 - ASGI [2] Started scope={{'type': 'http', 'headers': [(b'host', b'a'), "
    "(b'x-client-cert', b'{base64}'), (b'x-client-dn', b'{dn}')]}}",
    "Go, tls error": 'http: TLS handshake error from 127.0.0.1:1: tls: failed to verify certificate: "{go}": unknown authority',
    "Java, PKIX": "javax.net.ssl.SSLHandshakeException: PKIX path validation failed: {go} is not trusted",
    "auditd, hex": "type=CRYPTO_SESSION msg=audit(1795810546.839:71): subject={slash} fingerprint={sha256} res=success",
    "Postfix": "postfix/smtpd[71]: a[10.0.0.1]: Untrusted: subject_CN={cn}, issuer={issuer_cn}, fingerprint={sha1_colons}, "
    "pkey_fingerprint={sha256_colons}",
    "OpenVPN": "10.0.0.1:1194 VERIFY OK: depth=0, C=GB, O={o}, OU={ou}, CN={cn}, emailAddress={email}",
    "strongSwan": '13[CFG]   using certificate "C=GB, O={o}, OU={ou}, CN={cn}, E={email}"',
    "PostgreSQL": 'LOG:  connection authenticated: identity="CN={cn},OU={ou},O={o}" method=cert (pg_hba.conf:5)',
    "stunnel": "LOG5[7]: Certificate accepted at depth=0: C=GB, O={o}, OU={ou}, CN={cn}, emailAddress={email}",
    "ModSecurity": 'Rule matched [data "Matched Data: CN={cn} found within SSL_CLIENT_S_DN: {dn}"]',
}  # fmt: skip


def _values(one: Client) -> dict[str, str]:
    lines = one.pem.rstrip("\n")
    return {
        "dn": f"emailAddress={EMAIL},CN={COMMON_NAME},OU={UNIT},O={ORGANIZATION},C=GB",
        "go": f"CN={COMMON_NAME},OU={UNIT},O={ORGANIZATION},C=GB,1.2.840.113549.1.9.1=#0c15{EMAIL.encode().hex()}",
        "slash": one.slash_dn,
        "openssl": one.openssl_dn,
        "issuer": _ISSUER_DN,
        "issuer_slash": _ISSUER_SLASH,
        "issuer_openssl": _ISSUER_OPENSSL,
        "issuer_cn": ISSUER,
        "cn": COMMON_NAME,
        "o": ORGANIZATION,
        "ou": UNIT,
        "email": EMAIL,
        "dns": DNS,
        "serial": one.hex_serial.lower(),
        "SERIAL": one.hex_serial,
        "decimal": str(one.serial),
        "sha1": one.sha1.hex(),
        "SHA1": one.sha1.hex().upper(),
        "sha256": one.sha256.hex(),
        "sha1_colons": one.sha1.hex(":").upper(),
        "sha256_colons": one.sha256.hex(":").upper(),
        "ski": one.sha1.hex(":").upper(),
        "pem": one.pem,
        "base64": one.base64,
        "cut": one.base64[:700],
        "escaped": quote(one.pem, safe=""),
        "lines": one.pem.replace("\n", "\\x0A"),
        "folded": lines.replace("\n", "\\x0A\\x09"),
        "json": one.pem.replace("\n", "\\n"),
        "quoted_o": ORGANIZATION.replace(" ", "+"),
        "quoted_issuer": ISSUER.replace(" ", "+"),
        "quoted_email": quote(EMAIL),
    }


ENTRIES = [
    Leak(name, "log", lambda one, recorded=recorded: recorded.format_map(_values(one)))
    for name, recorded in _RECORDED.items()
]

"""Names, serial numbers and fingerprints in running text, in dumps of headers, and in the notations of tools.

Not recorded, but written after the notations of the named tools and libraries, with a client's values. They are those
of RFC 4514, RFC 2253, OpenSSL, Go's pkix.Name.String, Java's X500Principal, .NET's X509Certificate2, LDAP, Envoy.
"""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

from mtlsguard.dialects import EVIDENCE_HEADERS
from tests.redact.corpus.alice import COMMON_NAME, DNS, EMAIL, ISSUER, ORGANIZATION, UNIT, Client
from tests.redact.corpus.entry import Leak

_DN: dict[str, Callable[[Client], str]] = {
    "RFC 4514": lambda one: one.dn,
    "OpenSSL": lambda one: one.openssl_dn,
    "slashes": lambda one: one.slash_dn,
    "Go": lambda one: f"CN={COMMON_NAME},OU={UNIT},O={ORGANIZATION},C=GB,1.2.840.113549.1.9.1=#{EMAIL.encode().hex()}",
    "Java": lambda one: f"EMAILADDRESS={EMAIL}, CN={COMMON_NAME}, OU={UNIT}, O={ORGANIZATION}, C=GB",
    ".NET": lambda one: f"E={EMAIL}, CN={COMMON_NAME}, OU={UNIT}, O={ORGANIZATION}, C=GB",
    "GnuTLS": lambda one: f"EMAIL={EMAIL},CN={COMMON_NAME},OU={UNIT},O={ORGANIZATION},C=GB",
    "curl": lambda one: f"C=GB; O={ORGANIZATION}; OU={UNIT}; CN={COMMON_NAME}; emailAddress={EMAIL}",
    "LDAP": lambda one: f"cn={COMMON_NAME},ou={UNIT},o={ORGANIZATION},c=gb",
    "quoted values": lambda one: f'C = GB, O = "{ORGANIZATION}, Inc", CN = {COMMON_NAME}',
    "escaped comma": lambda one: f"CN={COMMON_NAME}\\, jr,O={ORGANIZATION}\\, Inc,C=GB",
    "two values in one RDN": lambda one: f"CN={COMMON_NAME}+emailAddress={EMAIL},O={ORGANIZATION}",
    "OIDs": lambda one: f"2.5.4.3={COMMON_NAME},2.5.4.10={ORGANIZATION},2.5.4.6=GB",
    "OIDs, as old Windows does": lambda one: f"OID.2.5.4.3={COMMON_NAME}, OID.2.5.4.10={ORGANIZATION}",
    "common name only": lambda one: f"CN={COMMON_NAME}",
    "common name only, with blanks": lambda one: f"CN = {COMMON_NAME}",
    "slashes, common name only": lambda one: f"/CN={COMMON_NAME}",
    "long types": lambda one: f"countryName=GB, organizationName={ORGANIZATION}, commonName={COMMON_NAME}",
    "multi-line": lambda one: (
        f"    countryName               = GB\n    organizationName          = {ORGANIZATION}\n"
        f"    commonName                = {COMMON_NAME}\n    emailAddress              = {EMAIL}"
    ),
    "multi-line, short types": lambda one: f"    C=GB\n    O={ORGANIZATION}\n    OU={UNIT}\n    CN={COMMON_NAME}",
    "percent-escaped": lambda one: quote(one.dn, safe=""),
    "percent-escaped as a form": lambda one: quote_plus(one.dn),
    "percent-escaped slashes": lambda one: quote(one.slash_dn, safe=""),
    "percent-escaped twice": lambda one: quote(quote(one.dn, safe=""), safe=""),
    "domain components": lambda one: f"CN={COMMON_NAME},OU={UNIT},DC=kumquat,DC=example",
}
_FRAMES = {
    "alone": "{}",
    "at the end of a sentence": "rejected client certificate with name {}",
    "in quotes": 'level=warning msg="unknown client" subject="{}" took=3ms',
    "in a line of several": "first line\nsubject={}\nlast line",
    "in JSON": '{{"level": "info", "subject": "{}", "status": 403}}',
}


# Not escaped: what applications see as the path, and servers log of what they decoded. A common name alone is a file's.
_PATHS = {
    "RFC 4514": '"GET /clients/{} HTTP/1.1" 200',
    "two values in one RDN": "PATH_INFO=/clients/{}",
    "LDAP": "ldap://h/{}?cn",
    "OIDs": "no route for /clients/{}",
}


def _dns() -> list[Leak]:
    return [
        Leak(f"DN, {how}, {where}", "dn", lambda one, w=written, f=frame: f.format(_fit(f, w(one))))
        for how, written in _DN.items()
        for where, frame in _FRAMES.items()
    ] + [
        Leak(f"DN, {how}, in a path", "dn", lambda one, w=_DN[how], f=frame: f.format(w(one)))
        for how, frame in _PATHS.items()
    ]  # fmt: skip


def _fit(frame: str, text: str) -> str:
    """As a writer of JSON or logfmt would put it between quotes."""
    return json.dumps(text)[1:-1] if '"{}"' in frame else text


def _serials_of(one: Client) -> dict[str, str]:
    number, digits = one.serial, one.hex_serial
    colons = ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
    return {
        "serial=%X": f"serial={digits}",
        "serial: 0x": f"serial: 0x{digits.lower()}",
        "Serial Number: colons": f"Serial Number: {colons.lower()}",
        "Serial Number, next line": f"        Serial Number:\n            {colons.lower()}",
        "serial number of decimal": f"certificate with serial number {number} is revoked",
        "serial_number=decimal": f"serial_number={number} issuer_known=true",
        "serialNumber in JSON": json.dumps({"serialNumber": digits, "n": 1}),
        "serialNumber as a number in JSON": json.dumps({"serialNumber": number, "n": 1}),
        "serial in a repr": repr({"serial": number, "ok": False}),
        "serial in a repr of bytes": repr({"serial": number.to_bytes(20, "big")}),
        "serial in XML": f"<ds:X509SerialNumber>{number}</ds:X509SerialNumber>",
        "serial, JSON in JSON": json.dumps(json.dumps({"cert_serial": digits})),
        "certificate serial in a sentence": f"revoked certificate, serial {colons}, since yesterday",
        "serial no.": f"Cert serial no. {digits}",
        "serial with dashes": f"serial: {colons.replace(':', '-')}",
        "serial with blanks": f"Serial Number: {colons.replace(':', ' ').lower()}",
        "bare, colons": f"revoked {colons}",
        "SN in a table": f"| serial number | {digits} |",
        "serial in a query": f"GET /crl?serial={digits}&x=1 HTTP/1.1",
        "serial in a path": f"DELETE /certificates/serial/{digits} HTTP/1.1",
        "SerialNumber of .NET": f"[Serial Number]\n  {digits}\n",
        "serial of Go": f"x509: certificate serial={number} cn=x",
        "Vault": json.dumps({"serial_number": colons.lower(), "lease": ""}),
        "step": f"Serial Number: {number} ({number:#x})",
    }


def _serials() -> list[Leak]:
    from tests.redact.corpus.alice import alice

    return [
        Leak(f"serial, {how}", "serial", lambda one, how=how: _serials_of(one)[how]) for how in _serials_of(alice())
    ]


def _fingerprints_of(one: Client) -> dict[str, str]:
    sha1, sha256 = one.sha1, one.sha256
    capitals = sha256.hex(":").upper()
    url = base64.urlsafe_b64encode(sha256).decode().rstrip("=")
    return {
        "fingerprint=hex": f"fingerprint={sha256.hex()}",
        "SHA-1": f"ssl_fingerprint: {sha1.hex()} status: 200",
        "OpenSSL": f"SHA256 Fingerprint={capitals}",
        "OpenSSL SHA-1": f"SHA1 Fingerprint={sha1.hex(':').upper()}",
        "openssl 3": f"sha256 Fingerprint={capitals}",
        "keytool": f"Certificate fingerprints:\n\t SHA1: {sha1.hex(':').upper()}\n\t SHA256: {capitals}",
        "a sentence": f"client with fingerprint {sha256.hex()} was refused",
        "a sentence in brackets": f"the fingerprint (SHA-256) is {sha256.hex()}",
        "bare, colons": f"unknown client {capitals}",
        "bare, SHA-1 with colons": f"unknown client {sha1.hex(':')}",
        "thumbprint of .NET": f"[Thumbprint]\n  {sha1.hex().upper()}\n",
        "thumbprint in JSON": json.dumps({"thumbprint": sha1.hex().upper()}),
        "x5t": json.dumps({"alg": "RS256", "x5t": base64.urlsafe_b64encode(sha1).decode().rstrip("=")}),
        "x5t#S256": json.dumps({"cnf": {"x5t#S256": url}}),
        "x5t#S256 in a repr": repr({"cnf": {"x5t#S256": url}, "sub": "a"}),
        "x5t#S256 in JSON in JSON": json.dumps(json.dumps({"cnf": {"x5t#S256": url}})),
        "fingerprint in base64": f"fingerprint: {base64.b64encode(sha256).decode()}",
        "XFCC Hash": f"By=spiffe://example.org/a;Hash={sha256.hex()};URI=spiffe://example.org/b",
        "Hash alone": f"xfcc Hash={sha256.hex()}",
        "sha256 of the certificate": f"certificate sha256 {sha256.hex()}",
        "cert_sha256": f"cert_sha256={sha256.hex()}",
        "client cert hash": f"client cert hash: {sha256.hex()}",
        "OTel": json.dumps({"tls.client.hash.sha256": sha256.hex().upper()}),
        "ECS": json.dumps({"tls": {"client": {"hash": {"sha256": sha256.hex().upper()}}}}),
        "repr of octets": repr({"fingerprint": sha256}),
        "pin": f"pinned client certificate sha256/{base64.b64encode(sha256).decode()}",
    }


def _fingerprints() -> list[Leak]:
    from tests.redact.corpus.alice import alice

    names = _fingerprints_of(alice())
    return [
        Leak(f"fingerprint, {how}", "fingerprint", lambda one, how=how: _fingerprints_of(one)[how]) for how in names
    ]


_DUMPS: dict[str, str] = {
    "as on the wire": "GET / HTTP/1.1\r\nHost: a\r\n{name}: {value}\r\nAccept: */*\r\n",
    "as a mapping": "{{'host': 'a', '{name}': '{value}', 'accept': '*/*'}}",
    "as pairs of bytes": "[(b'host', b'a'), (b'{name}', b'{value}'), (b'accept', b'*/*')]",
    "as JSON": '{{"host": "a", "{name}": "{value}", "accept": "*/*"}}',
    "as lists in JSON": '{{"{name}": ["{value}"], "accept": ["*/*"]}}',
    "as an environment": "HTTP_{environ}={value}\nPATH=/bin",
    "as logfmt": '{under}="{value}" status=200',
    "as Go's http.Header": "map[Accept:[*/*] {name}:[{value}]]",
}
_SHOWN = (
    "X-SSL-Client-S-DN-CN",
    "ssl-client-subject-dn",
    "X-Client-DN",
    "X-Forwarded-Client-Cert",
    "Client-Cert",
    "X-Amzn-Mtls-Clientcert-Leaf",
)


def _headers() -> list[Leak]:
    return [
        Leak(f"header {name} {how}", "header", lambda one, name=name, dump=dump: _dumped(dump, name, COMMON_NAME))
        for name in _SHOWN
        for how, dump in _DUMPS.items()
    ]


def _dumped(dump: str, name: str, value: str) -> str:
    environ = name.upper().replace("-", "_")
    return dump.format(name=name, environ=environ, under=environ.lower(), value=value)


def _every_header() -> list[Leak]:
    names = sorted(EVIDENCE_HEADERS)
    return [
        Leak(
            f"every evidence header {how}",
            "header",
            lambda one, dump=dump: "\n".join(_dumped(dump, name, COMMON_NAME) for name in names),
        )
        for how, dump in _DUMPS.items()
    ]


def _xfcc(one: Client) -> dict[str, str]:
    escaped = quote(one.pem, safe="")
    return {
        "text": f'By=spiffe://example.org/a;Hash={one.sha256.hex()};Cert="{escaped}";Subject="{one.dn}";DNS={DNS}',
        "in a log": f'"GET / HTTP/1.1" 200 - "By=spiffe://a/b;Hash={one.sha256.hex()};Subject=\\"{one.dn}\\";URI=" 5',
        "with a chain": f'Hash={one.sha256.hex()};Chain="{escaped}{escaped}";URI=spiffe://example.org/b',
        "two hops": f'Hash={one.sha256.hex()};Subject="{one.dn}",Hash={one.sha256.hex()};Subject="{one.dn}"',
        "cut": f"By=spiffe://example.org/a;Hash={one.sha256.hex()[:40]}",
        "cut in its certificate": f'By=a;Hash={one.sha256.hex()};Cert="{escaped[:300]}',
        "in lower case": f'by=spiffe://example.org/a;hash={one.sha256.hex()};cert="{escaped}";subject="{one.dn}"',
        "JSON": json.dumps([{"hash": one.sha256.hex(), "cert": one.pem, "subject": one.dn, "uri": ["spiffe://a/b"]}]),
        "JSON in JSON": json.dumps({"xfcc": json.dumps([{"hash": one.sha256.hex(), "subject": one.dn}])}),
        "JSON in a header": "x-forwarded-client-cert: " + json.dumps([{"Hash": one.sha256.hex(), "Cert": escaped}]),
    }


def _named(kind: str, made: Callable[[Client], dict[str, str]]) -> list[Leak]:
    from tests.redact.corpus.alice import alice

    return [Leak(f"{kind}, {how}", kind, lambda one, how=how: made(one)[how]) for how in made(alice())]


def _rfc9440(one: Client) -> dict[str, str]:
    chain = base64.b64encode(one.der).decode()
    return {
        "alone": f":{chain}:",
        "in its header": f"Client-Cert: :{chain}:",
        "a chain": f"Client-Cert-Chain: :{chain}:, :{chain}:",
        "in a mapping": repr({"client-cert": f":{chain}:"}),
        "cut": f"client-cert: :{chain[:120]}",
        "in a sentence": f"cannot read :{chain}: as a certificate",
    }


def _traefik(one: Client) -> dict[str, str]:
    info = (
        f'Subject="C=GB,O={ORGANIZATION},CN={COMMON_NAME}";Issuer="O={ORGANIZATION},CN={ISSUER}";'
        f'SerialNumber="{one.serial}";SAN="{DNS},{EMAIL}"'
    )
    return {
        "Traefik's information": f"X-Forwarded-Tls-Client-Cert-Info: {quote_plus(info)}",
        "Traefik's information without its name": quote_plus(info),
        "Traefik's information, unescaped": info,
    }


ENTRIES = [
    *_dns(),
    *_serials(),
    *_fingerprints(),
    *_headers(),
    *_every_header(),
    *_named("xfcc", _xfcc),
    *_named("rfc9440", _rfc9440),
    *_named("header", _traefik),
]

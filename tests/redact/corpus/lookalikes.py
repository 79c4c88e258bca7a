"""What only looks like certificate data, and must come out as the very same object.

Written after the lines of everyday programs (git, docker, npm, ssh, ip, nginx, uvicorn, PostgreSQL, Kubernetes), with
names and numbers that belong to nobody; tokens and digests are made here, of nothing.
"""

import base64
import hashlib
import json
import uuid
from collections.abc import Iterator


def _sha(text: str, kind: str = "sha256") -> str:
    return hashlib.new(kind, text.encode()).hexdigest()


def _octets(count: int) -> bytes:
    return b"".join(hashlib.sha256(bytes([number])).digest() for number in range(count // 32 + 1))[:count]


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _jwt(header: dict[str, str]) -> str:
    parts = [
        json.dumps(header).encode(),
        json.dumps({"sub": "1234", "iss": "https://a.example/"}).encode(),
        _octets(32),
    ]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


_JWT = _jwt({"alg": "RS256", "typ": "JWT", "kid": "2026-01"})
_PNG = _base64(bytes.fromhex("89504e470d0a1a0a0000000d49484452") + _octets(900))
_GZIP = _base64(bytes.fromhex("1f8b0800000000000003") + _octets(300))
_PDF = _base64(b"%PDF-1.7\n" + _octets(400))
_UUIDS = [str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{number}.example")) for number in range(12)]

_IDENTIFIERS = [
    *(f"request {one} finished" for one in _UUIDS[:4]),
    f"trace_id={_UUIDS[4].replace('-', '')} span_id={_UUIDS[5][:8]}{_UUIDS[6][:8]}",
    f"traceparent: 00-{_UUIDS[4].replace('-', '')}-{_UUIDS[5].replace('-', '')[:16]}-01",
    f"urn:uuid:{_UUIDS[7]}",
    f"{{{_UUIDS[8].upper()}}} registered",
    f"serial: {_UUIDS[9]}",
    f"fingerprint {_UUIDS[10]} of the browser",
    "order 20261123-000417, invoice 3082114, parcel JD014600003082112233",
    "invoice 30820122, customer 30820122021, total 308.20 EUR",
    "order numbers 5001, 5002, 5003; order 308230820122",
    "IBAN GB33BUKB20201555555555, BIC DEUTDEFF, VAT DE123456789",
    "ISBN 978-3-16-148410-0, EAN 4006381333931, ISSN 2049-3630",
    "phone +44 20 7946 0958 and +1-202-555-0143",
    "ULID 01ARZ3NDEKTSV4RRFFQ69G5FAV, KSUID 0ujtsYcgvSTl8PAuAdqWYSMnLOv, nanoid V1StGXR8_Z5jdHi6B-myT",
    "snowflake 1541815603606036480 and ObjectId 507f1f77bcf86cd799439011",
    "version 3.11.2+really3.11.2-1~deb12u1, build 20261123.4",
    "OID 1.3.6.1.4.1.99999 and version 2.5.29.17 of nothing",
    "credit card 4111 1111 1111 1111 expired 12/26",
    "GPS 52.5200, 13.4050; altitude 34 m",
    'eTag "33a64df551425fcc55e4d42a148795d9f25f89d4"',
    f"If-None-Match: W/\"{_sha('etag', 'md5')}\"",
    "VIN 1HGBH41JXMN109186, IMEI 490154203237518",
    "serial number of the disk: WD-WCC4N7", "part no. 82-3081-30",
]  # fmt: skip
_DIGESTS = [
    f"deployed {_sha('commit', 'sha1')} from main",
    f"commit {_sha('other', 'sha1')} (HEAD -> main, tag: v1.2)",
    f"{_sha('a', 'sha1')[:7]}..{_sha('b', 'sha1')[:7]} main -> main",
    f"image sha256:{_sha('image')}",
    f"registry.example/app@sha256:{_sha('app')}: pulled",
    f"Digest: sha256:{_sha('digest')} Status: Downloaded newer image",
    f"{_sha('file')}  release.tar.gz",
    f"{_sha('md5', 'md5')} *file.iso",
    f"integrity sha512-{_base64(_octets(64))}",
    f"--hash=sha256:{_sha('pip')} \\",
    f"cache key {_sha('key')} hit",
    f"checksum of block 12: {_sha('block')}",
    f"blake2b {_sha('b', 'blake2b')}",
    f"hash={_sha('x')[:10]} bucket=7",
    f"Content-MD5: {_base64(bytes.fromhex(_sha('m', 'md5')))}",
    f"Digest: SHA-256={_base64(_octets(32))}",
    f"script-src 'sha256-{_base64(_octets(32))}' 'nonce-{_base64(_octets(16))}'",
    f"git-lfs oid sha256:{_sha('lfs')} size 12345",
    f"terraform plan {_sha('plan')[:32]}",
    f"merkle root {_sha('root')} height 308281",
    f"password hash $2b$12${_base64(_octets(39))[:53]}",
    f"argon2id$v=19$m=65536,t=3,p=4${_base64(_octets(16)).rstrip('=')}${_base64(_octets(32)).rstrip('=')}",
    f"weak etag {_sha('weak', 'sha1')} for /static/app.js",
]
_TOKENS = [
    f"Authorization: Bearer {_JWT}",
    f'{{"access_token": "{_JWT}", "expires_in": 3600}}',
    f"id_token={_JWT}&state=xyz",
    f"Cookie: session={_base64(_octets(48))}; csrftoken=Zc0HbvWnqJdPkLsQ",
    f"data:image/png;base64,{_PNG}",
    f'<img src="data:image/png;base64,{_PNG[:400]}">',
    f'{{"attachment": "{_PDF}"}}',
    f"body (gzip, base64): {_GZIP}",
    f"font d09GMgABAAAAA{_base64(_octets(120))}",
    f"session {_base64(_octets(24))} and csrf MIxg7Zc0HbvWnqJdPkLs",
    f"secret-key-base {_sha('secret', 'sha512')}",
    "basic YWxhZGRpbjpvcGVuc2VzYW1l",
    f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{_base64(_octets(32))[:43]} me@host",
    f"SAML request fZFfa8Iw{_base64(_octets(90))}",
    f"Sec-WebSocket-Key: {_base64(_octets(16))}",
    f"idempotency-key {_base64(_octets(18))}",
    f"opaque {base64.urlsafe_b64encode(_octets(100)).decode().rstrip('=')}",
    "x = MIDI, MIB 2.5, MISSISSIPPI, MIIT, MICROSERVICE",
    "MIME-Version: 1.0", "MII and MIIC are prefixes", "MIGRATION MIGHT FAIL",
    f"S3 key uploads/{_sha('s3')[:32]}/photo.jpg",
    f"public key AAAAB3NzaC1yc2EAAAADAQABAAABgQ{_base64(_octets(200))}",
]  # fmt: skip
_ADDRESSES = [
    "eth0 00:1a:2b:3c:4d:5e up",
    "link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff",
    "EUI-64 02:1a:2b:ff:fe:3c:4d:5e joined",
    "MAC 00-1A-2B-3C-4D-5E and 001a.2b3c.4d5e",
    "inet6 fe80::5054:ff:fe12:3456/64 scope link",
    "peer [2001:db8:85a3::8a2e:370:7334]:8443 connected",
    "2001:0db8:85a3:0000:0000:8a2e:0370:7334 -> ::1",
    "resolver 2001:4860:4860::8888 2606:4700:4700::1111",
    "10.0.0.1:52342 -> 10.0.0.2:8443, 0x0a000001",
    "up 12:34:56, load 0.08 0.03 0.05",
    "ffmpeg time=00:12:34.56 bitrate=30:82",
    "WWN 50:06:0e:80:05:27:be:00 lun 30:82",
    "AA:BB:CC:DD:EE:FF blocked by 11:22:33:44:55:66",
    "bluetooth 30:82:01:22:02:01 paired",
    "colour #308230 on #82a0ff, rgba(48,130,1,0.5)",
    "background:#fff;color:#308182;border:1px solid #3082FF",
    "ratio 16:9, 4:3, 21:9; timer 00:00:30:82",
    "schedule 00:15 01:15 02:15 03:15 04:15 05:15 06:15 07:15 08:15 09:15 10:15 11:15 12:15 13:15 14:15 15:15 16:15",
]
_NAMES = [
    "the CN is missing, and so is the O; the serial is odd and the issuer unknown",
    "CN must not be empty", "expected CN or SAN", "CN", "O", "no CN, no O, no OU",
    "Issuer: https://accounts.example.org, subject: Monthly report",
    'subject="Monthly report" issuer="https://login.example.org/"',
    "Subject: Re: your certificate of completion",
    'From: a@b.example, Subject: "C = a programming language"',
    "issuer=github subject=repo:example/app:ref:refs/heads/main",
    "GET /C/users=1 /O/=2 /api/CN/x?O=1&C=2 https://example.org/CN=page",
    "C:\\Users\\CN\\x.pem and /etc/ssl/certs/ca.pem",
    "a=1, b=2, c=3, d=4, e=5, l=6, o=7, s=8",
    "L=3, C=4 at T=5, S=6", "C=1, S=2, T=3",
    "S=ok,E=none", "S=ok,E=none,T=high", "state: L=info, S=ok, E=none; T=none", "EMAIL=ops@b.example, HOME=/root",
    "if CN == 5 and O != 6 then UID=1000",
    "export PATH=/usr/bin HOME=/root UID=0 LC_ALL=C LANG=C",
    "locale C, country C = France; O = 16, C = 12",
    "country CN, currency CNY; ICANN=yes",
    "user uid=1000(app) gid=1000(app) groups=1000(app)",
    "type=USER_AUTH msg=audit(1795810546.839:71): pid=1 uid=0 auid=4294967295 ses=1",
    '{"emailAddress": "a@b.example", "kind": "profile"}',
    '{"emailAddress": "a@b.example", "displayName": "A", "title": "B"}',
    '{"name": "CN", "value": 3}', '{"country": "CN", "O": 3}',
    '{"title": "Moby Dick", "author": "H. Melville"}',
    "given name: Ada, surname: Lovelace", "Organization: 12 repositories",
    "Country: France", "DNS: lookup of example.org failed", "DNS:example.org", "email:a@b.example sent",
    '["email", "a@b.example"]', "names ['DNS', 'NTP', 'DHCP']",
    "subject alternative name is missing", "subjectAltName is empty",
    "ou est le chat, dc=1, ou=2",
    "{ C: 'a', L: 'b' }", "{ title: 'a', surname: 'b', C: 'c' }", "{ O: 'a', x: 'b' }", "{ CN: 'China', US: 'x' }",
    '{"Organization": ["x"], "Country": "GB", "Names": null}', '{"Type":[1,2,3],"Value":"x"}',
    "spiffe://example.org/ns/billing/sa/api passed",
    "Content-Type: text/html; charset=utf-8", "Set-Cookie: a=b; Path=/; Secure; SameSite=Lax",
    "x-request-id: 7 uri=/x; by=me", "hash=abc Hash=def; by=me; uri=/x",
    "state = running, organization = none", "title = Report\nowner = ops\n",
    "SELECT C, O, L FROM t WHERE C = 'x' AND O = 3",
    "curl: option -E, --cert <certificate[:password]>",
]  # fmt: skip
_STRUCTURES = [
    "{Id:7 Critical:false Value:[1 2 3]}", '{"Id": [1, 2, 3], "Critical": true, "Value": "x"}',
    '{"Signature": "abc", "n": 1}',
    "Signature: 0a1b2c3d4e5f60718293", "Raw: [1 2 3]", "RawSubject: missing", '{"X": 12345, "Y": 67890}',
    "points [48 49 48 6 3 85 4]", "48, 11, 49, 9, 48, 7, 6, 3, 85, 5, 6", "42, 134, 72 and 85, 4", "0x30, 0x31, 0x06",
    "{0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05, 0x05, 0x00, 0x04, 0x10}",
    "temperatures -126, 48, 3", "data: [97, 108, 105, 99]", "BitString { unused_bits: 0 }",
    "attr_value: Any { data: 1 }",
    "0000: 36 E8 53 25 D8 90 EF 27   E7 C9 2E 9D 6E E2 FF AE  6.S%...'....n...",
    "    0000  04 dc 53 61 62 93 20 8a  df 05 d3 27 a7 bc 33 2b   ..Sab. ....'..3+",
    "KeyIdentifier [ missing ]", "UnusedBits = 0", "Certificate Extensions: none\nface: ad be ef",
    "Thumbprint                                Subject\n----------                                -------\n",
    "Thumbprint  Subject\nnone        CN", "[Subject]\n  Monthly report\n  Simple Name: robin",
    "FriendlyName : Heating",
    "denied [dn]\n  Name: x\n  URI: /x", "DnsNameList : {}", "general_names: [1, 2]", "NotValidForName: b.example",
    "* Server certificate:\n*  start date: Jan  1 00:00:00 2026 GMT", "altname = x",
    "X.509v3 TLS Certificate (ECDSA P-256)",
    "Key Blob: none", "signature hash algorithm: sha256", "key id hash: none", "subject: [Object: null prototype] {}",
    "dnsNames:\n  - a.example\n  - b.example", "Dns Names:\n    a.example", "Organizations:\n    Acme",
    "organization: acme\nissuer: https://accounts.example.org", "tlsCn := cn.(*tls.Conn)", "clientcns=3 peer_count=4",
]  # fmt: skip
_WORDS = [
    "serial killer, serial port ttyS0, serial: none, serial number 12 of 15",
    "serial console on ttyS0 at 115200", "serial = disabled", "SERIAL PRIMARY KEY", "deserialize 14 objects",
    "serialNumber is missing", "serial=None", 'serial: "unknown"',
    "fingerprint reader ready; fingerprint: unknown", "browser fingerprint is off", "thumbprint missing",
    "certificate chain of 3, certificates: 4", "client 10.0.0.1 certain", "certificate expires in 30 days",
    "certificate: /etc/pki/tls/certs/server.pem", "ssl_certificate /etc/nginx/server.pem;",
    "ssl_client_verify SUCCESS", "X-SSL-Client-Verify: SUCCESS", "x-ssl-client-verify=NONE",
    "client_cert=None ssl_client_verify='NONE' client-cert: missing",
    "headers ['x-ssl-client-cert', 'x-ssl-client-verify'] are removed",
    '{"trailer": "X-Forwarded-Client-Cert", "status": 200}',
    "malformed-certificate denied for header x-ssl-client-cert",
    "expected -----BEGIN CERTIFICATE----- and then -----END CERTIFICATE-----",
    "BEGIN TRANSACTION; END;", "BEGIN IMMEDIATE", "-----BEGIN of the story-----", "END CERTIFICATE is missing",
    "weight 30 82 15 0a ff", "bytes 30 82 01 of 30 82 02", "0x30820122", "offset 0x3082 length 0x0122",
    "00000000: 7f45 4c46 0201 0100 0000 0000 0000 0000  .ELF............",
    "00000000  89 50 4e 47 0d 0a 1a 0a  00 00 00 0d 49 48 44 52  |.PNG........IHDR|",
    "GET /find?name=Ann+Lee%2C+C%3D12&filter=%7B%22serial%22%3A%22TV-9%22%2C%22host%22%3A%22a%22%7D HTTP/1.1",
    "GET /wiki/Serial_%28novel%29?from=CN%2FDE&mac=00%3A1b%3A44%3A11%3A3a%3Ab7&ip=2001%3Adb8%3A%3A1 HTTP/1.1",
    "GET /hash%3Dabcdef0123456789?next=%2Fcertificates%2F12%3Ffp%3D1&hash%3D1 HTTP/1.1",
    "100% C%3A and a%3Db%2Cc%3Dd", "GET /search?q=a%3D1%26b%3D2 HTTP/1.1", "q=O%27Reilly&CN=1",
    "<Response 200 OK> <Name>x</Name> x < y", "<td>serial</td><td>none</td>", "<Name of the product>",
    "path 'C:\\x82\\file' and \\u0082 alone", "b'\\x89PNG\\r\\n\\x1a\\n'", "b'PK\\x03\\x04\\x14\\x00'",
    "\x1b[32mINFO\x1b[0m:     Application startup complete.", "\x1b[1m\x1b[31mERROR\x1b[0m in a.py",
    "\u2502 name    \u2502 state  \u2502\n\u2502 billing \u2502 up     \u2502",
    "gr\x1b[01;31m\x1b[Kep\x1b[m\x1b[K marks a word", "dur\\x1b[1mat\\x1b[0mion=5",
    "('one long message of a worker '\n 'that goes on')", "{\n  name: 'a\\n' +\n    'b',\n  port: 8\n}",
    "a &lt; b &amp;&amp; c &gt; d; it&#x27;s fine", "&quot;serial&quot; is a word",
    '10.0.0.1 - - [27/Nov/2026:20:14:26 +0000] "GET /invoices/42?page=2 HTTP/1.1" 200 512 "-" "Mozilla/5.0"',
    'INFO:     127.0.0.1:52342 - "POST /pay HTTP/1.1" 201 Created',
    "2026-11-27 20:14:26.123 UTC [71] LOG:  checkpoint complete: wrote 3082 buffers (18.8%)",
    "I1127 20:14:26.123456       1 controller.go:71] synced 3 nodes",
    'Traceback (most recent call last):\n  File "a.py", line 3, in f\n    raise ValueError(x)\nValueError: bad',
    "at 2026-11-23T20:42:11.123Z until 2026-11-23 20:42:11,123+00:00",
    "TLSv1.3, TLS_AES_256_GCM_SHA384, X25519, secp256r1", "verify error:num=20:unable to get local issuer certificate",
    "[certificate sha256:abcdefgh] and [dn] and [private key]", "denied [dn sha256:abcdefgh] 403",
    "HTTP_HOST=a REMOTE_ADDR=10.0.0.1 wsgi.url_scheme=https SSL_PROTOCOL=TLSv1.3",
    "keyid of the signing key: 2026-01", "modulus operator %", "Key-ID 30820122",
    '{"fastapi-client-cert-auth": "0.1.0", "structlog": "26.1.0"}', '{"mtls-certs": "1.20.3rc1"}',
    "GET /files/CN=page,2 HTTP/1.1", "https://example.org/CN=page,O/x", "/data/CN=1/O=", "a/CN=b, c/O=d, e/OU=f",
    "key_id=3f786850e387550f ok", "KeyId=3f786850e387550f3f786850e387550f", "Taki: 3f786850e387550f3f78",
    "ski: resort 12345678", "ski lift 3f786850e387550f", "ski=open aki=closed", "modulus: 7", "public key id 7",
    "<Buffer 0a 1b 2c 3d 4e 5f 60 71>", '{"type":"Buffer","data":[1,2,3,4,5,6,7,8,9,10]}', "<Buffer >",
    "temperatures [48, -126, 3, 4, 5, 6, 7, 8, 9]", "pubkey: 02a1633cafcc01ebfb6d78e39f687a1f0995c62fc95f51ead10a",
    "public x coord: 12, public y coord: 13", "HPKP pin-sha256 is history", '{"ski": 3, "aki": null}',
    "x5 speed, x50 zoom, 2x5t cable", "subject: 5 lines", "priv: none, pub: 3 open", "hl=en&gl=gb",
]  # fmt: skip
_LINES = [
    "\n".join(prefix + line for line in group)
    for prefix in ("Nov 28 12:00:00 host-1 app[123]: ", "2026-11-28 12:00:00,123 INFO app.tls: ", "web-1  | ", "- ")
    for group in (
        ("x-client-cert is missing", "30 requests served", "4a5b6c7d8e9f0a1b is the trace"),
        ("certificate expires in 30 days", "3082 invoices paid", "serial console is off", "ready"),
        ("ssl_client_verify=NONE", "CN of what?", "fingerprint: none", "DNS is up", "order 20261128"),
        (f"deployed {_sha('commit', 'sha1')}", f"from {_sha('other', 'sha1')}", "client certificate: not asked for"),
    )
]
_JSON_FILE = [
    f'{{"log":"{message}\\n","stream":"{stream}","time":"2026-11-28T12:00:00.123456789Z"}}\n' * 2
    for stream in ("stdout", "stderr")
    for message in ("the certificate is valid", "GET /serial/30820122 200", "client_cert=None status=200")
]
_JSON_LINES = [
    "\n".join(
        f'{{"time":"2026-11-28T12:00:0{number}Z","level":"INFO","msg":"{line}"}}' for number, line in enumerate(group)
    )
    for group in (
        ("x-client-cert is missing", "30 requests served", "4a5b6c7d8e9f0a1b is the trace"),
        ("the certificate is valid", "3082 invoices paid", "serial console is off"),
        ("fingerprint: none", "0f8fad5bd9cb469fa16570867728950e", "client_cert=None status=200"),
    )
]


def _entries() -> Iterator[str]:
    for group in (
        _IDENTIFIERS,
        _DIGESTS,
        _TOKENS,
        _ADDRESSES,
        _NAMES,
        _STRUCTURES,
        _WORDS,
        _LINES,
        _JSON_FILE,
        _JSON_LINES,
    ):
        yield from group


LOOK_ALIKES = [*_entries()]

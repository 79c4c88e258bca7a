"""What tools and libraries of other languages print of a certificate.

Recorded as: each program was given a client's certificate, or a connection with it, and what it printed stands here with
the client's values replaced by placeholders. GnuTLS 3.7.9, NSS 3.87, mbedTLS 2.28, cfssl 1.2, Node 20, OpenJDK 17,
Go 1.19, curl 7.88 and 8. What is named after other programs was not recorded: it is written after the formats that these are
known to have.
"""

# ruff: noqa: E501 - lines are as they were recorded

import base64
import hashlib
import json
import re
import textwrap
from collections.abc import Callable, Iterator

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.redact.corpus.alice import COMMON_NAME, DNS, EMAIL, ISSUER, ORGANIZATION, UNIT, Client, alice, alice_with_rsa
from tests.redact.corpus.entry import Leak


def _lines_of(octets: bytes) -> Iterator[tuple[int, bytes]]:
    return ((at, octets[at : at + 16]) for at in range(0, len(octets), 16))


def _letters(octets: bytes) -> str:
    return "".join(chr(octet) if chr(octet).isascii() and chr(octet).isprintable() else "." for octet in octets)


def _of_java(octets: bytes) -> str:
    """As its HexDumpEncoder."""
    rows = ((at, row[:8].hex(" ").upper(), row[8:].hex(" ").upper(), _letters(row)) for at, row in _lines_of(octets))
    return "\n".join(f"{at:04X}: {left:<24}  {right:<24} {letters}" for at, left, right, letters in rows)


def _of_windows(octets: bytes) -> str:
    rows = ((at, row[:8].hex(" "), row[8:].hex(" "), _letters(row)) for at, row in _lines_of(octets))
    return "\n".join(f"    {at:04x}  {left}  {right:<25}  {letters}" for at, left, right, letters in rows)


def _of_gnutls(octets: bytes) -> str:
    return "\n".join(f"\t\t{row.hex(':')}" for _, row in _lines_of(octets))


def _of_nss(octets: bytes) -> str:
    return ":\n".join(" " * 8 + row.hex(":") for _, row in _lines_of(octets))


def _of_node(octets: bytes) -> str:
    """A buffer, of which it prints fifty octets."""
    more = f" ... {len(octets) - 50} more bytes" if len(octets) > 50 else ""
    return f"<Buffer {octets[:50].hex(' ')}{more}>"


def _signed(octets: bytes) -> str:
    return str([octet - 256 if octet > 127 else octet for octet in octets])


_WAYS: dict[str, Callable[[bytes], str]] = {
    "hex": bytes.hex,
    "HEX": lambda octets: octets.hex().upper(),
    "colons": lambda octets: octets.hex(":"),
    "COLONS": lambda octets: octets.hex(":").upper(),
    "blanks": lambda octets: octets.hex(" "),
    "groups": lambda octets: octets.hex(" ", -4),
    "base64": lambda octets: base64.b64encode(octets).decode(),
    "decimal": lambda octets: str(int.from_bytes(octets, "big")),
    "list": lambda octets: str([*octets]),
    "signed": _signed,
    "go": lambda octets: str([*octets]).replace(",", ""),
    "gohex": lambda octets: ", ".join(map(hex, octets)),
    "gocolons": lambda octets: ":".join(f"{octet:X}" for octet in octets),
    "json": lambda octets: json.dumps({"type": "Buffer", "data": [*octets]}, separators=(",", ":")),
    "java": _of_java,
    "windows": _of_windows,
    "gnutls": _of_gnutls,
    "deepgnutls": lambda octets: _of_gnutls(octets).replace("\t\t", "\t\t\t"),
    "nss": _of_nss,
    "deepnss": lambda octets: textwrap.indent(_of_nss(octets), " " * 4),
    "deepernss": lambda octets: textwrap.indent(_of_nss(octets), " " * 8),
    "deepestnss": lambda octets: textwrap.indent(_of_nss(octets), " " * 12),
    "node": _of_node,
}


def _octets(one: Client) -> dict[str, bytes]:
    certificate, key = one.certificate, one.key.public_key()
    extensions = {type(extension.value): extension.value for extension in certificate.extensions}
    ours = extensions[x509.SubjectKeyIdentifier]
    theirs = extensions[x509.AuthorityKeyIdentifier]
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {
        **(_of_rsa(key) if isinstance(key, rsa.RSAPublicKey) else _of_point(key)),
        "der": one.der,
        "tbs": certificate.tbs_certificate_bytes,
        "info": info,
        "subject": certificate.subject.public_bytes(),
        "issuer": certificate.issuer.public_bytes(),
        "names": extensions[x509.SubjectAlternativeName].public_bytes(),
        "serial": certificate.serial_number.to_bytes(20, "big"),
        "ski": ours.digest,
        "aki": theirs.key_identifier,
        "skid": ours.public_bytes(),
        "akid": theirs.public_bytes(),
        "sha1": one.sha1,
        "sha256": one.sha256,
        "signature": certificate.signature,
        "ca": one.authority.public_bytes(Encoding.DER),
        "cakey": one.authority.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint),
        "caserial": one.authority.serial_number.to_bytes(20, "big"),
        "casha1": one.authority.fingerprint(hashes.SHA1()),  # noqa: S303 - Node writes it
        "casha256": one.authority.fingerprint(hashes.SHA256()),
        "infosha1": hashlib.sha1(info).digest(),  # noqa: S324 - GnuTLS writes it
        "infosha256": hashlib.sha256(info).digest(),
    }


def _of_rsa(key: rsa.RSAPublicKey) -> dict[str, bytes]:
    modulus = key.public_numbers().n.to_bytes(256, "big")
    info = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {"key": info, "modulus": modulus, "zmodulus": b"\0" + modulus}


def _of_point(key: PublicKeyTypes) -> dict[str, bytes]:
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    x, y = point[1:33], point[33:]
    return {"key": point, "x": x, "y": y, "zx": b"\0" + x, "zy": b"\0" + y}


_TEXTS = {"cn": COMMON_NAME, "o": ORGANIZATION, "ou": UNIT, "email": EMAIL, "dns": DNS, "issuer": ISSUER}
_PLACE = re.compile(r"<<(\w+)(?:\.(\w+))?>>")


def _filled(recorded: str, one: Client) -> str:
    octets = _octets(one)

    def value(found: re.Match[str]) -> str:
        name, way = found.groups()
        if way:
            return _WAYS[way](octets[name])
        return {**_TEXTS, "pem": one.pem, "jsonpem": one.pem.replace("\n", "\\n")}[name]

    return _PLACE.sub(value, recorded)


_PRINTED: dict[str, str] = {
    "GnuTLS certtool": (
        "X.509 Certificate Information:\n"
        "\tVersion: 3\n"
        "\tSerial Number (hex): <<serial.hex>>\n"
        "\tIssuer: CN=<<issuer>>,O=<<o>>\n"
        "\tValidity:\n"
        "\t\tNot Before: Thu Jan 01 00:00:00 UTC 2026\n"
        "\t\tNot After: Sun Dec 30 00:00:00 UTC 2035\n"
        "\tSubject: EMAIL=<<email>>,CN=<<cn>>,OU=<<ou>>,O=<<o>>,C=GB\n"
        "\tSubject Public Key Algorithm: EC/ECDSA\n"
        "\tAlgorithm Security Level: High (256 bits)\n"
        "\t\tCurve:\tSECP256R1\n"
        "\t\tX:\n"
        "<<zx.deepgnutls>>\n"
        "\t\tY:\n"
        "<<zy.deepgnutls>>\n"
        "\tExtensions:\n"
        "\t\tSubject Alternative Name (not critical):\n"
        "\t\t\tDNSname: <<dns>>\n"
        "\t\t\tRFC822Name: <<email>>\n"
        "\t\tSubject Key Identifier (not critical):\n"
        "\t\t\t<<ski.hex>>\n"
        "\t\tAuthority Key Identifier (not critical):\n"
        "\t\t\t<<aki.hex>>\n"
        "\t\tKey Purpose (not critical):\n"
        "\t\t\tTLS WWW Client.\n"
        "\t\t\tTLS WWW Server.\n"
        "\tSignature Algorithm: ECDSA-SHA256\n"
        "\tSignature:\n"
        "<<signature.gnutls>>\n"
        "Other Information:\n"
        "\tFingerprint:\n"
        "\t\tsha1:<<sha1.hex>>\n"
        "\t\tsha256:<<sha256.hex>>\n"
        "\tPublic Key ID:\n"
        "\t\tsha1:<<infosha1.hex>>\n"
        "\t\tsha256:<<infosha256.hex>>\n"
        "\tPublic Key PIN:\n"
        "\t\tpin-sha256:<<infosha256.base64>>\n"
        "\n"
        "<<pem>>\n"
    ),
    "GnuTLS certtool of RSA": (
        "X.509 Certificate Information:\n"
        "\tVersion: 3\n"
        "\tSerial Number (hex): <<serial.hex>>\n"
        "\tIssuer: CN=<<issuer>>,O=<<o>>\n"
        "\tValidity:\n"
        "\t\tNot Before: Thu Jan 01 00:00:00 UTC 2026\n"
        "\t\tNot After: Sun Dec 30 00:00:00 UTC 2035\n"
        "\tSubject: EMAIL=<<email>>,CN=<<cn>>,OU=<<ou>>,O=<<o>>,C=GB\n"
        "\tSubject Public Key Algorithm: RSA\n"
        "\tAlgorithm Security Level: Medium (2048 bits)\n"
        "\t\tModulus (bits 2048):\n"
        "<<zmodulus.deepgnutls>>\n"
        "\t\tExponent (bits 24):\n"
        "\t\t\t01:00:01\n"
        "\tExtensions:\n"
        "\t\tSubject Alternative Name (not critical):\n"
        "\t\t\tDNSname: <<dns>>\n"
        "\t\t\tRFC822Name: <<email>>\n"
        "\t\tSubject Key Identifier (not critical):\n"
        "\t\t\t<<ski.hex>>\n"
        "\t\tAuthority Key Identifier (not critical):\n"
        "\t\t\t<<aki.hex>>\n"
        "\t\tKey Purpose (not critical):\n"
        "\t\t\tTLS WWW Client.\n"
        "\t\t\tTLS WWW Server.\n"
        "\tSignature Algorithm: ECDSA-SHA256\n"
        "\tSignature:\n"
        "<<signature.gnutls>>\n"
        "Other Information:\n"
        "\tFingerprint:\n"
        "\t\tsha1:<<sha1.hex>>\n"
        "\t\tsha256:<<sha256.hex>>\n"
        "\tPublic Key ID:\n"
        "\t\tsha1:<<infosha1.hex>>\n"
        "\t\tsha256:<<infosha256.hex>>\n"
        "\tPublic Key PIN:\n"
        "\t\tpin-sha256:<<infosha256.base64>>\n"
        "\n"
        "<<pem>>\n"
    ),
    "GnuTLS certtool, request": (
        "PKCS #10 Certificate Request Information:\n"
        "\tVersion: 1\n"
        "\tSubject: EMAIL=<<email>>,CN=<<cn>>,OU=<<ou>>,O=<<o>>,C=GB\n"
        "\tSubject Public Key Algorithm: EC/ECDSA\n"
        "\tAlgorithm Security Level: High (256 bits)\n"
        "\t\tCurve:\tSECP256R1\n"
        "\t\tX:\n"
        "<<zx.deepgnutls>>\n"
        "\t\tY:\n"
        "<<zy.deepgnutls>>\n"
        "\tSignature Algorithm: ECDSA-SHA256\n"
        "Other Information:\n"
        "\tPublic Key ID:\n"
        "\t\tsha1:<<infosha1.hex>>\n"
        "\t\tsha256:<<infosha256.hex>>\n"
        "\tPublic Key PIN:\n"
        "\t\tpin-sha256:<<infosha256.base64>>\n"
        "\n"
        "Self signature: verified\n"
    ),
    "gnutls-cli": (
        "*** Fatal error: Error in the certificate.\n"
        "Processed 1 CA certificate(s).\n"
        "Resolving 'localhost:9443'...\n"
        "Connecting to '127.0.0.1:9443'...\n"
        "- Certificate type: X.509\n"
        "- Got a certificate list of 1 certificates.\n"
        "- Certificate[0] info:\n"
        " - subject `EMAIL=<<email>>,CN=<<cn>>,OU=<<ou>>,O=<<o>>,C=GB', issuer `CN=<<issuer>>,O=<<o>>', serial 0x<<serial.hex>>, EC/ECDSA key 256 bits, signed using ECDSA-SHA256, activated `2026-01-01 00:00:00 UTC', expires `2035-12-30 00:00:00 UTC', pin-sha256=\"<<infosha256.base64>>\"\n"
        "\tPublic Key ID:\n"
        "\t\tsha1:<<infosha1.hex>>\n"
        "\t\tsha256:<<infosha256.hex>>\n"
        "\tPublic Key PIN:\n"
        "\t\tpin-sha256:<<infosha256.base64>>\n"
        "\n"
        "- Status: The certificate is NOT trusted. The name in the certificate does not match the expected. \n"
        "*** PKI verification of server certificate failed...\n"
    ),
    "NSS certutil": """\
Certificate:
    Data:
        Version: 3 (0x2)
        Serial Number:
<<serial.deepnss>>
        Signature Algorithm: X9.62 ECDSA signature with SHA256
        Issuer: "CN=<<issuer>>,O=<<o>>"
        Validity:
            Not Before: Thu Jan 01 00:00:00 2026
            Not After : Sun Dec 30 00:00:00 2035
        Subject: "E=<<email>>,CN=<<cn>>,OU=Kumquat Bi
            lling,O=<<o>>,C=GB"
        Subject Public Key Info:
            Public Key Algorithm: X9.62 elliptic curve public key
            EC Public Key:
                PublicValue:
<<key.deepestnss>>
                Curve: ANSI X9.62 elliptic curve prime256v1 (aka secp256r1, NIST P-256)
        Signed Extensions:
            Name: Certificate Subject Alt Name
            DNS name: "<<dns>>"
            RFC822 Name: "<<email>>"

            Name: Certificate Subject Key ID
            Data:
<<ski.deepernss>>

            Name: Certificate Authority Key Identifier
            Key ID:
<<aki.deepernss>>

            Name: Extended Key Usage
                TLS Web Client Authentication Certificate
                TLS Web Server Authentication Certificate

    Signature Algorithm: X9.62 ECDSA signature with SHA256
    Signature:
<<signature.nss>>
    Fingerprint (SHA-256):
        <<sha256.COLONS>>
    Fingerprint (SHA1):
        <<sha1.COLONS>>

    Mozilla-CA-Policy: false (attribute missing)
    Certificate Trust Flags:
        SSL Flags:
        Email Flags:
        Object Signing Flags:
""",
    "mbedTLS": """\
      cert. version     : 3
      serial number     : <<serial.COLONS>>
      issuer name       : O=<<o>>, CN=<<issuer>>
      subject name      : C=GB, O=<<o>>, OU=<<ou>>, CN=<<cn>>, emailAddress=<<email>>
      issued  on        : 2026-01-01 00:00:00
      expires on        : 2035-12-30 00:00:00
      signed using      : ECDSA with SHA256
      EC key size       : 256 bits
      subject alt name  :
          dNSName : <<dns>>
          <unsupported>
      ext key usage     : TLS Web Client Authentication, TLS Web Server Authentication
""",
    "cfssl certinfo": """\
{
  "subject": {
    "common_name": "<<cn>>",
    "country": "GB",
    "organization": "<<o>>",
    "organizational_unit": "<<ou>>",
    "names": [
      "GB",
      "<<o>>",
      "<<ou>>",
      "<<cn>>",
      "<<email>>"
    ]
  },
  "issuer": {
    "common_name": "<<issuer>>",
    "organization": "<<o>>",
    "names": [
      "<<o>>",
      "<<issuer>>"
    ]
  },
  "serial_number": "<<serial.decimal>>",
  "sans": [
    "<<dns>>"
  ],
  "not_before": "2026-01-01T00:00:00Z",
  "not_after": "2035-12-30T00:00:00Z",
  "sigalg": "ECDSAWithSHA256",
  "authority_key_id": "<<aki.COLONS>>",
  "subject_key_id": "<<ski.gocolons>>",
  "pem": "<<jsonpem>>"
}
""",
    "Node's getPeerCertificate": """\
{
  subject: [Object: null prototype] {
    C: 'GB',
    O: '<<o>>',
    OU: '<<ou>>',
    CN: '<<cn>>',
    emailAddress: '<<email>>'
  },
  issuer: [Object: null prototype] {
    O: '<<o>>',
    CN: '<<issuer>>'
  },
  subjectaltname: 'DNS:<<dns>>, email:<<email>>',
  ca: false,
  bits: 256,
  pubkey: <<key.node>>,
  asn1Curve: 'prime256v1',
  nistCurve: 'P-256',
  valid_from: 'Jan  1 00:00:00 2026 GMT',
  valid_to: 'Dec 30 00:00:00 2035 GMT',
  fingerprint: '<<sha1.COLONS>>',
  fingerprint256: '<<sha256.COLONS>>',
  ext_key_usage: [ '1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1' ],
  serialNumber: '<<serial.HEX>>',
  raw: <<der.node>>
}
""",
    "Node's getPeerCertificate of RSA": """\
{
  subject: [Object: null prototype] {
    C: 'GB',
    O: '<<o>>',
    OU: '<<ou>>',
    CN: '<<cn>>',
    emailAddress: '<<email>>'
  },
  issuer: [Object: null prototype] {
    O: '<<o>>',
    CN: '<<issuer>>'
  },
  subjectaltname: 'DNS:<<dns>>, email:<<email>>',
  ca: false,
  modulus: '<<modulus.HEX>>',
  bits: 2048,
  exponent: '0x10001',
  pubkey: <<key.node>>,
  valid_from: 'Jan  1 00:00:00 2026 GMT',
  valid_to: 'Dec 30 00:00:00 2035 GMT',
  fingerprint: '<<sha1.COLONS>>',
  fingerprint256: '<<sha256.COLONS>>',
  ext_key_usage: [ '1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1' ],
  serialNumber: '<<serial.HEX>>',
  raw: <<der.node>>
}
""",
    "Node's getPeerCertificate on one line": "{ subject: [Object: null prototype] { C: 'GB', O: '<<o>>', OU: '<<ou>>', CN: '<<cn>>', emailAddress: '<<email>>' }, issuer: [Object: null prototype] { O: '<<o>>', CN: '<<issuer>>' }, subjectaltname: 'DNS:<<dns>>, email:<<email>>', ca: false, bits: 256, pubkey: <<key.node>>, asn1Curve: 'prime256v1', nistCurve: 'P-256', valid_from: 'Jan  1 00:00:00 2026 GMT', valid_to: 'Dec 30 00:00:00 2035 GMT', fingerprint: '<<sha1.COLONS>>', fingerprint256: '<<sha256.COLONS>>', fingerprint512: 'E2:AF:B7:8F:95:BF:92:B4:C2:22:88:05:DF:B1:EE:46:02:1A:56:36:21:7D:ED:B7:BD:83:7D:77:18:38:CD:53:AB:E9:EC:39:58:1F:6F:CD:27:18:70:52:E1:0C:33:49:DA:80:14:8B:BE:04:14:BE:16:B9:55:EF:4F:3E:97:18', ext_key_usage: [ '1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1' ], serialNumber: '<<serial.HEX>>', raw: <<der.node>> }",
    "Node's getPeerCertificate in colours": (
        "{\n"
        "  subject: [Object: null prototype] {\n"
        "    C: \x1b[32m'GB'\x1b[39m,\n"
        "    O: \x1b[32m'<<o>>'\x1b[39m,\n"
        "    OU: \x1b[32m'<<ou>>'\x1b[39m,\n"
        "    CN: \x1b[32m'<<cn>>'\x1b[39m,\n"
        "    emailAddress: \x1b[32m'<<email>>'\x1b[39m\n"
        "  },\n"
        "  issuer: [Object: null prototype] {\n"
        "    O: \x1b[32m'<<o>>'\x1b[39m,\n"
        "    CN: \x1b[32m'<<issuer>>'\x1b[39m\n"
        "  },\n"
        "  subjectaltname: \x1b[32m'DNS:<<dns>>, email:<<email>>'\x1b[39m,\n"
        "  ca: \x1b[33mfalse\x1b[39m,\n"
        "  bits: \x1b[33m256\x1b[39m,\n"
        "  pubkey: <<key.node>>,\n"
        "  asn1Curve: \x1b[32m'prime256v1'\x1b[39m,\n"
        "  nistCurve: \x1b[32m'P-256'\x1b[39m,\n"
        "  valid_from: \x1b[32m'Jan  1 00:00:00 2026 GMT'\x1b[39m,\n"
        "  valid_to: \x1b[32m'Dec 30 00:00:00 2035 GMT'\x1b[39m,\n"
        "  fingerprint: \x1b[32m'<<sha1.COLONS>>'\x1b[39m,\n"
        "  fingerprint256: \x1b[32m'<<sha256.COLONS>>'\x1b[39m,\n"
        "  ext_key_usage: [ \x1b[32m'1.3.6.1.5.5.7.3.2'\x1b[39m, \x1b[32m'1.3.6.1.5.5.7.3.1'\x1b[39m ],\n"
        "  serialNumber: \x1b[32m'<<serial.HEX>>'\x1b[39m,\n"
        "  raw: <<der.node>>\n"
        "}\n"
    ),
    "Node's getPeerCertificate in JSON": '{"subject":{"C":"GB","O":"<<o>>","OU":"<<ou>>","CN":"<<cn>>","emailAddress":"<<email>>"},"issuer":{"O":"<<o>>","CN":"<<issuer>>"},"subjectaltname":"DNS:<<dns>>, email:<<email>>","ca":false,"modulus":"<<modulus.HEX>>","bits":2048,"exponent":"0x10001","pubkey":<<key.json>>,"valid_from":"Jan  1 00:00:00 2026 GMT","valid_to":"Dec 30 00:00:00 2035 GMT","fingerprint":"<<sha1.COLONS>>","fingerprint256":"<<sha256.COLONS>>","fingerprint512":"4D:8C:5E:8D:0D:FA:95:36:AF:1B:98:A9:85:64:75:10:F6:1C:E6:50:CC:D8:13:83:7D:76:E0:07:35:47:5F:61:45:58:D4:4C:C6:99:50:A1:D7:FE:FE:3B:6E:45:A5:AC:45:E0:C6:BB:61:87:B9:48:FA:62:A5:09:03:3A:FF:1F","ext_key_usage":["1.3.6.1.5.5.7.3.2","1.3.6.1.5.5.7.3.1"],"serialNumber":"<<serial.HEX>>","raw":<<der.json>>}',
    "Node's X509Certificate": (
        "X509Certificate {\n"
        "  subject: 'C=GB\\n' +\n"
        "    'O=<<o>>\\n' +\n"
        "    'OU=<<ou>>\\n' +\n"
        "    'CN=<<cn>>\\n' +\n"
        "    'emailAddress=<<email>>',\n"
        "  subjectAltName: 'DNS:<<dns>>, email:<<email>>',\n"
        "  issuer: 'O=<<o>>\\nCN=<<issuer>>',\n"
        "  infoAccess: undefined,\n"
        "  validFrom: 'Jan  1 00:00:00 2026 GMT',\n"
        "  validTo: 'Dec 30 00:00:00 2035 GMT',\n"
        "  fingerprint: '<<sha1.COLONS>>',\n"
        "  fingerprint256: '<<sha256.COLONS>>',\n"
        "  keyUsage: [ '1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1' ],\n"
        "  serialNumber: '<<serial.HEX>>'\n"
        "}\n"
    ),
    "Node's error": """\
Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: Host: b.test. is not in the cert's altnames: DNS:<<dns>>, email:<<email>>
    at Object.checkServerIdentity (node:tls:316:12)
    at TLSSocket.onConnectSecure (node:_tls_wrap:1709:27)
    at TLSSocket.emit (node:events:524:28)
    at TLSSocket._finishInit (node:_tls_wrap:1097:8)
    at ssl.onhandshakedone (node:_tls_wrap:883:12) {
  code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  reason: "Host: b.test. is not in the cert's altnames: DNS:<<dns>>, email:<<email>>",
  host: 'b.test',
  cert: {
    subject: [Object: null prototype] {
      C: 'GB',
      O: '<<o>>',
      OU: '<<ou>>',
      CN: '<<cn>>',
      emailAddress: '<<email>>'
    },
    issuer: [Object: null prototype] {
      O: '<<o>>',
      CN: '<<issuer>>'
    },
    subjectaltname: 'DNS:<<dns>>, email:<<email>>',
    ca: false,
    bits: 256,
    pubkey: <<key.node>>,
    asn1Curve: 'prime256v1',
    nistCurve: 'P-256',
    valid_from: 'Jan  1 00:00:00 2026 GMT',
    valid_to: 'Dec 30 00:00:00 2035 GMT',
    fingerprint: '<<sha1.COLONS>>',
    fingerprint256: '<<sha256.COLONS>>',
    ext_key_usage: [ '1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1' ],
    serialNumber: '<<serial.HEX>>',
    raw: <<der.node>>,
    issuerCertificate: <ref *1> {
      subject: [Object: null prototype],
      issuer: [Object: null prototype],
      ca: true,
      bits: 256,
      pubkey: <<cakey.node>>,
      asn1Curve: 'prime256v1',
      nistCurve: 'P-256',
      valid_from: 'Jan  1 00:00:00 2026 GMT',
      valid_to: 'Dec 30 00:00:00 2035 GMT',
      fingerprint: '<<casha1.COLONS>>',
      fingerprint256: '<<casha256.COLONS>>',
      serialNumber: '<<caserial.HEX>>',
      raw: <<ca.node>>,
      issuerCertificate: [Circular *1]
    }
  }
}
""",
    "Java's X509Certificate": """\
[
[
  Version: V3
  Subject: EMAILADDRESS=<<email>>, CN=<<cn>>, OU=<<ou>>, O=<<o>>, C=GB
  Signature Algorithm: SHA256withECDSA, OID = 1.2.840.10045.4.3.2

  Key:  Sun EC public key, 256 bits
  public x coord: <<x.decimal>>
  public y coord: <<y.decimal>>
  parameters: secp256r1 [NIST P-256,X9.62 prime256v1] (1.2.840.10045.3.1.7)
  Validity: [From: Thu Jan 01 00:00:00 UTC 2026,
               To: Sun Dec 30 00:00:00 UTC 2035]
  Issuer: CN=<<issuer>>, O=<<o>>
  SerialNumber: <<serial.colons>>

Certificate Extensions: 4
[1]: ObjectId: 2.5.29.35 Criticality=false
AuthorityKeyIdentifier [
KeyIdentifier [
<<aki.java>>
]
]

[2]: ObjectId: 2.5.29.37 Criticality=false
ExtendedKeyUsages [
  clientAuth
  serverAuth
]

[3]: ObjectId: 2.5.29.17 Criticality=false
SubjectAlternativeName [
  DNSName: <<dns>>
  RFC822Name: <<email>>
]

[4]: ObjectId: 2.5.29.14 Criticality=false
SubjectKeyIdentifier [
KeyIdentifier [
<<ski.java>>
]
]

]
  Algorithm: [SHA256withECDSA]
  Signature:
0000: 30 44 02 20 36 DE 1D 5D   26 EE 9F 7B A9 52 B9 60  0D. 6..]&....R.`
0010: 1C 9E C4 90 6F 79 07 04   3F DA 77 AF FF D5 76 67  ....oy..?.w...vg
0020: 44 EB FB 2B 02 20 0E 3D   C6 2E 36 EE F3 18 0B EB  D..+. .=..6.....
0030: 51 40 83 1B DD D3 A7 9E   DB FE 7A 95 D7 59 96 F3  Q@........z..Y..
0040: FF 00 DF E3 E2 B9                                  ......

]
""",
    "Java's X509Certificate of RSA": """\
[
[
  Version: V3
  Subject: EMAILADDRESS=<<email>>, CN=<<cn>>, OU=<<ou>>, O=<<o>>, C=GB
  Signature Algorithm: SHA256withECDSA, OID = 1.2.840.10045.4.3.2

  Key:  Sun RSA public key, 2048 bits
  params: null
  modulus: <<modulus.decimal>>
  public exponent: 65537
  Validity: [From: Thu Jan 01 00:00:00 UTC 2026,
               To: Sun Dec 30 00:00:00 UTC 2035]
  Issuer: CN=<<issuer>>, O=<<o>>
  SerialNumber: <<serial.colons>>

Certificate Extensions: 4
[1]: ObjectId: 2.5.29.35 Criticality=false
AuthorityKeyIdentifier [
KeyIdentifier [
<<aki.java>>
]
]

[2]: ObjectId: 2.5.29.37 Criticality=false
ExtendedKeyUsages [
  clientAuth
  serverAuth
]

[3]: ObjectId: 2.5.29.17 Criticality=false
SubjectAlternativeName [
  DNSName: <<dns>>
  RFC822Name: <<email>>
]

[4]: ObjectId: 2.5.29.14 Criticality=false
SubjectKeyIdentifier [
KeyIdentifier [
0000: DE 60 99 15 25 D4 38 75   C7 BE BB 91 3E 1F 7C 48  .`..%.8u....>..H
0010: D7 E4 A0 D9                                        ....
]
]

]
  Algorithm: [SHA256withECDSA]
  Signature:
<<signature.java>>

]
""",
    "Java's X509CertSelector": """\
X509CertSelector: [
  Serial Number: <<serial.decimal>>
  Issuer: CN=<<issuer>>,O=<<o>>
  matchAllSubjectAltNames flag: true
  Subject Key Identifier: 0000: 04 16 04 14 07 B3 3F 02   92 B9 56 0B 05 80 B2 0B  ......?...V.....
0010: A9 64 00 5F A8 EE FB BF                            .d._....

]
""",
    "keytool": (
        "Owner: EMAILADDRESS=<<email>>, CN=<<cn>>, OU=<<ou>>, O=<<o>>, C=GB\n"
        "Issuer: CN=<<issuer>>, O=<<o>>\n"
        "Serial number: <<serial.hex>>\n"
        "Valid from: Thu Jan 01 00:00:00 UTC 2026 until: Sun Dec 30 00:00:00 UTC 2035\n"
        "Certificate fingerprints:\n"
        "\t SHA1: <<sha1.COLONS>>\n"
        "\t SHA256: <<sha256.COLONS>>\n"
        "Signature algorithm name: SHA256withECDSA\n"
        "Subject Public Key Algorithm: 256-bit EC (secp256r1) key\n"
        "Version: 3\n"
        "\n"
        "Extensions: \n"
        "\n"
        "#1: ObjectId: 2.5.29.35 Criticality=false\n"
        "AuthorityKeyIdentifier [\n"
        "KeyIdentifier [\n"
        "<<aki.java>>\n"
        "]\n"
        "]\n"
        "\n"
        "#2: ObjectId: 2.5.29.37 Criticality=false\n"
        "ExtendedKeyUsages [\n"
        "  clientAuth\n"
        "  serverAuth\n"
        "]\n"
        "\n"
        "#3: ObjectId: 2.5.29.17 Criticality=false\n"
        "SubjectAlternativeName [\n"
        "  DNSName: <<dns>>\n"
        "  RFC822Name: <<email>>\n"
        "]\n"
        "\n"
        "#4: ObjectId: 2.5.29.14 Criticality=false\n"
        "SubjectKeyIdentifier [\n"
        "KeyIdentifier [\n"
        "<<ski.java>>\n"
        "]\n"
        "]\n"
    ),
    "Go's pkix.Name": 'subject pkix.Name{Country:[]string{"GB"}, Organization:[]string{"<<o>>"}, OrganizationalUnit:[]string{"<<ou>>"}, Locality:[]string(nil), Province:[]string(nil), StreetAddress:[]string(nil), PostalCode:[]string(nil), SerialNumber:"", CommonName:"<<cn>>", Names:[]pkix.AttributeTypeAndValue{pkix.AttributeTypeAndValue{Type:asn1.ObjectIdentifier{2, 5, 4, 6}, Value:"GB"}, pkix.AttributeTypeAndValue{Type:asn1.ObjectIdentifier{2, 5, 4, 10}, Value:"<<o>>"}, pkix.AttributeTypeAndValue{Type:asn1.ObjectIdentifier{2, 5, 4, 11}, Value:"<<ou>>"}, pkix.AttributeTypeAndValue{Type:asn1.ObjectIdentifier{2, 5, 4, 3}, Value:"<<cn>>"}, pkix.AttributeTypeAndValue{Type:asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, Value:"<<email>>"}}, ExtraNames:[]pkix.AttributeTypeAndValue(nil)}',
    "Go's pkix.Name in JSON": """\
{
 "Country": [
  "GB"
 ],
 "Organization": [
  "<<o>>"
 ],
 "OrganizationalUnit": [
  "<<ou>>"
 ],
 "Locality": null,
 "Province": null,
 "StreetAddress": null,
 "PostalCode": null,
 "SerialNumber": "",
 "CommonName": "<<cn>>",
 "Names": [
  {
   "Type": [
    2,
    5,
    4,
    6
   ],
   "Value": "GB"
  },
  {
   "Type": [
    2,
    5,
    4,
    10
   ],
   "Value": "<<o>>"
  },
  {
   "Type": [
    2,
    5,
    4,
    11
   ],
   "Value": "<<ou>>"
  },
  {
   "Type": [
    2,
    5,
    4,
    3
   ],
   "Value": "<<cn>>"
  },
  {
   "Type": [
    1,
    2,
    840,
    113549,
    1,
    9,
    1
   ],
   "Value": "<<email>>"
  }
 ],
 "ExtraNames": null
}
""",
    "Go's x509.Certificate": "&{Raw:<<der.go>> RawTBSCertificate:<<tbs.go>> RawSubjectPublicKeyInfo:<<info.go>> RawSubject:<<subject.go>> RawIssuer:<<issuer.go>> Signature:<<signature.go>> SignatureAlgorithm:ECDSA-SHA256 PublicKeyAlgorithm:ECDSA PublicKey:0xc0000c2660 Version:3 SerialNumber:+<<serial.decimal>> Issuer:CN=<<issuer>>,O=<<o>> Subject:CN=<<cn>>,OU=<<ou>>,O=<<o>>,C=GB,1.2.840.113549.1.9.1=#0c15616c696365406b756d717561742e6578616d706c65 NotBefore:2026-01-01 00:00:00 +0000 UTC NotAfter:2035-12-30 00:00:00 +0000 UTC KeyUsage:0 Extensions:[{Id:2.5.29.17 Critical:false Value:<<names.go>>} {Id:2.5.29.14 Critical:false Value:<<skid.go>>} {Id:2.5.29.35 Critical:false Value:<<akid.go>>} {Id:2.5.29.37 Critical:false Value:[48 20 6 8 43 6 1 5 5 7 3 2 6 8 43 6 1 5 5 7 3 1]}] ExtraExtensions:[] UnhandledCriticalExtensions:[] ExtKeyUsage:[2 1] UnknownExtKeyUsage:[] BasicConstraintsValid:false IsCA:false MaxPathLen:0 MaxPathLenZero:false SubjectKeyId:<<ski.go>> AuthorityKeyId:<<aki.go>> OCSPServer:[] IssuingCertificateURL:[] DNSNames:[<<dns>>] EmailAddresses:[<<email>>] IPAddresses:[] URIs:[] PermittedDNSDomainsCritical:false PermittedDNSDomains:[] ExcludedDNSDomains:[] PermittedIPRanges:[] ExcludedIPRanges:[] PermittedEmailAddresses:[] ExcludedEmailAddresses:[] PermittedURIDomains:[] ExcludedURIDomains:[] CRLDistributionPoints:[] PolicyIdentifiers:[]}",
    "Go's x509.Certificate, %v": "&{<<der.go>> <<tbs.go>> <<info.go>> <<subject.go>> <<issuer.go>> <<signature.go>> ECDSA-SHA256 ECDSA 0xc0000c2660 3 <<serial.decimal>> CN=<<issuer>>,O=<<o>> CN=<<cn>>,OU=<<ou>>,O=<<o>>,C=GB,1.2.840.113549.1.9.1=#0c15616c696365406b756d717561742e6578616d706c65 2026-01-01 00:00:00 +0000 UTC 2035-12-30 00:00:00 +0000 UTC 0 [{2.5.29.17 false <<names.go>>} {2.5.29.14 false <<skid.go>>} {2.5.29.35 false <<akid.go>>} {2.5.29.37 false [48 20 6 8 43 6 1 5 5 7 3 2 6 8 43 6 1 5 5 7 3 1]}] [] [] [2 1] [] false false 0 false <<ski.go>> <<aki.go>> [] [] [<<dns>>] [<<email>>] [] [] false [] [] [] [] [] [] [] [] [] []}",
    "Go's x509.Certificate, %#v": '&x509.Certificate{Raw:[]uint8{<<der.gohex>>}, RawTBSCertificate:[]uint8{<<tbs.gohex>>}, RawSubjectPublicKeyInfo:[]uint8{<<info.gohex>>}, RawSubject:[]uint8{<<subject.gohex>>}, RawIssuer:[]uint8{<<issuer.gohex>>}, Signature:[]uint8{<<signature.gohex>>}, SignatureAlgorithm:10, PublicKeyAlgorithm:3, PublicKey:(*ecdsa.PublicKey)(0xc0000c2660), Version:3, SerialNumber:<<serial.decimal>>, Issuer:pkix.Name{Country:[]string(nil), Organization:[]string{"<<o>>"}, OrganizationalUnit:[]string(nil), Locality:[]string(nil), Province:[]string(nil), StreetAddress:[]string(nil), PostalCode:[]string(nil), SerialNumber:"", CommonName:"<<issuer>>", Names:[]pkix.AttributeTypeAndValue{pkix.AttributeTypeAndValue{Type:asn1.ObjectIdentifier{2, 5, 4, 10}, Value:"<<o>>"}, pkix.AttributeTypeAndValue{Type:asn1.ObjectIdentifier{2, 5, 4, 3}, Value:"<<issuer>>"}}, ExtraNames:[]pkix.AttributeTypeAndValue(nil)}, Subject:pkix.Name{Country:[]string{"GB"}, Organization:[]string{"<<o>>"}, OrganizationalUnit:[]string{"<<ou>>"}, Locality:[]string(nil), Province:[]string(nil), StreetAddress:[]string(nil), PostalCode:[]string(nil), SerialNumber:"", CommonName:"<<cn>>", Names:[]pkix.AttributeTypeAndValue{pkix.AttributeTypeAndValue{Type:asn1.ObjectIdentifier{2, 5, 4, 6}, Value:"GB"}, pkix.AttributeTypeAndValue{Type:asn1.ObjectIdentifier{2, 5, 4, 10}, Value:"<<o>>"}, pkix.AttributeTypeAndValue{Type:asn1.ObjectIdentifier{2, 5, 4, 11}, Value:"<<ou>>"}, pkix.AttributeTypeAndValue{Type:asn1.ObjectIdentifier{2, 5, 4, 3}, Value:"<<cn>>"}, pkix.AttributeTypeAndValue{Type:asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, Value:"<<email>>"}}, ExtraNames:[]pkix.AttributeTypeAndValue(nil)}, NotBefore:time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC), NotAfter:time.Date(2035, time.December, 30, 0, 0, 0, 0, time.UTC), KeyUsage:0, Extensions:[]pkix.Extension{pkix.Extension{Id:asn1.ObjectIdentifier{2, 5, 29, 17}, Critical:false, Value:[]uint8{<<names.gohex>>}}, pkix.Extension{Id:asn1.ObjectIdentifier{2, 5, 29, 14}, Critical:false, Value:[]uint8{<<skid.gohex>>}}, pkix.Extension{Id:asn1.ObjectIdentifier{2, 5, 29, 35}, Critical:false, Value:[]uint8{<<akid.gohex>>}}, pkix.Extension{Id:asn1.ObjectIdentifier{2, 5, 29, 37}, Critical:false, Value:[]uint8{0x30, 0x14, 0x6, 0x8, 0x2b, 0x6, 0x1, 0x5, 0x5, 0x7, 0x3, 0x2, 0x6, 0x8, 0x2b, 0x6, 0x1, 0x5, 0x5, 0x7, 0x3, 0x1}}}, ExtraExtensions:[]pkix.Extension(nil), UnhandledCriticalExtensions:[]asn1.ObjectIdentifier(nil), ExtKeyUsage:[]x509.ExtKeyUsage{2, 1}, UnknownExtKeyUsage:[]asn1.ObjectIdentifier(nil), BasicConstraintsValid:false, IsCA:false, MaxPathLen:0, MaxPathLenZero:false, SubjectKeyId:[]uint8{<<ski.gohex>>}, AuthorityKeyId:[]uint8{<<aki.gohex>>}, ',
    "Go's x509.Certificate in JSON": '{"Raw":"<<der.base64>>","RawTBSCertificate":"<<tbs.base64>>","RawSubjectPublicKeyInfo":"<<info.base64>>","RawSubject":"<<subject.base64>>","RawIssuer":"<<issuer.base64>>","Signature":"<<signature.base64>>","SignatureAlgorithm":10,"PublicKeyAlgorithm":3,"PublicKey":{"Curve":{},"X":<<x.decimal>>,"Y":<<y.decimal>>},"Version":3,"SerialNumber":<<serial.decimal>>,"Issuer":{"Country":null,"Organization":["<<o>>"],"OrganizationalUnit":null,"Locality":null,"Province":null,"StreetAddress":null,"PostalCode":null,"SerialNumber":"","CommonName":"<<issuer>>","Names":[{"Type":[2,5,4,10],"Value":"<<o>>"},{"Type":[2,5,4,3],"Value":"<<issuer>>"}],"ExtraNames":null},"Subject":{"Country":["GB"],"Organization":["<<o>>"],"OrganizationalUnit":["<<ou>>"],"Locality":null,"Province":null,"StreetAddress":null,"PostalCode":null,"SerialNumber":"","CommonName":"<<cn>>","Names":[{"Type":[2,5,4,6],"Value":"GB"},{"Type":[2,5,4,10],"Value":"<<o>>"},{"Type":[2,5,4,11],"Value":"<<ou>>"},{"Type":[2,5,4,3],"Value":"<<cn>>"},{"Type":[1,2,840,113549,1,9,1],"Value":"<<email>>"}],"ExtraNames":null},"NotBefore":"2026-01-01T00:00:00Z","NotAfter":"2035-12-30T00:00:00Z","KeyUsage":0,"Extensions":[{"Id":[2,5,29,17],"Critical":false,"Value":"<<names.base64>>"},{"Id":[2,5,29,14],"Critical":false,"Value":"<<skid.base64>>"},{"Id":[2,5,29,35],"Critical":false,"Value":"<<akid.base64>>"},{"Id":[2,5,29,37],"Critical":false,"Value":"MBQGCCsGAQUFBwMCBggrBgEFBQcDAQ=="}],"ExtraExtensions":null,"UnhandledCriticalExtensions":null,"ExtKeyUsage":[2,1],"UnknownExtKeyUsage":null,"BasicConstraintsValid":false,"IsCA":false,"MaxPathLen":0,"MaxPathLenZero":false,"SubjectKeyId":"<<ski.base64>>","AuthorityKeyId":"<<aki.base64>>","OCSPServer":null,"IssuingCertificateURL":null,"DNSNames":["<<dns>>"],"EmailAddresses":["<<email>>"],"IPAddresses":null,"URIs":null,"PermittedDNSDomainsCritical":false,"PermittedDNSDomains":null,"ExcludedDNSDomains":null,"PermittedIPRanges":null,"ExcludedIPRanges":null,"PermittedEmailAddresses":null,"ExcludedEmailAddresses":null,"PermittedURIDomains":null,"ExcludedURIDomains":null,"CRLDistributionPoints":null,"PolicyIdentifiers":null}',
    "Go's HostnameError": "tls: failed to verify certificate: x509: certificate is valid for <<dns>>, not b.test",
    "curl -v": """\
* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384
* ALPN: server did not agree on a protocol. Uses default.
* Server certificate:
*  subject: C=GB; O=<<o>>; OU=<<ou>>; CN=<<cn>>; emailAddress=<<email>>
*  start date: Jan  1 00:00:00 2026 GMT
*  expire date: Dec 30 00:00:00 2035 GMT
*  subjectAltName: host "<<dns>>" matched cert's "<<dns>>"
*  issuer: O=<<o>>; CN=<<issuer>>
*  SSL certificate verify ok.
""",
    ".NET's X509Certificate2": """\
[Version]
  V3

[Subject]
  E=<<email>>, CN=<<cn>>, OU=<<ou>>, O=<<o>>, C=GB
  Simple Name: <<cn>>
  Email Name: <<email>>
  DNS Name: <<dns>>

[Issuer]
  CN=<<issuer>>, O=<<o>>
  Simple Name: <<issuer>>

[Serial Number]
  <<serial.HEX>>

[Not Before]
  01/01/2026 00:00:00

[Not After]
  30/12/2035 00:00:00

[Thumbprint]
  <<sha1.HEX>>

[Signature Algorithm]
  sha256ECDSA(1.2.840.10045.4.3.2)

[Public Key]
  Algorithm: ECC
  Length: 256
  Key Blob: <<key.blanks>>


[Extensions]
* Subject Alternative Name(2.5.29.17):
  DNS Name=<<dns>>
  RFC822 Name=<<email>>
* Subject Key Identifier(2.5.29.14):
  <<ski.hex>>
* Authority Key Identifier(2.5.29.35):
  KeyID=<<aki.hex>>
""",
    "PowerShell, a list": """\

Subject      : E=<<email>>, CN=<<cn>>, OU=<<ou>>, O=<<o>>, C=GB
Issuer       : CN=<<issuer>>, O=<<o>>
Thumbprint   : <<sha1.HEX>>
FriendlyName : <<cn>>
NotBefore    : 01/01/2026 00:00:00
NotAfter     : 30/12/2035 00:00:00
SerialNumber : <<serial.HEX>>
DnsNameList  : {<<dns>>, <<cn>>}
Extensions   : {System.Security.Cryptography.Oid, System.Security.Cryptography.Oid}
""",
    "PowerShell, a table": (
        "\n"
        "\n"
        "   PSParentPath: Microsoft.PowerShell.Security\\Certificate::CurrentUser\\My\n"
        "\n"
        "Thumbprint                                Subject\n"
        "----------                                -------\n"
        "<<sha1.HEX>>  E=<<email>>, CN=<<cn>>, OU=<<ou>>, O=<<o>>, C=GB\n"
        "<<casha1.HEX>>  CN=<<issuer>>, O=<<o>>\n"
    ),
    "PowerShell, a table with usages": """\

Thumbprint                                Subject              EnhancedKeyUsageList
----------                                -------              --------------------
<<sha1.HEX>>  CN=alice.quibblewor... Client Authentication
""",
    "certutil of Windows, -dump": """\
X509 Certificate:
Version: 3
Serial Number: <<serial.hex>>
Signature Algorithm:
    Algorithm ObjectId: 1.2.840.10045.4.3.2 sha256ECDSA
    Algorithm Parameters: NULL
Issuer:
    CN=<<issuer>>
    O=<<o>>
  Name Hash(sha1): <<ski.hex>>

 NotBefore: 1/1/2026 12:00 AM
 NotAfter: 12/30/2035 12:00 AM

Subject:
    E=<<email>>
    CN=<<cn>>
    OU=<<ou>>
    O=<<o>>
    C=GB
  Name Hash(sha1): <<aki.hex>>

Public Key Algorithm:
    Algorithm ObjectId: 1.2.840.10045.2.1 ECC
    Algorithm Parameters:

Public Key Length: 256 bits
Public Key: UnusedBits = 0
    0000  04 dc 53 61 62 93 20 8a  df 05 d3 27 a7 bc 33 2b   ..Sab. ....'..3+
    0010  ff e2 74 08 f0 58 29 8d  cd ea 8b a1 69 37 4c fb   ..t..X).....i7L.
    0020  02 fe e9 3c 28 e9 7f 7b  f7 95 d1 92 8e b7 d2 0f   ...<(..{........
    0030  db c8 c0 e7 05 94 8a 35  c7 1a 12 35 44 00 8b 08   .......5...5D...
    0040  03                                                 .
Certificate Extensions: 4
    2.5.29.17: Flags = 0, Length = 32
    Subject Alternative Name
        DNS Name=<<dns>>
        RFC822 Name=<<email>>

    2.5.29.14: Flags = 0, Length = 16
    Subject Key Identifier
        <<ski.hex>>

    2.5.29.35: Flags = 0, Length = 18
    Authority Key Identifier
        KeyID=<<aki.hex>>

Signature Algorithm:
    Algorithm ObjectId: 1.2.840.10045.4.3.2 sha256ECDSA
Signature: UnusedBits=0
    0000  30 44 02 20 36 de 1d 5d  26 ee 9f 7b a9 52 b9 60   0D. 6..]&..{.R.`
    0010  1c 9e c4 90 6f 79 07 04  3f da 77 af ff d5 76 67   ....oy..?.w...vg
    0020  44 eb fb 2b 02 20 0e 3d  c6 2e 36 ee f3 18 0b eb   D..+. .=..6.....
    0030  51 40 83 1b dd d3 a7 9e  db fe 7a 95 d7 59 96 f3   Q@........z..Y..
    0040  ff 00 df e3 e2 b9                                  ......
Non-root Certificate
Key Id Hash(rfc-sha1): <<ski.hex>>
Key Id Hash(sha1): <<aki.hex>>
Key Id Hash(sha256): <<sha256.hex>>
Cert Hash(sha1): <<sha1.hex>>
Cert Hash(sha256): <<sha256.hex>>
Signature Hash: <<sha256.hex>>
CertUtil: -dump command completed successfully.
""",
    "certutil of Windows, -store": """\
my "Personal"
================ Certificate 0 ================
Serial Number: <<serial.hex>>
Issuer: CN=<<issuer>>, O=<<o>>
 NotBefore: 1/1/2026 12:00 AM
Subject: E=<<email>>, CN=<<cn>>, OU=<<ou>>, O=<<o>>, C=GB
Non-root Certificate
Cert Hash(sha1): <<sha1.hex>>
  Key Container = alice
  Unique container name: x
""",
    "certutil of Windows 7": """\
Cert Hash(sha1): <<sha1.blanks>>
Serial Number: <<serial.blanks>>
""",
    "x509-parser": "X509Certificate { tbs_certificate: TbsCertificate { version: V3, serial: <<serial.decimal>>, signature: AlgorithmIdentifier { algorithm: OID(1.2.840.10045.4.3.2), parameters: None }, issuer: X509Name { rdn_seq: [RelativeDistinguishedName { set: [AttributeTypeAndValue { attr_type: OID(2.5.4.10), attr_value: Any { header: Header { class: Universal, constructed: false, tag: Tag(12), length: Definite(20), raw_tag: Some([12]) }, data: [90, 97, 110, 122, 105, 98, 97, 114, 105, 97, 110, 32, 72, 111, 108, 100, 105, 110, 103, 115] } }] }], raw: <<issuer.list>> }, subject: X509Name { rdn_seq: [RelativeDistinguishedName { set: [AttributeTypeAndValue { attr_type: OID(2.5.4.3), attr_value: Any { header: Header { class: Universal, constructed: false, tag: Tag(Utf8String: 12), length: Definite(18), raw_tag: Some([12]) }, data: [97, 108, 105, 99, 101, 46, 113, 117, 105, 98, 98, 108, 101, 119, 111, 114, 116, 104] } }] }] }, raw_serial: <<serial.list>> }",
    "rustls": 'invalid peer certificate: NotValidForNameContext { expected: DnsName("b.test"), presented: ["DnsName(\\"<<dns>>\\")"] }',
    "wolfSSL": """\
peer's cert info:
 issuer : /O=<<o>>/CN=<<issuer>>
 subject: /C=GB/O=<<o>>/OU=<<ou>>/CN=<<cn>>
 altname = <<dns>>
 altname = <<email>>
 serial number:<<serial.colons>>
""",
    "BoringSSL": """\
Connected.
  Version: TLSv1.3
  Cert subject: C = GB, O = <<o>>, OU = <<ou>>, CN = <<cn>>
  Cert issuer: O = <<o>>, CN = <<issuer>>
""",
    "step certificate inspect": """\
Certificate:
    Data:
        Version: 3 (0x2)
        Serial Number: <<serial.decimal>> (0x<<serial.hex>>)
    Signature Algorithm: ECDSA-SHA256
        Issuer: O=<<o>>,CN=<<issuer>>
        Validity
            Not Before: Jan 1 00:00:00 2026 UTC
            Not After : Dec 30 00:00:00 2035 UTC
        Subject: C=GB,O=<<o>>,OU=<<ou>>,CN=<<cn>>
        Subject Public Key Info:
            Public Key Algorithm: ECDSA
                Public-Key: (256 bit)
                X:
<<x.deepestnss>>
                Y:
<<y.deepestnss>>
                Curve: P-256
        X509v3 extensions:
            X509v3 Subject Key Identifier:
                <<ski.COLONS>>
            X509v3 Authority Key Identifier:
                keyid:<<aki.COLONS>>
            X509v3 Subject Alternative Name:
                DNS:<<dns>>
                email:<<email>>
    Signature Algorithm: ECDSA-SHA256
<<signature.nss>>
""",
    "step certificate inspect --short": """\
X.509v3 TLS Certificate (ECDSA P-256) [Serial: 5178...7973]
  Subject:     <<cn>>
               <<dns>>
  Issuer:      <<issuer>>
  Valid from:  2026-01-01T00:00:00Z
          to:  2035-12-30T00:00:00Z
""",
    "kubectl describe certificate": """\
Name:         alice
Namespace:    default
API Version:  cert-manager.io/v1
Kind:         Certificate
Spec:
  Common Name:  <<cn>>
  Dns Names:
    <<dns>>
  Email Addresses:
    <<email>>
  Issuer Ref:
    Name:       ca
  Secret Name:  alice-tls
  Subject:
    Organizations:
      <<o>>
    Organizational Units:
      <<ou>>
Status:
  Not After:               2035-12-30T00:00:00Z
""",
    "Vault, a request": '{"request": {"path": "pki/issue/web", "data": {"common_name": "<<cn>>", "alt_names": "<<dns>>", "ttl": "72h"}}}',
    "OpenSSL 1.1": (
        "        Issuer: O = <<o>>, CN = <<issuer>>\n"
        "        Subject: C = GB, O = <<o>>, CN = <<cn>>\n"
        "            X509v3 Authority Key Identifier: \n"
        "                keyid:<<aki.COLONS>>\n"
        "                DirName:/O=<<o>>/CN=<<issuer>>\n"
        "                serial:<<serial.COLONS>>\n"
    ),
    "OpenSSL 3": (
        "        Issuer: O=<<o>>, CN=<<issuer>>\n"
        "        Subject: C=GB, O=<<o>>, CN=<<cn>>\n"
        "            X509v3 Authority Key Identifier: \n"
        "                <<aki.COLONS>>\n"
    ),
    "wget": """\
ERROR: cannot verify b.test's certificate, issued by ‘CN=<<issuer>>,O=<<o>>’:
  Unable to locally verify the issuer's authority.
    ERROR: certificate common name ‘<<cn>>’ doesn't match requested host name ‘b.test’.
""",
    "wget, old": """\
ERROR: cannot verify b.test's certificate, issued by `/O=<<o>>/CN=<<issuer>>':
ERROR: certificate common name `<<cn>>' doesn't match requested host name `b.test'.
""",
    "curl 8": """\
* Server certificate:
*   subject: C=GB; O=<<o>>; CN=<<cn>>
*   start date: Jan  1 00:00:00 2026 GMT
*   expire date: Dec 30 00:00:00 2035 GMT
*   issuer: O=<<o>>; CN=<<issuer>>
*   Certificate level 0: Public key type EC/prime256v1 (256/128 Bits/secBits), signed using ecdsa-with-SHA256
*   subjectAltName: "<<dns>>" matches cert's "<<dns>>"
* SSL certificate verified via OpenSSL.
""",
    "curl with GnuTLS": (
        "* \t server certificate verification OK\n"
        "* \t common name: <<cn>> (matched)\n"
        "* \t subject: C=GB,O=<<o>>,CN=<<cn>>\n"
        "* \t start date: Thu, 01 Jan 2026 00:00:00 GMT\n"
        "* \t issuer: O=<<o>>,CN=<<issuer>>\n"
    ),
    "curl on macOS": """\
* Server certificate: <<cn>>
* Server certificate: <<issuer>>
""",
    "curl with NSS": """\
* Server certificate:
*  subject: CN=<<cn>>,O=<<o>>
*  common name: <<cn>>
*  issuer: CN=<<issuer>>,O=<<o>>
""",
    "Java 8, a serial number": """\
  SerialNumber: [    <<serial.groups>>]
""",
    "Ruby": "#<OpenSSL::X509::Certificate: subject=#<OpenSSL::X509::Name emailAddress=<<email>>,CN=<<cn>>,OU=<<ou>>,O=<<o>>,C=GB>, issuer=#<OpenSSL::X509::Name CN=<<issuer>>,O=<<o>>>, serial=#<OpenSSL::BN <<serial.decimal>>>, not_before=2026-01-01 00:00:00 UTC, not_after=2035-12-30 00:00:00 UTC>",
    "Ruby, old": "#<OpenSSL::X509::Certificate:0x7f subject=/C=GB/O=<<o>>/CN=<<cn>>, issuer=/O=<<o>>/CN=<<issuer>>, serial=<<serial.decimal>>, not_before=2026>",
    "PHP": """\
Array
(
    [name] => /C=GB/O=<<o>>/OU=<<ou>>/CN=<<cn>>
    [subject] => Array
        (
            [C] => GB
            [O] => <<o>>
            [OU] => <<ou>>
            [CN] => <<cn>>
            [emailAddress] => <<email>>
        )

    [hash] => 1a2b3c4d
    [issuer] => Array
        (
            [O] => <<o>>
            [CN] => <<issuer>>
        )

    [version] => 2
    [serialNumber] => 0x<<serial.HEX>>
    [serialNumberHex] => <<serial.HEX>>
    [extensions] => Array
        (
            [subjectAltName] => DNS:<<dns>>, email:<<email>>
            [subjectKeyIdentifier] => <<sha1.COLONS>>
        )

)
""",
    "PHP, var_dump": """\
array(3) {
  ["subject"]=>
  array(2) {
    ["O"]=>
    string(20) "<<o>>"
    ["CN"]=>
    string(18) "<<cn>>"
  }
  ["serialNumberHex"]=>
  string(40) "<<serial.HEX>>"
}
""",
    "Envoy, fields of one": '{"common_name":"<<cn>>","subject_peer_certificate":"CN=<<cn>>","dns_san":"<<dns>>"}',
    "Istio": 'peer: {"ds":"x"} downstream_peer_subject="CN=<<cn>>" downstream_peer_san="<<dns>>"',
}

# As the default, the key is on a curve.
_OF_RSA = frozenset(name for name in _PRINTED if "RSA" in name or name == "Node's getPeerCertificate in JSON")


def _entries() -> Iterator[Leak]:
    for name, printed in _PRINTED.items():
        whose = alice_with_rsa if name in _OF_RSA else alice
        for how, wrap in _WRAPS.items():
            yield Leak(f"{name}, {how}", "log", _written(printed, whose, wrap), whose=whose)


_WRAPS: dict[str, Callable[[str], str]] = {"as it is": str, "in JSON": json.dumps}


def _written(printed: str, whose: Callable[[], Client], wrap: Callable[[str], str]) -> Callable[[Client], str]:
    return lambda _one: wrap(_filled(printed, whose()))


ENTRIES = [*_entries()]

"""What tools and libraries say of a certificate's names, and what they only seem to say."""

import json
from collections.abc import Callable

import pytest

from mtlsguard.redact import prefilter, redact_text
from mtlsguard.redact.markers import MARKER
from mtlsguard.redact.prefilter import gates

WRAPS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "repr": repr,
    "JSON": json.dumps,
    "JSON in JSON": lambda text: json.dumps({"x": json.dumps({"m": text})}),
}
_OF_GO = {"DNSNames": ["zq7"], "EmailAddresses": ["zq7@x"], "IPAddresses": None, "kept": 1}
# zq7 goes, kept stays
LEAKS = [
    "subjectaltname: 'DNS:zq7.x, email:zq7@x',\n kept",
    "'subjectaltname': 'DNS:zq7.x', kept",
    '"subjectaltname":"DNS:zq7.x, email:zq7@x", kept',
    "is not in the cert's altnames: DNS:zq7.x",
    "Host: kept. is not cert's CN: zq7.x",
    "X509v3 Subject Alternative Name:\n   DNS:zq7\n   email:zq7@x\nkept",
    "Subject Alternative Name (not critical):\n\t\t\tDNSname: zq7.x\n\t\t\tRFC822Name: zq7@x\n\t\tkept: 1",
    'Name: Certificate Subject Alt Name\n     DNS name: "zq7.x"\n     RFC822 Name: "zq7@x"\n\n   Name: kept',
    "subject alt name  :\n   dNSName : zq7.x\n    <unsupported>\n  kept : 1",
    "Subject Alternative Name\n     DNS Name=zq7.x\n    RFC822 Name=zq7@x\n  kept",
    "SubjectAlternativeName [\n  DNSName: zq7.x\n  RFC822Name: zq7@x\n]\nkept",
    "subject alternative names [[2, zq7.x], [1, zq7@x]] kept",
    "Certificate for <kept> doesn't match any of the subject alternative names: [zq7.x, zq7.y]",
    "DNSNames:[zq7.x zq7] EmailAddresses:[zq7@x] kept",
    'DNSNames:[]string{"zq7"}, EmailAddresses:[]string{"zq7"}, IPAddresses:[]net.IP(nil) kept',
    json.dumps(_OF_GO),
    json.dumps(_OF_GO, indent=1),
    "SSL: certificate subject name 'zq7 x' does not match target host name 'kept'",
    "curl: (60) SSL: certificate subject name (zq7) does not match target host name 'kept'",
    "ERROR: certificate common name \u2018zq7\u2019 doesn't match requested host name \u2018kept\u2019.",
    "TLS: hostname (kept) does not match common name in certificate (zq7).",
    "x509: certificate is valid for zq7.x, *.zq7, 10.0.0.7, not kept.x",
    "hostname 'kept' doesn't match 'zq7'",
    "hostname 'kept' doesn't match either of 'zq7', 'zq7.x'",
    "Certificate for <kept> doesn't match common name of the certificate subject: zq7",
    'certificate not valid for name "kept"; certificate is only valid for DnsName("zq7")',
    '{"common_name": "zq7", "status": 200, "organization": "zq7", "path": "/kept"}',
    '{"organization": "zq7", "status": 200, "common_name": "zq7 x", "path": "/kept"}',
    "common_name=zq7 status=200 organization=zq7 path=/kept",
    "organization=zq7 status=kept common_name=zq7 x organizational_unit=zq7",
    "common_name=zq7 not_after=2026 status=kept",
    '{"common_name": "zq7", "sans": ["zq7", "zq7.x"], "not_before": "kept"}',
    "Common Name: zq7 zq7\nIssued by: kept\nOrganization: zq7 zq7\n",
    "Spec:\n  Common Name:  zq7\n  Issuer Ref:\n    Name: kept",
    "kept client_cn=zq7 client_o=zq7",
    '{"peer_dns_san": "zq7", "client_sans": ["zq7", "zq7"], "kept": 1}',
    '["subject"]=>\n  array(2) {\n    ["O"]=>\n    string(3) "zq7"\n    ["CN"]=>\n    string(3) "zq7"\n  }\n kept',
    "[subject] => Array\n        (\n            [CN] => zq7\n            [O] => zq7\n        )\n    [kept] => 1",
    "cert_cn='zq7' status=kept",
    "kept tls_client_cn: zq7",
    '{"clientCN": "zq7", "kept": 1}',
    '{"peer_common_name": "zq7", "kept": 1}',
    "{'x509_cn': 'zq7', 'tlsPeerCommonName': 'zq7', 'cert_ou': 'zq7', 'x': 'kept'}",
    "Hostname kept not verified:\n    certificate: sha256/x=\n    DN: CN=zq7\n    subjectAltNames: [zq7.x, zq7.y]",
]
CLEAN = [
    "x509: certificate is not valid for any names, but wanted to match a.example",
    "no alternative certificate subject name matches target host name 'a.example'",
    "No subject alternative DNS name matching a.example found.",
    "hostname 'a' doesn't resolve",
    "hostname does not match the server certificate",
    "subject alternative names: []",
    "subject alternative names [see RFC 5280]",
    "certificate is valid for 30 days, not 90",
    "certificate is valid for a, not b",
    "Alternative names\n  Robin: a\n",
    "alt name\n  url: missing",
    "the subject alternative name\nDNS: timeout",
    "DNSNames: 3",
    "common_name=robin status=200",
    '{"common_name": "robin", "species": "x", "subject": "y"}',
    "organization=acme status=200 issuer=x",
    "client_on=1 peer_o_ring=3 subject on=3 expert_o=3 desert_ou=5",
    "client_count=3 client_cnt=5 peer_cns=3",
    "the common name is set, organization=acme",
    "common name Nadia of organization Corp",
    '{"sans": ["Inter"], "org": "x"}',
    "common_name=true organization=7",
    "tls=on cn=3 o=5",
    "[CN] => China\n[US] => United States",
    '["CN"]=>\n  string(5) "China"\n  ["US"]=>',
    "client_sand=1 peer_santa=2",
    f"common_name=robin {'x' * 700} organization=acme",
    "subjectAltName: missing",
    "EmailAddresses: [a@b.example]",
    '{"EmailAddresses": ["a@b.example"], "URIs": null}',
]


@pytest.mark.parametrize("text", LEAKS)
@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
def test_names_in_what_tools_say_go(text: str, wrap: Callable[[str], str]) -> None:
    written = wrap(text)
    cleaned = redact_text(written)
    shown = MARKER.sub("", cleaned)
    assert ("zq7" in shown, "kept" in shown) == (False, "kept" in text)
    assert redact_text(cleaned) == cleaned
    assert gates.pass_the_gates(written)
    assert prefilter.is_told(written)


@pytest.mark.parametrize("text", CLEAN)
@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
def test_what_tools_say_of_other_names_stays(text: str, wrap: Callable[[str], str]) -> None:
    written = wrap(text)
    assert redact_text(written) is written


@pytest.mark.parametrize(
    "text",
    [
        "modulus: \n0a1b2c3d4e5f60718293",
        "modulus: 0a 1b 2c 3d 4e 5f 60 71 82 93",
        "Signature:[1 2] SignatureAlgorithm:ECDSA",
        '"Signature":"MEQCIDbe","SignatureAlgorithm":10',
        "{2.5.29.14 false [4 20 7 179]}",
        "[48 64 49 29 48 27 6 3 85 4 10 12 20 90 97]",
        "[48 89 48 19 6 7 42 134 72 206 61 2 1 6 8]",
    ],
)
def test_octets_and_numbers_of_keys_are_seen_at_first_sight(text: str) -> None:
    assert redact_text(text) != text
    assert gates.pass_the_gates(text)
    assert prefilter.is_told(text)

"""What looks a little like certificate data and is none stays as it is."""

import base64
import hashlib
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtlsguard.redact import redact_certificates, redact_text

JWT = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwiaWF0IjoxNTE2MjM5MDIyfQ.NHVaYe26MbtOYhSKkoKYdFVo"

CLEAN = [
    "",
    "request finished",
    "request 0f8fad5b-d9cb-469f-a165-70867728950e took 12.4 ms",
    "deployed 3f786850e387550fdab836ed7e6dc881de23001b from main",
    "image sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    f"Authorization: Bearer {JWT}",
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
    "session MTIzNDU2Nzg5MGFiY2RlZg== and csrf MIxg7Zc0HbvWnqJdPkLs",
    "colour #308230 on #82a0ff",
    "eth0 00:1a:2b:3c:4d:5e up, ip fe80::21a:2bff:fe3c:4d5e and 2001:db8:85a3::8a2e:370:7334",
    "order 20261123-000417, invoice 3082114, parcel JD014600003082112233",
    "the CN is missing, and so is the O; the serial is odd and the issuer unknown",
    "Issuer: https://accounts.example.org, subject: Monthly report",
    'subject="Monthly report" issuer="https://login.example.org/"',
    "serial killer, serial port ttyS0, serial: none, serial number 12 of 15",
    "fingerprint reader ready; fingerprint: unknown",
    "at 2026-11-23T20:42:11.123Z until 2026-11-23 20:42:11,123+00:00",
    "GET /C/users=1 /O/=2 /api/CN/x?O=1&C=2 https://example.org/CN=page",
    "C:\\Users\\CN\\x.pem and /etc/ssl/certs/ca.pem",
    "a=1, b=2, c=3, d=4, e=5, l=6, o=7, s=8",
    "L=3, C=4 at T=5, S=6",
    "if CN == 5 and O != 6 then UID=1000",
    "export PATH=/usr/bin HOME=/root UID=0 LC_ALL=C LANG=C",
    "expected -----BEGIN CERTIFICATE----- and then -----END CERTIFICATE-----",
    "X-SSL-Client-Verify: SUCCESS",
    "x-ssl-client-verify=NONE",
    "spiffe://example.org/ns/billing/sa/api passed",
    "client_cert=None ssl_client_verify='NONE' client-cert: missing",
    "headers ['x-ssl-client-cert', 'x-ssl-client-verify'] are removed",
    '{"trailer": "X-Forwarded-Client-Cert", "status": 200}',
    "client 10.0.0.1 certain, certificate chain of 3, certificates: 4",
    "malformed-certificate denied for header x-ssl-client-cert",
    "x = MIDI, MIB 2.5, MISSISSIPPI, MIIT",
    "weight 30 82 15 0a ff",
    "100% C%3A and a%3Db%2Cc%3Dd",
    "<Response 200 OK> <Name>x</Name> x < y",
    "hash=abc Hash=def; by=me; uri=/x",
]


@pytest.mark.parametrize("text", CLEAN)
def test_a_text_without_certificate_data_is_the_very_same_object(text):
    assert redact_text(text) is text


@pytest.mark.parametrize("text", CLEAN)
def test_an_event_without_certificate_data_is_the_very_same_object(text):
    event = {"event": text, "nested": {"list": [text, 1, None], "tuple": (text.encode(), text)}}
    assert redact_certificates(None, "info", event) is event


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("subject", "Monthly report"),
        ("issuer", "https://accounts.example.org"),
        ("dn", "unknown"),
        ("serial", None),
        ("serial", "ttyS0"),
        ("serial_number", "SN-Widget"),
        ("fingerprint", ["{{ default }}", "login"]),
        ("fingerprint", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("certificate", "valid"),
        ("certificate", "/etc/ssl/certs/example-service-2026.pem"),
        ("certificate", "Certificate of Completion, level 3"),
        ("cert", True),
        ("client_cert", None),
        ("ssl_client_verify", "SUCCESS"),
        ("client_cert_expires_in", 86400),
        ("client_cert_not_after", datetime(2027, 1, 1, tzinfo=UTC)),
        ("client_cert_not_after", "2027-01-01T00:00:00Z"),
        ("ssl_client_cipher", "TLS_AES_128_GCM_SHA256"),
        ("ssl_client_auth", "want"),
        ("client_certificates", "3 loaded"),
        ("x-client-cert-spiffe", "spiffe://example.org/a"),
        ("chain", "supermarket"),
        ("border", "1px solid #308230"),
        ("identity", "spiffe://example.org/ns/billing"),
        ("hash", hashlib.sha256(b"").hexdigest()),
        ("id", uuid.UUID(int=5)),
        ("order", 20261123000417),
        ("token", base64.b64encode(bytes(range(60))).decode()),
    ],
)
def test_a_telling_key_alone_is_not_enough_for_words_that_others_use_too(key, value):
    event = {"event": "x", key: value}
    assert redact_certificates(None, "info", event) is event


@given(st.uuids(), st.binary(min_size=1, max_size=60), st.integers(), st.ip_addresses(), st.datetimes())
def test_identifiers_and_tokens_survive(identifier, octets, number, address, moment):
    token = base64.b64encode(b"\x89" + octets).decode()
    text = f"id {identifier} sha {hashlib.sha256(octets).hexdigest()} token {token} n {number} ip {address} at {moment}"
    assert redact_text(text) is text

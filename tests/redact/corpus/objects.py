"""What Python objects print: of ssl, cryptography, pyOpenSSL, asn1crypto; scopes and environs; dumps of headers.

Recorded as: the objects are made at test time and asked for their repr, str, format, pprint or JSON.
"""

import asyncio
import json
import os
import pprint
import socket
import ssl
import tempfile
import threading
import warnings
from collections.abc import Callable
from functools import cache
from http.client import HTTPMessage
from pathlib import Path
from typing import Any

from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import crypto
from starlette.datastructures import Headers
from werkzeug.datastructures import EnvironHeaders

from tests.redact.corpus.alice import COMMON_NAME, DNS, EMAIL, ORGANIZATION, UNIT, Client, alice, alice_with_rsa
from tests.redact.corpus.entry import Leak


@cache
def getpeercert(one: Client) -> dict[str, Any]:
    """Asked of a real connection."""
    with tempfile.TemporaryDirectory() as name:
        pem, authority = Path(name) / "pem", Path(name) / "ca"
        pem.write_text(one.pem + one.key_pem)
        authority.write_bytes(one.authority.public_bytes(Encoding.PEM))
        server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        server.load_cert_chain(pem)
        client.load_verify_locations(authority)
        client.check_hostname = False
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=lambda: server.wrap_socket(theirs, server_side=True).close())
    thread.start()
    with client.wrap_socket(ours) as connection:
        found = connection.getpeercert()
    thread.join()
    theirs.close()
    assert found is not None
    return found


_PEER: dict[str, Callable[[dict[str, Any]], str]] = {
    "repr": repr,
    "pprint": pprint.pformat,
    "pprint, narrow": lambda cert: pprint.pformat(cert, width=40),
    "JSON": json.dumps,
    "JSON in lines": lambda cert: json.dumps(cert, indent=2),
    "JSON in JSON": lambda cert: json.dumps(json.dumps(cert)),
    "a sentence": lambda cert: f"peer is {cert!r}, refused",
    "its subject only": lambda cert: f"subject {cert['subject']}",
    "its names only": lambda cert: f"names {cert['subjectAltName']}",
    "flat": lambda cert: repr(dict(pair for rdn in cert["subject"] for pair in rdn)),
    "flat, as JSON": lambda cert: json.dumps(dict(pair for rdn in cert["subject"] for pair in rdn)),
    "cut": lambda cert: repr(cert)[:120],
    "its serial number": lambda cert: f"serial number {cert['serialNumber']}",
}


def _cryptography(one: Client) -> dict[str, object]:
    certificate = one.certificate
    return {
        "certificate": certificate,
        "subject": certificate.subject,
        "RDNs": certificate.subject.rdns,
        "attributes": list(certificate.subject),
        "extensions": certificate.extensions,
        "alternative names": [extension.value for extension in certificate.extensions],
        "key identifiers": [extension.value for extension in certificate.extensions][1:3],
        "public numbers": one.key.public_key().public_numbers(),  # type: ignore[union-attr]
        "public numbers of RSA": _numbers_of_rsa(),
        "request": one.request,
        "request's attributes": one.request.subject,
        "list": [one.crl, one.crl.issuer],
        "revoked": list(one.crl),
        "general names": list(certificate.extensions[0].value),  # type: ignore[call-overload]
        "to be signed": certificate.tbs_certificate_bytes,
        "hash": {"fingerprint": one.sha256},
        "mapping of all": {"subject": certificate.subject, "issuer": certificate.issuer, "serial": one.serial},
    }


def _numbers_of_rsa() -> object:
    key = alice_with_rsa().key
    assert isinstance(key, rsa.RSAPrivateKey)
    return key.public_key().public_numbers()


def _pyopenssl(one: Client) -> dict[str, object]:
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # the old calls are what is logged
        return _of_pyopenssl(crypto.X509.from_cryptography(one.certificate))


def _of_pyopenssl(certificate: crypto.X509) -> dict[str, object]:
    return {
        "components": certificate.get_subject().get_components(),
        "name": certificate.get_subject(),
        "issuer": certificate.get_issuer(),
        "digest": {"digest": certificate.digest("sha256")},
        "serial": {"serial": certificate.get_serial_number()},
        "dump as text": crypto.dump_certificate(crypto.FILETYPE_TEXT, certificate),
        "dump as PEM": crypto.dump_certificate(crypto.FILETYPE_PEM, certificate),
    }


def _asn1crypto(one: Client) -> dict[str, object]:
    certificate = asn1.Certificate.load(one.der)
    return {
        "certificate": certificate,
        "subject, native": dict(certificate.subject.native),
        "subject, for people": f"subject: {certificate.subject.human_friendly}",
        "native": {"tbs": certificate["tbs_certificate"]["subject"].native, "serial_number": certificate.serial_number},
        "fingerprint": f"sha256_fingerprint: {certificate.sha256_fingerprint}",
    }


def _scope(one: Client) -> dict[str, object]:
    headers = [
        (b"host", b"a"),
        (b"x-ssl-client-cert", one.base64.encode()),
        (b"x-ssl-client-s-dn", one.dn.encode()),
        (b"x-ssl-client-serial", one.hex_serial.encode()),
    ]
    tls = {"client_cert_chain": [one.pem], "client_cert_name": one.dn, "tls_version": 0x0304}
    return {
        "ASGI": {"type": "http", "path": "/", "headers": headers, "extensions": {"tls": tls}},
        "ASGI, TLS only": {"tls": tls},
        "Starlette's headers": Headers(raw=headers),
        "httptools' headers": [list(pair) for pair in headers],
    }


def _environ(one: Client) -> dict[str, object]:
    environ = {
        "REQUEST_METHOD": "GET",
        "HTTP_HOST": "a",
        "HTTP_X_SSL_CLIENT_CERT": one.base64,
        "HTTP_X_SSL_CLIENT_S_DN": one.dn,
        "SSL_CLIENT_S_DN_CN": COMMON_NAME,
        "SSL_CLIENT_SAN_Email_0": EMAIL,
        "SSL_CLIENT_M_SERIAL": one.hex_serial,
        "SSL_CLIENT_CERT": one.pem,
        "wsgi.url_scheme": "https",
    }
    message = HTTPMessage()
    message.add_header("X-SSL-Client-S-DN", one.dn)
    message.add_header("X-SSL-Client-Cert", one.base64)
    return {
        "WSGI": environ,
        "WSGI, as lines": "\n".join(f"{name}={value!r}" for name, value in environ.items()),
        "WSGI, as env prints it": "\n".join(f"{name}={value}" for name, value in environ.items()),
        "werkzeug's headers": EnvironHeaders(environ),
        "http.client's headers": message.as_string(),
        "items": sorted(environ.items()),
    }


def _others(one: Client) -> dict[str, object]:
    return {
        "asyncio's extra": {"peercert": getpeercert(one), "compression": None},
        "asyncio's exception": asyncio.IncompleteReadError(one.der, 9000),
        "a path with a name": {"argv": ["openssl", "x509", "-subject", f"/CN={COMMON_NAME}/O={ORGANIZATION}"]},
        "an environment": {"SSL_CLIENT_S_DN_OU": UNIT, "PWD": os.sep},
        "names": {"x-client-cert-dnsname-sans": DNS},
    }


_SHOWN: dict[str, Callable[[object], str]] = {
    "repr": repr,
    "pprint": pprint.pformat,
    "str in JSON": lambda one: json.dumps(str(one)),
}


def _shown(kind: str, library: str, made: Callable[[Client], dict[str, object]], ways: tuple[str, ...]) -> list[Leak]:
    return [
        Leak(f"{library}, {what}, {how}", kind, lambda one, what=what, how=how: _SHOWN[how](made(one)[what]))
        for what in made(alice())
        for how in ways
        if _leaks(_SHOWN[how](made(alice())[what]))
    ]  # fmt: skip


def _leaks(text: str) -> bool:
    return bool(alice().leaks_in(text) or alice_with_rsa().leaks_in(text))


_ALL = ("repr", "pprint", "str in JSON")
ENTRIES = [
    *[Leak(f"peercert, {how}", "getpeercert", lambda one, s=show: s(getpeercert(one))) for how, show in _PEER.items()],
    *_shown("repr", "cryptography", _cryptography, _ALL),
    *_shown("repr", "pyOpenSSL", _pyopenssl, ("repr", "str in JSON")),
    *_shown("repr", "asn1crypto", _asn1crypto, ("repr", "pprint")),
    *_shown("scope", "scope", _scope, _ALL),
    *_shown("environ", "environ", _environ, _ALL),
    *_shown("repr", "others", _others, ("repr",)),
]  # fmt: skip

"""What `openssl` prints. Recorded by running it at test time (OpenSSL 3.0, whose forms 1.1 and 3.x share)."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

from tests.redact.corpus.alice import Client, alice, alice_with_ed25519, alice_with_rsa
from tests.redact.corpus.entry import Leak

# name, what it is about, arguments; a name in capitals is a file
_COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("x509 -text", "openssl text", "x509 -in LEAF -text"),
    ("x509 -text -noout", "openssl text", "x509 -in LEAF -text -noout"),
    ("x509 -text of RSA", "openssl text", "x509 -in LEAF_RSA -text -noout"),
    ("x509 -text of Ed25519", "openssl text", "x509 -in LEAF_ED25519 -text -noout"),
    ("x509 -text -nameopt multiline", "openssl text", "x509 -in LEAF -text -noout -nameopt multiline,show_type"),
    ("x509 -text -nameopt RFC2253", "openssl text", "x509 -in LEAF -text -noout -nameopt RFC2253"),
    ("x509 -text -nameopt oneline", "openssl text", "x509 -in LEAF -text -noout -nameopt oneline"),
    ("x509 -text -nameopt compat", "openssl text", "x509 -in LEAF -text -noout -nameopt compat"),
    ("x509 -text of a CA", "openssl text", "x509 -in CA -text -noout"),
    ("x509 -subject", "dn", "x509 -in LEAF -noout -subject"),
    ("x509 -subject -issuer", "dn", "x509 -in LEAF -noout -subject -issuer"),
    ("x509 -subject -nameopt RFC2253", "dn", "x509 -in LEAF -noout -subject -nameopt RFC2253"),
    ("x509 -subject -nameopt compat", "dn", "x509 -in LEAF -noout -subject -nameopt compat"),
    ("x509 -subject -nameopt multiline", "dn", "x509 -in LEAF -noout -subject -nameopt multiline"),
    ("x509 -subject -nameopt sep_multiline", "dn", "x509 -in LEAF -noout -subject -nameopt sep_multiline"),
    ("x509 -subject -nameopt sep_multiline,lname", "dn", "x509 -in LEAF -noout -subject -nameopt sep_multiline,lname"),
    ("x509 -subject -nameopt oid", "dn", "x509 -in LEAF -noout -subject -nameopt sep_comma_plus,oid"),
    ("x509 -subject -nameopt dn_rev", "dn", "x509 -in LEAF -noout -subject -nameopt sep_comma_plus_space,dn_rev,sname"),
    ("x509 -subject -nameopt sep_semi", "dn", "x509 -in LEAF -noout -subject -nameopt sep_semi_plus_space,sname"),
    ("x509 -serial", "serial", "x509 -in LEAF -noout -serial"),
    ("x509 -fingerprint", "fingerprint", "x509 -in LEAF -noout -fingerprint"),
    ("x509 -fingerprint -sha256", "fingerprint", "x509 -in LEAF -noout -fingerprint -sha256"),
    ("x509 -serial -subject", "serial", "x509 -in LEAF -noout -serial -subject -dates"),
    ("x509 -ext subjectAltName", "openssl text", "x509 -in LEAF -noout -ext subjectAltName"),
    ("x509 -ext subjectKeyIdentifier", "openssl text", "x509 -in LEAF -noout -ext subjectKeyIdentifier,subjectAltName"),
    ("x509 -pubkey", "pem", "x509 -in LEAF -noout -pubkey"),
    ("x509 -modulus", "hex", "x509 -in LEAF_RSA -noout -modulus"),
    ("x509 -C", "hex", "x509 -in LEAF -noout -text -certopt no_header"),
    ("req -text", "csr", "req -in REQUEST -text"),
    ("req -text -noout", "csr", "req -in REQUEST -text -noout"),
    ("req -subject", "csr", "req -in REQUEST -noout -subject"),
    ("crl -text", "crl", "crl -in CRL -text"),
    ("crl -text -noout", "crl", "crl -in CRL -text -noout"),
    ("crl -issuer", "crl", "crl -in CRL -noout -issuer"),
    ("pkcs7 -print_certs", "pkcs7", "pkcs7 -in PKCS7 -print_certs"),
    ("pkcs7 -print_certs -noout", "pkcs7", "pkcs7 -in PKCS7 -print_certs -noout"),
    ("pkcs7 -print_certs -text", "pkcs7", "pkcs7 -in PKCS7 -print_certs -text -noout"),
    ("pkcs7 -print", "pkcs7", "pkcs7 -in PKCS7 -print -noout"),
    ("pkcs12 -nodes", "pkcs12", "pkcs12 -in PKCS12 -nodes -passin file:PASS"),
    ("pkcs12 -nokeys", "pkcs12", "pkcs12 -in PKCS12 -nokeys -passin file:PASS"),
    ("pkcs12 -nocerts", "pkcs12", "pkcs12 -in PKCS12 -nocerts -passin file:PASS -passout file:PASS"),
    ("asn1parse", "openssl text", "asn1parse -in LEAF"),
    ("asn1parse -i -dump", "openssl text", "asn1parse -in LEAF -i -dump"),
    ("pkey -text", "private key", "pkey -in KEY -text"),
    ("pkey -text -noout", "private key", "pkey -in KEY -text -noout"),
    ("pkey -text -noout of RSA", "private key", "pkey -in KEY_RSA -text -noout"),
    ("pkey -text -noout of Ed25519", "private key", "pkey -in KEY_ED25519 -text -noout"),
    ("pkey -pubout", "pem", "pkey -in KEY -pubout"),
    ("verify", "dn", "verify -CAfile OTHER_CA LEAF"),
    ("verify -show_chain", "dn", "verify -CAfile CA -show_chain LEAF"),
    ("storeutl", "openssl text", "storeutl -noout -text -certs LEAF"),
    ("ocsp -req_text", "serial", "ocsp -issuer CA -cert LEAF -req_text -no_nonce -noverify"),
    ("ocsp -serial -req_text", "serial", "ocsp -issuer CA -serial SERIAL -req_text -no_nonce -noverify"),
)


def _printed(arguments: str, one: Client) -> str:
    with _files(one) as folder:
        words = [_filled(word, folder) for word in arguments.replace("SERIAL", f"0x{one.hex_serial}").split()]
        ended = subprocess.run(["openssl", *words], capture_output=True, check=False, timeout=30)
    return (ended.stdout + ended.stderr).decode("utf-8", "backslashreplace")


def _filled(word: str, folder: Path) -> str:
    scheme, found, name = word.rpartition(":")
    return scheme + found + str(folder / name) if (folder / name).exists() else word


@contextmanager
def _files(one: Client) -> Iterator[Path]:
    rsa, ed25519 = alice_with_rsa(), alice_with_ed25519()
    files = {
        "LEAF": one.pem,
        "LEAF_RSA": rsa.pem,
        "LEAF_ED25519": ed25519.pem,
        "CA": one.authority.public_bytes(Encoding.PEM).decode(),
        "OTHER_CA": rsa.authority.public_bytes(Encoding.PEM).decode(),
        "REQUEST": one.request.public_bytes(Encoding.PEM).decode(),
        "CRL": one.crl.public_bytes(Encoding.PEM).decode(),
        "PKCS7": one.pkcs7(Encoding.PEM).decode(),
        "KEY": one.private(Encoding.PEM, PrivateFormat.TraditionalOpenSSL).decode(),
        "KEY_RSA": rsa.key_pem,
        "KEY_ED25519": ed25519.key_pem,
        "PASS": "pass phrase\npass phrase\n",
    }
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in files.items():
            (folder / file).write_text(text)
        (folder / "PKCS12").write_bytes(one.pkcs12)
        yield folder


@cache
def _once(arguments: str, one: Client) -> str:
    return _printed(arguments, one)


def _whose(arguments: str) -> Callable[[], Client]:
    return alice_with_rsa if "_RSA" in arguments else alice_with_ed25519 if "_ED25519" in arguments else alice


ENTRIES = [
    Leak(f"openssl {name}", about, lambda one, arguments=arguments: _once(arguments, one), whose=_whose(arguments))
    for name, about, arguments in _COMMANDS
]

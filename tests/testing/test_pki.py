"""The PKI maker is good by default: what it makes passes in every strict verifier at hand."""

import contextlib
import ssl
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509 import verification

from mtlsguard.testing import keys
from mtlsguard.testing.pki import Issued, Pki

SIGNING_ALGORITHMS = [name for name in keys.ALGORITHMS if not name.startswith("x")]


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def extension(issued: Issued, kind: type) -> x509.Extension:
    return issued.certificate.extensions.get_extension_for_class(kind)


def kinds(issued: Issued) -> list[str]:
    return [one.oid._name for one in issued.certificate.extensions]


def uris(issued: Issued) -> list[str]:
    san = extension(issued, x509.SubjectAlternativeName).value
    return san.get_values_for_type(x509.UniformResourceIdentifier)


def dates(issued: Issued) -> tuple[datetime, datetime]:
    return issued.certificate.not_valid_before_utc, issued.certificate.not_valid_after_utc


def verified(leaf: Issued, root: Issued) -> bool:
    """What the verifier of `cryptography` says, in the rules of the web PKI."""
    verifier = verification.PolicyBuilder().store(verification.Store([root.certificate])).build_client_verifier()
    try:
        verifier.verify(leaf.certificate, [one.certificate for one in leaf.chain])
    except verification.VerificationError:
        return False
    return True


def openssl(*arguments: object) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.fixture
def openssl_verify(tmp_path):
    """`openssl verify` as strict as Python 3.13 is, for a purpose."""

    def verify(leaf: Issued, purpose: str = "sslclient") -> str:
        chain, _ = leaf.write(tmp_path, "leaf")
        (tmp_path / "root.pem").write_text(leaf.root.pem)
        strict = ["verify", "-x509_strict", "-purpose", purpose]
        return openssl(*strict, "-CAfile", tmp_path / "root.pem", "-untrusted", chain, chain)

    return verify


def handshake(server: ssl.SSLObject, client: ssl.SSLObject, wires: tuple[ssl.MemoryBIO, ...]) -> None:
    to_client, from_client, to_server, from_server = wires
    for _ in range(4):
        for side in (client, server):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
            to_server.write(from_client.read())
            to_client.write(from_server.read())


def context(protocol: int, own: Issued, root: Issued, folder) -> ssl.SSLContext:
    made = ssl.SSLContext(protocol)
    made.verify_mode = ssl.CERT_REQUIRED
    made.verify_flags |= ssl.VERIFY_X509_STRICT
    made.load_verify_locations(cadata=root.pem)
    made.load_cert_chain(*own.write(folder, f"own-{protocol}"))
    return made


def test_a_default_leaf_is_good_for_the_verifier_of_cryptography(pki):
    assert verified(pki.leaf(), pki.root)


def test_a_default_leaf_is_good_for_strict_openssl(pki, openssl_verify):
    assert openssl_verify(pki.leaf()).endswith("leaf.pem: OK\n")


def test_a_server_certificate_is_good_for_strict_openssl(pki, openssl_verify):
    assert openssl_verify(pki.server(), "sslserver").endswith("leaf.pem: OK\n")


def test_a_leaf_is_no_server_certificate(pki, openssl_verify):
    assert "unsuitable certificate purpose" in openssl_verify(pki.leaf(), "sslserver")


def test_client_and_server_shake_hands_with_both_verifying_strictly(pki, tmp_path):
    leaf = pki.leaf()
    wires = tuple(ssl.MemoryBIO() for _ in range(4))
    accepting = context(ssl.PROTOCOL_TLS_SERVER, pki.server(), pki.root, tmp_path)
    connecting = context(ssl.PROTOCOL_TLS_CLIENT, leaf, pki.root, tmp_path)
    server = accepting.wrap_bio(wires[2], wires[3], server_side=True)
    client = connecting.wrap_bio(wires[0], wires[1], server_hostname="localhost")
    handshake(server, client, wires)
    assert server.getpeercert(binary_form=True) == leaf.der


@pytest.mark.parametrize("algorithm", [name for name in SIGNING_ALGORITHMS if name not in {"rsa1024", "rsa4096"}])
def test_a_hierarchy_of_any_algorithm_holds_together_for_openssl(algorithm, openssl_verify):
    assert openssl_verify(Pki(algorithm=algorithm).leaf()).endswith("leaf.pem: OK\n")


def test_a_leaf_carries_what_rfc_5280_asks_of_it(pki):
    assert kinds(pki.leaf()) == [
        "keyUsage",
        "extendedKeyUsage",
        "subjectAltName",
        "subjectKeyIdentifier",
        "authorityKeyIdentifier",
    ]


@pytest.mark.parametrize("role", ["root", "intermediate"])
def test_an_authority_carries_what_rfc_5280_asks_of_it(pki, role):
    assert kinds(getattr(pki, role)) == [
        "basicConstraints",
        "keyUsage",
        "subjectKeyIdentifier",
        "authorityKeyIdentifier",
    ]


def test_only_basic_constraints_and_key_usage_of_an_authority_are_critical(pki):
    critical = [one.oid._name for one in pki.intermediate.certificate.extensions if one.critical]
    assert critical == ["basicConstraints", "keyUsage"]


def test_an_authority_key_identifier_is_its_issuers_subject_key_identifier(pki):
    authority_key_id = extension(pki.leaf(), x509.AuthorityKeyIdentifier).value.key_identifier
    assert authority_key_id == extension(pki.intermediate, x509.SubjectKeyIdentifier).value.digest


def test_a_key_identifier_is_the_one_cryptography_computes(pki):
    leaf = pki.leaf()
    computed = x509.SubjectKeyIdentifier.from_public_key(leaf.key.public_key())
    assert extension(leaf, x509.SubjectKeyIdentifier).value == computed


def test_a_leaf_is_valid_from_an_hour_ago_for_thirty_days(pki):
    assert dates(pki.leaf()) == (pki.now - timedelta(hours=1), pki.now + timedelta(days=30))


def test_an_authority_is_valid_from_yesterday_for_ten_years(pki):
    assert dates(pki.root) == (pki.now - timedelta(days=1), pki.now + timedelta(days=3650))


def test_now_is_what_the_test_says():
    noon = datetime(2031, 5, 6, 12, tzinfo=UTC)
    assert Pki(noon).leaf().certificate.not_valid_before_utc == noon - timedelta(hours=1)


def test_a_leaf_names_its_workload_in_one_spiffe_uri(pki):
    assert uris(pki.leaf("billing")) == ["spiffe://example.org/ns/default/sa/billing"]


def test_a_subject_is_organisation_and_common_name(pki):
    assert pki.leaf("billing").certificate.subject.rfc4514_string() == "CN=billing,O=Example"


def test_two_hierarchies_have_the_same_names(pki):
    assert Pki().intermediate.certificate.subject == pki.intermediate.certificate.subject


@pytest.mark.parametrize("algorithm", ["p256", "rsa2048"])
def test_two_hierarchies_do_not_believe_each_other(algorithm):
    one, other = Pki(algorithm=algorithm), Pki(algorithm=algorithm)
    assert not verified(one.leaf(), other.root)


def test_every_certificate_has_a_serial_number_of_its_own(pki):
    assert pki.leaf().serial != pki.leaf().serial

"""What the PKI maker hands out, how it is written down, and how it is edited."""

import stat

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import verification
from cryptography.x509.oid import SignatureAlgorithmOID

from mtlsguard.testing import der
from mtlsguard.testing.details import Field
from mtlsguard.testing.pki import Issued, Pki


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def verified(leaf: Issued, root: Issued) -> bool:
    """What the verifier of `cryptography` says, in the rules of the web PKI."""
    verifier = verification.PolicyBuilder().store(verification.Store([root.certificate])).build_client_verifier()
    try:
        verifier.verify(leaf.certificate, [one.certificate for one in leaf.chain])
    except verification.VerificationError:
        return False
    return True


def test_the_chain_is_what_lies_between_leaf_and_root(pki):
    below = pki.authority("Example Lower", issuer=pki.intermediate)
    assert pki.leaf(issuer=below).chain == (below, pki.intermediate)


def test_the_chain_of_a_leaf_right_under_the_root_is_empty(pki):
    assert pki.leaf(issuer=pki.root).chain == ()


def test_the_root_is_the_end_of_the_issuers(pki):
    assert pki.leaf().root is pki.root


def test_a_self_signed_certificate_is_its_own_root(pki):
    alone = pki.self_signed()
    assert alone.root is alone


def test_a_self_signed_certificate_verifies_with_its_own_key(pki):
    alone = pki.self_signed().certificate
    alone.verify_directly_issued_by(alone)


def test_the_fingerprint_is_sha_256_of_the_der(pki):
    leaf = pki.leaf()
    assert leaf.fingerprint == leaf.certificate.fingerprint(hashes.SHA256()).hex()


def test_the_pem_is_the_der(pki):
    leaf = pki.leaf()
    assert x509.load_pem_x509_certificate(leaf.pem.encode()).public_bytes(Encoding.DER) == leaf.der


@pytest.mark.parametrize("show", [repr, str])
def test_printing_shows_nothing_of_certificate_or_key(pki, show):
    assert show(pki.leaf("secret-name")) == "Issued(<certificate withheld>)"


def test_a_signing_key_does_not_print(pki):
    assert "key" not in repr(pki.leaf().signing)


def test_writing_makes_a_key_file_for_the_owner_only(pki, tmp_path):
    _, key = pki.leaf().write(tmp_path, "client")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_writing_over_a_readable_key_file_closes_it(pki, tmp_path):
    (tmp_path / "client.key").touch(mode=0o644)
    _, key = pki.leaf().write(tmp_path, "client")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_writing_makes_a_chain_file_without_the_root(pki, tmp_path):
    leaf = pki.leaf()
    chain, _ = leaf.write(tmp_path, "client")
    assert chain.read_text() == leaf.pem + pki.intermediate.pem


def test_a_resigned_certificate_holds_what_was_edited(pki):
    edited = pki.leaf().resigned(lambda tbs: der.replaced(tbs, Field.SERIAL, der.integer(77)))
    assert edited.certificate.serial_number == 77


def test_a_resigned_certificate_still_verifies(pki):
    edited = pki.leaf().resigned(lambda tbs: der.replaced(tbs, Field.SERIAL, der.integer(77)))
    assert verified(edited, pki.root)


def test_a_resigned_certificate_may_name_two_signature_algorithms(pki):
    other = der.sequence(der.oid(SignatureAlgorithmOID.ED25519))
    edited = pki.leaf().resigned(lambda tbs: der.replaced(tbs, Field.ALGORITHM, other))
    assert der.children(edited.der)[1] != edited.element(Field.ALGORITHM)


def test_an_altered_certificate_no_longer_verifies(pki):
    leaf = pki.leaf("client")
    assert not verified(leaf.altered(lambda der: der.replace(b"sa/client", b"sa/cleint")), pki.root)


def test_an_altered_certificate_may_have_trailing_bytes(pki):
    trailing = pki.leaf().altered(lambda der: der + b"\x00")
    with pytest.raises(ValueError, match="error parsing asn1"):
        _ = trailing.certificate

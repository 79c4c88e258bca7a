"""Keys and signatures of the PKI maker, the sound and the odd."""

import re
import subprocess
import time

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.x509.oid import SignatureAlgorithmOID

from mtlsguard.testing import keys
from mtlsguard.testing.details import Field
from mtlsguard.testing.pki import Issued, Pki


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def public_numbers(issued: Issued) -> object:
    return issued.certificate.public_key().public_numbers()


def openssl(*arguments: object) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize("algorithm", [name for name in keys.ALGORITHMS if name != "rsa4096"])
def test_a_leaf_may_have_a_key_of_any_algorithm(pki, algorithm):
    leaf = pki.leaf(algorithm=algorithm)
    assert leaf.element(Field.PUBLIC_KEY) == keys.spki(leaf.key.public_key())


def test_an_unknown_algorithm_is_refused_by_name(pki):
    with pytest.raises(ValueError, match="unknown key algorithm 'rsa2047': expected one of p192"):
        pki.leaf(algorithm="rsa2047")


def test_a_key_can_be_given(pki):
    key = ec.generate_private_key(ec.SECP256R1())
    assert pki.leaf(key=key).certificate.public_key() == key.public_key()


def test_neighbours_have_different_keys_although_rsa_keys_are_pooled(pki):
    assert public_numbers(pki.leaf(algorithm="rsa2048")) != public_numbers(pki.leaf(algorithm="rsa2048"))


def test_a_pooled_key_comes_back(pki):
    leaves = [pki.leaf(algorithm="rsa2048") for _ in range(keys.POOL_SIZE + 1)]
    assert public_numbers(leaves[0]) == public_numbers(leaves[-1])


def test_a_fresh_key_is_none_of_the_pool(pki):
    pooled = [public_numbers(pki.leaf(algorithm="rsa1024")) for _ in range(keys.POOL_SIZE)]
    assert public_numbers(pki.leaf(algorithm="rsa1024", fresh=True)) not in pooled


def test_authorities_never_share_a_pooled_key_with_leaves(pki):
    leaves = [public_numbers(pki.leaf(algorithm="rsa1024")) for _ in range(keys.POOL_SIZE)]
    assert public_numbers(pki.authority(algorithm="rsa1024")) not in leaves


def test_five_hundred_certificates_take_seconds_not_minutes(pki):
    began = time.perf_counter()
    for _ in range(500):
        pki.leaf()
    assert time.perf_counter() - began < 5


def test_a_forgery_names_its_issuer(pki):
    assert pki.leaf(signed_by=Pki().root.key).certificate.issuer == pki.intermediate.certificate.subject


def test_a_forgery_is_not_signed_by_its_issuer(pki):
    forged = pki.leaf(signed_by=Pki().root.key)
    with pytest.raises(InvalidSignature):
        forged.certificate.verify_directly_issued_by(pki.intermediate.certificate)


@pytest.mark.parametrize(
    "digest",
    ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"],
)
def test_an_rsa_signature_may_use_any_digest(digest):
    old = Pki(algorithm="rsa2048")
    leaf = old.leaf(signature_hash=digest).certificate
    key = old.intermediate.key.public_key()
    key.verify(leaf.signature, leaf.tbs_certificate_bytes, padding.PKCS1v15(), leaf.signature_hash_algorithm)
    assert leaf.signature_hash_algorithm.name == digest


@pytest.mark.parametrize("digest", ["sha1", "sha224", "sha256", "sha384", "sha512"])
def test_an_ecdsa_signature_may_use_any_digest(pki, digest):
    leaf = pki.leaf(signature_hash=digest).certificate
    key = pki.intermediate.key.public_key()
    key.verify(leaf.signature, leaf.tbs_certificate_bytes, ec.ECDSA(leaf.signature_hash_algorithm))
    assert leaf.signature_hash_algorithm.name == digest


def test_an_ecdsa_signature_with_md5_has_no_name_and_is_refused(pki):
    with pytest.raises(ValueError, match="no signature of this kind uses md5"):
        pki.leaf(signature_hash="md5")


@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_an_rsa_signature_may_be_pss(digest):
    old = Pki(algorithm="rsa2048")
    leaf = old.leaf(rsa_pss=True, signature_hash=digest).certificate
    leaf.verify_directly_issued_by(old.intermediate.certificate)
    assert leaf.signature_algorithm_oid == SignatureAlgorithmOID.RSASSA_PSS


def test_a_key_that_cannot_sign_cannot_be_self_signed(pki):
    with pytest.raises(ValueError, match="cannot sign"):
        pki.self_signed(algorithm="x25519")


def test_an_rsa_key_may_have_a_giant_exponent(pki):
    modulus = pki.leaf(algorithm="rsa2048").key.public_key().public_numbers().n
    giant = keys.rsa_spki(modulus, 2**2000 + 1)
    assert pki.leaf(public_key=giant).element(Field.PUBLIC_KEY) == giant


def test_an_rsa_public_key_is_encoded_as_cryptography_encodes_it(pki):
    key = pki.leaf(algorithm="rsa2048").key.public_key()
    assert keys.rsa_spki(key.public_numbers().n, key.public_numbers().e) == keys.spki(key)


def test_a_curve_may_be_spelled_out(pki, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "odd.pem").write_text(pki.leaf(public_key=keys.explicit_curve_spki(key.public_key())).pem)
    shown = openssl("x509", "-noout", "-text", "-in", tmp_path / "odd.pem")
    assert re.search(r"Field Type: prime-field(?s:.*)Cofactor:  1", shown)


def test_a_curve_spelled_out_is_the_right_curve(pki, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    odd = pki.self_signed(key=key, public_key=keys.explicit_curve_spki(key.public_key()))
    file = tmp_path / "odd.pem"
    file.write_text(odd.pem)
    assert openssl("verify", "-CAfile", file, "-check_ss_sig", file).endswith("odd.pem: OK\n")

"""Revocation lists of the PKI maker."""

import subprocess
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from mtlsguard.testing import keys
from mtlsguard.testing.pki import Issued, Pki, Revoked

SIGNING_ALGORITHMS = [name for name in keys.ALGORITHMS if not name.startswith("x")]
UNKNOWN = x509.ObjectIdentifier("1.3.6.1.4.1.99999.1")


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def extension(issued: Issued, kind: type) -> x509.Extension:
    return issued.certificate.extensions.get_extension_for_class(kind)


def openssl(*arguments: object) -> str:
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def crl_extension(crl: x509.CertificateRevocationList, kind: type) -> object:
    return crl.extensions.get_extension_for_class(kind).value


def test_a_crl_is_signed_by_its_issuer(pki):
    assert pki.crl(pki.root).is_signature_valid(pki.root.key.public_key())


def test_a_crl_is_of_the_intermediate_unless_told(pki):
    assert pki.crl().issuer == pki.intermediate.certificate.subject


@pytest.mark.parametrize("algorithm", SIGNING_ALGORITHMS)
def test_a_crl_is_signed_with_any_algorithm(pki, algorithm):
    authority = pki.authority(algorithm=algorithm)
    assert pki.crl(authority).is_signature_valid(authority.key.public_key())


def test_a_crl_lists_certificates_and_serial_numbers(pki):
    leaf = pki.leaf()
    assert [entry.serial_number for entry in pki.crl(revoked=[leaf, 5])] == [leaf.serial, 5]


def test_a_crl_may_list_nothing(pki):
    assert list(pki.crl()) == []


def test_a_crl_is_good_for_a_week(pki):
    crl = pki.crl()
    assert (crl.last_update_utc, crl.next_update_utc) == (
        pki.now - timedelta(hours=1),
        pki.now + timedelta(days=7),
    )


def test_a_crl_may_be_stale(pki):
    assert pki.crl(next_update=pki.now - timedelta(minutes=1)).next_update_utc < pki.now


def test_a_crl_may_never_end(pki):
    assert pki.crl(next_update=None).next_update_utc is None


def test_a_crl_has_a_number(pki):
    assert crl_extension(pki.crl(number=7), x509.CRLNumber).crl_number == 7


def test_a_crl_may_lack_a_number(pki):
    assert [one.oid._name for one in pki.crl(number=None).extensions] == ["authorityKeyIdentifier"]


def test_a_crl_names_the_key_of_its_issuer(pki):
    expected = extension(pki.intermediate, x509.SubjectKeyIdentifier).value.digest
    assert crl_extension(pki.crl(), x509.AuthorityKeyIdentifier).key_identifier == expected


def test_a_crl_may_have_any_extension(pki):
    crl = pki.crl(extensions=[(x509.DeltaCRLIndicator(1), True)])
    assert crl_extension(crl, x509.DeltaCRLIndicator).crl_number == 1


def test_a_crl_may_be_version_1(pki):
    assert len(pki.crl(version=1, revoked=[5]).extensions) == 0


def test_a_crl_may_be_forged(pki):
    forged = pki.crl(signed_by=Pki().intermediate.key)
    assert not forged.is_signature_valid(pki.intermediate.key.public_key())


def test_a_revocation_has_a_date(pki):
    yesterday = pki.now - timedelta(days=1)
    (entry,) = pki.crl(revoked=[Revoked(5, at=yesterday)])
    assert entry.revocation_date_utc == yesterday


def test_a_revocation_has_a_reason(pki):
    (entry,) = pki.crl(revoked=[Revoked(pki.leaf(), reason=x509.ReasonFlags.remove_from_crl)])
    assert entry.extensions.get_extension_for_class(x509.CRLReason).value.reason == x509.ReasonFlags.remove_from_crl


def test_a_revocation_may_have_any_extension(pki):
    strange = x509.UnrecognizedExtension(UNKNOWN, b"\x05\x00")
    (entry,) = pki.crl(revoked=[Revoked(5, extensions=[(strange, True)])])
    assert entry.extensions.get_extension_for_oid(UNKNOWN).critical


def test_a_crl_is_believed_by_openssl(pki, tmp_path):
    leaf = pki.leaf(issuer=pki.root)
    chain, _ = leaf.write(tmp_path, "leaf")
    crl = tmp_path / "root.pem"
    crl.write_bytes(pki.root.pem.encode() + pki.crl(pki.root, [leaf]).public_bytes(Encoding.PEM))
    assert "certificate revoked" in openssl("verify", "-x509_strict", "-crl_check", "-CAfile", crl, chain)

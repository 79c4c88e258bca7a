"""OCSP answers of the PKI maker."""

import subprocess
from datetime import timedelta

import pytest
from cryptography.x509 import ocsp

from mtlsguard.testing import Pki
from mtlsguard.testing.ocsp import TRY_LATER, Single, answer, delegate


@pytest.fixture(scope="module")
def pki() -> Pki:
    return Pki()


def test_an_answer_is_good_for_an_hour_unless_told(pki):
    response = ocsp.load_der_ocsp_response(answer(pki.intermediate, [Single(pki.leaf())], at=pki.now))
    assert (response.certificate_status, response.next_update_utc) == (
        ocsp.OCSPCertStatus.GOOD,
        pki.now + timedelta(hours=1),
    )


def test_an_answer_may_be_about_several(pki):
    singles = [Single(1), Single(2, "revoked"), Single(3, "unknown", next_update=None)]
    response = ocsp.load_der_ocsp_response(answer(pki.intermediate, singles, at=pki.now))
    assert [(one.serial_number, one.certificate_status.name) for one in response.responses] == [
        (1, "GOOD"),
        (2, "REVOKED"),
        (3, "UNKNOWN"),
    ]


def test_an_answer_without_success_holds_nothing_else(pki):
    assert answer(pki.intermediate, [], at=pki.now, status=TRY_LATER) == bytes.fromhex("30030a0103")


def test_an_unknown_detail_is_an_error(pki):
    with pytest.raises(TypeError, match="no such detail: signature"):
        answer(pki.intermediate, [], at=pki.now, signature=b"")


@pytest.mark.parametrize("by", ["issuer", "delegate"])
def test_openssl_accepts_an_answer(pki, tmp_path, by):
    leaf, issuer = pki.leaf(), pki.intermediate
    signer = issuer if by == "issuer" else delegate(pki)
    certificates = [signer] if signer is not issuer else []
    response = answer(signer, [Single(leaf, issuer=issuer)], at=pki.now, certificates=certificates)
    (tmp_path / "answer").write_bytes(response)
    for name, issued in (("leaf", leaf), ("issuer", issuer), ("root", pki.root)):
        (tmp_path / name).write_text(issued.pem)
    files = ["-respin", "answer", "-issuer", "issuer", "-cert", "leaf", "-CAfile", "root", "-verify_other", "issuer"]
    done = subprocess.run(["openssl", "ocsp", *files], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Response verify OK" in done.stderr
    assert "leaf: good" in done.stdout

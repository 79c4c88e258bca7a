"""Managed load balancers: what each of them says about a certificate, and how much of that may be believed."""

from hashlib import sha256

import pytest

from mtlsguard import ConfigError
from mtlsguard.decision import Deny
from mtlsguard.dialects.contract import Presented
from mtlsguard.loading import load
from mtlsguard.policy import Verify
from mtlsguard.reason import Reason
from tests.dialects.reading import OTHER, SAMPLE, lines, received

REFUSED = Deny(Reason.PROXY_NOT_VERIFIED)
AMBIGUOUS = Deny(Reason.AMBIGUOUS_HEADER)
NOTHING_VERIFIED = ["aws-alb-passthrough", "aws-cloudfront", "azure-app-service", "cloud-foundry", "cloudflare"]
BOOLEANS = ("true", "false")


def believing(dialect):
    return {"proxy": {"dialect": dialect, "trusted": ["10.0.0.1"]}, "trust": {"verify": "proxy"}}


@pytest.mark.parametrize("dialect", NOTHING_VERIFIED)
def test_a_proxy_that_says_nothing_about_validity_cannot_be_believed(dialect):
    with pytest.raises(ConfigError, match=f"the {dialect} dialect carries no verdict"):
        load(believing(dialect))


@pytest.mark.parametrize("dialect", ["aws-alb-verify", "gcp", "cloudflare-managed", "azure-application-gateway"])
def test_a_proxy_that_verifies_may_be_believed(dialect):
    assert load(believing(dialect)).policy.trust.verify is Verify.PROXY


@pytest.mark.parametrize("presented", BOOLEANS)
@pytest.mark.parametrize("verify", BOOLEANS)
@pytest.mark.parametrize("revoked", BOOLEANS)
def test_cloudflare_admits_only_presented_and_verified_and_not_revoked(presented, verify, revoked):
    sent = lines("cloudflare-managed", presented=presented, verify=verify, revoked=revoked)
    admitted = (presented, verify, revoked) == ("true", "true", "false")
    assert received("cloudflare-managed", sent) == Presented(SAMPLE) or not admitted
    assert isinstance(received("cloudflare-managed", sent), Deny) or admitted


@pytest.mark.parametrize("present", BOOLEANS)
@pytest.mark.parametrize("verify", BOOLEANS)
@pytest.mark.parametrize("error", ["", "client_cert_not_provided", "client_cert_validation_failed", "x"])
def test_google_admits_only_present_and_verified_without_any_error(present, verify, error):
    sent = lines("gcp", present=present, verify=verify, error=error)
    admitted = (present, verify, error) == ("true", "true", "")
    assert received("gcp", sent) == Presented(SAMPLE) or not admitted
    assert isinstance(received("gcp", sent), Deny) or admitted


@pytest.mark.parametrize("field", ["serial_number", "spiffe_id", "dnsname_sans", "validated_leaf", "validated_chain"])
def test_what_google_finds_too_large_is_oversized_and_never_absence(field):
    sent = lines("gcp", error=f"client_cert_{field}_exceeded_size_limit", certificate="")
    assert received("gcp", sent) == Deny(Reason.OVERSIZED)


@pytest.mark.parametrize("dialect", ["gcp", "cloudflare-managed", "azure-application-gateway"])
def test_success_with_an_empty_certificate_is_incomplete(dialect):
    assert received(dialect, lines(dialect, certificate="")) == Deny(Reason.INCOMPLETE_EVIDENCE)


def test_cloudfronts_present_is_no_certificate():
    assert received("aws-cloudfront", lines("aws-cloudfront", certificate=None)) == Deny(Reason.INCOMPLETE_EVIDENCE)


def test_cloudflares_hash_is_that_of_the_certificate():
    sent = lines("cloudflare", fingerprint=sha256(OTHER).hexdigest())
    assert received("cloudflare", sent) == AMBIGUOUS


@pytest.mark.parametrize("reason", ["", "certificate has expired", "unable to get local issuer certificate"])
def test_every_failure_of_the_application_gateway_refuses(reason):
    sent = lines("azure-application-gateway", verify=f"FAILED:{reason}")
    assert received("azure-application-gateway", sent) == REFUSED

"""Path validation cases made from x509-limbo and BetterTLS, judged by a whole guard.

The cases lie beside the repository and are not part of it. Each gets a configuration of its own (its anchors, its
depth), is written as RFC 9440 headers and decided at its own moment. What deviates is listed, with the reason, in
conformance.toml.
"""

import base64
import json
import lzma
import time
import tomllib
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from mtlsguard.config import ConfigError
from mtlsguard.connection import from_asgi
from mtlsguard.decision import Allow
from mtlsguard.loading import guard_from
from mtlsguard.reason import Reason
from mtlsguard.refresh.indexing import Indexing
from mtlsguard.refresh.lists import lists_in
from mtlsguard.testing import Pki, present

CASES = Path(__file__).parents[2] / "shared" / "conformance" / "limbo.json.xz"
LISTS = tomllib.loads((Path(__file__).parent / "conformance.toml").read_text(encoding="utf-8"))
PROFILES = ("private", "strict")
PEER = "10.0.0.1"
DEEPEST = 16
SLOWEST = 2.0  # seconds, where milliseconds are usual: this is about hanging

pytestmark = pytest.mark.skipif(not CASES.exists(), reason="the conformance cases are not beside this repository")


@dataclass(frozen=True)
class Judged:
    """`answer`: "accept", "configuration" where the guard refuses to start with the anchors, or the reason."""

    case: str
    kind: str
    revocation: str
    expect: str
    answer: str
    seconds: float

    @property
    def accepted(self) -> bool:
        return self.answer == "accept"


@cache
def judged(profile: str) -> tuple[Judged, ...]:
    content = json.loads(lzma.decompress(CASES.read_bytes()))
    blobs = [base64.b64decode(blob) for blob in content["blobs"]]
    return tuple(judge(case, blobs, profile) for case in content["cases"])


def judge(case: dict[str, Any], blobs: list[bytes], profile: str) -> Judged:
    def found(answer: str, seconds: float = 0.0) -> Judged:
        return Judged(case["id"], case["cls"], case["rev"], case["expect"], answer, seconds)

    trust = {"anchors": [blobs[at] for at in case["anchors"]], "profile": profile}
    trust["depth"] = min(case.get("depth", 8), DEEPEST)
    proxy = {"dialect": "rfc9440", "trusted": [PEER]}
    rest: dict[str, Any] = {"validity": {"clock_skew": "0s"}, "identity": {"name": "fingerprint"}}
    if case["rev"] != "off":
        # Without any list nothing could be proven: one that is about nobody stands for "asked, and found nothing".
        lists = [blobs[at] for at in case["crls"]] or [nobody()]
        rest["revocation"] = {"check": case["rev"], "crls": [one for one in lists if is_usable(one)] or [nobody()]}
    try:
        snapshot = guard_from({"proxy": proxy, "trust": trust, **rest}).current
    except ConfigError:
        return found("configuration")
    headers = [(b"client-cert", present(blobs[case["leaf"]], "rfc9440")["client-cert"].encode())]
    headers += [(b"client-cert-chain", b":" + base64.b64encode(blobs[at]) + b":") for at in case["inter"]]
    connection, _ = from_asgi({"headers": headers, "client": (PEER, 40_000)}, snapshot.names)
    begun = time.perf_counter()
    decision = snapshot.check(connection, datetime.fromisoformat(case["at"]).timestamp())
    seconds = time.perf_counter() - begun
    return found("accept" if isinstance(decision, Allow) else decision.reason.value, seconds)


@cache
def nobody() -> bytes:
    return Pki().crl().public_bytes(Encoding.DER)


def is_usable(octets: bytes) -> bool:
    """A list that cannot be used is a mistake of the configuration; here it is one that says nothing."""
    return isinstance(lists_in(octets, Indexing()), tuple)


def wrongly_accepted(profile: str, kind: str) -> set[str]:
    return {one.case for one in judged(profile) if one.kind == kind and one.expect == "reject" and one.accepted}


def wrongly_refused(profile: str, kind: str, revocation: Collection[str] = ("off",)) -> set[str]:
    cases = [one for one in judged(profile) if one.kind == kind and one.revocation in revocation]
    return {one.case for one in cases if one.expect == "accept" and not one.accepted}


def test_all_cases_are_judged():
    assert Counter((one.kind, one.expect) for one in judged("private")) == {
        ("core", "accept"): 215,
        ("core", "reject"): 304,
        ("weak", "reject"): 15,
        ("profile", "reject"): 27,
        ("anchor", "reject"): 27,
        ("choice", "accept"): 5,
        ("choice", "reject"): 9,
    }


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("kind", ["core", "weak"])
def test_nothing_is_wrongly_accepted(profile, kind):
    assert wrongly_accepted(profile, kind) == set()


@pytest.mark.parametrize("profile", PROFILES)
def test_the_good_ones_that_are_refused_are_the_listed_ones(profile):
    assert wrongly_refused(profile, "core") == LISTS["refused"].keys()


@pytest.mark.parametrize("profile", PROFILES)
def test_the_good_ones_whose_revocation_is_asked_about_are_let_in_but_for_the_listed_ones(profile):
    refused = wrongly_refused(profile, "core", {"leaf", "chain"})
    assert refused == (LISTS["revocation-refused"].keys() if profile == "strict" else set())


def test_the_strict_profile_lets_only_the_listed_breaches_of_form_pass():
    assert wrongly_accepted("strict", "profile") == LISTS["strict"].keys()


def test_the_private_profile_lets_only_the_listed_breaches_of_form_pass():
    assert wrongly_accepted("private", "profile") == LISTS["strict"].keys() | LISTS["private"].keys()


def test_the_strict_profile_overlooks_only_the_listed_faults_of_anchors():
    assert wrongly_accepted("strict", "anchor") == LISTS["anchors"].keys()


def test_the_private_profile_overlooks_only_the_listed_faults_of_anchors():
    assert wrongly_accepted("private", "anchor") == LISTS["anchors"].keys() | LISTS["anchors-private"].keys()


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_hangs(profile):
    assert {one.case: one.seconds for one in judged(profile) if one.seconds > SLOWEST} == {}


def test_floods_of_name_constraints_are_refused_for_their_size():
    floods = {one.answer for one in judged("private") if "::nc-dos-" in one.case}
    assert floods == {Reason.OVERSIZED}


def test_chains_of_a_hundred_are_refused_for_their_size():
    floods = {one.answer for one in judged("private") if "::pathological-chain-" in one.case}
    assert floods == {Reason.OVERSIZED}

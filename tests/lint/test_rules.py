"""Every rule about proxy configurations finds its mistake, and nothing in the right way to write it."""

from pathlib import Path

import pytest

from mtlsguard.cli.lint import envoy, nginx
from mtlsguard.lint import ENVOY_RULES, NGINX_RULES, Expected, Level, apply
from mtlsguard.policy import ProxyPolicy
from tests.lint import subjects_envoy, subjects_nginx

PROXIES = [(nginx, NGINX_RULES, subjects_nginx, "site.conf"), (envoy, ENVOY_RULES, subjects_envoy, "envoy.yaml")]
RULES = [rule.id for _, rules, _, _ in PROXIES for rule in rules]


def cases(which):
    return [
        pytest.param(proxy, rule, text, id=f"{rule}-{number}")
        for proxy in PROXIES
        for rule, texts in getattr(proxy[2], which).items()
        for number, text in enumerate(texts)
    ]


def findings(proxy, text: str, folder: Path, expected: Expected | None = None):
    loader, rules, _, name = proxy
    (folder / name).write_text(text)
    return apply(rules, loader.load([folder / name]), expected or Expected())


@pytest.mark.parametrize(("proxy", "rule", "text"), cases("BAD"))
def test_a_rule_finds_its_mistake(proxy, rule, text, tmp_path):
    assert rule in {finding.rule for finding in findings(proxy, text, tmp_path)}


@pytest.mark.parametrize(("proxy", "rule", "text"), cases("GOOD"))
def test_nothing_at_all_is_found_in_the_right_way_to_write_it(proxy, rule, text, tmp_path):
    found = findings(proxy, text, tmp_path)
    assert [finding for finding in found if finding.rule == rule or finding.level is Level.ERROR] == []


@pytest.mark.parametrize("which", ["BAD", "GOOD"])
def test_every_rule_has_a_bad_and_a_good_subject(which):
    assert sorted(RULES) == sorted([*getattr(subjects_nginx, which), *getattr(subjects_envoy, which)])


@pytest.mark.parametrize(("proxy", "rule", "text"), cases("BAD"))
def test_a_finding_says_what_to_write(proxy, rule, text, tmp_path):
    assert all(finding.fix and finding.why.endswith(".") for finding in findings(proxy, text, tmp_path))


def test_the_line_is_the_one_that_cancels_the_inherited_ones(tmp_path):
    text = "server {\n proxy_set_header Client-Cert $c;\n location / {\n"
    text += "  proxy_set_header Host a;\n  proxy_pass http://b;\n }\n}"
    assert [finding.place.line for finding in findings(PROXIES[0], text, tmp_path)] == [4]


def test_the_literal_value_of_a_lost_line_is_not_repeated(tmp_path):
    expected = Expected(secret="x-proxy-secret")
    text = "proxy_set_header X-Proxy-Secret hunter2; location / { proxy_set_header Host a; proxy_pass http://b; }"
    found = findings(PROXIES[0], text, tmp_path, expected)
    assert [finding.rule for finding in found if "hunter2" not in repr(finding)] == ["nginx-lost-headers"]


def test_further_hops_make_append_forward_advice(tmp_path):
    text = subjects_envoy.BAD["envoy-forwarded"][1]
    found = findings(PROXIES[1], text, tmp_path, Expected.of(ProxyPolicy("xfcc", hops=2)))
    assert {finding.level for finding in found} == {Level.ADVICE}


def test_the_configured_dialects_headers_must_be_cleared(tmp_path):
    expected = Expected.of(ProxyPolicy("rfc9440"))
    text = "ssl_verify_client on; location / { proxy_set_header Client-Cert $c; proxy_pass http://b; }"
    found = findings(PROXIES[0], text, tmp_path, expected)
    assert ["client-cert-chain" in finding.what for finding in found if finding.level is Level.ERROR] == [True]

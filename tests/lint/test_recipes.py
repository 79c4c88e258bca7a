"""What `mtlsguard.proxies` recommends is what the rules ask for."""

import pytest

from mtlsguard.cli.lint import envoy, nginx
from mtlsguard.lint import ENVOY_RULES, NGINX_RULES, Expected, Level, apply
from mtlsguard.policy import ProxyPolicy
from mtlsguard.proxies.contract import Deployment
from mtlsguard.proxies.envoy import ENVOY
from mtlsguard.proxies.nginx import NGINX

RECIPES = [
    pytest.param((recipe, loader, rules), dialect, asked, id=f"{recipe.name}-{dialect}-{asked.value}")
    for recipe, loader, rules in ((NGINX, nginx, NGINX_RULES), (ENVOY, envoy, ENVOY_RULES))
    for dialect in recipe.dialects
    for asked in recipe.asks
]


@pytest.mark.parametrize(("proxy", "dialect", "asked"), RECIPES)
def test_nothing_but_advice_is_found_in_what_is_recommended(proxy, dialect, asked, tmp_path):
    recipe, loader, rules = proxy
    policy = ProxyPolicy(dialect)
    deployment = Deployment(
        proxy=policy,
        listen=("127.0.0.1", 8443),
        upstream="127.0.0.1:8000",
        certificate="/pki/server.pem",
        key="/pki/server.key",
        client_ca="/pki/clients.pem",
        verify=asked,
        secret=None,
        folder="/run/proxy",
    )
    written = recipe.write(deployment)
    for file in written:
        (tmp_path / file.name).write_text(file.text)
    found = apply(rules, loader.load([tmp_path / written[0].name]), Expected.of(policy))
    assert [finding for finding in found if finding.level is not Level.ADVICE] == []

"""`mtlsguard proxy-config`: which configuration it fits, what it refuses, where it writes."""

import json

import pytest

from mtlsguard.cli import main
from mtlsguard.proxies import RECIPES

SECRET = "a-secret-of-the-proxy"


@pytest.fixture
def configured(tmp_path):
    def write(text):
        path = tmp_path / "mtlsguard.toml"
        path.write_text(text)
        return str(path)

    return write


@pytest.mark.parametrize("name", RECIPES)
def test_prints_the_main_file(name, capsys):
    assert main(["proxy-config", name]) == 0
    assert RECIPES[name].dialects[0] in capsys.readouterr().out


@pytest.mark.parametrize("name", RECIPES)
def test_in_json_the_files_come_with_the_guard_s_lines(name, capsys):
    main(["proxy-config", name, "--json"])
    document = json.loads(capsys.readouterr().out)
    assert f'dialect = "{document["dialect"]}"' in document["guard"]


def test_an_unknown_name_is_status_2_with_those_that_there_are(capsys):
    assert main(["proxy-config", "squid"]) == 2
    assert "nginx, apache" in capsys.readouterr().err


def test_names_of_the_configuration_are_taken_over(configured, capsys):
    path = configured('[proxy]\ndialect = "nginx"\ntrusted = ["10.0.0.7"]\nheaders = { certificate = "X-Mine" }\n')
    main(["proxy-config", "nginx", "--config", path])
    assert "proxy_set_header X-Mine" in capsys.readouterr().out


def test_peers_of_the_configuration_are_repeated(configured, capsys):
    path = configured('[proxy]\ndialect = "nginx"\ntrusted = ["10.0.0.7"]\n')
    main(["proxy-config", "nginx", "--config", path])
    assert 'trusted = ["10.0.0.7/32"]' in capsys.readouterr().out


def test_a_dialect_that_the_proxy_cannot_speak_is_status_2_with_those_that_it_can(configured, capsys):
    path = configured('[proxy]\ndialect = "xfcc"\ntrusted = ["10.0.0.7"]\n')
    assert main(["proxy-config", "caddy", "--config", path]) == 2
    assert "it can speak caddy, rfc9440" in capsys.readouterr().err


def test_a_problem_in_the_proxy_section_is_status_2(configured, capsys):
    path = configured('[proxy]\ndialect = "nginx"\ntrusted = ["10.0.0.7"]\nsurprise = 1\n')
    assert main(["proxy-config", "nginx", "--config", path]) == 2
    assert "proxy.surprise" in capsys.readouterr().err


def test_anchors_need_not_be_here(configured):
    path = configured('[proxy]\ndialect = "nginx"\ntrusted = ["10.0.0.7"]\n[trust]\nanchors = ["not-here.pem"]\n')
    assert main(["proxy-config", "nginx", "--config", path]) == 0


@pytest.mark.parametrize("text", ["", "[trust]\nanchors = []\n", "proxy = 1\n"])
def test_a_configuration_without_a_proxy_is_status_2(configured, text):
    assert main(["proxy-config", "nginx", "--config", configured(text)]) == 2


def test_a_configuration_that_is_no_toml_is_not_quoted(configured, capsys):
    assert main(["proxy-config", "nginx", "--config", configured(f"[proxy\n{SECRET}")]) == 2
    assert SECRET not in capsys.readouterr().err


SECRETIVE = '[proxy]\ndialect = "{}"\ntrusted = ["unix"]\nsecret = {{ header = "X-Proxy-Secret", file = "secret" }}\n'


@pytest.mark.parametrize("name", [name for name in RECIPES if name != "aws-alb"])
def test_a_secret_s_file_is_named_and_never_opened(name, configured, tmp_path, capsys):
    path = configured(SECRETIVE.format(RECIPES[name].dialects[0]))
    assert main(["proxy-config", name, "--config", path]) == 0
    assert str(tmp_path / "secret") in capsys.readouterr().out


def test_a_secret_written_into_the_configuration_is_not_repeated(configured, capsys):
    path = configured(f'[proxy]\ndialect = "nginx"\nsecret = {{ header = "X-S", value = "{SECRET}" }}\n')
    assert main(["proxy-config", "nginx", "--config", path]) == 2
    captured = capsys.readouterr()
    assert SECRET not in captured.out + captured.err


FROM_ENVIRONMENT = '[proxy]\ndialect = "caddy"\nsecret = { header = "X-S", env = "NAME" }\n'


def test_a_secret_from_the_guard_s_environment_needs_the_proxy_s_file(configured, capsys):
    assert main(["proxy-config", "caddy", "--config", configured(FROM_ENVIRONMENT)]) == 2
    assert "--secret FILE" in capsys.readouterr().err


def test_the_proxy_s_own_file_of_the_secret_is_taken(configured, capsys):
    main(["proxy-config", "caddy", "--config", configured(FROM_ENVIRONMENT), "--secret", "/run/proxy/secret"])
    assert "{file./run/proxy/secret}" in capsys.readouterr().out


def test_a_secret_without_a_header_to_send_it_in_is_status_2(capsys):
    assert main(["proxy-config", "caddy", "--secret", "/run/proxy/secret"]) == 2
    assert "proxy.secret" in capsys.readouterr().err


def test_relative_names_become_absolute(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    main(["proxy-config", "nginx", "--certificate", "here.pem"])
    assert f"ssl_certificate {tmp_path}/here.pem;" in capsys.readouterr().out


@pytest.mark.parametrize("odd", ["a b.pem", 'a".pem', "a;b.pem", "a{b}.pem", "a$b.pem", "a\nb.pem", "a'b.pem"])
@pytest.mark.parametrize("option", ["--certificate", "--key", "--client-ca", "--output"])
def test_a_path_that_would_end_a_value_is_status_2(option, odd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["proxy-config", "nginx", option, odd]) == 2


@pytest.mark.parametrize(
    "odd", ["8443", "localhost", "localhost:0", "localhost:65536", "a b:1", "::1:8443", "a;b:1", ""]
)
@pytest.mark.parametrize("option", ["--listen", "--upstream"])
def test_an_address_without_host_or_port_is_status_2(option, odd):
    assert main(["proxy-config", "nginx", option, odd]) == 2


@pytest.mark.parametrize(("name", "line"), [("nginx", "listen [::1]:8443 ssl"), ("envoy", 'address: "::1"')])
def test_an_ipv6_address_is_written_as_the_proxy_wants_it(name, line, capsys):
    main(["proxy-config", name, "--listen", "[::1]:8443"])
    assert line in capsys.readouterr().out


def test_what_the_proxy_cannot_do_is_status_2(capsys):
    assert main(["proxy-config", "traefik", "--upstream", "unix:/run/app.sock"]) == 2
    assert "--upstream" in capsys.readouterr().err


def test_optional_where_there_is_only_required_is_status_2(capsys):
    assert main(["proxy-config", "aws-alb", "--verify", "optional"]) == 2
    assert "--verify required only" in capsys.readouterr().err


def test_a_folder_gets_the_files_and_the_terminal_their_names(tmp_path, capsys):
    main(["proxy-config", "nginx", "--output", str(tmp_path / "new")])
    assert capsys.readouterr().out == f"{tmp_path}/new/nginx.conf\n"


def test_what_is_there_is_not_overwritten(tmp_path):
    (tmp_path / "nginx.conf").write_text("mine")
    assert (main(["proxy-config", "nginx", "--output", str(tmp_path)]), (tmp_path / "nginx.conf").read_text()) == (
        2,
        "mine",
    )

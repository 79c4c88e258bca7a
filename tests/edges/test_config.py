"""Configuration: strict, all problems at once, each with its place, and never a value."""

from pathlib import Path
from typing import Any

import pytest

from mtlsguard import ConfigError, Guard
from mtlsguard.decision import Allow
from mtlsguard.loading import guard_from, load
from mtlsguard.policy import CustomPolicy, Encoding, NameKind
from mtlsguard.testing import present
from tests.world import NOW, configuration, judge, pki


def problems(mapping: Any) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        load(mapping)
    return {problem.place: f"{problem.expected} {problem.hint}" for problem in caught.value.problems}


def test_all_problems_are_reported_at_once_each_with_its_place() -> None:
    mapping = configuration(
        proxy={"dialect": "ngnix", "trusted": ["10.0.0.1/8"], "hops": 0},
        trust={"anchors": [], "profil": "strict"},
        cache={"ttl": "soon"},
        routes=[{"path": "no-slash", "require": ["nobody"]}],
        typo={},
    )
    assert set(problems(mapping)) == {
        "proxy.dialect",
        "proxy.trusted[0]",
        "proxy.trusted",
        "proxy.hops",
        "trust.anchors",
        "trust.profil",
        "cache.ttl",
        "routes[0].path",
        "routes[0].require[0]",
        "typo",
    }


def test_a_mistyped_key_gets_a_hint() -> None:
    assert "did you mean anchors?" in problems(configuration(trust={"anchor": []}))["trust.anchor"]


PROXY_WORD = {"verify": "proxy", "anchors": [], "intermediates": []}
SOME_BUNDLE = {"trust_domain": "a.test", "source": "https://a.test/bundle"}

WRONG: list[tuple[str, dict[str, Any]]] = [
    ("proxy", {"proxy": "nginx"}),
    ("proxy.dialect", {"proxy": {"dialect": 7}}),
    ("proxy.trusted[0]", {"proxy": {"trusted": ["*"]}}),
    ("proxy.trusted[0]", {"proxy": {"trusted": ["0.0.0.0/0"]}}),
    ("proxy.trusted[0]", {"proxy": {"trusted": ["fe80::1%eth0"]}}),
    ("proxy.trusted[0]", {"proxy": {"trusted": ["010.0.0.1"]}}),
    ("proxy.trusted[0]", {"proxy": {"trusted": [None]}}),
    ("proxy.trusted", {"proxy": {"trusted": "10.0.0.1"}}),
    ("proxy.trusted", {"proxy": {"trusted": []}}),
    ("proxy.hops", {"proxy": {"hops": 2}}),
    ("proxy.hops", {"proxy": {"hops": True}}),
    ("proxy.headers.verify", {"proxy": {"headers": {"verify": "X_Verify"}}}),
    ("proxy.headers.verdict", {"proxy": {"headers": {"verdict": "X-Verify"}}}),
    ("proxy.headers.", {"proxy": {"headers": {"verify": "X-SSL-Client-Cert"}}}),
    ("proxy.trailers", {"proxy": {"trailers": "maybe"}}),
    ("proxy.trusted", {"proxy": {"dialect": "asgi-tls"}}),
    ("proxy.trusted", {"proxy": {"dialect": "wsgi-environ", "trusted": ["unix"]}}),
    ("proxy.secret", {"proxy": {"dialect": "wsgi-environ", "secret": {"header": "X-S", "value": "0123456789abcdef"}}}),
    ("proxy.trailers", {"proxy": {"dialect": "asgi-tls", "trailers": "possible"}}),
    ("proxy.hops", {"proxy": {"dialect": "asgi-tls", "hops": 2}}),
    ("proxy.headers.certificate", {"proxy": {"dialect": "wsgi-environ", "headers": {"certificate": "HTTP_X_CERT"}}}),
    ("proxy.headers.verify", {"proxy": {"dialect": "wsgi-environ", "headers": {"verify": "http_x_verify"}}}),
    ("proxy.headers.verify", {"proxy": {"dialect": "asgi-tls", "headers": {"verify": "SSL_CLIENT_VERIFY"}}}),
    ("proxy.headers.", {"proxy": {"dialect": "wsgi-environ", "headers": {"verify": "SSL_CLIENT_CERT"}}}),
    ("proxy.secret.header", {"proxy": {"secret": {"values": ["0123456789abcdef"]}}}),
    ("proxy.secret.header", {"proxy": {"secret": {"header": "Client-Cert", "values": ["0123456789abcdef"]}}}),
    ("proxy.secret.file", {"proxy": {"secret": {"header": "X-S"}}}),
    ("proxy.secret.values[0]", {"proxy": {"secret": {"header": "X-S", "value": "short"}}}),
    ("proxy.secret.values[0]", {"proxy": {"secret": {"header": "X-S", "values": ["0123456789abcdef,"]}}}),
    ("proxy.secret.env", {"proxy": {"secret": {"header": "X-S", "env": "NO_SUCH_VARIABLE_HERE"}}}),
    ("proxy.secret", {"proxy": {"secret": {"header": "X-S", "file": "/none"}}}),
    ("proxy.secret", {"proxy": {"secret": {"header": "X-S", "file": "a", "env": "B"}}}),
    ("proxy.custom", {"proxy": {"dialect": "custom"}}),
    ("proxy.custom", {"proxy": {"dialect": "custom", "custom": "escaped-pem"}}),
    ("proxy.custom", {"proxy": {"dialect": "nginx", "custom": {}}}),
    ("proxy.custom", {"proxy": {"dialect": "asgi-tls", "custom": {"encoding": "rfc9440"}}}),
    ("proxy.custom.encoding", {"proxy": {"dialect": "custom", "custom": {"encoding": "pem"}}}),
    ("proxy.custom.encoding", {"proxy": {"dialect": "custom", "custom": {"encoding": ["rfc9440"]}}}),
    ("proxy.custom.chain", {"proxy": {"dialect": "custom", "custom": {"chain": True}}}),
    ("proxy.custom.success", {"proxy": {"dialect": "custom", "custom": {"success": ""}}}),
    ("proxy.custom.success", {"proxy": {"dialect": "custom", "custom": {"success": 0}}}),
    ("proxy.custom.success", {"proxy": {"dialect": "custom", "custom": {"success": "NONE"}}}),
    ("proxy.custom.success", {"proxy": {"dialect": "custom", "custom": {"success": "0", "none": "0"}}}),
    ("proxy.custom.success", {"proxy": {"dialect": "custom", "custom": {"success": "\u00dcberpr\u00fcft"}}}),
    ("proxy.custom.success", {"proxy": {"dialect": "custom", "custom": {"success": "OK,OK"}}}),
    ("proxy.custom.success", {"proxy": {"dialect": "custom", "custom": {"success": "OK\n"}}}),
    ("proxy.custom.success", {"proxy": {"dialect": "custom", "custom": {"success": "OK "}}}),
    ("proxy.custom.success", {"proxy": {"dialect": "custom", "custom": {"success": "A" * 65}}}),
    ("proxy.custom.none", {"proxy": {"dialect": "custom", "custom": {"none": "NONE"}}}),
    ("proxy.custom.none", {"proxy": {"dialect": "custom", "custom": {"success": "OK", "none": "\x7f"}}}),
    ("proxy.custom.absent", {"proxy": {"dialect": "custom", "custom": {"absent": None}}}),
    ("proxy.custom.absent", {"proxy": {"dialect": "custom", "custom": {"absent": "\x00"}}}),
    ("proxy.custom.absent", {"proxy": {"dialect": "custom", "custom": {"absent": "a,b"}}}),
    ("proxy.custom.sucess", {"proxy": {"dialect": "custom", "custom": {"sucess": "OK"}}}),
    ("proxy.headers.verify", {"proxy": {"dialect": "custom", "custom": {}, "headers": {"verify": "X-Verify"}}}),
    ("client.absent", {"client": {"absent": "allow"}}),
    ("trust.anchors", {"trust": {"anchors": []}}),
    ("trust.anchors[0]", {"trust": {"anchors": [b""]}}),
    ("trust.anchors[0]", {"trust": {"anchors": [7]}}),
    ("trust.verify", {"trust": {"verify": "never"}}),
    ("trust.profile", {"trust": {"profile": "lax"}}),
    ("trust.issuers[0]", {"trust": {"issuers": ["not a name"]}}),
    ("trust.issuers[0]", {"trust": {"issuers": ["sha256:12"]}}),
    ("trust.pinned[0]", {"trust": {"pinned": ["12:34"]}}),
    ("validity.clock_skew", {"validity": {"clock_skew": "1h"}}),
    ("validity.max_lifetime", {"validity": {"max_lifetime": -1}}),
    ("serials.deny[0]", {"serials": {"deny": ["0x12"]}}),
    ("serials.deny[0]", {"serials": {"deny": [{"issuer": "CN=a", "serial": "12"}]}}),
    ("serials.allow[0]", {"serials": {"allow": [{"issuer": "CN=a", "serial": 0}]}}),
    ("identity.name", {"identity": {"name": "serial"}}),
    ("identity.trust_domains", {"identity": {"name": "dns", "trust_domains": ["example.org"]}}),
    ("cache.size", {"cache": {"size": -1}}),
    ("roles[0].name", {"roles": [{"match": {"spiffe": "spiffe://a/b"}}]}),
    ("roles[0].match", {"roles": [{"name": "r", "match": {}}]}),
    ("roles[0].match.cn", {"roles": [{"name": "r", "match": {"cn": "alice"}}]}),
    ("roles[0].match.spiffe", {"roles": [{"name": "r", "match": {"spiffe": "spiffe://*/a"}}]}),
    ("roles[0].match.spiffe", {"roles": [{"name": "r", "match": {"spiffe": "spiffe://a/b*"}}]}),
    ("roles[0].match.spiffe", {"roles": [{"name": "r", "match": {"spiffe": "spiffe://a/**/b"}}]}),
    ("roles[0].match.cn", {"identity": {"name": "cn"}, "roles": [{"name": "r", "match": {"cn": "*"}}]}),
    ("roles[0].match.email", {"identity": {"name": "email"}, "roles": [{"name": "r", "match": {"email": "a@*"}}]}),
    ("routes[0].path", {"routes": [{"path": "/a//b"}]}),
    ("routes[0].path", {"routes": [{"path": "/a/**/b"}]}),
    ("routes[0].path", {"routes": [{"path": "/a%2fb"}]}),
    ("routes[0].methods[0]", {"routes": [{"path": "/", "methods": ["get"]}]}),
    ("routes[0].methods", {"routes": [{"path": "/", "methods": []}]}),
    ("routes[0].require", {"routes": [{"path": "/", "require": []}]}),
    ("routes[0].require[0]", {"routes": [{"path": "/", "require": ["undefined"]}]}),
    ("routes[0].access", {"routes": [{"path": "/", "access": "open"}]}),
    ("routes", {"routes": {"path": "/"}}),
    ("audit.key", {"audit": {"key": "text"}}),
    ("audit.key", {"audit": {"key": b"short"}}),
    ("revocation.crl", {"revocation": {"crl": []}}),
    ("revocation.check", {"revocation": {"check": "all", "crls": ["https://crl.example.org/a"]}}),
    ("revocation.check", {"revocation": {"check": "leaf"}}),
    ("revocation.on_unknown", {"revocation": {"on_unknown": "allow"}}),
    ("revocation.crls", {"revocation": {"crls": "a.crl"}}),
    ("revocation.crls[0]", {"revocation": {"crls": [7]}}),
    ("revocation.crls[0]", {"revocation": {"crls": ["ftp://crl.example.org/a"]}}),
    ("revocation.crls[0]", {"revocation": {"crls": ["https://me:secret@crl.example.org/a"]}}),
    ("revocation.crls[0]", {"revocation": {"crls": ["https://crl.example.org:99999/a"]}}),
    ("revocation.crls", {"revocation": {"crls": [f"https://crl.example.org/{at}" for at in range(65)]}}),
    ("revocation.crls", {"revocation": {"crls": ["https://crl.example.org/a"]}, "trust": PROXY_WORD}),
    ("revocation.crl_max_age", {"revocation": {"crl_max_age": "soon"}}),
    ("revocation.denylist[0]", {"revocation": {"denylist": ["memcached://10.0.0.9"]}}),
    ("revocation.denylist", {"revocation": {"denylist": ["redis://10.0.0.9", "unix:///run/valkey.sock"]}}),
    ("revocation.store.prefix", {"revocation": {"store": {"prefix": "a b"}}}),
    ("revocation.store.password", {"revocation": {"store": {"password": "in the clear"}}}),
    ("revocation.store.max_staleness", {"revocation": {"store": {"max_staleness": "1s"}}}),
    ("revocation.issuers[0].issuer", {"revocation": {"issuers": [{"issuer": "sha256:00"}]}}),
    ("revocation.issuers[0].ocsp[0]", {"revocation": {"issuers": [{"issuer": "CN=A", "ocsp": ["ldap://a"]}]}}),
    ("revocation.issuers[0].aia[0]", {"revocation": {"issuers": [{"issuer": "CN=A", "aia": ["http://a/path"]}]}}),
    ("revocation.ocsp.wait", {"revocation": {"ocsp": {"wait": "5m"}}}),
    ("revocation.ocsp.responders[0]", {"revocation": {"ocsp": {"responders": [b"no certificate"]}}}),
    ("refresh.watch", {"refresh": {"watch": "often"}}),
    ("refresh.fetch.every", {"refresh": {"fetch": {"every": 0}}}),
    ("refresh.fetch.proxy", {"refresh": {"fetch": {"proxy": "socks"}}}),
    ("trust.bundles[0].trust_domain", {"trust": {"bundles": [{"trust_domain": "A B", "source": b"{}"}]}}),
    ("trust.bundles[0].source", {"trust": {"bundles": [{"trust_domain": "a.test", "source": b"{}"}]}}),
    ("trust.bundles[0].source", {"trust": {"bundles": [{"trust_domain": "a.test", "source": "http://a.test/"}]}}),
    ("trust.bundles[0].source", {"trust": {"bundles": [{"trust_domain": "a.test", "source": "missing.json"}]}}),
    ("trust.bundles", {"trust": {"bundles": [SOME_BUNDLE]}, "identity": {"name": "cn"}}),
    ("trust.bundles", {"trust": {"bundles": [SOME_BUNDLE, SOME_BUNDLE]}}),
]


@pytest.mark.parametrize(("place", "sections"), WRONG)
def test_mistakes_are_found_at_their_place(place: str, sections: dict[str, Any]) -> None:
    assert place in problems(configuration(**sections))


def test_a_sound_convention_of_ones_own_is_taken_as_it_is() -> None:
    own = {"encoding": "spaced-pem", "chain": "base64-der", "success": "a b", "none": "", "absent": "(null)"}
    policy = load(configuration(proxy={"dialect": "custom", "custom": own})).policy.proxy.custom
    assert policy == CustomPolicy(Encoding.SPACED_PEM, Encoding.BASE64_DER, "a b", "", "(null)")


def test_an_empty_table_is_the_documented_convention() -> None:
    assert load(configuration(proxy={"dialect": "custom", "custom": {}})).policy.proxy.custom == CustomPolicy()


@pytest.mark.parametrize(("own", "fits"), [({}, False), ({"success": "OK"}, True)])
def test_a_convention_without_a_verdict_has_none_to_believe(own: dict[str, str], fits: bool) -> None:
    mapping = {
        "proxy": {"dialect": "custom", "custom": own, "trusted": ["unix"]},
        "trust": {"verify": "proxy", "anchors": [b""]},
    }
    assert ("trust.verify" not in problems(mapping)) is fits


def test_no_word_of_a_convention_is_repeated() -> None:
    own = {
        "encoding": "hunter2-",
        "chain": "hunter2-",
        "success": "hunter2-,",
        "none": "hunter2-,",
        "absent": "hunter2-,",
    }
    with pytest.raises(ConfigError) as caught:
        load(configuration(proxy={"dialect": "custom", "custom": own}))
    assert "hunter2-" not in str(caught.value)


def test_a_role_and_an_open_door_contradict_each_other() -> None:
    mapping = configuration(
        roles=[{"name": "r", "match": {"spiffe": "spiffe://a/b"}}],
        routes=[{"path": "/", "require": ["r"], "access": "public"}],
    )
    assert "routes[0].access" in problems(mapping)


@pytest.mark.parametrize(
    ("place", "trust", "dialect"),
    [
        ("trust.verify", {}, "xfcc"),
        ("trust.anchors", {"anchors": "pem"}, "nginx"),
        ("trust.issuers", {"issuers": ["sha256:" + "0" * 64]}, "nginx"),
    ],
)
def test_the_proxys_word_contradicts_what_needs_a_path(place: str, trust: dict, dialect: str) -> None:
    trust = {key: [pki().root.pem] if value == "pem" else value for key, value in trust.items()}
    mapping = {
        "proxy": {"dialect": dialect, "trusted": ["unix"]},
        "trust": {"verify": "proxy"} | trust,
    }
    assert place in problems(mapping)


def test_anchors_that_could_never_issue_a_client_are_named() -> None:
    from cryptography.x509.oid import ExtendedKeyUsageOID

    for authority, fault in (
        (pki().leaf(), "CA flag"),
        (pki().authority(key_usage=["crl_sign"]), "keyCertSign"),
        (pki().authority(extended_key_usage=[ExtendedKeyUsageOID.SERVER_AUTH]), "excludes client"),
        (pki().authority(algorithm="rsa1024"), "key"),
    ):
        found = problems(configuration(trust={"anchors": [authority.pem]}))
        assert fault in found["trust.anchors[0] certificate 1"]


# ---- files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "root.pem").write_text(pki().root.pem)
    (tmp_path / "intermediate.der").write_bytes(pki().intermediate.der)
    (tmp_path / "secret").write_text("first-secret-0123\nsecond-secret-4567\n")
    (tmp_path / "key").write_bytes(b"0123456789abcdef\n")
    return tmp_path


TOML = """
[proxy]
dialect = "nginx"
trusted = ["10.1.2.3"]
secret = { header = "X-Proxy-Secret", file = "secret" }
[trust]
anchors = ["root.pem"]
intermediates = ["intermediate.der"]
[identity]
name = "dns"
[audit]
key = { file = "key" }
"""


def written(folder: Path, text: str = TOML) -> Path:
    path = folder / "mtlsguard.toml"
    path.write_text(text)
    return path


def test_a_file_is_read_with_names_relative_to_it(folder: Path) -> None:
    policy = load(written(folder)).policy
    assert policy.identity.name is NameKind.DNS
    assert policy.trust.anchors == (pki().root.der,)
    assert policy.trust.intermediates == (pki().intermediate.der,)
    assert policy.audit.key == b"0123456789abcdef"


def test_both_secrets_of_a_rotation_are_accepted(folder: Path) -> None:
    guard = guard_from(written(folder))
    headers = present(pki().leaf(dns=["a.example"]), "nginx")
    for secret in ("first-secret-0123", "second-secret-4567"):
        assert isinstance(judge(headers | {"x-proxy-secret": secret}, guard, now=NOW), Allow)


def test_a_folder_of_anchors_is_read_and_hidden_files_are_not(folder: Path) -> None:
    anchors = folder / "anchors"
    anchors.mkdir()
    (anchors / "a.pem").write_text(pki().root.pem)
    (anchors / "b.crt").write_text(pki().root.pem + pki().authority("Second").pem)
    (anchors / ".hidden.pem").write_text("nonsense")
    (anchors / "README").write_text("nonsense")
    policy = load(written(folder, TOML.replace('"root.pem"', '"anchors"'))).policy
    assert len(policy.trust.anchors) == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda pem: "",
        lambda pem: "   \n",
        lambda pem: pem[: len(pem) // 2],
        lambda pem: pem + pem[:200],
        lambda pem: pem.replace("END CERTIFICATE", "END CERTIFICATES"),
        lambda pem: pem.replace("CERTIFICATE", "TRUSTED CERTIFICATE"),
        lambda pem: pem.replace("CERTIFICATE", "PRIVATE KEY"),
        lambda pem: pem[:100] + "!" + pem[100:],
        lambda pem: pem[:100] + pem[140:],
        lambda pem: "\x30" + pem,
        lambda pem: "no certificate at all",
    ],
)
def test_an_empty_or_partly_broken_anchor_file_stops_the_start(folder: Path, damage: Any) -> None:
    (folder / "root.pem").write_text(damage(pki().root.pem))
    assert any(place.startswith("trust.anchors[0]") for place in problems(written(folder)))


def test_an_unreadable_anchor_file_stops_the_start_and_is_the_only_problem(folder: Path) -> None:
    (folder / "root.pem").unlink()
    assert set(problems(written(folder))) == {"trust.anchors"}


def test_an_empty_folder_stops_the_start(folder: Path) -> None:
    (folder / "none").mkdir()
    assert set(problems(written(folder, TOML.replace("root.pem", "none")))) == {"trust.anchors"}


def test_text_around_the_blocks_of_a_bundle_is_allowed(folder: Path) -> None:
    (folder / "root.pem").write_text(f"# our root\n{pki().root.pem}\nsubject=CN=x\n{pki().authority('B').pem}")
    assert len(load(written(folder)).policy.trust.anchors) == 2


@pytest.mark.parametrize("text", ["[proxy", "\x00", "a = "])
def test_what_is_no_toml_is_said_without_quoting_it(folder: Path, text: str) -> None:
    [(_, sentence)] = problems(written(folder, text)).items()
    assert sentence.startswith("TOML")


def test_a_missing_file_is_a_configuration_error(tmp_path: Path) -> None:
    assert str(tmp_path / "none.toml") in problems(tmp_path / "none.toml")


def test_a_secret_written_into_the_file_is_refused_and_not_repeated(folder: Path) -> None:
    text = TOML.replace('file = "secret"', 'value = "hunter2-hunter2-hunter2"')
    with pytest.raises(ConfigError) as caught:
        load(written(folder, text))
    assert "proxy.secret" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("value", ["hunter2", "hunter2-hunter2, hunter2-hunter2", 1234567890])
def test_no_value_is_ever_repeated(value: Any) -> None:
    for mapping in (
        configuration(proxy={"secret": {"header": value, "values": [value]}}),
        configuration(proxy={"dialect": value, "trusted": [value]}),
        configuration(trust={"pinned": [value], "issuers": [value]}),
        configuration(audit={"key": value}),
    ):
        with pytest.raises(ConfigError) as caught:
            load(mapping)
        assert "hunter2-" not in str(caught.value)
        assert "1234567890" not in str(caught.value)


def test_a_network_as_wide_as_a_pod_network_is_warned_about() -> None:
    [warning] = load(configuration(proxy={"trusted": ["10.0.0.0/8"]})).warnings
    assert "every host" in str(warning)


def test_a_policy_shows_no_key_secret_or_certificate(folder: Path) -> None:
    text = repr(load(written(folder)).policy)
    assert "first-secret" not in text
    assert "0123456789abcdef" not in text
    assert "\\x30" not in text


def test_guard_from_takes_every_form(folder: Path) -> None:
    guard = guard_from(written(folder))
    assert guard_from(guard) is guard
    assert isinstance(guard_from(guard.current.policy), Guard)
    assert isinstance(guard_from(str(written(folder))), Guard)
    assert isinstance(guard_from(configuration()), Guard)


def test_serials_are_read_in_three_spellings() -> None:
    entries = [{"issuer": "CN=a,O=b", "serial": serial} for serial in (0x1F4, "0x1f4", "01:F4")]
    assert len(load(configuration(serials={"deny": entries})).policy.serials.deny) == 1


def test_a_verifier_that_is_too_old_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cryptography.__version__", "48.0.1")
    assert set(problems(configuration())) == {"cryptography"}


def test_the_oldest_verifier_is_the_one_of_the_metadata() -> None:
    import tomllib

    from mtlsguard.loading import _OLDEST_VERIFIER

    metadata = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert f"cryptography>={_OLDEST_VERIFIER}" in metadata["project"]["dependencies"]


@pytest.mark.parametrize("dialect", ["asgi-tls", "wsgi-environ"])
def test_a_native_dialect_trusts_nobody_and_needs_nobody(dialect: str) -> None:
    trust = configuration()["trust"]
    assert load({"proxy": {"dialect": dialect}, "trust": trust}).policy.proxy.networks == ()


def test_the_variables_of_a_native_dialect_are_renamed_as_they_are_written() -> None:
    proxy = {"dialect": "wsgi-environ", "headers": {"certificate": "X509_Cert", "verify": "X509_Verify"}}
    loaded = load({"proxy": proxy, "trust": configuration()["trust"]})
    assert dict(loaded.policy.proxy.headers) == {"certificate": "X509_Cert", "verify": "X509_Verify"}

"""The documents promise what is there."""

import re
import tomllib
from pathlib import Path

import pytest

import mtlsguard
from mtlsguard.dialects import DIALECTS
from mtlsguard.proxies import RECIPES
from mtlsguard.reason import EXPLANATIONS, Reason

REPOSITORY = Path(__file__).parent.parent
README = (REPOSITORY / "README.md").read_text()


def section(title: str) -> str:
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_every_dialect_is_in_the_table_with_its_headers() -> None:
    rows = re.findall(r"^\| `([a-z0-9-]+)` \| (.*?) \| (.*?) \|", section("Dialects"), re.MULTILINE)
    assert [row[0] for row in rows] == list(DIALECTS)
    for name, producer, headers in rows:
        assert producer == DIALECTS[name].producer
        if DIALECTS[name].native is not None:
            continue
        assert {re.sub(r"-\d+$", "-n", field.header) for field in DIALECTS[name].fields} <= {
            header.lower() for header in re.findall(r"`([A-Z][A-Za-z0-9-]+)`", headers)
        }


def test_every_reason_is_in_the_table_under_its_status() -> None:
    for status, listed in re.findall(r"^\| (4\d\d) \| (.*) \|$", section("Reasons"), re.MULTILINE):
        expected = {reason.value for reason in Reason if EXPLANATIONS[reason].status == int(status)}
        assert set(re.findall(r"`([a-z-]+)`", listed)) == expected


def test_every_recipe_is_in_the_table_with_its_dialects() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| ([^|]*) \|", section("Proxy configurations"), re.MULTILINE)
    told = {name: tuple(re.findall(r"`([a-z0-9-]+)`", dialects)) for name, dialects in rows}
    assert told == {name: recipe.dialects for name, recipe in RECIPES.items()}


def test_the_quick_starts_run(tmp_path: Path) -> None:
    from mtlsguard.testing import present
    from tests.world import NOW, PROXY, pki, scope

    toml, asgi, wsgi = (
        re.search(rf"```{language}\n(.*?)```", README[README.index(mark) :], re.DOTALL)[1]  # type: ignore[index]
        for language, mark in (("toml", "## Quick starts"), ("python", "**1."), ("python", "**2."))
    )
    (tmp_path / "root.pem").write_text(pki().root.pem)
    (tmp_path / "issuing.pem").write_text(pki().intermediate.pem)
    toml = toml.replace("10.0.0.7", PROXY).replace("/etc/pki/clients/", "root.pem").replace("/etc/pki/", "")
    (tmp_path / "mtlsguard.toml").write_text(toml)
    leaf = pki().leaf(spiffe="spiffe://example.org/ns/billing/sa/worker")
    body = run_asgi(asgi, tmp_path, scope(present(leaf, "nginx"), path="/invoices/7"), NOW)
    assert body == b"spiffe://example.org/ns/billing/sa/worker"
    assert run_wsgi(wsgi, tmp_path, present(leaf, "nginx"), PROXY, NOW) == body


@pytest.mark.parametrize("title", ["Starlette and FastAPI", "Flask"])
def test_the_adapters_quick_starts_run(title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mtlsguard.testing import Pki, client

    pki, spiffe = Pki(), "spiffe://example.org/ns/billing/sa/worker"
    toml = re.search(r"```toml\n(.*?)```", README[README.index("## Quick starts") :], re.DOTALL)[1]  # type: ignore[index]
    (tmp_path / "mtlsguard.toml").write_text(toml.replace("/etc/pki/clients/", "root.pem").replace("/etc/pki/", ""))
    (tmp_path / "root.pem").write_text(pki.root.pem)
    (tmp_path / "issuing.pem").write_text(pki.intermediate.pem)
    monkeypatch.chdir(tmp_path)
    namespace: dict = {"__name__": "quick_start"}
    exec(re.search(r"```python\n(.*?)```", section(title), re.DOTALL)[1], namespace)  # type: ignore[index]
    answers = [
        client(namespace["app"], certificate).get("/invoices/7")
        for certificate in (pki.leaf(spiffe=spiffe), pki.leaf("other"), None)
    ]
    assert [answer.status_code for answer in answers] == [200, 403, 401]
    assert spiffe in answers[0].text


def run_asgi(source: str, folder: Path, request: dict, now: float) -> bytes:
    import asyncio

    namespace: dict = {}
    exec(source.replace('"mtlsguard.toml")', f"{str(folder / 'mtlsguard.toml')!r}, clock=lambda: {now})"), namespace)
    messages: list[dict] = []

    async def send(message: dict) -> None:
        messages.append(message)

    asyncio.run(namespace["app"](request, None, send))
    return messages[1]["body"]


def run_wsgi(source: str, folder: Path, headers: dict[str, str], peer: str, now: float) -> bytes:
    from mtlsguard.connection import cgi_key

    namespace: dict = {}
    exec(source.replace('"mtlsguard.toml")', f"{str(folder / 'mtlsguard.toml')!r}, clock=lambda: {now})"), namespace)
    request = {"REMOTE_ADDR": peer, "PATH_INFO": "/invoices/7", "REQUEST_METHOD": "GET"}
    request |= {cgi_key(name): value for name, value in headers.items()}
    return b"".join(namespace["application"](request, lambda *_: None))


def test_the_configuration_in_the_readme_is_toml() -> None:
    text = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert text is not None
    assert tomllib.loads(text[1])["proxy"]["dialect"] == "nginx"


def test_every_configuration_key_is_in_the_table() -> None:
    import dataclasses

    from mtlsguard import policy

    table = section("Configuration")
    derived = {"networks", "unix", "issuer_names", "issuer_keys", "key", "extent", "issuers", "denylists"}
    for name, part in (
        ("proxy", policy.ProxyPolicy),
        ("trust", policy.TrustPolicy),
        ("validity", policy.ValidityPolicy),
        ("serials", policy.SerialPolicy),
        ("identity", policy.IdentityPolicy),
        ("cache", policy.CachePolicy),
        ("audit", policy.AuditPolicy),
        ("revocation", policy.RevocationPolicy),
        ("refresh", policy.RefreshPolicy),
    ):
        for field in dataclasses.fields(part):
            assert field.name in derived or f"`{name}.{field.name}`" in table


def test_the_version_is_in_the_changelog() -> None:
    assert f"## {mtlsguard.__version__}" in (REPOSITORY / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("name", ["CWE-200", "CWE-209", "CWE-213", "CWE-215", "CWE-290", "CWE-312", "CWE-359"])
def test_the_threat_model_names_the_weakness_class(name: str) -> None:
    assert name in (REPOSITORY / "SECURITY.md").read_text()

"""`mtlsguard lint-proxy`: files in, findings and a status out; whatever the files are, never a traceback."""

import json
import sys

import pytest

from mtlsguard.cli import main
from tests.lint.subjects_envoy import file, listener
from tests.lint.subjects_nginx import server

GOOD = server()
BAD = server(around="underscores_in_headers on;")


def lint(folder, files, *options, capsys):
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    first = folder / next(iter(files))
    return main(["lint-proxy", str(first), *options]), capsys.readouterr()


def test_a_sound_configuration_is_status_0(tmp_path, capsys):
    assert lint(tmp_path, {"nginx.conf": GOOD}, capsys=capsys)[0] == 0


def test_a_finding_is_status_1(tmp_path, capsys):
    assert lint(tmp_path, {"nginx.conf": BAD}, capsys=capsys)[0] == 1


def test_advice_alone_is_status_0(tmp_path, capsys):
    status, printed = lint(tmp_path, {"nginx.conf": server().replace("ssl_verify_depth 3;", "")}, capsys=capsys)
    assert (status, "nginx-short-chains" in printed.out) == (0, True)


def test_json_has_every_part_of_a_finding(tmp_path, capsys):
    _, printed = lint(tmp_path, {"nginx.conf": BAD}, "--json", capsys=capsys)
    finding = json.loads(printed.out)["findings"][0]
    assert {**finding, "file": "", "what": "", "why": ""} == {
        "file": "",
        "line": 6,
        "level": "error",
        "rule": "nginx-lenient-names",
        "what": "",
        "why": "",
        "fix": ["underscores_in_headers off;"],
    }


def test_a_finding_in_an_included_file_has_that_files_name(tmp_path, capsys):
    files = {"nginx.conf": "http { include conf.d/*.conf; }", "conf.d/a.conf": "\n" + BAD}
    _, printed = lint(tmp_path, files, "--json", capsys=capsys)
    finding = json.loads(printed.out)["findings"][0]
    assert (finding["file"].endswith("conf.d/a.conf"), finding["line"]) == (True, 7)


def test_the_kind_is_recognised_by_content(tmp_path, capsys):
    assert lint(tmp_path, {"proxy.yaml": file(listener(underscores=""))}, capsys=capsys)[0] == 1


def test_json_with_tabs_is_read(tmp_path, capsys):
    text = '{\n\t"static_resources": {\n\t\t"listeners": []\n\t}\n}'
    assert lint(tmp_path, {"envoy.json": text}, capsys=capsys)[0] == 0


def test_haproxy_is_said_to_have_no_parser(tmp_path, capsys):
    status, printed = lint(tmp_path, {"haproxy.cfg": "global\nfrontend a\n"}, capsys=capsys)
    assert (status, "no maintained parser" in printed.err) == (2, True)


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 20))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("other.txt", "nothing that is known"),
        ("nginx.conf", "server {"),
        ("nginx.conf", "server { listen 1; }}"),
        ("nginx.conf", "server { listen 'a"),
        ("nginx.conf", "include nginx.conf;"),
        ("nginx.conf", "include absent.conf;"),
        ("nginx.conf", "location / { " * 200 + "}" * 200),
        ("nginx.conf", "location / { " * 20_000 + "}" * 20_000),
        ("nginx.conf", b"\x00\x01\x02"),
        ("nginx.conf", b"\xff\xfe server {"),
        ("nginx.conf", b" " * (1024 * 1024 + 1)),
        ("envoy.yaml", "static_resources: {"),
        ("envoy.yaml", "static_resources: " + "[" * 20_000),
        ("envoy.yaml", "static_resources: " + "[" * 200 + "]" * 200),
        ("envoy.yaml", "static_resources: &a [*a]"),
        ("envoy.yaml", "static_resources: 1\nstatic_resources: 2"),
        ("envoy.yaml", "static_resources: 1\n---\nstatic_resources: 2"),
        ("envoy.yaml", "static_resources: 1\n" + BOMB),
    ],
)
def test_what_cannot_be_used_is_status_2(name, text, tmp_path, capsys):
    assert lint(tmp_path, {name: text}, capsys=capsys)[0] == 2


def test_a_tag_constructs_nothing(tmp_path, capsys):
    text = f"static_resources: !!python/object/apply:os.mkdir ['{tmp_path}/made']"
    lint(tmp_path, {"envoy.yaml": text}, capsys=capsys)
    assert not (tmp_path / "made").exists()


def test_a_file_that_is_not_there_is_status_2(tmp_path):
    assert main(["lint-proxy", str(tmp_path / "nginx.conf")]) == 2


@pytest.mark.parametrize(("kind", "library"), [("nginx", "crossplane"), ("envoy", "yaml")])
def test_a_missing_library_is_status_2_with_the_extra(kind, library, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, f"mtlsguard.cli.lint.{kind}", raising=False)
    monkeypatch.delattr(f"mtlsguard.cli.lint.{kind}", raising=False)
    status, printed = lint(tmp_path, {"file.conf": GOOD}, "--kind", kind, capsys=capsys)
    assert (status, "mtlsguard[lint]" in printed.err) == (2, True)


def test_the_guards_configuration_names_the_headers(tmp_path, capsys):
    (tmp_path / "guard.toml").write_text('[proxy]\ndialect = "nginx"\ntrusted = ["unix"]\n[trust]\nverify = "proxy"\n')
    config = ["--config", str(tmp_path / "guard.toml")]
    assert lint(tmp_path, {"nginx.conf": GOOD}, *config, capsys=capsys)[0] == 0

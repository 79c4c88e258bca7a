"""Prints the configuration of a proxy that goes with the guard: every certificate header set or cleared, always.

With --config it fits that configuration's [proxy]: dialect, names, hops, secret. Without one it takes the proxy's own
dialect with its default names. The text starts with how the proxy is started and which lines of mtlsguard.toml go
with it. The secret's value is never read and never printed.
"""

import argparse
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mtlsguard.cli.terminal import CommandError, as_json
from mtlsguard.cli.toml import table_of
from mtlsguard.config import ConfigError, Notes
from mtlsguard.config.proxy import proxy as proxy_from
from mtlsguard.config.reader import Section
from mtlsguard.policy import ProxyPolicy
from mtlsguard.proxies import RECIPES
from mtlsguard.proxies.contract import Asked, CannotWriteError, Deployment, File, Recipe
from mtlsguard.proxies.text import guard_lines

SUMMARY = "print the right configuration of a proxy"

# What needs no quotes in any of the languages: a blank, a quote or a brace would end the value in one of them.
_PATH = re.compile(r"[A-Za-z0-9_./@:+,=-]+", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\]", re.ASCII)
_HIGHEST_PORT = 65_535
# Stands for the secret, which is neither needed nor read here.
_UNREAD = "x" * 32


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help=", ".join(RECIPES))
    parser.add_argument("--config", metavar="FILE", type=Path, help="the guard's configuration that it has to fit")
    parser.add_argument("--listen", metavar="HOST:PORT", default="127.0.0.1:8443", help="default %(default)s")
    parser.add_argument("--upstream", default="127.0.0.1:8000", help="HOST:PORT or unix:PATH; default %(default)s")
    parser.add_argument("--certificate", metavar="FILE", default="server.pem", help="default %(default)s")
    parser.add_argument("--key", metavar="FILE", default="server.key", help="default %(default)s")
    parser.add_argument("--client-ca", metavar="FILE", default="clients.pem", help="default %(default)s")
    parser.add_argument("--verify", choices=[asked.value for asked in Asked], help="of a client without a certificate")
    parser.add_argument("--secret", metavar="FILE", help="the proxy's copy of the secret; default: that of --config")
    parser.add_argument("--output", metavar="FOLDER", type=Path, help="write there instead; files of its own too")


def run(arguments: argparse.Namespace) -> int:
    recipe = _recipe(arguments.name)
    deployment = _deployment(arguments, recipe)
    try:
        files = recipe.write(deployment)
    except CannotWriteError as error:
        raise CommandError(str(error)) from None
    written = [_write(arguments.output, file) for file in files] if arguments.output else []
    if arguments.json:
        print(as_json(_document(recipe, deployment, files)))
    elif written:
        print("\n".join(str(path) for path in written))
    else:
        print(files[0].text, end="")
    return 0


def _recipe(name: str) -> Recipe:
    if name not in RECIPES:
        raise CommandError(f"there is no recipe of that name; there are {', '.join(RECIPES)}")
    return RECIPES[name]


def _deployment(arguments: argparse.Namespace, recipe: Recipe) -> Deployment:
    table = {} if arguments.config is None else _proxy_table(arguments.config)
    policy = ProxyPolicy(recipe.dialects[0]) if arguments.config is None else _policy(table)
    if policy.dialect not in recipe.dialects:
        able = ", ".join(recipe.dialects)
        raise CommandError(f"{recipe.producer} cannot speak the dialect {policy.dialect}; it can speak {able}")
    return Deployment(
        proxy=policy,
        listen=_address(arguments.listen, "--listen"),
        upstream=_upstream(arguments.upstream),
        certificate=_path(arguments.certificate, "--certificate"),
        key=_path(arguments.key, "--key"),
        client_ca=_path(arguments.client_ca, "--client-ca"),
        verify=_asked(arguments.verify, recipe),
        secret=_secret(arguments, policy, table),
        folder=_path(str(arguments.output or Path()), "--output"),
    )


def _proxy_table(path: Path) -> dict[str, Any]:
    """[proxy] alone, with something else in the place of the secret's value: no other file is opened."""
    table = table_of(path).get("proxy")
    if not isinstance(table, Mapping):
        raise CommandError(f"{path}: there is no [proxy] in it")
    return dict(table)


def _policy(table: Mapping[str, Any]) -> ProxyPolicy:
    secret = table.get("secret")
    if isinstance(secret, Mapping):
        others = {key: value for key, value in secret.items() if key not in {"file", "env"}}
        table = {**table, "secret": {**others, "values": [_UNREAD]}}
    notes = Notes()
    policy = proxy_from(Section(table, "proxy", notes))
    if notes.problems:
        raise CommandError(str(ConfigError(notes.problems)))
    return policy


def _secret(arguments: argparse.Namespace, policy: ProxyPolicy, table: Mapping[str, Any]) -> str | None:
    """The name of the file; relative ones count from the configuration's folder, as the guard counts them."""
    if policy.secret is None:
        if arguments.secret is not None:
            raise CommandError("--secret needs a --config with proxy.secret, which names the header")
        return None
    if arguments.secret is not None:
        return _path(arguments.secret, "--secret")
    file = table["secret"].get("file")
    if not isinstance(file, str):
        raise CommandError(
            "the guard takes proxy.secret from its environment: say where the proxy has it by --secret FILE"
        )
    return _path(str(arguments.config.parent / file), "proxy.secret.file")


def _asked(verify: str | None, recipe: Recipe) -> Asked:
    asked = recipe.asks[0] if verify is None else Asked(verify)
    if asked not in recipe.asks:
        able = " or ".join(one.value for one in recipe.asks)
        raise CommandError(f"{recipe.producer} can do --verify {able} only")
    return asked


def _address(text: str, option: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if _HOST.fullmatch(host) is None or not (port.isdigit() and port.isascii() and 0 < int(port) <= _HIGHEST_PORT):
        raise CommandError(f"{option}: HOST:PORT, an IPv6 address in brackets")
    return host.strip("[]"), int(port)


def _upstream(text: str) -> str:
    if text.startswith("unix:"):
        return "unix:" + _path(text.removeprefix("unix:"), "--upstream")
    _address(text, "--upstream")
    return text


def _path(text: str, option: str) -> str:
    """Absolute: some proxies count relative names from folders of their own."""
    path = str(Path(text).absolute())
    if _PATH.fullmatch(path) is None:
        raise CommandError(f"{option}: a path without blanks, quotes and other signs that need them")
    return path


def _write(folder: Path, file: File) -> Path:
    path = folder / file.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as stream:
            stream.write(file.text)
    except FileExistsError:
        raise CommandError(f"{path} is there already: it is not overwritten") from None
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    return path


def _document(recipe: Recipe, deployment: Deployment, files: tuple[File, ...]) -> dict[str, object]:
    main = f"{deployment.folder}/{files[0].name}"
    return {
        "proxy": recipe.name,
        "dialect": deployment.proxy.dialect,
        "files": [{"name": file.name, "text": file.text} for file in files],
        "command": list(recipe.command(main)) if recipe.command is not None else None,
        "guard": [line.strip() for line in guard_lines(deployment, recipe.trailers)],
        "notes": list(recipe.notes),
    }

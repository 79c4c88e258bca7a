"""A proxy in front of a server, started from what `mtlsguard proxy-config` prints and from nothing else."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mtlsguard.cli import main
from mtlsguard.proxies import RECIPES
from mtlsguard.proxies.contract import SECRET_VARIABLE, Handover
from tests.live.cast import SECRET, SECRET_HEADER, Cast
from tests.live.client import PLAIN, TLS13, Answer, Request, ask, ask_http2, context
from tests.live.processes import HOST, free_port, running, wait_until
from tests.live.programs import PROGRAMS, Program
from tests.live.servers import Running

# Traefik and Envoy listen before they know their routes and upstreams.
_NOT_YET = {0, 404, 502, 503}


@dataclass(frozen=True, slots=True)
class Pair:
    """One proxy in front of one server; `verify` as the command takes it."""

    proxy: str
    server: str
    verify: str

    def __str__(self) -> str:
        return f"{self.proxy}-{self.server}-{self.verify}"

    @property
    def program(self) -> Program:
        return PROGRAMS[self.proxy]


@dataclass(frozen=True, slots=True)
class Front:
    """A running pair, and the clients of the cast."""

    pair: Pair
    cast: Cast
    server: Running
    port: int
    log: Path
    _contexts: dict[tuple[object, ...], ssl.SSLContext] = field(default_factory=dict, repr=False)

    @property
    def path(self) -> str:
        return f"/{self.pair.program.recipe}/"

    def ask(self, member: str | None, request: Request = PLAIN) -> Answer:
        return ask(self.port, self.context(member), self.path, request)

    def ask_http2(self, member: str | None, request: Request = PLAIN) -> Answer:
        return ask_http2(self.port, self.context(member, protocols=("h2",)), self.path, request)

    def ask_again(self, member: str, newest: ssl.TLSVersion, request: Request = PLAIN) -> tuple[Answer, Answer]:
        """Twice over connections of their own, the second one resuming the session of the first where it may."""
        tls = context(self._files(member), newest)
        first = ask(self.port, tls, self.path)
        return first, ask(self.port, tls, self.path, request, first.session)

    def context(
        self, member: str | None, newest: ssl.TLSVersion = TLS13, protocols: tuple[str, ...] = ()
    ) -> ssl.SSLContext:
        key = (member, newest, protocols)
        if key not in self._contexts:
            self._contexts[key] = context(self._files(member), newest, protocols)
        return self._contexts[key]

    def _files(self, member: str | None) -> Path | None:
        return self.cast.folder / member if member else None


@contextmanager
def standing(pair: Pair, cast: Cast, server: Running, folder: Path) -> Iterator[Front]:
    port = free_port()
    assert main([*arguments(pair, cast, port, server.port), "--output", str(folder)]) == 0
    with started(pair, cast, server, folder, port) as front:
        yield front


def arguments(pair: Pair, cast: Cast, port: int, upstream: int) -> list[str]:
    """Of the command: the guard's own configuration, and where everything is."""
    return [
        *("proxy-config", pair.program.recipe, "--config", str(cast.folder / f"{pair.program.recipe}.toml")),
        *("--listen", f"{HOST}:{port}", "--upstream", f"{HOST}:{upstream}", "--verify", pair.verify),
        *("--certificate", str(cast.folder / "server.pem"), "--key", str(cast.folder / "server.key")),
        *("--client-ca", str(cast.folder / "root.pem")),
    ]


@contextmanager
def started(pair: Pair, cast: Cast, server: Running, folder: Path, port: int) -> Iterator[Front]:
    """The one file in `folder`, as its first lines say, with the secret handed over in the way that they say."""
    recipe, (file,) = RECIPES[pair.program.recipe], folder.iterdir()
    if recipe.handover is Handover.SNIPPET:
        (folder / "proxy-secret.conf").write_text(f'proxy_set_header {SECRET_HEADER} "{SECRET}";\n')
    assert recipe.command is not None
    command = [str(pair.program.path), *recipe.command(str(file))[1:]]
    homes = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "TMPDIR"), str(folder))
    with running(command, port, folder, {**homes, SECRET_VARIABLE: SECRET}) as log:
        front = Front(pair, cast, server, port, log)
        wait_until(lambda: front.ask("caller").status not in _NOT_YET, log)
        yield front

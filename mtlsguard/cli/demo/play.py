"""The play from beginning to end: everything that is taken is given back, whatever happens between."""

import secrets
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from mtlsguard.asgi import GuardMiddleware
from mtlsguard.cli.demo.acts import Row, rows
from mtlsguard.cli.demo.answers import Answer, Stage
from mtlsguard.cli.demo.application import APPLICATION
from mtlsguard.cli.demo.cast import Cast
from mtlsguard.cli.demo.journal import journal
from mtlsguard.cli.demo.proxies import Proxy
from mtlsguard.cli.demo.running import free_port, running, wait_until_it_listens
from mtlsguard.cli.demo.serving import serving
from mtlsguard.cli.demo.settings import SECRET_FILE, write_configuration
from mtlsguard.cli.demo.signals import Signals

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row of the table."""

    row: Row
    seen: Answer

    @property
    def ok(self) -> bool:
        return self.seen == self.row.expected


@dataclass(frozen=True, slots=True)
class Play:
    """A stage with its cast, up and running."""

    proxy: Proxy
    cast: Cast
    stage: Stage
    process: subprocess.Popen[bytes]

    def outcomes(self, tell: Tell) -> list[Outcome]:
        acts = rows(self.proxy.name, self.cast)
        found: list[Outcome] = []
        for number, row in enumerate(acts, 1):
            tell(f"{number}/{len(acts)} {row.act}: {row.tried}")
            found.append(Outcome(row, self.stage.ask(row.request)))
        return found

    def running(self) -> bool:
        return self.process.poll() is None

    def log(self) -> list[str]:
        return [entry.line for entry in self.stage.journal.entries]

    def leaks(self) -> int:
        """How many pieces of certificates, serial numbers and fingerprints stand in the log."""
        written = "\n".join(self.log()).lower()
        return sum(text.lower() in written for text in self.cast.secrets())


@contextmanager
def staged(proxy: Proxy, signals: Signals, tell: Tell) -> Iterator[Play]:
    with ExitStack() as stack:
        try:
            yield _staged(proxy, signals, tell, stack)
        finally:
            signals.deaf()
            tell("cleaning up")


def _staged(proxy: Proxy, signals: Signals, tell: Tell, stack: ExitStack) -> Play:
    proxy.program()  # before anything is made in vain
    with signals.held():
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mtlsguard-demo-")))
        log = stack.enter_context(journal())
    tell("making certificates")
    cast = Cast()
    guarded = GuardMiddleware(APPLICATION, _written(folder, proxy, cast))
    tell("starting the application")
    with signals.held():
        upstream = stack.enter_context(serving(guarded))
    tell(f"starting {proxy.name}")
    port = free_port()
    proxy.write(folder, port, upstream)
    with signals.held():
        process = stack.enter_context(running(proxy, folder))
    wait_until_it_listens(process, folder, port)
    return Play(proxy, cast, Stage(folder, port, upstream, log), process)


def _written(folder: Path, proxy: Proxy, cast: Cast) -> Path:
    cast.write(folder)
    secret = folder / SECRET_FILE
    secret.touch(0o600)
    secret.write_text(secrets.token_urlsafe(32))
    return write_configuration(folder, proxy.guard, cast.clients["revoked"])

"""A service whose files change while it runs: a folder, a guard made from it, and a clock to wait by."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mtlsguard.decision import Allow, Decision
from mtlsguard.guard import Guard
from mtlsguard.loading import guard_from
from mtlsguard.testing import Issued, Pki
from tests.world import judge

PEER = "10.0.0.1"
PATIENCE = 20.0  # seconds: about hanging, not about speed


def pki() -> Pki:
    """Good now: what refreshes itself goes by the clock of the machine."""
    return Pki()


def write(path: Path, text: str | bytes) -> Path:
    """Whole or not at all, as a careful operator writes."""
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(text.encode() if isinstance(text, str) else text)
    new.replace(path)
    return path


def configured(folder: Path, pki: Pki, more: str = "") -> Path:
    """mtlsguard.toml beside a folder of anchors; `more` is written behind it."""
    anchors = folder / "anchors"
    anchors.mkdir(exist_ok=True)
    write(anchors / "root.pem", pki.root.pem)
    write(folder / "intermediate.pem", pki.intermediate.pem)
    trust = 'anchors = ["anchors"]\nintermediates = ["intermediate.pem"]'
    text = f'[proxy]\ndialect = "nginx"\ntrusted = ["{PEER}"]\n[trust]\n{trust}\n{more}'
    return write(folder / "mtlsguard.toml", text)


def serving(configuration: Path | dict[str, Any]) -> Guard:
    """A guard after the first request of its process."""
    guard = guard_from(configuration)
    guard.wake()
    return guard


def asked(guard: Guard, certificate: Issued) -> Decision:
    return judge(certificate, guard, peer=(PEER, 4711), now=time.time())


def lets_in(guard: Guard, certificate: Issued) -> bool:
    return isinstance(asked(guard, certificate), Allow)


def eventually(holds: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Bounded: what never holds fails the test."""
    end = time.monotonic() + patience
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def refused_when(config: str, der: bytes, ready: Any, refused: Any) -> None:
    """A process that serves: says when it let the certificate in, and when it refused it."""
    guard = serving(Path(config))
    snapshot = guard.current
    connection = snapshot.names.connection(PEER, snapshot.dialect.write(der, ()))

    def allowed() -> bool:
        return isinstance(guard.current.check(connection, time.time()), Allow)

    if eventually(allowed):
        ready.release()
    if eventually(lambda: not allowed()):
        refused.release()

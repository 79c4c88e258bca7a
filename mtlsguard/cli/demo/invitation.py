"""What a person can try while the play is kept running."""

import shlex
from pathlib import Path

from mtlsguard.cli.demo.acts import ANY, DIALECT_OF, INVOICES, STATUS
from mtlsguard.cli.demo.cast import VICTIM
from mtlsguard.cli.demo.play import Play
from mtlsguard.cli.demo.serving import HOST
from mtlsguard.cli.demo.settings import FILE
from mtlsguard.testing import present

Trial = tuple[str, str]


def trials(play: Play) -> list[Trial]:
    """What it shows, and the command."""
    folder, stage = play.stage.folder, play.stage
    through, past = f"https://localhost:{stage.proxy_port}", f"http://{HOST}:{stage.application_port}"
    forged = ("-H", f"@{_forged(play)}")
    return [
        ("the right certificate", _curl(folder, through + INVOICES, VICTIM)),
        ("one without the role", _curl(folder, through + INVOICES, "web")),
        ("who the guard says it is", _curl(folder, through + ANY, "web")),
        ("an expired one", _curl(folder, through + INVOICES, "expired")),
        ("none", _curl(folder, through + INVOICES, None)),
        ("forged headers, through the proxy", _curl(folder, through + INVOICES, None, *forged)),
        ("forged headers, past the proxy", shlex.join(["curl", *forged, past + INVOICES])),
        ("none on a public route", _curl(folder, through + STATUS, None)),
        ("what the guard thinks of a certificate", _inspect(folder, "revoked")),
        ("the configuration", shlex.join(["mtlsguard", "check-config", str(folder / FILE)])),
    ]


def _curl(folder: Path, url: str, client: str | None, *more: str) -> str:
    own = ["--cert", str(folder / f"{client}.pem"), "--key", str(folder / f"{client}.key")] if client else []
    return shlex.join(["curl", "--cacert", str(folder / "root.pem"), *own, *more, url])


def _inspect(folder: Path, client: str) -> str:
    return shlex.join(["mtlsguard", "inspect", str(folder / f"{client}.pem"), "--config", str(folder / FILE)])


def _forged(play: Play) -> Path:
    """A certificate is public: anybody could write these lines."""
    path = play.stage.folder / "forged-headers.txt"
    headers = present(play.cast.clients[VICTIM].der, DIALECT_OF[play.proxy.name])
    path.write_text("".join(f"{name}: {value}\n" for name, value in headers.items()))
    return path

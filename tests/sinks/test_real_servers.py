"""Real servers with real logging configurations and an application that logs certificates on purpose.

All files they wrote, and what they printed, are searched for any eight octets of the certificate.
"""

import http.client
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from mtlsguard.redact.sinks.servers import granian_logging, uvicorn_logging, without_evidence
from mtlsguard.testing import Issued, Pki, present
from tests.live.processes import HOST, free_port, running
from tests.redact.material import Material

ROOT = Path(__file__).parents[2]
NAME = "mallory.the.seventh"
ASGI, WSGI = "tests.sinks.noisy:for_asgi", "tests.sinks.noisy:for_wsgi"
ATOMS = (
    '%(h)s "%(r)s" %(s)s cert=%({x-ssl-client-cert}i)s serial=%({x-ssl-client-serial}i)s '
    "dn=%({x-ssl-client-dn}i)s env=%({http_x_ssl_client_dn}e)s"
)
FIELDS = (
    '%(addr)s "%(method)s %(path)s?%(query_string)s" %(status)d '
    "%(header{x-ssl-client-cert})s %(header{x-ssl-client-serial})s"
)


@dataclass(frozen=True, slots=True)
class Server:
    """`arguments` of `python -m`; PORT is put in. `files` are written before it starts."""

    arguments: tuple[str, ...]
    logging: str
    files: dict[str, str]


HYPERCORN = """
from mtlsguard.redact.sinks.hypercorn import RedactingLogger
logger_class = RedactingLogger
"""
# How an application configures all logging by itself, uvicorn's loggers included.
PROPAGATING = {"version": 1, "disable_existing_loggers": False, "loggers": {"uvicorn": {"level": "DEBUG"}}}
UVICORN = ("uvicorn", "--host", HOST, "--port", "PORT", "--no-proxy-headers", "--log-config", "logging.json", ASGI)
SERVERS: dict[str, Server] = {
    "uvicorn": Server(UVICORN, "plain", {"logging.json": json.dumps(uvicorn_logging())}),
    "uvicorn, JSON by structlog": Server(UVICORN, "structlog", {"logging.json": json.dumps(PROPAGATING)}),
    "gunicorn": Server(
        (
            *("gunicorn", "--bind", f"{HOST}:PORT", "--no-control-socket", "--log-level", "debug"),
            *("--logger-class", "mtlsguard.redact.sinks.gunicorn.RedactingLogger", "--error-logfile", "error.log"),
            *("--access-logfile", "access.log", "--access-logformat", ATOMS, WSGI),
        ),
        "plain",
        {},
    ),
    "hypercorn": Server(
        (
            *("hypercorn", "--bind", f"{HOST}:PORT", "--workers", "0", "-c", "file:hypercorn.conf.py"),
            *("--log-level", "debug", "--access-logfile", "access.log", "--access-logformat", ATOMS, ASGI),
        ),
        "plain",
        {"hypercorn.conf.py": HYPERCORN},
    ),
    "granian": Server(
        (
            *("granian", "--interface", "asgi", "--host", HOST, "--port", "PORT", "--log-config", "logging.json"),
            *("--access-log", "--access-log-fmt", without_evidence(FIELDS), ASGI),
        ),
        "structlog",
        {"logging.json": json.dumps(granian_logging())},
    ),
}
AS_IT_COMES = Server(("uvicorn", "--host", HOST, "--port", "PORT", "--no-proxy-headers", ASGI), "plain", {})


@pytest.fixture(scope="module")
def leaf() -> Issued:
    return PKI.leaf(NAME, spiffe="spiffe://example.org/ns/billing/sa/mallory")


PKI = Pki()


@pytest.fixture(scope="module")
def written(leaf: Issued, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All servers side by side; each has been asked, and has ended, when the tests look at its folder."""
    servers = SERVERS | {"as it comes": AS_IT_COMES}
    folders = {name: tmp_path_factory.mktemp("server") for name in servers}
    with ExitStack() as stack:
        ports = {name: stack.enter_context(_started(server, folders[name])) for name, server in servers.items()}
        statuses = {name: [_asked(port, path, leaf) for path in _paths(leaf)] for name, port in ports.items()}
    assert {tuple(found) for found in statuses.values()} == {(200, 200, 500)}, statuses
    return folders


@contextmanager
def _started(server: Server, folder: Path) -> Iterator[int]:
    port = free_port()
    for name, text in {**server.files, "guard.toml": GUARD, "root.pem": PKI.root.pem}.items():
        (folder / name).write_text(text)
    (folder / "issuing.pem").write_text(PKI.intermediate.pem)
    environment = {
        "NOISY_GUARD": str(folder / "guard.toml"),
        "NOISY_LOGGING": server.logging,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "always",
    }
    command = [sys.executable, "-m", *(part.replace("PORT", str(port)) for part in server.arguments)]
    with running(command, port, folder, environment):
        yield port


GUARD = """
[proxy]
dialect = "nginx"
trusted = ["127.0.0.1"]
[trust]
anchors = ["root.pem"]
intermediates = ["issuing.pem"]
"""


def _paths(leaf: Issued) -> tuple[str, ...]:
    return ("/", f"/?leaf={quote(leaf.pem, safe='')}", "/breaks")


def _asked(port: int, path: str, leaf: Issued) -> int:
    headers = present(leaf, "nginx") | {"x-ssl-client-serial": f"{leaf.serial:x}", "x-ssl-client-dn": f"CN={NAME}"}
    connection = http.client.HTTPConnection(HOST, port, timeout=20)
    connection.request("GET", path, headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status


def read(folder: Path) -> dict[str, str]:
    """What the server and its application wrote; what we gave it is left out."""
    given = {"root.pem", "issuing.pem", "guard.toml"}
    return {one.name: one.read_text(errors="replace") for one in folder.rglob("*") if one.name not in given}


@pytest.mark.parametrize("name", SERVERS)
def test_nothing_of_a_certificate_is_in_any_file_of_a_server(name: str, written: dict[str, Path], leaf: Issued) -> None:
    assert leaking(written[name], leaf) == {}


def test_a_server_with_its_own_logging_configuration_writes_it(written: dict[str, Path], leaf: Issued) -> None:
    assert set(leaking(written["as it comes"], leaf)) == {"log"}


def leaking(folder: Path, leaf: Issued) -> dict[str, list[str]]:
    material = Material(leaf.certificate, (NAME,))
    return {file: found for file, text in read(folder).items() if (found := material.leaks_in(text))}


@pytest.mark.parametrize("name", SERVERS)
def test_the_application_was_heard_in_all_its_ways(name: str, written: dict[str, Path]) -> None:
    log = read(written[name])["app.log"]
    expected = [
        "refused",
        "[certificate sha256:",
        "[dn sha256:",
        "LoudError",
        "Traceback" if '"event"' not in log else "frames",
    ]
    assert [words for words in expected if words not in log] == []


@pytest.mark.parametrize("name", SERVERS)
def test_requests_warnings_and_the_error_were_told(name: str, written: dict[str, Path]) -> None:
    everything = "\n".join(read(written[name]).values())
    assert [words for words in ("/breaks", "UserWarning: odd: [dn", "AppError") if words not in everything] == []


def test_what_is_not_certificate_data_stays_in_an_access_log(written: dict[str, Path]) -> None:
    lines = read(written["gunicorn"])["access.log"].splitlines()
    assert lines[0].startswith('127.0.0.1 "GET / HTTP/1.1" 200 cert=[certificate')

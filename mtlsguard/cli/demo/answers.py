"""Requests as a client sends them, and what came of each: the answer, and what the log says about it."""

import http.client
import json
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mtlsguard.cli.demo.journal import Journal
from mtlsguard.cli.demo.serving import HOST

_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Request:
    """`client`: whose certificate is shown, if any. `direct`: to the application's own port, past the proxy."""

    path: str
    client: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client gets, and why according to the audit log. `reached` are headers that must not reach
    the application."""

    status: int
    reason: str = ""
    identity: str | None = None
    roles: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.reached:
            return f"{self.status}, application saw {', '.join(self.reached)}"
        if self.status == http.client.OK:
            words = [str(self.status), self.identity or "nobody", *(f"({role})" for role in self.roles), self.reason]
            return " ".join(filter(None, words))
        return f"{self.status} {self.reason}" if self.status else self.reason


BY_THE_PROXY = "refused by the proxy"
NO_ANSWER = "no answer"
NOT_LOGGED = "let in without an audit event"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the requests go."""

    folder: Path
    proxy_port: int
    application_port: int
    journal: Journal

    def ask(self, request: Request) -> Answer:
        mark = len(self.journal.entries)
        try:
            status, body = self._exchange(request)
        except (OSError, http.client.HTTPException):  # TLS 1.3: a refused certificate shows at the first read
            return Answer(0, NO_ANSWER)
        return _answer(status, body, self.journal.decisions_since(mark))

    def _exchange(self, request: Request) -> tuple[int, bytes]:
        connection = self._connection(request)
        try:
            connection.request("GET", request.path, headers=dict(request.headers))
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def _connection(self, request: Request) -> http.client.HTTPConnection:
        if request.direct:
            return http.client.HTTPConnection(HOST, self.application_port, timeout=_PATIENCE)
        context = ssl.create_default_context(cafile=self.folder / "root.pem")
        if request.client is not None:
            context.load_cert_chain(self.folder / f"{request.client}.pem", self.folder / f"{request.client}.key")
        return http.client.HTTPSConnection("localhost", self.proxy_port, timeout=_PATIENCE, context=context)


def _answer(status: int, body: bytes, decisions: Sequence[Mapping[str, Any]]) -> Answer:
    """Without an event for a refusal it was not the guard who refused."""
    reason = " ".join(str(decision["reason"]) for decision in decisions if "reason" in decision)
    if status != http.client.OK:
        return Answer(status, reason or BY_THE_PROXY)
    said = json.loads(body)
    if said["identity"] and "allow" not in [decision["outcome"] for decision in decisions]:
        reason = NOT_LOGGED
    return Answer(status, reason, said["identity"], tuple(said["roles"]), tuple(said["certificate_headers"]))

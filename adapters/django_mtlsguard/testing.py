"""Django's test clients with a certificate in their hands.

    pki = Pki()
    client = Client(certificate=pki.leaf("alice"))
    client.get("/invoices/7")

Each request arrives as the configured proxy would send it: in its dialect, from its address, with its secret.
`peer=` is another address for the requests to come from.
"""

from typing import Any

from django.test import AsyncClient as DjangoAsyncClient
from django.test import Client as DjangoClient

from django_mtlsguard.conf import guard
from django_mtlsguard.sessions import MARKER, marker
from mtlsguard.connection import cgi_key
from mtlsguard.decision import Identity, Revealed
from mtlsguard.testing import Issued, peer_of, present_to

_PORT = 4711  # servers give the port 0 to addresses that they took from a header


class Client(DjangoClient):
    """`certificate` may be changed between requests; None: the client shows none."""

    def __init__(self, *args: Any, certificate: Issued | None = None, peer: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.certificate = certificate
        self.peer = peer

    def request(self, **request: Any) -> Any:
        own = {cgi_key(name): value for name, value in present_to(guard(), self.certificate).items()}
        return super().request(**{"REMOTE_ADDR": self.peer or peer_of(guard())} | own | request)

    def force_login(self, user: Any, backend: str | None = None) -> None:
        """The login belongs to the certificate, as one that the client had made would."""
        super().force_login(user, backend)
        if self.certificate is not None:
            session = self.session
            session[MARKER] = marker(_identity(self.certificate))
            session.save()


class AsyncClient(DjangoAsyncClient):
    """The same for ASGI."""

    def __init__(self, *args: Any, certificate: Issued | None = None, peer: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.certificate = certificate
        self.peer = peer

    async def request(self, **request: Any) -> Any:
        own = [(name.encode(), value.encode()) for name, value in present_to(guard(), self.certificate).items()]
        given = {"client": (self.peer or peer_of(guard()), _PORT)} | request
        return await super().request(**given | {"headers": [*request.get("headers", ()), *own]})

    async def aforce_login(self, user: Any, backend: str | None = None) -> None:
        await super().aforce_login(user, backend)
        if self.certificate is not None:
            session = await self.asession()
            await session.aset(MARKER, marker(_identity(self.certificate)))
            await session.asave()


def _identity(certificate: Issued) -> Identity:
    """Enough for a marker: it is made of the certificate alone."""
    return Identity("", frozenset(), "", Revealed("", certificate.fingerprint, certificate.der))

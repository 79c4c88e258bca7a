"""What is measured with: a PKI, policies, and requests as servers make them, every object new each time.

New objects matter: bytes and text keep their hash, so a header object used twice looks many times cheaper than
the headers of a real server.
"""

from asyncio import AbstractEventLoop, new_event_loop
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from mtlsguard.loading import load
from mtlsguard.policy import Policy
from mtlsguard.testing import Issued, Pki, present

PROXY = "10.0.0.1"
CERTIFICATE = "x-ssl-client-cert"
VERIFY = "x-ssl-client-verify"
PATH = "/invoices/2024/17"

_OTHERS = {
    "host": "api.example.com",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "accept": "application/json, text/plain, */*",
    "accept-language": "en-GB,en;q=0.8,de;q=0.6",
    "accept-encoding": "identity",
    "connection": "keep-alive",
    "cookie": "theme=dark; consent=2024-11-03",
    "x-request-id": "5f0c9d0e-3f4e-4c80-b1d3-1d3f2a0cf2a1",
    "x-real-ip": "203.0.113.9",
    "x-forwarded-for": "203.0.113.9",
    "x-forwarded-proto": "https",
}


@dataclass(frozen=True, slots=True)
class World:
    """A root, an intermediate and a client of one algorithm."""

    pki: Pki
    client: Issued

    @property
    def now(self) -> float:
        return self.pki.now.timestamp()


@cache
def world(algorithm: str) -> World:
    """The same one for all groups."""
    pki = Pki(algorithm=algorithm)
    return World(pki, client(pki))


def client(pki: Pki, name: str = "billing", **details: Any) -> Issued:
    """With the seven extensions that a leaf of a private CA usually has."""
    hosts = (f"{name}.prod.svc.cluster.local", f"{name}.services.example.org")
    return pki.leaf(name, dns=hosts, extensions=_USUAL, **details)


def _usual() -> list[tuple[x509.ExtensionType, bool]]:
    crl = x509.UniformResourceIdentifier("http://pki.example.org/issuing/2024/example-intermediate.crl")
    issuer = x509.UniformResourceIdentifier("http://pki.example.org/issuing/2024/example-intermediate.crt")
    return [
        (x509.CRLDistributionPoints([x509.DistributionPoint([crl], None, None, None)]), False),
        (
            x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, issuer)]),
            False,
        ),
    ]


_USUAL = _usual()


def configuration(pki: Pki, **sections: Any) -> dict[str, Any]:
    """nginx, five roles, six routes; `sections` replace those here."""
    roles = ["billing", "shipping", "support", "audit", "admin"]
    return {
        "proxy": {"dialect": "nginx", "trusted": ["10.0.0.0/24"]},
        "trust": {"anchors": [pki.root.pem], "intermediates": [pki.intermediate.pem]},
        "roles": [{"name": role, "match": {"spiffe": f"spiffe://example.org/ns/default/sa/{role}"}} for role in roles],
        "routes": [
            {"path": "/healthz", "methods": ["GET"], "access": "public"},
            {"path": "/admin/**", "require": ["admin"]},
            {"path": "/parcels/**", "require": ["shipping", "support"]},
            {"path": "/invoices/**", "methods": ["GET"], "require": ["billing", "audit"]},
            {"path": "/invoices/*/*", "methods": ["PUT"], "require": ["billing"]},
            {"path": "/whoami", "access": "optional"},
        ],
    } | sections


def policy(pki: Pki, **sections: Any) -> Policy:
    return load(configuration(pki, **sections)).policy


def forgetful(pki: Pki, **sections: Any) -> Policy:
    """A policy under which every request is a first request."""
    return policy(pki, cache={"size": 0}, **sections)


def headers_of(leaf: Issued) -> dict[str, str]:
    """Thirteen, the certificate and its verdict among them."""
    return _OTHERS | present(leaf, "nginx")


def evidence(certificate: bytes) -> dict[str, Any]:
    """As little of a scope as a certificate can come in."""
    verdict = b"".join([b"SUC", b"CESS"])
    return {"headers": [(CERTIFICATE.encode(), certificate), (VERIFY.encode(), verdict)], "client": (PROXY, 51234)}


class Slices:
    """Texts kept in one piece and cut out anew each time, as a parser cuts them out of its buffer."""

    def __init__(self, texts: Iterable[str]) -> None:
        texts = list(texts)
        self.text = "".join(texts) + "."
        self.octets = self.text.encode("latin-1")
        ends = [sum(map(len, texts[: count + 1])) for count in range(len(texts))]
        self.bounds = [slice(end - len(text), end) for end, text in zip(ends, texts, strict=True)]


class AsgiRequests:
    """Scopes as uvicorn makes them; only the peer is one object, because it belongs to the connection."""

    def __init__(self, headers: dict[str, str], path: str = PATH) -> None:
        cut = Slices([*(text for pair in headers.items() for text in pair), "GET", path])
        self._text, self._octets = cut.text, cut.octets
        *pairs, self._method, self._path = cut.bounds
        self._pairs = list(zip(pairs[::2], pairs[1::2], strict=True))
        self._client, self._server = (PROXY, 51234), ("127.0.0.1", 8000)

    def headers(self) -> list[tuple[bytes, bytes]]:
        octets = self._octets
        return [(octets[name], octets[value]) for name, value in self._pairs]

    def scope(self) -> dict[str, Any]:
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "server": self._server,
            "client": self._client,
            "scheme": "http",
            "method": self._text[self._method],
            "root_path": "",
            "path": self._text[self._path],
            "raw_path": self._octets[self._path],
            "query_string": b"",
            "headers": self.headers(),
            "state": {},
        }


class WsgiRequests:
    """Environments with new values of all that the guard looks at. Their keys are hashed by the server's dict."""

    def __init__(self, headers: dict[str, str], path: str = PATH) -> None:
        fields = {"HTTP_" + name.upper().replace("-", "_"): value for name, value in headers.items()}
        fresh = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "RAW_URI": path,
            "REMOTE_ADDR": PROXY,
            **fields,
        }
        cut = Slices(fresh.values())
        self._text = cut.text
        self._fresh = list(zip(fresh, cut.bounds, strict=True))
        self._base = {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.input": BytesIO(),
            "SERVER_SOFTWARE": "server/1.0",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "REMOTE_PORT": "51234",
        }

    def environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = dict(self._base)
        text = self._text
        for key, at in self._fresh:
            environ[key] = text[at]
        return environ


async def receive() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


async def send(_message: dict[str, Any]) -> None:
    return None


def start_response(_status: str, _headers: list[tuple[str, str]], _exc_info: object = None) -> Callable[..., None]:
    return print


def calling_asgi(app: Any, make: Callable[[], dict[str, Any]]) -> Callable[[int], None]:
    """Runs the application for new scopes. Nothing in these applications waits, so there is no loop to pay for."""

    def run(count: int) -> None:
        try:
            _calls(app, make, count).send(None)
        except StopIteration:
            return
        raise RuntimeError("the application waits for something")

    return run


def calling_in_loop(app: Any, make: Callable[[], dict[str, Any]]) -> Callable[[int], None]:
    """For frameworks that ask for the running loop."""
    return lambda count: _loop().run_until_complete(_calls(app, make, count))


async def _calls(app: Any, make: Callable[[], dict[str, Any]], count: int) -> None:
    for _ in range(count):
        await app(make(), receive, send)


@cache
def _loop() -> AbstractEventLoop:
    return new_event_loop()


def calling_wsgi(app: Any, make: Callable[[], dict[str, Any]]) -> Callable[[int], None]:
    def run(count: int) -> None:
        for _ in range(count):
            app(make(), start_response)

    return run


def calling(function: Callable[[], object]) -> Callable[[int], None]:
    def run(count: int) -> None:
        for _ in range(count):
            function()

    return run

"""What is tried, and what must come of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from mtlsguard.cli.demo.answers import BY_THE_PROXY, Answer, Request
from mtlsguard.cli.demo.cast import DOMAIN, VICTIM, Cast
from mtlsguard.cli.demo.settings import SECRET_HEADER
from mtlsguard.dialects import HEADER_DIALECTS
from mtlsguard.reason import EXPLANATIONS, Reason
from mtlsguard.testing import present

INVOICES, CARELESS, STATUS, ANY = "/invoices/7", "/invoices/careless", "/status", "/whoami"
_WEB = Answer(200, identity=f"{DOMAIN}/web")
_NOBODY = Answer(200)


@dataclass(frozen=True, slots=True)
class Row:
    act: str
    tried: str
    request: Request
    expected: Answer


def refused(reason: Reason) -> Answer:
    return Answer(EXPLANATIONS[reason].status, reason.value)


def rows(proxy: str, cast: Cast) -> list[Row]:
    dialect = DIALECT_OF[proxy]
    victim = cast.clients[VICTIM].der
    return [
        *_acted("clients that are let in", _admitted()),
        *_acted("clients that are not", [*_judged(proxy), *_forbidden()]),
        *_acted("forged headers, through the proxy", _through(victim, dialect)),
        *_acted("forged headers, past the proxy", _past(victim, dialect)),
    ]


DIALECT_OF = {"caddy": "rfc9440", "nginx": "nginx"}

_Line = tuple[str, Request, Answer]


def _acted(act: str, lines: Iterable[_Line]) -> list[Row]:
    return [Row(act, tried, request, expected) for tried, request, expected in lines]


def _admitted() -> list[_Line]:
    return [
        ("the right certificate", Request(INVOICES, VICTIM), _billing("pay")),
        ("from an intermediate CA", Request(INVOICES, "branch"), _billing("shop")),
        ("logged carelessly", Request(CARELESS, VICTIM), _billing("pay")),
        ("none, on a public route", Request(STATUS), _NOBODY),
    ]


def _billing(name: str) -> Answer:
    return Answer(200, identity=f"{DOMAIN}/{name}", roles=("billing",))


def _judged(proxy: str) -> list[_Line]:
    """Caddy is told to judge nothing. nginx refuses what it is sure about, and hands over the rest."""
    by_nginx = Answer(400, BY_THE_PROXY)
    judged = {
        "caddy": [
            ("expired", "expired", refused(Reason.EXPIRED)),
            ("wrong CA", "stranger", refused(Reason.UNKNOWN_ISSUER)),
            ("wrong CA, right name", "impostor", refused(Reason.UNTRUSTED_CHAIN)),
            ("for servers only", "server-only", refused(Reason.WRONG_USAGE)),
        ],
        "nginx": [
            ("expired", "expired", by_nginx),
            ("wrong CA", "stranger", refused(Reason.PROXY_NOT_VERIFIED)),
            ("wrong CA, right name", "impostor", refused(Reason.PROXY_NOT_VERIFIED)),
            ("CA only the proxy trusts", "partner", refused(Reason.UNKNOWN_ISSUER)),
            ("for servers only", "server-only", by_nginx),
        ],
    }
    return [(tried, Request(INVOICES, client), expected) for tried, client, expected in judged[proxy]]


def _forbidden() -> list[_Line]:
    dodge = "/status/%2e%2e/invoices/7"
    return [
        ("no certificate", Request(INVOICES), refused(Reason.NO_CERTIFICATE)),
        ("serial number denied", Request(INVOICES, "revoked"), refused(Reason.SERIAL_DENIED)),
        ("good, without the role", Request(INVOICES, "web"), refused(Reason.FORBIDDEN)),
        ("a path to dodge the rule", Request(dodge, "web"), refused(Reason.AMBIGUOUS_REQUEST)),
    ]


def _through(victim: bytes, dialect: str) -> list[_Line]:
    own = present(victim, dialect)
    twins = {name.replace("-", "_"): value for name, value in own.items()}
    foreign = {
        name: value for other in HEADER_DIALECTS if other != dialect for name, value in present(victim, other).items()
    }
    foreign = {name: value for name, value in foreign.items() if name not in own}
    dropping = {"connection": f"close, {', '.join(own)}, {SECRET_HEADER}"}
    nobody = refused(Reason.NO_CERTIFICATE)
    return [
        ("the proxy's own headers", Request(INVOICES, headers=own), nobody),
        ("the same with underscores", Request(INVOICES, headers=twins), nobody),
        ("other vendors' headers", Request(INVOICES, headers=foreign), nobody),
        ("all, on a public route", Request(STATUS, headers=own | twins | foreign), _NOBODY),
        ("all, own certificate", Request(ANY, "web", own | twins | foreign), _WEB),
        ("Connection names them", Request(ANY, "web", dropping), _WEB),
    ]


def _past(victim: bytes, dialect: str) -> list[_Line]:
    own = present(victim, dialect)
    guessed = {**own, SECRET_HEADER: "correct-horse-battery-staple"}
    unknown = refused(Reason.WRONG_PROXY_SECRET)
    return [
        ("without the secret", Request(INVOICES, headers=own, direct=True), unknown),
        ("with a guessed secret", Request(INVOICES, headers=guessed, direct=True), unknown),
        ("on a public route", Request(STATUS, headers=own, direct=True), Answer(200, Reason.WRONG_PROXY_SECRET)),
    ]

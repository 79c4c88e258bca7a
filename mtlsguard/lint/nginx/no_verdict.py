"""A certificate that is sent without nginx's opinion of it."""

from collections.abc import Iterable

from mtlsguard.dialects.contract import Verdict
from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.nginx.model import CERTIFICATES, Nginx, header_of

_PRESENCE_IS_ENOUGH = "client-cert"  # RFC 9440 has no verdict


def check(model: Nginx, expected: Expected) -> Iterable[Hit]:
    if expected.verdict is not Verdict.FIELD:
        return
    for passing in model.passings():
        lines = passing.lines()
        sent = [line for line in lines if CERTIFICATES.intersection(line.variables())]
        told = any("ssl_client_verify" in line.variables() for line in lines)
        if sent and not told and header_of(sent[0]) != _PRESENCE_IS_ENOUGH:
            fix = f"{passing.setter} {_VERDICT[passing.setter.endswith('_set_header')]} $ssl_client_verify;"
            yield Hit(sent[0].place, "the certificate is sent without its verdict", (fix,))


_VERDICT = {True: "X-SSL-Client-Verify", False: "SSL_CLIENT_VERIFY"}

NO_VERDICT = Rule(
    "nginx-no-verdict",
    Level.WARNING,
    "The application cannot tell a verified certificate from one that nginx objects to, and mtlsguard refuses both.",
    check,
)

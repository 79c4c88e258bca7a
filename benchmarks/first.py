"""A first request, nothing remembered: the whole decision, from headers, beside cryptography's verifier alone."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import unquote_to_bytes

from cryptography import x509
from cryptography.x509 import verification

from benchmarks.harness import Case, Goal, Group, Row, Samples, Table
from benchmarks.material import CERTIFICATE, AsgiRequests, World, calling, forgetful, headers_of, world
from mtlsguard.connection import from_asgi
from mtlsguard.decision import Allow
from mtlsguard.engine import Snapshot

_ALGORITHMS = {"p256": "P-256", "rsa2048": "RSA-2048"}


def verifying(trusted: World) -> Callable[[], object]:
    """The verifier built for the moment, as it has to be; certificates already loaded; default client policy."""
    leaf, chain = trusted.client.certificate, [trusted.pki.intermediate.certificate]
    store = verification.Store([trusted.pki.root.certificate])
    moment = datetime.fromtimestamp(trusted.now, UTC)

    def verify() -> object:
        return verification.PolicyBuilder().store(store).time(moment).build_client_verifier().verify(leaf, chain)

    return verify


def parsing(trusted: World) -> Callable[[], object]:
    """What the peers do with the header, and all they do."""
    value = headers_of(trusted.client)[CERTIFICATE].encode()
    return lambda: x509.load_pem_x509_certificate(unquote_to_bytes(value))


def deciding(trusted: World, snapshot: Snapshot) -> Callable[[], object]:
    """From the scope's headers to the decision, under a policy that remembers nothing."""
    requests, now = AsgiRequests(headers_of(trusted.client)), trusted.now
    scope = requests.scope()

    def decide() -> object:
        scope["headers"] = requests.headers()
        connection, _ = from_asgi(scope, snapshot.names)
        return snapshot.check(connection, now)

    decision = decide()
    if not isinstance(decision, Allow):
        raise TypeError(f"a client that should be let in is not: {decision}")
    return decide


def group() -> Group:
    cases = []
    for algorithm, name in _ALGORITHMS.items():
        trusted = world(algorithm)
        cases += [
            Case(f"{name}: ClientVerifier.verify", calling(verifying(trusted))),
            Case(
                f"{name}: mtlsguard, header to decision", calling(deciding(trusted, Snapshot(forgetful(trusted.pki))))
            ),
            Case(f"{name}: unquote and load_pem (no check)", calling(parsing(trusted))),
        ]
    return Group(cases, _table)


def _table(samples: Samples) -> Table:
    rows = []
    for name in _ALGORITHMS.values():
        verify, decide, parse = (case for case in samples.by_case if case.startswith(f"{name}: "))
        rows.append(Row(verify, samples.time(verify).least))
        rows.append(Row(decide, samples.time(decide).least, "µs", samples.ratio(decide, verify), Goal(1.3)))
        rows.append(Row(parse, samples.time(parse).least, "µs", samples.ratio(parse, verify)))
    return Table("First request, one intermediate", "÷ ClientVerifier.verify", rows)

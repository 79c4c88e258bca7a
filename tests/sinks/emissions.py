"""The ways in which an application lets certificate data into a log, each as one call."""

import logging
from collections.abc import Callable
from typing import Any

from tests.redact.material import material

ALICE = material()


class LoudError(Exception):
    """Of an application: prints what it holds."""

    def __init__(self, leaf: object) -> None:
        super().__init__()
        self.leaf = leaf

    def __str__(self) -> str:
        return f"refused {self.leaf}"


def fails(depth: int = 0) -> None:
    """Raises with certificate data in the text, in the cause's text and in the variables of its frames."""
    pem, serial, leaf = ALICE.pem, ALICE.serial, ALICE.certificate
    headers = [(b"x-ssl-client-cert", ALICE.base64.encode()), (b"x-ssl-client-serial", f"{serial:x}".encode())]
    try:
        int(pem)
    except ValueError as error:
        raise LoudError(leaf) from error
    raise AssertionError(headers, depth)


def _exception(log: Any) -> None:
    try:
        fails()
    except LoudError:
        log.exception("the certificate was refused")


def _group(log: Any) -> None:
    two = ExceptionGroup("two", [ValueError(ALICE.dn), LoudError(ALICE.certificate)])
    log.error("the certificate was refused", exc_info=two)


WAYS: dict[str, Callable[[logging.Logger], None]] = {
    "message": lambda log: log.warning(f"the certificate is {ALICE.pem}"),  # noqa: G004
    "message that is an object": lambda log: log.warning(ALICE.certificate),
    "one argument": lambda log: log.warning("refused %s", ALICE.dn),
    "an argument that the template names": lambda log: log.warning("the certificate serial=%X", ALICE.serial),
    "several arguments": lambda log: log.warning("refused %s, %s and %s", ALICE.dn, ALICE.der, [ALICE.certificate]),
    "named arguments": lambda log: log.warning("refused %(dn)s", {"dn": ALICE.dn, "client_cert": ALICE.base64}),
    "arguments that do not fit": lambda log: log.warning("refused %d", ALICE.pem),
    "an extra": lambda log: log.warning("refused", extra={"client_cert": ALICE.pem, "serial": ALICE.serial}),
    "a nested extra": lambda log: log.warning("refused", extra={"scope": {"headers": [(b"x", ALICE.pem.encode())]}}),
    "the name of an extra": lambda log: log.warning("refused", extra={ALICE.dn: 1}),
    "an exception": _exception,
    "a group of exceptions": _group,
    "an exception as message": lambda log: log.warning(LoudError(ALICE.certificate)),
    "the stack": lambda log: log.warning("refused %s", ALICE.dn, stack_info=True),
}

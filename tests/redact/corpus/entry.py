"""One entry: a way to write certificate data, as a function of whose it is."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.redact.corpus.alice import Client, alice


@dataclass(frozen=True)
class Leak:
    """`about`: which of the things of KINDS the entry holds. `keeps`: what must still be readable afterwards.
    `whose`: of whom nothing may be read.
    """

    name: str
    about: str
    written: Callable[[Client], str]
    keeps: tuple[str, ...] = ()
    whose: Callable[[], Client] = alice


# What issue and README call certificate data. A test asks that each has entries.
KINDS = (
    "pem",
    "base64",
    "hex",
    "rfc9440",
    "xfcc",
    "header",
    "dn",
    "serial",
    "fingerprint",
    "getpeercert",
    "openssl text",
    "repr",
    "scope",
    "environ",
    "private key",
    "pkcs7",
    "pkcs12",
    "csr",
    "crl",
    "bytes",
    "container",
    "dataclass",
    "exception",
    "traceback",
    "log record",
    "log",
)

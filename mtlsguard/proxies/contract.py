"""What a recipe is: how one proxy has to be configured so that a guard can believe it.

Text in, text out: nothing here reads a file, least of all the secret, whose value no text ever holds. Every recipe
sets every field of its dialect on every request, clears every other name that carries a certificate somewhere, and
lets no spelling with an underscore through.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from mtlsguard.policy import ProxyPolicy, Trailers


class Asked(Enum):
    """What the proxy does with a client that shows no certificate. One that shows a bad one is always turned away."""

    OPTIONAL = "optional"
    REQUIRED = "required"


class Handover(Enum):
    """Where the proxy takes the secret's value from."""

    FILE = "file"  # it reads Deployment.secret itself, one line
    SNIPPET = "snippet"  # a file in its own language, made from Deployment.secret as the text's first lines say
    ENVIRONMENT = "environment"  # the variable SECRET_VARIABLE
    VARIABLE = "variable"  # a sensitive variable of the tool that applies the settings


# Set it to the file's first line where a recipe's handover is ENVIRONMENT.
SECRET_VARIABLE = "MTLSGUARD_PROXY_SECRET"  # noqa: S105 - the name of a variable


@dataclass(frozen=True, slots=True)
class Deployment:
    """`proxy`: the guard's own settings; of the secret only the header's name is used.

    `upstream` is "host:port" or "unix:/path". Paths are absolute; `secret` is the file that holds the proxy's
    secret, `folder` where the proxy may keep files of its own.
    """

    proxy: ProxyPolicy
    listen: tuple[str, int]
    upstream: str
    certificate: str
    key: str
    client_ca: str
    verify: Asked
    secret: str | None
    folder: str


@dataclass(frozen=True, slots=True)
class File:
    name: str
    text: str


class CannotWriteError(Exception):
    """This proxy has no way to do what is asked for. The message says what it can do instead."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The first of `dialects` is the default, and the first file of `write` the main one.

    `command` takes the main file's path and answers program and arguments; None: it is a service, and nothing is
    started here. `trailers`: DROPPED where the proxy provably sends no request trailer on. `asks`: what it can do
    with a client without a certificate. `notes`: what a person must know besides, in full sentences.
    """

    name: str
    producer: str
    dialects: tuple[str, ...]
    write: Callable[[Deployment], tuple[File, ...]]
    command: Callable[[str], tuple[str, ...]] | None
    trailers: Trailers
    handover: Handover
    asks: tuple[Asked, ...] = (Asked.OPTIONAL, Asked.REQUIRED)
    notes: tuple[str, ...] = ()

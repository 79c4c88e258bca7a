"""Parts of the configuration that were not read."""

from collections.abc import Iterable

from mtlsguard.lint.contract import Expected, Hit, Level, Rule
from mtlsguard.lint.nginx.model import Nginx


def check(model: Nginx, _expected: Expected) -> Iterable[Hit]:
    for line in model.unread:
        fix = ("# name a file of that folder on the command line too",)
        yield Hit(line.place, "this include leads out of the folders of the given files: not read", fix)


UNREAD = Rule(
    "nginx-unread",
    Level.WARNING,
    "What was not read may change everything that was said about the rest.",
    check,
)

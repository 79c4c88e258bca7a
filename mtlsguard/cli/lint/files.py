"""EDGE: the octets of a configuration, bounded, and which kind of configuration they are."""

import re
from enum import StrEnum
from pathlib import Path

from mtlsguard.cli.terminal import CommandError

MOST_OCTETS = 1024 * 1024
PIP = "pip install 'mtlsguard[lint]'"


class Kind(StrEnum):
    NGINX = "nginx"
    ENVOY = "envoy"
    HAPROXY = "haproxy"


_YAML = frozenset({".yaml", ".yml", ".json"})
# What stands in each kind, and in no other.
_MARKS = (
    (Kind.ENVOY, re.compile(r"\b(static_resources|staticResources|HttpConnectionManager|DownstreamTlsContext)\b")),
    (Kind.HAPROXY, re.compile(r"^\s*(frontend|backend|listen|defaults|global)\b[^;{]*$", re.MULTILINE)),
    (Kind.NGINX, re.compile(r"^\s*(http|server|upstream [^\s{;]+|location [^{;]+)\s*\{|;\s*$", re.MULTILINE)),
)


def text_of(path: Path) -> str:
    """A regular file of text, no larger than the bound. Devices and pipes are not opened."""
    try:
        if not path.is_file():
            raise CommandError(f"{path} is not a file")
        if path.stat().st_size > MOST_OCTETS:
            raise CommandError(f"{path} has more than {MOST_OCTETS} octets")
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or 'cannot be read'}") from None
    except (UnicodeDecodeError, ValueError):
        raise CommandError(f"{path} is not text in UTF-8") from None
    if "\0" in text:
        raise CommandError(f"{path} is not text")
    return text


def kind_of(path: Path, text: str) -> Kind:
    if path.name.startswith("haproxy") and path.suffix == ".cfg":
        return Kind.HAPROXY
    if path.name == "nginx.conf":
        return Kind.NGINX
    found = [kind for kind, mark in _MARKS if mark.search(text)]
    if not found or (found[0] is not Kind.ENVOY and path.suffix in _YAML):
        kinds = ", ".join(Kind)
        raise CommandError(f"{path}: not recognised as a proxy's configuration; name its kind with --kind ({kinds})")
    return found[0]

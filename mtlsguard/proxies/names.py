"""Which header names a recipe sets, which it clears, and how to match their other spellings."""

from collections.abc import Iterable

from mtlsguard.dialects import EVIDENCE_HEADERS, spoken
from mtlsguard.proxies.contract import CannotWriteError, Deployment

_SHOUTED = {"ssl": "SSL", "dn": "DN", "cn": "CN", "id": "ID", "arr": "ARR"}


def own(deployment: Deployment) -> dict[str, str]:
    """Role -> the name in force of each field of the dialect."""
    renamed = deployment.proxy.headers
    return {field.role: written(renamed.get(field.role, field.header)) for field in spoken(deployment.proxy).fields}


def others(deployment: Deployment) -> list[str]:
    """Every other name that carries, or describes, a certificate somewhere."""
    taken = {name.lower() for name in own(deployment).values()}
    return [written(name) for name in sorted(EVIDENCE_HEADERS - taken)]


def everything(deployment: Deployment) -> list[str]:
    """All names that no client may send: fields, others' names, the secret's header."""
    return [*own(deployment).values(), *others(deployment), *secret_header(deployment)]


def secret_header(deployment: Deployment) -> list[str]:
    secret = deployment.proxy.secret
    return [] if secret is None else [written(secret.header)]


def written(name: str) -> str:
    """As people write it; header names have no letter case."""
    return "-".join(_SHOUTED.get(part, part.capitalize()) for part in name.lower().split("-"))


def either_mark(names: Iterable[str]) -> str:
    """A regular expression for any of these names, in lower case, with each dash as it is or as an underscore."""
    return "|".join(name.lower().replace("-", "[-_]") for name in names)


def not_renamed(deployment: Deployment, producer: str) -> None:
    """For a proxy that has the one name."""
    if deployment.proxy.headers:
        names = ", ".join(field.header for field in spoken(deployment.proxy).fields)
        raise CannotWriteError(f"{producer} sends {names} and cannot rename it: leave proxy.headers out")


def bundles(names: list[str], width: int) -> list[list[str]]:
    """The names in order, in groups of at most `width` characters."""
    groups: list[list[str]] = [[]]
    for name in names:
        if groups[-1] and sum(len(member) + 1 for member in groups[-1]) + len(name) > width:
            groups.append([])
        groups[-1].append(name)
    return groups

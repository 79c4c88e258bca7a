"""One route, as the adapters tell it."""

from dataclasses import dataclass

from mtlsguard.requirement import Requirement


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route of an application, from the root of the server: mounts and prefixes are part of it.

    `path` is what the framework shows, `pattern` the same in segments: a literal, `segments.ONE` for what is any
    one segment (or part of one), `segments.REST`, at the end, for any number. `methods`: in capitals, "WEBSOCKET"
    for a websocket, empty for every method. `view`: the dotted name of what answers. `requirements`: what decorators,
    dependencies, mixins or defaults of a group ask, all of them. `opaque`: an application or a folder of files
    whose own routes nobody can list.
    """

    path: str
    pattern: tuple[str, ...]
    methods: frozenset[str]
    view: str
    requirements: tuple[Requirement, ...] = ()
    opaque: bool = False

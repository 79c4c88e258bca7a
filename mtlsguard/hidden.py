"""Octets and sets that work as usual and print nothing: not by themselves, not within what `asdict` or `vars` makes.

They are not pickled: what is written down somewhere can be read there.
"""

from typing import Any, NoReturn, TypeVar

Member_co = TypeVar("Member_co", covariant=True)


class HiddenBytes(bytes):
    """`bytes()` of it, `hex()` and slices are plain again: whoever wants them asks for them."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} octets, hidden>"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __copy__(self) -> "HiddenBytes":
        return self

    def __deepcopy__(self, _memo: Any) -> "HiddenBytes":  # noqa: ANN401 - the copy module's
        return self

    def __reduce_ex__(self, _protocol: Any) -> NoReturn:  # noqa: ANN401 - the copy module's
        raise TypeError("this is not pickled: it would be written down in the clear")


class HiddenSet(frozenset[Member_co]):
    """As `HiddenBytes`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} members, hidden>"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __copy__(self) -> "HiddenSet[Member_co]":
        return self

    def __deepcopy__(self, _memo: Any) -> "HiddenSet[Member_co]":  # noqa: ANN401 - the copy module's
        return self

    def __reduce_ex__(self, _protocol: Any) -> NoReturn:  # noqa: ANN401 - the copy module's
        raise TypeError("this is not pickled: it would be written down in the clear")


def hide(owner: object, *names: str) -> None:
    """For `__post_init__`: the fields of a frozen dataclass, octets, tuples and sets of them, become hidden ones."""
    for name in names:
        object.__setattr__(owner, name, _hidden(getattr(owner, name)))


def _hidden(value: object) -> object:
    if isinstance(value, bytes):
        return HiddenBytes(value)
    if isinstance(value, tuple):
        return tuple(map(_hidden, value))
    return HiddenSet(value) if isinstance(value, frozenset) else value

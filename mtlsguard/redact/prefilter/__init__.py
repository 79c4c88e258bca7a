"""Is there anything in a text that a form might recognise? Nearly every line of a log ends here.

One pattern says it. Two libraries (the extra `fast`) look for all of it at once, in time linear in the length whatever
the text is. Where they are not, a few plain questions stand before the pattern, and alone before a long text. Tests
hold the pattern against the forms, and everything else against the pattern.
"""

from collections.abc import Callable

from mtlsguard.redact.prefilter.automata import best
from mtlsguard.redact.prefilter.gates import pass_the_gates
from mtlsguard.redact.prefilter.pattern import is_told

__all__ = ["LOOKS_AT_ANY_LENGTH", "is_told", "lets_through", "may_hold_certificate_data"]

_SHORT = 512  # characters; what passes the gates is searched with `re` before the forms look at it

_search, _shortest = best()
LOOKS_AT_ANY_LENGTH = _shortest == 0  # in nearly the same time


def _may_hold(text: str) -> bool:
    if len(text) >= _shortest:
        return _search(text)
    return pass_the_gates(text) and (len(text) > _SHORT or is_told(text))


def _lets_through(text: str) -> bool:
    return _search(text) if len(text) >= _shortest else pass_the_gates(text)


# No is certain, yes is not. True of a text if it is true of a piece of it.
may_hold_certificate_data: Callable[[str], bool] = _may_hold if _shortest else _search

# The same with less certainty of a yes: short texts may have passed by the gates alone.
lets_through: Callable[[str], bool] = _lets_through if _shortest else _search

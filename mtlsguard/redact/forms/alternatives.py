"""Many words in one pattern, tried letter by letter: else forty words cost forty attempts at each place."""

import re
from collections import defaultdict
from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """A pattern for the longest of the words that fits."""
    tails: dict[str, list[str]] = defaultdict(list)
    for word in words:
        tails[word[:1]].append(word[1:])
    ends_here = tails.pop("", None) is not None
    branches = [re.escape(letter) + any_of(rest) for letter, rest in sorted(tails.items())]
    if not branches:
        return ""
    if len(branches) == 1 and not ends_here:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if ends_here else ''}"


def by_first_letter(words: Iterable[tuple[str, str]], boundary: str) -> str:
    """Words, each with the pattern that must follow it; what must not stand before is asked behind the first letter.

    A pattern that begins with plain letters is searched for several times faster than one that looks back first.
    """
    return together(tails_by_letter(words, boundary))


def tails_by_letter(words: Iterable[tuple[str, str]], boundary: str = "") -> dict[str, str]:
    """For `together`: what may follow each first letter."""
    tails: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for word, following in words:
        tails[word[0]][following].append(word[1:])
    return {letter: f"{boundary}(?:{_branches(rest)})" for letter, rest in tails.items()}


def together(*several: dict[str, str]) -> str:
    """Words with boundaries of their own: at each place one attempt at all that begin with its letter."""
    tails: dict[str, list[str]] = defaultdict(list)
    for one in several:
        for letter, rest in one.items():
            tails[letter].append(rest)
    return "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in tails.items())


def _branches(rest: dict[str, list[str]]) -> str:
    """What follows several words is written once: it may be long, and compiling takes time."""
    return "|".join(any_of(tails) + following for following, tails in rest.items())

"""Timing: every case of every group takes its turn in every round, so that a slow spell of the machine meets all.

Absolute figures move from run to run; ratios of two cases of one run move little, so goals are set on ratios.
Two estimates of each: from the fastest round of every case, and the median over rounds of paired samples.
"""

import gc
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import ge, le
from statistics import median
from time import perf_counter

SAMPLE = 0.003  # seconds that one case runs within one round
_MICRO = 1e6
HOLDS, MISSED, UNCLEAR = "holds", "MISSED", "unclear"


@dataclass(frozen=True, slots=True)
class Case:
    """`run(n)` does the thing n times. `sample`: for cases with a start that must not count."""

    name: str
    run: Callable[[int], None]
    sample: float = SAMPLE


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound of a ratio."""

    limit: float
    holds: Callable[[float, float], bool] = le

    def __str__(self) -> str:
        return f"{'<=' if self.holds is le else '>='} {self.limit:g}"


def at_least(limit: float) -> Goal:
    return Goal(limit, ge)


@dataclass(frozen=True, slots=True)
class Estimate:
    """One quantity, by the fastest rounds and by the median round."""

    least: float
    middle: float

    def __truediv__(self, other: "Estimate") -> "Estimate":
        return Estimate(self.least / other.least, self.middle / other.middle)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the report. `ratio` is what a goal is about; `amount` and `unit` say how much it is of what."""

    name: str
    amount: float
    unit: str = "µs"
    ratio: Estimate | None = None
    goal: Goal | None = None

    @property
    def verdict(self) -> str:
        """Of both estimates; where they disagree the machine was too busy to tell."""
        if not self.goal or not self.ratio:
            return ""
        answers = {self.goal.holds(value, self.goal.limit) for value in (self.ratio.least, self.ratio.middle)}
        return UNCLEAR if len(answers) > 1 else HOLDS if answers == {True} else MISSED


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    ratio: str
    rows: list[Row]


@dataclass(slots=True)
class Samples:
    """Seconds per repetition, by case and round."""

    by_case: dict[str, list[float]] = field(default_factory=dict)

    def time(self, name: str) -> Estimate:
        """Microseconds."""
        times = self.by_case[name]
        return Estimate(min(times) * _MICRO, median(times) * _MICRO)

    def added(self, name: str, base: str) -> Estimate:
        """Microseconds beyond `base`."""
        times, bases = self.by_case[name], self.by_case[base]
        paired = median(time - bare for time, bare in zip(times, bases, strict=True))
        return Estimate((min(times) - min(bases)) * _MICRO, paired * _MICRO)

    def ratio(self, name: str, base: str) -> Estimate:
        times, bases = self.by_case[name], self.by_case[base]
        paired = median(time / bare for time, bare in zip(times, bases, strict=True))
        return Estimate(min(times) / min(bases), paired)


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that belong together, and the table that is made of their samples."""

    cases: list[Case]
    table: Callable[[Samples], Table]


def measure(cases: Iterable[Case], seconds: float) -> Samples:
    """Rounds for about so long. The garbage collector runs between rounds only."""
    turns = [(case, _repetitions(case)) for case in cases]
    samples = Samples({case.name: [] for case, _ in turns})
    if len(samples.by_case) != len(turns):
        raise ValueError("two cases of one name")
    order = random.Random(0)  # noqa: S311 - the order of turns
    end = perf_counter() + seconds
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        while perf_counter() < end:
            order.shuffle(turns)
            for case, repetitions in turns:
                samples.by_case[case.name].append(_sample(case, repetitions))
            gc.collect()
    finally:
        gc.enable()
        gc.unfreeze()
    return samples


def _repetitions(case: Case) -> int:
    case.run(10)  # warm: caches filled, bytecode specialised
    once = min(_sample(case, 10) for _ in range(3))
    return max(10, int(case.sample / once))


def _sample(case: Case, repetitions: int) -> float:
    start = perf_counter()
    case.run(repetitions)
    return (perf_counter() - start) / repetitions


def added(samples: Samples, base: str, reference: str, names: dict[str, Goal | None]) -> list[Row]:
    """Rows of cost beyond `base`, divided by what `reference` adds."""
    unit = samples.added(reference, base)
    costs = {name: samples.added(name, base) for name in names}
    return [Row(name, costs[name].least, "µs", costs[name] / unit, goal) for name, goal in names.items()]


def relative(samples: Samples, base: str, names: dict[str, Goal | None]) -> list[Row]:
    """Rows of whole cost, divided by `base`."""
    return [Row(name, samples.time(name).least, "µs", samples.ratio(name, base), goal) for name, goal in names.items()]

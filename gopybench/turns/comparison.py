"""A benchmark on two sides, the turns taken of it so far, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from gopybench.turns.decision import Kind, Verdict, kind_of
from gopybench.turns.pairs import Turn
from gopybench.turns.sides import Place
from gopybench.turns.signedrank import Estimate


@dataclass
class Comparison:
    """A benchmark at one combination of its parameters, in one environment, on both sides.

    Attributes:
        place: what is compared.
        turns: what the turns gave.
        verdict: what is said of it; None while it is not decided.
        estimate: the ratio of head to base.
        why: what a reader should know of the verdict.
        is_not_worse: whether a slowdown that matters is excluded.
        other_code: in which way the sides are measured with different code of the benchmark.
        is_given_up: whether the budget was spent before it was decided.
        reused: base's value from earlier results, which stands for the first turn.
        number: how many runs a sample of a time has, on both sides; 0 until it is known.
    """

    place: Place
    turns: list[Turn] = field(default_factory=list)
    verdict: Verdict | None = None
    estimate: Estimate | None = None
    why: str = ""
    is_not_worse: bool = False
    other_code: str = ""
    is_given_up: bool = False
    reused: float | None = None
    number: int = 0

    @property
    def base(self) -> list[float]:
        """The values of base, in its unit, one a turn."""
        return [turn.base for turn in self.turns]

    @property
    def head(self) -> list[float]:
        """The values of head."""
        return [turn.head for turn in self.turns]

    @property
    def kind(self) -> Kind:
        """How its values behave."""
        return kind_of(self.place.benchmark["type"], self.place.benchmark["unit"])

    @property
    def is_sampled(self) -> bool:
        """Whether it is a time, of which samples are asked for one by one."""
        return bool(self.place.benchmark["type"] == "time")

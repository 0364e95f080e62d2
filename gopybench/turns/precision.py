"""Turns -> a ratio, as soon as its interval is narrow enough: the judge of two runtimes.

The interval has 95 % (Hodges and Lehmann, 1963). When to stop is decided by how wide it
is, never by where it lies.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gopybench.turns.decision import AGREEING, Decision, Kind, Verdict
from gopybench.turns.pairs import Turn
from gopybench.turns.signedrank import Estimate, estimate

# After how many turns the interval is looked at. Six are the fewest that give one of 95 %.
LOOKS = (6, 8, 11, 15, 20, 28, 40, 56, 80, 112, 160)

_WRONG = 0.05


@dataclass(frozen=True)
class Precision:
    """How well a ratio has to be known.

    Attributes:
        within: how far the bounds of its interval may be from it, as a share: 0.05.
    """

    within: float = 0.05

    @property
    def wanted(self) -> str:
        """What turns can be too noisy for."""
        return f"a ratio within {100 * self.within:g} %"

    @property
    def least(self) -> float:
        """The smallest change that counts, as a share."""
        return self.within

    def of(self, comparisons: int) -> Precision:
        """Return the same: each interval is one for itself."""
        return self

    def decide(self, kind: Kind, turns: Sequence[Turn]) -> Decision:
        """Return the ratio, and MEASURED when it is known well enough."""
        logs = [turn.log for turn in turns]
        found = estimate(logs, _WRONG / 2)
        if kind is not Kind.TIMED and len(turns) >= AGREEING and max(logs) == min(logs):
            return Decision(Verdict.MEASURED, Estimate(found.ratio, found.ratio, found.ratio))
        if len(turns) not in LOOKS:
            return Decision(None, found)
        reach = max(math.log(found.high / found.ratio), math.log(found.ratio / found.low))
        if reach <= math.log1p(self.within):
            return Decision(Verdict.MEASURED, found)
        return Decision(Verdict.INCONCLUSIVE if len(turns) >= LOOKS[-1] else None, found)

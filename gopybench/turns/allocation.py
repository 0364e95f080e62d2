"""The turns so far -> how many pairs of samples the next one should have.

Two things vary: a pair within a turn, which more pairs average out, and the pairs of
processes, which only more turns do. With the variance ``w`` of a pair and ``b`` of the
processes, a turn of ``k`` pairs has the variance ``b + c w / k``, and costs a start and
``k`` pairs. The cost for a given accuracy is least at ``k² = c w / b · start / pair``
(Cochran, Sampling Techniques, two-stage sampling); ``c`` is π/3, as the turn's value is
the centre of its pairs by Hodges and Lehmann. There are fewer where fewer are enough to
tell what is looked for: time that is left over goes to other comparisons.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from gopybench.turns.pairs import Turn

FEWEST, MOST = 5, 60

# The first turn has as many; it also shows what a pair costs.
_FIRST = 8

# A turn that varies by this share of a change tells it clearly.
_CLEAR = 0.25

# As many turns are needed to tell how much the processes vary.
_ENOUGH = 4

_CENTER = math.pi / 3


def next_pairs(turns: Sequence[Turn], least: float) -> int:
    """Return how many pairs the next turn should have to tell a change of the share *least*.

    Where the turns show a larger one, that is what has to be told.
    """
    timed = [turn for turn in turns if turn.pair > 0]
    if not timed:
        return _FIRST
    start = statistics.median(turn.start for turn in timed)
    pair = statistics.median(turn.pair for turn in timed)
    as_long_as_its_start = start / pair
    if len(timed) < _ENOUGH:
        return _within(as_long_as_its_start)
    within = statistics.median(turn.spread**2 for turn in timed)
    change = max(math.log1p(least), abs(statistics.median(turn.log for turn in timed)))
    total = statistics.variance(turn.log for turn in timed)
    of_pairs = _CENTER * within * statistics.mean(1 / turn.pairs for turn in timed)
    between = max(total - of_pairs, total / 10)
    if between <= 0:
        return FEWEST
    wanted = math.sqrt(_CENTER * within / between * as_long_as_its_start)
    spare = (_CLEAR * change) ** 2 - between
    return _within(min(wanted, _CENTER * within / spare) if spare > 0 else wanted)


def _within(pairs: float) -> int:
    return min(max(round(pairs), FEWEST), MOST)

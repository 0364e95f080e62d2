"""Comparisons -> verdicts, as gopybench.turns has it, with turns that the machines of a fleet take.

The turns of all machines are one row, in which the values of base and head could be swapped
on unchanged code whichever machine has taken a turn: so the test is the same. A turn comes
into the row in the order in which turns were begun. Else the fast ones would come first,
and be more than they are when a decision falls.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from gopybench.fleet import agreement, tasks
from gopybench.fleet.turnpool import Key, Seat, TurnPool
from gopybench.turns.allocation import next_pairs
from gopybench.turns.budget import Budget
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Verdict
from gopybench.turns.engine import Engine
from gopybench.turns.pairs import Turn
from gopybench.turns.signedrank import log_ratio

# For how long to wait for an answer before looking at the machines again, in seconds.
_LOOK = 0.5

# A benchmark fails where so many machines say so, or the only one does.
_WITNESSES = 2


@dataclass
class _Asked:
    """A turn that a machine was asked for, and what has come of it: nothing where it is lost."""

    machine: str
    answer: Mapping[str, Any] | None = None
    is_done: bool = False


@dataclass
class FleetEngine(Engine):
    """Takes turns over comparisons on the machines of a fleet.

    Attributes:
        pool: the machines, on which both commits are built.
        machines: which machine has taken each turn of a comparison, by its place.
    """

    pool: TurnPool
    machines: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    _asked: dict[int, list[_Asked]] = field(default_factory=lambda: defaultdict(list))
    _failed: dict[int, dict[str, Mapping[str, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def decide(self, comparisons: list[Comparison], *, untimed: Budget, timed: Budget) -> None:
        """Take turns over all that is not decided, and say whether the machines agree."""
        super().decide(comparisons, untimed=untimed, timed=timed)
        used = sorted({name for names in self.machines.values() for name in names})
        if len(used) < 2:
            return
        differ = 0
        for comparison in comparisons:
            logs = [turn.log for turn in comparison.turns]
            by = self.machines[id(comparison)]
            ratios = agreement.differing(logs, by, self.judge.least / 2, len(comparisons))
            if ratios:
                differ += 1
                each = ", ".join(f"{name} {ratio:.3f}×" for name, ratio in ratios.items())
                words = f"the machines differ: {each}"
                comparison.why = "; ".join(filter(None, [comparison.why, words]))
        what = f"they differ in {differ} of {len(comparisons)}" if differ else "they agree"
        self.say(f"Measured on {len(used)} machines ({', '.join(used)}): {what}")

    def _take_turns(
        self, group: list[Comparison], comparisons: list[Comparison], budget: Budget
    ) -> None:
        began, told, turn = time.monotonic(), 0, 0
        try:
            while undecided := [c for c in group if c.verdict is None]:
                left = budget.left - (time.monotonic() - began)
                now = 1 + min(len(c.turns) for c in undecided)
                if len(undecided) != told and now > turn:
                    told, turn = len(undecided), now
                    of = f"{told} of {len(comparisons)}"
                    self.say(f"turn {turn}: {of} to decide, {max(left, 0) / 60:.0f} min left")
                if left <= 0:
                    for comparison in undecided:
                        self._give_up(comparison)
                    break
                self.pool.look()
                for seat in [*self.pool.seats.values()]:
                    if seat.is_free and (chosen := self._next(undecided, seat)) is not None:
                        self._ask(chosen, seat, undecided.index(chosen))
                self.pool.listen(_LOOK)
                self._give_up_failed(undecided)
                able = [c for c in comparisons if c.verdict not in (Verdict.ABSENT, Verdict.NEW)]
                self.judge = self.judge.of(max(len(able), 1))
        finally:
            budget.take(time.monotonic() - began)

    def _next(self, undecided: list[Comparison], seat: Seat) -> Comparison | None:
        """Return what a machine should take a turn of: of which there are fewest; None for now."""

        def asked(comparison: Comparison) -> int:
            return sum(not one.is_done for one in self._asked[id(comparison)])

        able = [
            c
            for c in undecided
            if key(c) in seat.keys
            and seat.name not in self._failed[id(c)]
            # One turn is enough of most that is no time.
            and (c.is_sampled or c.turns or not asked(c))
        ]
        return min(able, key=lambda c: len(c.turns) + asked(c), default=None)

    def _ask(self, comparison: Comparison, seat: Seat, place: int) -> None:
        one = _Asked(seat.name)
        self._asked[id(comparison)].append(one)

        def hear(answer: Mapping[str, Any] | None) -> None:
            one.answer, one.is_done = answer, True
            self._settle(comparison)

        asked = {
            "head_index": comparison.place.head_index,
            "number": comparison.number,
            "pairs": next_pairs(comparison.turns, self.judge.least),
            "head_first": (seat.taken[key(comparison)] + place) % 2 == 0,
        }
        self.pool.turn(seat, key(comparison), asked, hear)

    def _settle(self, comparison: Comparison) -> None:
        """Take the answers that no earlier one is missing of."""
        row = self._asked[id(comparison)]
        while row and row[0].is_done:
            one = row.pop(0)
            if one.answer and comparison.verdict is None:
                try:
                    self._take(comparison, one.machine, one.answer)
                except (KeyError, TypeError, ValueError) as error:
                    words = f"the answer of {one.machine} makes no sense: {error}"
                    self._failed[id(comparison)][one.machine] = {"failed": words}

    def _take(self, comparison: Comparison, machine: str, answer: Mapping[str, Any]) -> None:
        if "failed" in answer:
            self._failed[id(comparison)][machine] = answer
            return
        if "there" in answer:
            at_base, at_head = map(bool, answer["there"])
            self._of_nothing(comparison, at_base, at_head)
            return
        if "values" in answer:
            base, head = map(float, answer["values"])
            turn = Turn(base, head, log_ratio(base, head))
        else:
            turn = _turn(answer["turn"])
            comparison.number = comparison.number or int(answer["number"])
        comparison.turns.append(turn)
        self.machines[id(comparison)].append(machine)
        self._decide(comparison)

    def _give_up_failed(self, undecided: list[Comparison]) -> None:
        """Give up what fails, where it is not a machine that is at fault."""
        for comparison in undecided:
            failed = self._failed[id(comparison)]
            if not failed or comparison.verdict is not None:
                continue
            there = [seat for seat in self.pool.seats.values() if key(comparison) in seat.keys]
            if len(failed) < _WITNESSES and any(seat.name not in failed for seat in there):
                continue
            answer = [*failed.values()][-1]
            words = tasks.plain(str(answer["failed"])).replace("\n", " ")
            where = "on both sides" if answer.get("is_both") else ""
            self._fail(comparison, words, bool(answer.get("is_head")), where)


def key(comparison: Comparison) -> Key:
    """Return what tells a comparison from others on all machines."""
    place = comparison.place
    return Key(place.environment, str(place.benchmark["name"]), place.index)


def _turn(of: Mapping[str, Any]) -> Turn:
    """Return a turn as a machine has sent it; raise ValueError for one that cannot be."""
    if {*of} != {each.name for each in fields(Turn)}:
        raise ValueError("not a turn")
    base, head = map(float, of["busy"])
    numbers = {name: float(of[name]) for name in of if name not in ("busy", "pairs")}
    turn = Turn(**numbers, busy=(base, head), pairs=int(of["pairs"]))
    if not all(map(math.isfinite, (turn.base, turn.head, turn.log, turn.spread))):
        raise ValueError("a turn without a value")
    return turn

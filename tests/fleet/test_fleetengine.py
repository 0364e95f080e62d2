"""Turns of several machines -> a row for the test: what is late, lost, wrong or nonsense."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from types import SimpleNamespace
from typing import Any

import pytest

from gopybench.fleet.classes import FleetMachine
from gopybench.fleet.fleetengine import FleetEngine, key
from gopybench.fleet.turnpool import Key, Seat
from gopybench.turns.budget import Budget
from gopybench.turns.comparison import Comparison
from gopybench.turns.decision import Rules, Verdict
from gopybench.turns.pairs import Turn
from gopybench.turns.sides import Place, Side

TIME = {"name": "m.time_a", "type": "time", "unit": "seconds", "params": [], "param_names": []}
BYTES = {**TIME, "name": "m.track_a", "type": "track", "unit": "bytes"}

Answer = dict[str, Any] | None


def took(log: float, **others: Any) -> dict[str, Any]:
    turn = Turn(1.0, 1.0, log, pairs=5, start=0.1, pair=0.1)
    return {"turn": {**asdict(turn), **others}, "number": 3}


class Machines:
    """Machines that answer what a test has them say, each after so many looks."""

    def __init__(self, **says: Callable[[int], tuple[int, Answer]]) -> None:
        self._says = says
        self._waiting: deque[list[Any]] = deque()
        self.numbers: list[int] = []
        self.seats = {name: Seat(FleetMachine(name, {"name": name}), name) for name in says}

    def look(self) -> None:
        pass

    def turn(
        self, seat: Seat, of: Key, asked: dict[str, Any], hear: Callable[[Answer], None]
    ) -> None:
        seat.taken[of] += 1
        seat.future = object()
        self.numbers.append(asked["number"])
        looks, answer = self._says[seat.name](seat.taken[of])
        self._waiting.append([looks, seat, answer, hear])

    def listen(self, _: float) -> None:
        for one in [*self._waiting]:
            one[0] -= 1
            if one[0] <= 0:
                self._waiting.remove(one)
                one[1].future = None
                one[3](one[2])


def decide(
    pool: Machines, benchmark: dict[str, Any] = TIME, budget: float = 100
) -> tuple[Comparison, list[str], list[str]]:
    """Return a comparison that was decided, which machine took each turn, and what was said."""
    comparison = Comparison(Place("go1.27", benchmark, 0))
    for seat in pool.seats.values():
        seat.keys.add(key(comparison))
    said: list[str] = []
    repo = SimpleNamespace(_run_git=lambda *_, **__: "")
    both = (Side(None, repo, {}, "at base", "1"), Side(None, repo, {}, "at head", "2"))
    engine = FleetEngine(both, "", Rules(), said.append, pool)  # type: ignore[arg-type]
    engine.decide([comparison], untimed=Budget(budget), timed=Budget(budget))
    return comparison, engine.machines[id(comparison)], said


def test_turns_are_in_the_order_in_which_they_began() -> None:
    """Not in that in which they are done: the slow ones would be missing when it is decided."""
    slow = Machines(a=lambda n: (3, took(0.001 * n)), b=lambda n: (1, took(-0.001 * n)))
    comparison, by, said = decide(slow)
    assert comparison.verdict is Verdict.SAME
    assert by == ["a", "b", "b", "b", "a", "b"]
    assert [turn.log > 0 for turn in comparison.turns] == [name == "a" for name in by]
    assert said[-1] == "Measured on 2 machines (a, b): they agree"
    # A sample has as many runs on all machines, once one has found out how many.
    assert slow.numbers[:2] == [0, 0]
    assert {*slow.numbers[4:]} == {3}


def test_a_lost_turn_is_none() -> None:
    comparison, by, _ = decide(Machines(a=lambda n: (1, took(0.0)), b=lambda n: (1, None)))
    assert comparison.verdict is Verdict.SAME
    assert {*by} == {"a"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"failed": "no space left", "is_head": True},
        took(float("nan")),
        took(0.0, pairs="many"),
        {"turn": {"log": 0.0}, "number": 1},
        {"there": []},
        {"values": ["x", 1]},
        {"nonsense": 1},
    ],
)
def test_what_one_machine_alone_gets_wrong_does_not_count(wrong: dict[str, Any]) -> None:
    comparison, by, _ = decide(Machines(a=lambda n: (1, took(0.0)), b=lambda n: (1, wrong)))
    assert comparison.verdict is Verdict.SAME
    assert {*by} == {"a"}


def test_what_fails_everywhere_fails() -> None:
    failed = {"failed": "panic: \x1b[31mno", "is_head": True}
    for pool in (
        Machines(a=lambda _: (1, failed)),
        Machines(**dict.fromkeys("abc", lambda _: (1, failed))),
    ):
        comparison, _, _ = decide(pool)
        assert comparison.verdict is Verdict.INCONCLUSIVE
        assert comparison.why.startswith("fails at head: panic: ")
        assert "\x1b" not in comparison.why


def test_one_turn_is_enough_of_what_does_not_vary() -> None:
    pool = Machines(**dict.fromkeys("abc", lambda _: (1, {"values": [64, 64]})))
    comparison, by, _ = decide(pool, BYTES)
    assert comparison.verdict is Verdict.SAME
    assert len(by) == len(pool.numbers) == 1


def test_what_is_not_there() -> None:
    comparison, _, _ = decide(Machines(a=lambda _: (1, {"there": [True, False]})))
    assert comparison.verdict is Verdict.INCONCLUSIVE
    assert comparison.why == "vanished: n/a at head"


def test_the_time_is_up() -> None:
    comparison, _, _ = decide(Machines(a=lambda n: (1, took(0.0))), budget=0)
    assert comparison.verdict is Verdict.INCONCLUSIVE
    assert comparison.why == "the budget was spent after 0 turns"


def test_machines_that_differ_are_named() -> None:
    pool = Machines(a=lambda n: (1, took(0.2 + 0.001 * n)), b=lambda n: (1, took(0.4 + 0.001 * n)))
    comparison, _, said = decide(pool)
    assert comparison.verdict is Verdict.WORSE
    assert said[-1] == "Measured on 2 machines (a, b): they differ in 1 of 1"
    assert comparison.why.startswith("the machines differ: a 1.2")

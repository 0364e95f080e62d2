"""What a turn of two samplers gives, and how many pairs the next one has."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from gopybench.turns import pairs
from gopybench.turns.allocation import FEWEST, MOST, next_pairs
from gopybench.turns.keptprocess import Failed
from gopybench.turns.pairs import Turn
from gopybench.turns.samplers import Sample

ORDER: list[str] = []
LEAST = 0.05


@dataclass
class Made:
    """A sampler of values that are given."""

    name: str
    values: list[float]
    is_long: bool = False
    times_cpu_alone: bool = True
    fails: bool = False
    is_skipped: bool = False
    number: int = 3
    samples: list[Sample] = field(default_factory=list)

    def __post_init__(self) -> None:
        ORDER.append(f"{self.name} starts")

    def warm(self) -> bool:
        ORDER.append(f"{self.name} is warm")
        return not self.is_skipped

    def ask(self, deadline: float, core: int | None = None) -> int | None:
        ORDER.append(self.name if core is None else f"{self.name} on {core}")
        if self.fails:
            raise Failed("broken")
        value = self.values[len(self.samples)]
        self.samples.append(Sample(value, value / 2))
        return len(self.samples)

    def finish(self) -> list[Sample]:
        return self.samples

    def close(self) -> None:
        ORDER.append(f"end of {self.name}")


def begin(*args: object, **more: object) -> Callable[[], Made]:
    return lambda: Made(*args, **more)  # type: ignore[arg-type]


def test_a_turn() -> None:
    ORDER.clear()
    base, head = begin("b", [1.0, 2.0, 4.0]), begin("h", [1.1, 2.2, 4.4])
    taken = pairs.take(base, head, 3, head_first=True, timeout=1)
    # The second of a pair is begun where the first one ended.
    asked = ["h", "b on 1", "b", "h on 2", "h", "b on 3"]
    # Both start at the same time.
    before = ["h starts", "b starts", "b is warm", "h is warm"]
    assert [*before, *asked, "end of b", "end of h"] == ORDER
    turn = taken.turn
    assert turn is not None
    assert (turn.base, turn.head, turn.pairs) == (2.0, 2.2, 3)
    assert turn.log == turn.cpu_log == pytest.approx(math.log(1.1))
    assert turn.busy == (0.5, 0.5)


def test_what_one_disturbed_sample_does_not_move() -> None:
    base, head = begin("b", [1.0] * 6), begin("h", [1.0, 1.2, 50.0, 1.1, 1.2, 1.0])
    turn = pairs.take(base, head, 6, head_first=False, timeout=1).turn
    assert turn is not None
    assert 1.1 < math.exp(turn.log) < 1.2


def test_samples_of_two_kinds() -> None:
    """Where every other sample takes twice as long the median would be 2, or a half."""
    base, head = begin("b", [1.0, 2.0] * 12), begin("h", [2.0, 1.0] * 12)
    turn = pairs.take(base, head, 23, head_first=False, timeout=1).turn
    assert turn is not None
    assert turn.log == 0


def test_long_samples_are_taken_once() -> None:
    base, head = begin("b", [5.0, 5.0], is_long=True), begin("h", [5.0, 5.0])
    turn = pairs.take(base, head, 8, head_first=False, timeout=1).turn
    assert turn is not None
    assert (turn.pairs, turn.spread) == (1, 0.0)


def test_one_side_is_not_there() -> None:
    there = begin("b", [1.0])
    assert pairs.take(there, lambda: None, 1, head_first=False, timeout=1).there == (True, False)
    assert pairs.take(lambda: None, there, 1, head_first=True, timeout=1).there == (False, True)
    ORDER.clear()
    skipped = begin("h", [], is_skipped=True)
    assert pairs.take(there, skipped, 1, head_first=False, timeout=1).there == (True, False)
    assert ORDER[-2:] == ["end of h", "end of b"]


def test_a_sample_has_as_many_runs_on_both_sides() -> None:
    ORDER.clear()
    assert pairs.number(begin("b", [], number=7), begin("h", [], number=5)) == 5
    assert {"end of b", "end of h"} <= {*ORDER}
    assert pairs.number(begin("b", [], number=7), lambda: None) == 0
    assert pairs.number(begin("b", []), begin("h", [], is_skipped=True)) == 0


@pytest.mark.parametrize("is_head", [True, False])
def test_one_side_fails(is_head: bool) -> None:
    ORDER.clear()
    sound, broken = begin("sound", [1.0]), begin("broken", [1.0], fails=True)
    both = (sound, broken) if is_head else (broken, sound)
    with pytest.raises(pairs.SideFailed, match="broken") as failed:
        pairs.take(*both, 1, head_first=False, timeout=1)
    assert failed.value.is_head is is_head
    assert {"end of sound", "end of broken"} <= {*ORDER}


def test_the_machine_was_suspended_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    ORDER.clear()
    asleep = iter([10.0, 3610.0])
    monkeypatch.setattr(pairs, "_asleep", lambda: next(asleep))
    base, head = begin("b", [1.0]), begin("h", [1.0])
    with pytest.raises(pairs.Suspended):
        pairs.take(base, head, 1, head_first=False, timeout=1)
    assert ORDER[-2:] == ["end of h", "end of b"]


class TestAllocation:
    def turns(self, within: float, between: float, start: float, pair: float) -> list[Turn]:
        chance = random.Random(1)
        found: list[Turn] = []
        for _ in range(30):
            count = next_pairs(found, LEAST)
            noise = math.hypot(between, within * math.sqrt(math.pi / 3 / count))
            log = chance.gauss(0, noise)
            found.append(Turn(1, 1, log, spread=within, pairs=count, start=start, pair=pair))
        return found

    def test_where_pairs_vary_there_are_many(self) -> None:
        assert next_pairs(self.turns(0.3, 0.001, 0.5, 0.02), LEAST) == MOST

    def test_where_processes_vary_there_are_few(self) -> None:
        assert next_pairs(self.turns(0.005, 0.2, 0.1, 0.02), LEAST) == FEWEST

    def test_in_between_as_the_formula_says(self) -> None:
        wanted = math.sqrt(math.pi / 3 * 0.1**2 / 0.03**2 * 0.4 / 0.02)
        assert next_pairs(self.turns(0.1, 0.03, 0.4, 0.02), LEAST) == pytest.approx(wanted, rel=0.4)

    def test_where_few_tell_enough_there_are_few(self) -> None:
        calm = self.turns(0.005, 0.0005, 0.5, 0.02)
        assert next_pairs(calm, LEAST) == FEWEST
        assert next_pairs(calm, 0.005) > 2 * FEWEST
        large = [replace(turn, log=turn.log + 3) for turn in self.turns(0.3, 0.001, 0.5, 0.02)]
        assert next_pairs(large, LEAST) == FEWEST

    def test_the_first(self) -> None:
        assert next_pairs([], LEAST) == 8
        assert next_pairs([Turn(1, 1, 0.0)], LEAST) == 8
        assert FEWEST <= next_pairs([Turn(1, 1, 0.0, pairs=8, start=0.3, pair=0.02)], LEAST) <= 15

"""``results/versus.json`` -> how far apart the site's environments are, measured in turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from gopybench.asvdata import noted, versusfile
from gopybench.asvdata.campaigns import Campaign
from gopybench.asvdata.versusfile import SIDES
from gopybench.site.model import Benchmark, Site

# An environment and a combination of a benchmark's parameters, by their places.
Side = tuple[int, int]

# What is known of one that was measured well enough.
_NUMBERS = ("ratio", "low", "high")


class TurnRatio(NamedTuple):
    """What turns said of two sides at one commit.

    Attributes:
        commit: its whole hash.
        machine: where it was measured, which may be none of the site's.
        campaign: when and where it was measured, as campaigns are called.
        benchmark: its whole name.
        first, second: what was compared.
        ratio: the second's value over the first's.
        low, high: the ends of its 95 % interval.
        turns: how many there were.
    """

    commit: str
    machine: str
    campaign: str
    benchmark: str
    first: Side
    second: Side
    ratio: float
    low: float
    high: float
    turns: int

    def swapped(self) -> TurnRatio:
        """Return the first side over the second."""
        return self._replace(
            first=self.second,
            second=self.first,
            ratio=1 / self.ratio,
            low=1 / self.high,
            high=1 / self.low,
        )


def read(results_dir: str, site: Site) -> list[TurnRatio]:
    """Return all that is known well enough of what the site has, the latest last.

    What a machine has measured that has no such environments on the site goes with those
    of the same names on each machine that has them. Raises asv's UserError, naming the
    file, for one that is damaged.
    """
    environments: dict[str, dict[str, int]] = {machine.name: {} for machine in site.machines}
    for place, environment in enumerate(site.environments):
        of_machine = environments[site.machines[environment.machine].name]
        of_machine.update(dict.fromkeys(environment.names, place))
    benchmarks = {benchmark.name: benchmark for benchmark in site.benchmarks}
    found = []
    for run in versusfile.load(results_dir):
        names = [run[side]["environment"] for side in SIDES]
        there = {m: [of[n] for n in names] for m, of in environments.items() if {*names} <= {*of}}
        own = there.get(run["machine"])
        about = run["commit"], run["machine"], _campaign(run)
        for one in run["comparisons"]:
            benchmark = benchmarks.get(one["benchmark"])
            if benchmark is None or one["verdict"] != versusfile.MEASURED:
                continue
            places = [p for side in SIDES if (p := _place(benchmark, one[side])) is not None]
            numbers = [n for n in map(one.get, _NUMBERS) if isinstance(n, (int, float)) and n > 0]
            if len(places) < len(SIDES) or len(numbers) < len(_NUMBERS):
                continue
            ratio, low, high = numbers
            turns = one.get("turns", 0)
            for both in there.values() if own is None else [own]:
                first, second = zip(both, places)
                of = benchmark.name, first, second
                found.append(TurnRatio(*about, *of, ratio, low, high, turns))
    return found


def both_ways(ratios: Iterable[TurnRatio]) -> dict[tuple[str, Side, Side], TurnRatio]:
    """Return ratios, and those the other way round, by the benchmark's name and the two sides.

    Of several the last counts.
    """
    all_of = [way for ratio in ratios for way in (ratio, ratio.swapped())]
    return {(one.benchmark, one.first, one.second): one for one in all_of}


def _campaign(run: Mapping[str, Any]) -> str:
    notes = run["first"].get("notes") or {}
    day = str(notes.get(noted.BEGAN) or run["date"])[: len("2026-11-28")]
    return Campaign(run["machine"], notes.get(noted.BOOT, ""), day, ()).label


def _place(benchmark: Benchmark, params: Mapping[str, str]) -> int | None:
    """Return which combination these values are, None where the benchmark has none like it."""
    place = 0
    for name, choices in zip(benchmark.param_names, benchmark.choices):
        value = params.get(name)
        if value not in choices:
            return None
        place = place * len(choices) + choices.index(value)
    return place

"""The model -> what each campaign measured, and how what is unchanged drifted since an earlier one.

Times and memory of one runtime are compared where both campaigns have the same benchmark with
the same parameters: the values at the commits that are nearest to each other.
"""

from __future__ import annotations

import bisect
import math
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gopybench.asvdata import campaigns
from gopybench.site.model import Benchmark, Site
from gopybench.site.placevalues import PlaceValues

TIME, MEMORY = UNITS = ("seconds", "bytes")

# A value that differs by more has moved, as by asv's own threshold.
_LEAST = math.log(1.05)

# Of fewer values nobody can say that they moved together, and so many of them have to.
_FEWEST, _MOST_OF_THEM = 3, 0.75

# As many earlier campaigns are looked at for one that measured the same.
_EARLIER = 5

# As many commits of a campaign are looked at for a value.
_COMMITS = 20


class Move(NamedTuple):
    """How the values of one unit went.

    Attributes:
        ratio: the median of later over earlier.
        values: how many there are.
        alike: how many of them went by more than 5 %, in the direction that most did.
    """

    ratio: float
    values: int
    alike: int

    @property
    def is_common(self) -> bool:
        """Whether most of them moved together."""
        enough = self.values >= _FEWEST and self.alike >= _MOST_OF_THEM * self.values
        return enough and self.has_moved

    @property
    def has_moved(self) -> bool:
        """Whether their median did."""
        return abs(math.log(self.ratio)) > _LEAST


@dataclass(frozen=True)
class Drift:
    """How a runtime's values went between two campaigns.

    Attributes:
        environment: a place among the site's.
        since: the earlier campaign, as a place among the site's.
        moves: by unit, those of :data:`UNITS` that have values.
        not_known: how many values are not compared, as their benchmark's code is not noted.
        other_code: how many are not, as it is other.
        differences: what else differs between the campaigns, in words for people.
    """

    environment: int
    since: int
    moves: Mapping[str, Move]
    not_known: int
    other_code: int
    differences: Sequence[str]


class Measured:
    """What each campaign of a site measured."""

    def __init__(self, site: Site) -> None:
        """Sort the site's values by campaign."""
        self._site = site
        self._commits: list[dict[int, set[int]]] = [defaultdict(set) for _ in site.campaigns]
        self._rows: list[list[tuple[Benchmark, dict[int, list[int]]]]]
        self._rows = [[] for _ in site.environments]
        for benchmark in site.benchmarks:
            for environment, of in benchmark.values.items():
                rows: dict[int, list[int]] = defaultdict(list)
                for commit, campaign in of.campaign.items():
                    rows[campaign].append(commit)
                self._rows[environment].append((benchmark, rows))
                for campaign, commits in rows.items():
                    self._commits[campaign][environment].update(commits)

    def environments(self, campaign: int) -> list[int]:
        """Return the environments that a campaign measured, in the site's order."""
        return sorted(self._commits[campaign])

    def commits(self, campaign: int, *environments: int) -> int:
        """Return how many commits a campaign measured, in these environments or in any."""
        of = self._commits[campaign]
        return len(set[int]().union(*(of[e] for e in environments or of)))

    def drifts(self, campaign: int) -> Iterator[Drift]:
        """Yield how each runtime drifted since the last campaign that measured any of the same."""
        machine = self._site.campaigns[campaign].machine
        before = [c for c in range(campaign) if self._site.campaigns[c].machine == machine]
        for environment in self.environments(campaign):
            earlier = [c for c in reversed(before) if environment in self._commits[c]]
            found = (self._between(environment, c, campaign) for c in earlier[:_EARLIER])
            drift = next(filter(None, found), None)
            if drift:
                yield drift

    def _between(self, environment: int, since: int, campaign: int) -> Drift | None:
        logs: dict[str, list[float]] = {unit: [] for unit in UNITS}
        not_known = other_code = 0
        is_go = self._site.environments[environment].family == "Go"
        for benchmark, commits in self._rows[environment]:
            if benchmark.unit not in logs or since not in commits or campaign not in commits:
                continue
            of = benchmark.values[environment]
            for (a, before), (b, after) in _nearest(of, commits[since], commits[campaign]):
                old, new = of.code.get(a), of.code.get(b)
                # Of Python asv publishes one version of a benchmark's code alone.
                if is_go and (old is None or new is None):
                    not_known += 1
                elif old and new and old.digest != new.digest:
                    other_code += 1
                else:
                    logs[benchmark.unit].append(math.log(after / before))
        moves = {unit: _move(of_unit) for unit, of_unit in logs.items() if of_unit}
        if not moves and not not_known and not other_code:
            return None
        both = (self._site.campaigns[c].measured.get(environment) for c in (since, campaign))
        then, now = both
        differences = campaigns.changes(then, now) if then and now else []
        return Drift(environment, since, moves, not_known, other_code, differences)


def _move(logs: Sequence[float]) -> Move:
    up, down = sum(v > _LEAST for v in logs), sum(v < -_LEAST for v in logs)
    return Move(math.exp(statistics.median(logs)), len(logs), max(up, down))


def _nearest(
    of: PlaceValues, earlier: Sequence[int], later: Sequence[int]
) -> Iterator[tuple[tuple[int, float], tuple[int, float]]]:
    """Yield the commit and value on both sides of each combination that has one on both."""
    before = _first_values(of, _towards(earlier, later))
    after = _first_values(of, _towards(later, earlier))
    for place in before.keys() & after.keys():
        yield before[place], after[place]


def _towards(commits: Sequence[int], others: Sequence[int]) -> list[int]:
    """Return commits by how near they are to any of the others in history."""
    at = sorted(others)

    def distance(commit: int) -> int:
        place = bisect.bisect(at, commit)
        return min(abs(commit - other) for other in at[max(0, place - 1) : place + 1])

    return sorted(commits, key=distance)[:_COMMITS]


def _first_values(of: PlaceValues, commits: Sequence[int]) -> dict[int, tuple[int, float]]:
    """Return by combination the first of the commits with a value, and that value."""
    found: dict[int, tuple[int, float]] = {}
    for commit in commits:
        values = of.at(commit)
        for place, value in enumerate(values):
            if place not in found and math.isfinite(value) and value > 0:
                found[place] = commit, value
        if len(found) == len(values):
            break
    return found

"""What a site is made of: commits, machines, environments, and each benchmark's values."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from gopybench.asvdata import campaigns
from gopybench.site.placevalues import PlaceValues


class Commit(NamedTuple):
    """A published commit.

    Attributes:
        hash: its whole hash.
        date: milliseconds since 1970, None where no result says it.
    """

    hash: str
    date: int | None


class Campaign(NamedTuple):
    """What was measured on one boot of one machine, on one day, with the same builds.

    Attributes:
        label: the campaign for people; no two have the same.
        day: the day (UTC) on which it began, as ``2026-07-30``; empty where nobody knows.
        machine: a place among the site's machines.
        measured: by the environment's place in the site, its earliest measurement in it, and
            what was noted of that.
    """

    label: str
    day: str
    machine: int
    measured: Mapping[int, campaigns.Campaign]


class Machine(NamedTuple):
    """A machine by asv's name, and what asv knows of it, for people; that may be empty."""

    name: str
    about: str


@dataclass(frozen=True)
class Environment:
    """A runtime, its requirements and variables, on one machine.

    Attributes:
        label: what people call the runtime; the same on all machines.
        family: what kind of runtime it is, such as ``Go`` or ``CPython``.
        machine: a place among the site's machines.
        params: the parameters that tell it from others, as asv has them; variables
            have ``env-`` before their names.
        names: what asv calls it, the latest last.
    """

    label: str
    family: str
    machine: int
    params: Mapping[str, str]
    names: Sequence[str] = ()


@dataclass(frozen=True)
class Benchmark:
    """A benchmark that has values.

    Attributes:
        name: its whole name.
        type: asv's, such as ``time`` or ``track``.
        unit: asv's, empty if there is none.
        param_names: the names of its parameters.
        choices: the values of each parameter, as asv has them.
        shown: the same for people, without the quotes of their ``repr``.
        values: by the environment's place in the site, all of its combinations.
    """

    name: str
    type: str
    unit: str
    param_names: Sequence[str]
    choices: Sequence[Sequence[str]]
    shown: Sequence[Sequence[str]]
    values: Mapping[int, PlaceValues]

    @functools.cached_property
    def combinations(self) -> list[tuple[int, ...]]:
        """All combinations of the parameters' values, by their places, in asv's order."""
        return list(itertools.product(*(range(len(of)) for of in self.choices)))


@dataclass(frozen=True)
class Site:
    """All that is published.

    Attributes:
        title: what the first page is called.
        project: asv's name of the project.
        show_commit_url: before a commit's hash, where it can be seen.
        hash_length: how many digits of a hash tell it from others.
        commits: the published ones in the order of history.
        branches: each branch's commits, as places among *commits*.
        tags: the first published commit with each tag, as a place among *commits*.
        machines: those that have results, by name.
        environments: those that have results, by machine, kind and version.
        campaigns: those in which they were measured, by when they began.
        benchmarks: those that have values, by name.
    """

    title: str
    project: str
    show_commit_url: str
    hash_length: int
    commits: Sequence[Commit]
    branches: Mapping[str, Sequence[int]]
    tags: Mapping[str, int]
    machines: Sequence[Machine]
    environments: Sequence[Environment]
    campaigns: Sequence[Campaign]
    benchmarks: Sequence[Benchmark]

    @functools.cached_property
    def measured(self) -> list[dict[int, int]]:
        """By machine, the commits that were measured on it, each with its first campaign there."""
        found: list[dict[int, int]] = [{} for _ in self.machines]
        for benchmark in self.benchmarks:
            for environment, values in benchmark.values.items():
                of = found[self.environments[environment].machine]
                for commit, campaign in values.campaign.items():
                    of[commit] = min(campaign, of.get(commit, campaign))
        return found

    def latest(self, machine: int | None = None) -> int:
        """Return the latest commit that was measured, on any machine or one; 0 where none was.

        It is of the first branch that has any.
        """
        there = set[int]().union(*(self.measured if machine is None else [self.measured[machine]]))
        of_branches = (there.intersection(branch) for branch in self.branches.values())
        return max(next(filter(None, of_branches), ()), default=0)

    def commit_url(self, commit: str) -> str:
        """Return where a commit can be seen, by its hash; empty where nobody says."""
        return f"{self.show_commit_url}{commit}" if self.show_commit_url not in ("", "#") else ""

"""Findings -> the steps of each line of a history, with what is found of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from gopybench.alarms.overview import Shown
from gopybench.alarms.steps import Alarm
from gopybench.site.model import Site


class Line(NamedTuple):
    """A benchmark by its name, and places of a combination and an environment."""

    benchmark: str
    combination: int
    environment: int


class Step(NamedTuple):
    """The first commit after a step, as a place in the site, and its finding."""

    commit: int
    finding: str
    verdict: str


def steps(site: Site, shown: Iterable[Shown]) -> dict[Line, list[Step]]:
    """Return the steps that asv finds in each line."""
    commits = {commit.hash: i for i, commit in enumerate(site.commits)}
    place = environment_place(site)
    found: dict[Line, list[Step]] = {}
    for one in shown:
        standing = one.standing
        for alarm in standing.finding.alarms:
            environment = place(alarm)
            commit = commits.get(alarm.after)
            if environment is None or commit is None:
                continue
            measured = standing.measured.get(alarm)
            verdict = measured.verdict if measured else standing.state
            line = Line(alarm.benchmark, alarm.index, environment)
            found.setdefault(line, []).append(Step(commit, standing.finding.id, verdict.value))
    return found


def environment_place(site: Site) -> Callable[[Alarm], int | None]:
    """Return what gives the place of a step's environment in the site, None if there is none."""
    keys = {key for environment in site.environments for key in environment.params}
    places = {_named(e.params, keys): i for i, e in enumerate(site.environments)}
    return lambda alarm: places.get(_named(dict(alarm.series), keys))


def _named(params: Mapping[str, str | None], keys: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Return what tells an environment from others, without what has no value."""
    return frozenset((key, value) for key in keys if (value := params.get(key)))

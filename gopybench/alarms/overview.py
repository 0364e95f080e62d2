"""asv's graphs and what was judged -> all findings, with what the site and triage say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gopybench.alarms import groups, standing, steps
from gopybench.alarms.ends import Ends
from gopybench.alarms.evidence import Line, Surroundings
from gopybench.alarms.standing import Standing
from gopybench.asvdata import verdicts
from gopybench.asvdata.verdicts import Entry, State


@dataclass(frozen=True)
class Shown:
    """A finding, for people.

    Attributes:
        standing: the finding and how it stands.
        runtime: what people call its environment.
        evidence: what speaks for itself, a line each.
    """

    standing: Standing
    runtime: str
    evidence: tuple[Line, ...]


def make(
    conf: Any, repo: Any, benchmarks: Mapping[str, Any], graphs: Any, revisions: Mapping[str, int]
) -> list[Shown]:
    """Return all findings, by how they stand, and the strongest first.

    *benchmarks*, *graphs* and *revisions* are what asv gives its publishers. Raises asv's
    UserError for a damaged file of verdicts.
    """
    judged = verdicts.load(conf.results_dir)
    alarms = steps.find(conf, repo, benchmarks, graphs, revisions)
    around = Surroundings(benchmarks, graphs, revisions)
    return judge_anew(
        [
            Shown(standing.of(found, None), around.label(found), tuple(around.evidence(found)))
            for found in groups.group(alarms, Ends(conf.results_dir))
        ],
        judged,
    )


def judge_anew(shown: Iterable[Shown], judged: Mapping[str, Entry]) -> list[Shown]:
    """Return the findings as they stand with what was judged, by the findings' ids."""
    now = []
    for one in shown:
        finding = one.standing.finding
        now.append(replace(one, standing=standing.of(finding, judged.get(finding.id))))
    return sorted(now, key=_place)


def named(shown: Iterable[Shown]) -> set[str]:
    """Return the hashes of the commits that findings name, and that may have a step."""
    found = set()
    for one in shown:
        found |= {one.standing.finding.before, one.standing.finding.after}
        found |= {of.commit for of in one.standing.measured.values() if of.commit}
    return found


def _place(one: Shown) -> tuple[int, float]:
    state, strongest = one.standing.state, one.standing.finding.alarms[0]
    return list(State).index(state), -strongest.strength

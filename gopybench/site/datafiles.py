"""The model -> the data that the pages load and tools read: format 1, see docs/site.md.

Benchmarks, commits, environments, machines and campaigns go by their places in the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from gopybench.site.historyfiles import HistoryFiles
from gopybench.site.humannumbers import STEPS
from gopybench.site.model import Benchmark, Site
from gopybench.site.parameterroles import SiteSettings
from gopybench.site.sitesteps import Line, Step
from gopybench.site.turnratios import TurnRatio

# Another number where something comes to mean something else or goes.
FORMAT = 1

# As many values of an environment, or else one commit's, are in a file.
_VALUES = 2000

# As many first lines of commits are in a file.
_SUBJECTS = 200


def write(
    site: Site,
    settings: SiteSettings,
    subjects: Mapping[str, str],
    steps: Mapping[Line, Sequence[Step]],
    turned: Iterable[TurnRatio],
    out: Path,
) -> None:
    """Write all data into *out*.

    *subjects* are the commits' first lines, by hash, *steps* those of the histories, and
    *turned* what was measured in turns.
    """
    for directory in (out, *(out / name for name in ("values", "history", "turns"))):
        directory.mkdir(exist_ok=True)
    block = _block(site)
    blocks: list[list[int]] = []
    for environment in range(len(site.environments)):
        blocks.append([])
        for number, first in enumerate(range(0, len(site.commits), block)):
            commits = range(first, min(first + block, len(site.commits)))
            if content := _values(site.benchmarks, environment, commits):
                dump(out / "values" / f"{environment}-{number}.json", content)
                blocks[-1].append(number)
    branches = [*site.branches.values()]
    histories = HistoryFiles(out / "history", settings, branches, steps)
    described = [
        {
            "name": benchmark.name,
            "type": benchmark.type,
            "unit": benchmark.unit,
            "environments": sorted(benchmark.values),
            "params": [
                *map(settings.describe, benchmark.param_names, benchmark.choices, benchmark.shown)
            ],
            "start": histories.write(number, benchmark),
        }
        for number, benchmark in enumerate(site.benchmarks)
    ]
    dump(
        out / "commits.json",
        [
            [commit.hash[: site.hash_length], None if commit.date is None else commit.date // 1000]
            for commit in site.commits
        ],
    )
    for first in range(0, len(site.commits), _SUBJECTS):
        lines = [subjects.get(of.hash, "") for of in site.commits[first : first + _SUBJECTS]]
        dump(out / f"subjects-{first // _SUBJECTS}.json", lines)
    turns = _turns(site, turned)
    for commit, of_commit in turns.items():
        dump(out / "turns" / f"{commit}.json", of_commit)
    dump(out / "index.json", {**_index(site, block, blocks, described), "turns": [*turns]})


def _stretches(numbers: Sequence[int]) -> list[list[int]]:
    """Return the first and last number of each stretch without a gap; *numbers* are in order."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def values_paths(site: Site, out: Path, environment: int, commits: Iterable[int]) -> set[str]:
    """Return which files in *out* have an environment's values at some commits."""
    block = _block(site)
    names = {f"values/{environment}-{commit // block}.json" for commit in commits}
    return {name for name in names if (out / name).exists()}


def _block(site: Site) -> int:
    """Return of how many commits the values are in one file."""
    combinations = sum(len(benchmark.combinations) for benchmark in site.benchmarks)
    return max(1, _VALUES // max(1, combinations))


def _index(
    site: Site, block: int, blocks: Sequence[list[int]], described: list[dict[str, Any]]
) -> dict[str, Any]:
    latest = [0] * len(site.environments)
    for benchmark in site.benchmarks:
        for environment, of in benchmark.values.items():
            latest[environment] = max(latest[environment], *of.campaign)
    return {
        "version": FORMAT,
        "project": site.project,
        "show_commit_url": "" if site.show_commit_url == "#" else site.show_commit_url,
        "hash_length": site.hash_length,
        "commits": len(site.commits),
        "block": block,
        "subjects": _SUBJECTS,
        "units": STEPS,
        "branches": site.branches,
        "tags": site.tags,
        "machines": [machine._asdict() for machine in site.machines],
        "environments": [
            {
                "label": environment.label,
                "name": environment.names[-1] if environment.names else "",
                "family": environment.family,
                "machine": environment.machine,
                "latest": latest[i],
                "blocks": _stretches(blocks[i]),
                "params": environment.params,
            }
            for i, environment in enumerate(site.environments)
        ],
        "campaigns": [
            {"label": campaign.label, "day": campaign.day, "machine": campaign.machine}
            for campaign in site.campaigns
        ],
        "benchmarks": described,
    }


def _turns(site: Site, turned: Iterable[TurnRatio]) -> dict[int, list[dict[str, Any]]]:
    """Return what was measured in turns, by commit, on the environments' own machine."""
    commits = {commit.hash: number for number, commit in enumerate(site.commits)}
    benchmarks = {benchmark.name: number for number, benchmark in enumerate(site.benchmarks)}
    found: dict[int, list[dict[str, Any]]] = {}
    for of in turned:
        machine = site.machines[site.environments[of.first[0]].machine].name
        if of.commit in commits and of.machine == machine:
            about = {**of._asdict(), "benchmark": benchmarks[of.benchmark]}
            del about["commit"], about["machine"]
            found.setdefault(commits[of.commit], []).append(about)
    return found


def _values(
    benchmarks: Sequence[Benchmark], environment: int, commits: Sequence[int]
) -> dict[str, dict[str, Any]]:
    """Return what was measured in an environment, by commit and by benchmark."""
    found: dict[str, dict[str, Any]] = {}
    for number, benchmark in enumerate(benchmarks):
        of = benchmark.values.get(environment)
        if of is None:
            continue
        for commit in commits:
            row = of.row(commit)
            if row is not None:
                measured: dict[str, Any] = {"campaign": of.campaign[commit], "values": row}
                if reasons := of.reasons.get(commit):
                    measured["reasons"] = {str(place): why for place, why in reasons.items()}
                found.setdefault(str(commit), {})[str(number)] = measured
    return found


def dump(path: Path, what: Any) -> None:
    """Write JSON; what is not a number is null."""
    path.write_bytes(orjson.dumps(what))

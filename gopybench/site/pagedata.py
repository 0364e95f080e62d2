"""Results -> what the page loads: one small file first, the rest by what is shown.

``index.json`` tells what there is. For each benchmark, machine and size, that
is, the values of the parameters that are numbers,
``<benchmark>/<machine>-<size>.json`` holds the history, thinned to at most some
hundred points, and ``<benchmark>/<machine>-<size>-<block>.json`` the exact
values of some commits. All are counted from 0 in the order of the index.
"""

from __future__ import annotations

import itertools
import json
import math
import statistics
from array import array
from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from asv.machine import Machine
from asv.results import Results, iter_results

from gopybench.asvdata import labels, noted, versions
from gopybench.site.codeborders import borders

# The points of a line of the history, and the commits whose values come together.
MAX_POINTS = 400
BLOCK = 32

# How a place without a value is kept, beside NaN where nothing was measured.
_NA, _FAILED = math.inf, -math.inf

_MACHINE = {name for name, _ in Machine.fields}


class _Values:
    """One benchmark's values and confidence intervals in one environment, a row for each commit."""

    def __init__(self, combinations: int) -> None:
        self._blank = array("d", [math.nan]) * combinations
        self._rows: dict[int, int] = {}
        self._value, self._low, self._high = array("d"), array("d"), array("d")
        # By commit: with which code of the benchmark they were measured, where that is noted.
        self.code: dict[int, noted.Code] = {}

    def put(
        self, commit: int, values: Sequence[Any], stats: Sequence[Any], tried: Sequence[bool]
    ) -> None:
        width = len(self._blank)
        start = self._rows.setdefault(commit, len(self._rows)) * width
        if start == len(self._value):
            for column in (self._value, self._low, self._high):
                column.extend(self._blank)
        for place, (value, stat, was_tried) in enumerate(zip(values, stats, tried), start):
            if not was_tried:
                continue
            if value is None:
                self._value[place] = _FAILED
            elif math.isfinite(value):
                self._value[place] = value
                low, high = (stat or {}).get("ci_99_a"), (stat or {}).get("ci_99_b")
                # Of few samples asv's interval may be without an end.
                if low is not None and high is not None and math.isfinite(high - low):
                    self._low[place], self._high[place] = low, high
            else:
                self._value[place] = _NA

    def column(self, place: int) -> dict[int, float]:
        """Return the values of one combination of parameters by the commits that tried it."""
        values = zip(self._rows, self._value[place :: len(self._blank)])
        return {commit: value for commit, value in values if not math.isnan(value)}

    def exact(self, commit: int, place: int) -> Any:
        """Return a value as the page reads it: with its interval, why there is none, or None."""
        row = self._rows.get(commit)
        if row is None:
            return None
        at = row * len(self._blank) + place
        value, low, high = self._value[at], self._low[at], self._high[at]
        if math.isnan(value):
            return None
        if not math.isfinite(value):
            return "n/a" if value == _NA else "failed"
        return [value, low, high] if low == low else [value]


def write(
    conf: Any, repo: Any, benchmarks: Any, graphs: Any, revisions: dict[str, int], out: Path
) -> str:
    """Write all that the page loads into *out*; return the page's title.

    *revisions* are asv's: commits to numbers in the order of history. Commits
    that asv does not publish have no point in *graphs* and are left out.
    """
    published = {revision for _, graph in graphs for revision in graph.data_points}
    commits = [c for c in sorted(revisions, key=revisions.__getitem__) if revisions[c] in published]
    number = {commit: i for i, commit in enumerate(commits)}
    entries = [benchmarks[name] for name in sorted(benchmarks)]
    environments: dict[tuple[tuple[str, str], ...], int] = {}
    dates: dict[str, int] = {}
    about: dict[str, str] = {}
    values: list[dict[int, _Values]] = [{} for _ in entries]
    for results in iter_results(conf.results_dir):
        if results.commit_hash not in number:
            continue
        environment = environments.setdefault(_environment(results), len(environments))
        dates[results.commit_hash] = results.date
        about[results.params["machine"]] = labels.machine(results.params)
        keys = results.get_result_keys(benchmarks)
        codes = noted.code(results._requirements)
        for entry, kept in zip(entries, values):
            name, params = entry["name"], entry["params"]
            if name not in keys:
                continue
            if environment not in kept:
                kept[environment] = _Values(math.prod(map(len, params)))
            found = results.get_result_value(name, params)
            stats = results.get_result_stats(name, params)
            tried = _tried(results.get_result_params(name), params)
            commit = number[results.commit_hash]
            kept[environment].put(commit, found, stats, tried)
            if code := codes.get(name.rpartition(".")[0]):
                kept[environment].code[commit] = code

    branches = {}
    for branch in conf.branches:
        of_branch = set(repo.get_branch_commits(branch)) if len(conf.branches) > 1 else set(commits)
        branches[branch] = [i for i, commit in enumerate(commits) if commit in of_branch]
    on_branch = [set(numbers) for numbers in branches.values()]
    out.mkdir(parents=True, exist_ok=True)
    order = sorted(environments, key=_by_version)
    moved = [order.index(environment) for environment in environments]
    machines = sorted(about)
    machine_of = [machines.index(dict(environment)["machine"]) for environment in order]
    described: list[dict[str, Any]] = []
    for entry, kept in zip(entries, values):
        if kept:
            by_number = {moved[i]: of for i, of in kept.items()}
            described.append(
                _write_benchmark(entry, by_number, machine_of, on_branch, out, str(len(described)))
            )
    # The same runtime has one name on all machines.
    runtimes = [tuple(item for item in e if item[0] != "machine") for e in order]
    distinct = list(dict.fromkeys(runtimes))
    names = dict(zip(distinct, labels.runtimes(map(dict, distinct))))
    title = _title({labels.family(dict(environment)) for environment in order})
    _dump(
        out / "index.json",
        {
            "title": title,
            "project": conf.project,
            "show_commit_url": conf.show_commit_url,
            "hash_length": conf.hash_length,
            "block": BLOCK,
            "commits": [[commit, dates.get(commit)] for commit in commits],
            "branches": branches,
            "environments": [
                {
                    "label": names[runtime],
                    "family": labels.family(dict(environment)),
                }
                for runtime, environment in zip(runtimes, order)
            ],
            "machines": [{"name": machine, "about": about[machine]} for machine in machines],
            "benchmarks": described,
        },
    )
    return title


def _tried(then: Sequence[Sequence[str]], now: Sequence[Sequence[str]]) -> list[bool]:
    """Return which of today's combinations of parameters a result had; asv fills in None.

    What a benchmark had no value for at the time did not fail.
    """
    had = set(itertools.product(*then)) if then != now else None
    return [had is None or combination in had for combination in itertools.product(*now)]


def _title(families: Collection[str]) -> str:
    languages = {"Go" if family == "Go" else "Python" for family in families}
    return "Go vs Python" if languages == {"Go", "Python"} else "Compare runtimes"


def _environment(results: Results) -> tuple[tuple[str, str], ...]:
    """Return what tells an environment from others: not how its machine is described today.

    A parameter without a value tells none: the list of requirements was only longer then.
    """
    params = {k: v for k, v in results.params.items() if v and k not in _MACHINE - {"machine"}}
    params.update({f"env-{k}": v for k, v in results.env_vars.items()})
    return tuple(sorted(params.items()))


def _by_version(environment: tuple[tuple[str, str], ...]) -> tuple[Any, ...]:
    params = dict(environment)
    version = versions.order(params.get("python", ""))
    return (params.get("machine", ""), labels.family(params), version, environment)


def _write_benchmark(
    entry: dict[str, Any],
    values: dict[int, _Values],
    machine_of: Sequence[int],
    on_branch: Sequence[Collection[int]],
    out: Path,
    name: str,
) -> dict[str, Any]:
    """Write one benchmark's files; return what the index says of it."""
    names, params = entry["param_names"], entry["params"]
    scales = [
        i
        for i, choices in enumerate(params)
        # Of GOMAXPROCS people want to see all values beside each other.
        if _are_numbers(choices) and names[i] != "gomaxprocs"
    ]
    combinations = list(itertools.product(*(range(len(choices)) for choices in params)))
    by_size: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for place, combination in enumerate(combinations):
        by_size[tuple(combination[i] for i in scales)].append(place)
    (out / name).mkdir(exist_ok=True)
    latest: dict[int, list[list[int | None]]] = {}
    for machine in sorted({machine_of[environment] for environment in values}):
        environments = [e for e in sorted(values) if machine_of[e] == machine]
        latest[machine] = [
            _write_size(
                [(environment, place) for environment in environments for place in places],
                combinations,
                values,
                on_branch,
                out / name / f"{machine}-{size}",
            )
            for size, places in enumerate(by_size.values())
        ]
    return {
        "name": entry["name"],
        "type": entry["type"],
        "unit": entry["unit"] or "",
        "param_names": names,
        "params": list(map(_for_people, params)),
        "scales": scales,
        "sizes": list(by_size),
        # By machine, size and branch: the latest commit that ran.
        "latest": latest,
        "dir": name,
    }


def _write_size(
    series: list[tuple[int, int]],
    combinations: list[tuple[int, ...]],
    values: dict[int, _Values],
    on_branch: Sequence[Collection[int]],
    stem: Path,
) -> list[int | None]:
    """Write one size's files; return the latest commit of each branch that ran, if any did."""
    columns = {(e, place): values[e].column(place) for e, place in series}
    columns = {key: column for key, column in columns.items() if column}
    at = sorted(set[int]().union(*columns.values()))
    # The environments that have more to say of a commit than n/a.
    ran = {
        commit: {e for (e, _), column in columns.items() if column.get(commit, _NA) != _NA}
        for commit in at
    }
    step = -(-len(at) // MAX_POINTS)
    buckets = [at[i : i + step] for i in range(0, len(at), step or 1)]
    _dump(
        stem.with_suffix(".json"),
        {
            "series": [[environment, combinations[place]] for environment, place in columns],
            "commits": at,
            "environments": [len(ran[commit]) for commit in at],
            "step": step,
            # By environment: see codeborders.
            "code": {e: found for e in values if (found := borders(values[e].code, at))},
            "history": [
                [_median(column, bucket) for bucket in buckets] for column in columns.values()
            ],
        },
    )
    for block in range(0, len(at), BLOCK):
        exact = [
            [values[environment].exact(commit, place) for environment, place in columns]
            for commit in at[block : block + BLOCK]
        ]
        _dump(stem.with_name(f"{stem.name}-{block // BLOCK}.json"), exact)
    return [
        max((commit for commit in at if ran[commit] and commit in branch), default=None)
        for branch in on_branch
    ]


def _median(column: dict[int, float], bucket: Sequence[int]) -> float | None:
    values = [column[commit] for commit in bucket if math.isfinite(column.get(commit, _NA))]
    return float(f"{statistics.median(values):.5g}") if values else None


def _are_numbers(choices: Sequence[str]) -> bool:
    try:
        return all(math.isfinite(float(choice)) for choice in choices)
    except ValueError:
        return False


def _for_people(choices: Sequence[str]) -> list[str]:
    """Return a parameter's values without the quotes of their ``repr``, if they stay apart."""
    plain = [
        choice[1:-1]
        if len(choice) > 2 and choice[0] == choice[-1] and choice[0] in "'\""
        else choice
        for choice in choices
    ]
    return plain if len(set(plain)) == len(plain) else list(choices)


def _dump(path: Path, what: Any) -> None:
    path.write_text(json.dumps(what, separators=(",", ":"), allow_nan=False), encoding="utf-8")

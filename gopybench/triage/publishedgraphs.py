"""Results -> the graphs that ``asv publish`` makes of them, by asv's own classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from asv import _stats
from asv.benchmarks import Benchmarks
from asv.graph import GraphSet
from asv.results import iter_results
from asv.util import is_na

# A value beyond cannot be added up.
_MOST = 1e300


@dataclass(frozen=True)
class Published:
    """What asv's publishers are given.

    Attributes:
        benchmarks: asv's list.
        graphs: asv's graphs.
        revisions: the published commits' numbers in the order of history.
        gone: the commits of results that no published branch or tag has.
    """

    benchmarks: Any
    graphs: Any
    revisions: dict[str, int]
    gone: set[str]


def make(conf: Any, repo: Any) -> Published:
    """Make the graphs of all results; raise asv's UserError without a list of benchmarks."""
    benchmarks = Benchmarks.load(conf)
    every = list(iter_results(conf.results_dir))
    names: dict[str, None] = {}
    for results in every:
        names.update(dict.fromkeys([*results.params, *_variables(results)]))
    commits = {results.commit_hash for results in every}
    tagged = set(repo.get_tags().values())
    revisions = repo.get_revisions(commits | tagged)
    on = {branch: set(repo.get_branch_commits(branch)) for branch in conf.branches}
    graphs, gone = GraphSet(), set()
    for results in every:
        commit = results.commit_hash
        branches = [branch for branch in on if commit in on[branch]]
        if not branches and commit not in tagged:
            gone.add(commit)
            continue
        # As asv does: what is on no branch, but has a tag, is on all.
        for branch in branches or on:
            params = {**results.params, **_variables(results)}
            params["branch"] = repo.get_branch_name(branch)
            params = {key: "" if value is None else value for key, value in params.items()}
            for name in names:
                params.setdefault(name, None)
            for key in results.get_result_keys(benchmarks):
                _add(graphs, params, revisions[commit], results, benchmarks[key])
    return Published(benchmarks, graphs, revisions, gone)


def _variables(results: Any) -> dict[str, str]:
    return {f"env-{name}": value for name, value in results.env_vars.items()}


def _add(graphs: Any, params: dict[str, Any], number: int, results: Any, benchmark: Any) -> None:
    name, of = benchmark["name"], benchmark["params"]
    # Of an infinite one asv's detection never comes to an end.
    found = results.get_result_value(name, of)
    values = [value if is_na(value) or abs(value) < _MOST else None for value in found]
    weights = [_stats.get_weight(stats) for stats in results.get_result_stats(name, of)]
    graph = graphs.get_graph(name, params)
    if of:
        graph.add_data_point(number, values, weights)
    else:
        graph.add_data_point(number, values[0], weights[0])

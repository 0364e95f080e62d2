"""asv's results and graphs -> what the site is made of: a plain, typed model.

It knows asv's files, and nothing of what is shown or how.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from asv.machine import Machine as AsvMachine
from asv.results import Results, iter_results, iter_results_for_machine_and_hash

from gopybench.asvdata import campaigns, labels, noted, reasons, versions
from gopybench.asvdata import commits as history
from gopybench.site.model import Benchmark, Commit, Environment, Machine, Site
from gopybench.site.placevalues import PlaceValues
from gopybench.site.sitecampaigns import CampaignNumbers

_OF_MACHINES = {name for name, _ in AsvMachine.fields}


class Measured(NamedTuple):
    """How one benchmark was measured in one environment.

    Attributes:
        environment: its place among the site's.
        benchmark: the benchmark's name.
        campaign: the campaign that the measurement belongs to.
        samples: by the values of the parameters, as asv has them, the samples that are
            kept, and how many there were.
    """

    environment: int
    benchmark: str
    campaign: campaigns.Campaign
    samples: Mapping[tuple[str, ...], tuple[tuple[float, ...], int]]


def collect(conf: Any, repo: Any, benchmarks: Any, graphs: Any, revisions: dict[str, int]) -> Site:
    """Return the site of asv's results.

    *revisions* are asv's: commits to numbers in the order of history. Commits
    that asv does not publish have no point in *graphs* and are left out.
    """
    published = {revision for _, graph in graphs for revision in graph.data_points}
    commits = [c for c in sorted(revisions, key=revisions.__getitem__) if revisions[c] in published]
    number = {commit: i for i, commit in enumerate(commits)}
    entries = [benchmarks[name] for name in sorted(benchmarks)]
    environments: dict[tuple[tuple[str, str], ...], int] = {}
    called: dict[int, dict[str, None]] = {}
    dates: dict[str, int] = {}
    about: dict[str, str] = {}
    values: list[dict[int, PlaceValues]] = [{} for _ in entries]
    numbers = CampaignNumbers()
    for results in iter_results(conf.results_dir):
        if results.commit_hash not in number:
            continue
        environment = environments.setdefault(_environment(results), len(environments))
        called.setdefault(environment, {})[results.env_name] = None
        commit = number[results.commit_hash]
        dates[results.commit_hash] = results.date
        about[results.params["machine"]] = labels.machine(results.params)
        keys = results.get_result_keys(benchmarks)
        codes = noted.code(results._requirements)
        whys = reasons.load(results._requirements)
        campaign = numbers.of_file(results, environment)
        for entry, kept in zip(entries, values):
            if entry["name"] in keys:
                width = math.prod(map(len, entry["params"]))
                of = kept.setdefault(environment, PlaceValues(width))
                _put(of, results, entry, commit, codes, whys.get(entry["name"], {}))
                of.campaign[commit] = campaign(entry["name"])

    order = sorted(environments, key=_by_version)
    moved = [order.index(environment) for environment in environments]
    machines = sorted(about)
    found, places = numbers.ordered(machines, moved)
    for of in itertools.chain.from_iterable(kept.values() for kept in values):
        of.campaign = {commit: places[of_it] for commit, of_it in of.campaign.items()}
    # The same runtime has one name on all machines.
    runtimes = [tuple(item for item in e if item[0] != "machine") for e in order]
    distinct = list(dict.fromkeys(runtimes))
    names = dict(zip(distinct, labels.runtimes(map(dict, distinct))))
    families = [labels.family(dict(environment)) for environment in order]
    return Site(
        title=_title(families),
        project=conf.project,
        show_commit_url=conf.show_commit_url,
        hash_length=conf.hash_length,
        commits=[Commit(commit, dates.get(commit)) for commit in commits],
        branches=_branches(conf, repo, commits),
        tags=_tags(repo, commits, revisions),
        machines=[Machine(machine, about[machine]) for machine in machines],
        environments=[
            Environment(
                names[runtime],
                family,
                machines.index(dict(of)["machine"]),
                dict(of),
                [*called[environments[of]]],
            )
            for runtime, family, of in zip(runtimes, families, order)
        ],
        campaigns=found,
        benchmarks=[
            Benchmark(
                entry["name"],
                entry["type"],
                entry["unit"] or "",
                entry["param_names"],
                entry["params"],
                list(map(_for_people, entry["params"])),
                {moved[i]: of for i, of in kept.items()},
            )
            for entry, kept in zip(entries, values)
            if kept
        ],
    )


def measured_at(
    results_dir: str, site: Site, commit: str, machine: str, benchmarks: Sequence[Benchmark]
) -> Iterator[Measured]:
    """Yield how some benchmarks were measured at one commit on one machine."""
    places = {tuple(sorted(e.params.items())): i for i, e in enumerate(site.environments)}
    for results in iter_results_for_machine_and_hash(results_dir, machine, commit[:8]):
        environment = places.get(_environment(results))
        if results.commit_hash != commit or environment is None:
            continue
        for benchmark in benchmarks:
            if benchmark.name not in results.get_all_result_keys():
                continue
            then = results.get_result_params(benchmark.name)
            samples = results.get_result_samples(benchmark.name, then)
            stats = results.get_result_stats(benchmark.name, then)
            yield Measured(
                environment,
                benchmark.name,
                campaigns.of(results, benchmark.name),
                {
                    combination: (
                        tuple(filter(math.isfinite, of or ())),
                        (stat or {}).get("repeat") or len(of or ()),
                    )
                    for combination, of, stat in zip(itertools.product(*then), samples, stats)
                },
            )


def _put(
    of: PlaceValues,
    results: Results,
    entry: dict[str, Any],
    commit: int,
    codes: Mapping[str, noted.Code],
    why: Mapping[tuple[str, tuple[str, ...]], str],
) -> None:
    name, params = entry["name"], entry["params"]
    found = results.get_result_value(name, params)
    stats = results.get_result_stats(name, params)
    tried = _tried(results.get_result_params(name), params)
    if why:
        of.reasons[commit] = _reasons(found, params, why, tried)
    of.put(commit, found, stats, tried)
    if code := codes.get(name.rpartition(".")[0]):
        of.code[commit] = code


def _reasons(
    found: Sequence[Any],
    params: Sequence[Sequence[str]],
    why: Mapping[tuple[str, tuple[str, ...]], str],
    tried: list[bool],
) -> dict[int, str]:
    """Return by place why there is no value; *tried* is then untrue of what nobody asked for."""
    said = {}
    for i, (place, value) in enumerate(zip(itertools.product(*params), found)):
        if not tried[i] or (value is not None and math.isfinite(value)):
            continue
        state = reasons.FAILED if value is None else reasons.NOT_AVAILABLE
        if reason := why.get((state, place)):
            said[i] = reason
        elif (reasons.NOT_ASKED, place) in why:
            tried[i] = False
    return said


def _branches(conf: Any, repo: Any, commits: Sequence[str]) -> dict[str, list[int]]:
    branches = {}
    for branch in conf.branches:
        of_branch = set(repo.get_branch_commits(branch)) if len(conf.branches) > 1 else set(commits)
        branches[branch] = [i for i, commit in enumerate(commits) if commit in of_branch]
    return branches


def _tags(repo: Any, commits: Sequence[str], revisions: Mapping[str, int]) -> dict[str, int]:
    """Return the first published commit from each tag on."""
    at = [revisions[commit] for commit in commits]
    tagged = {tag: revisions[c] for tag, c in history.tags(repo).items() if c in revisions}
    places = {tag: bisect.bisect_left(at, revision) for tag, revision in tagged.items()}
    return {tag: place for tag, place in sorted(places.items()) if place < len(at)}


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
    params = {k: v for k, v in results.params.items() if v and k not in _OF_MACHINES - {"machine"}}
    params.update({f"env-{k}": v for k, v in results.env_vars.items()})
    return tuple(sorted(params.items()))


def _by_version(environment: tuple[tuple[str, str], ...]) -> tuple[Any, ...]:
    params = dict(environment)
    version = versions.order(params.get("python", ""))
    return (params.get("machine", ""), labels.family(params), version, environment)


def _for_people(choices: Sequence[str]) -> list[str]:
    """Return a parameter's values without the quotes of their ``repr``, if they stay apart."""
    plain = [
        choice[1:-1]
        if len(choice) > 2 and choice[0] == choice[-1] and choice[0] in "'\""
        else choice
        for choice in choices
    ]
    return plain if len(set(plain)) == len(plain) else list(choices)

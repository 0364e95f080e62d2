"""Commits and environments -> the tasks of them that ``results/`` lacks, as asv's options say."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asv.benchmarks import Benchmarks
from asv.console import log
from asv.results import Results, get_filename
from asv.util import UserError

from gopybench.fleet.classes import Place
from gopybench.fleet.tasks import Task, path_of

# Of a commit's hash, in the name of a results file.
_HASH_LENGTH = 8


@dataclass(frozen=True)
class Skipped:
    """What a user does not want to be measured again: asv's ``--skip-existing…``.

    Attributes:
        successful: benchmarks that have a value.
        failed: benchmarks that have failed.
        commits: commits of which there are any results.
        bench: which benchmarks are asked for at all, as asv's ``--bench``.
    """

    successful: bool = False
    failed: bool = False
    commits: bool = False
    bench: Sequence[str] = ()


def tasks(
    conf: Any, commits: Sequence[str], places: Mapping[str, Place], skipped: Skipped
) -> list[Task]:
    """Return what is to be measured, in asv's order: commit by commit."""
    found = [Task(commit, environment) for commit in commits for environment in places]
    if skipped.commits:
        there = {place.machine: _measured(conf, place.machine) for place in places.values()}
        found = [t for t in found if t.commit[:_HASH_LENGTH] not in there[places[t[1]].machine]]
    if skipped.successful or skipped.failed:
        try:
            benchmarks = Benchmarks.load(conf, regex=[*skipped.bench])
        except UserError:
            return found  # there is no list yet
        found = [
            task
            for task in found
            if not _is_complete(
                path_of(conf.results_dir, places[task[1]].machine, task), benchmarks, skipped
            )
        ]
    return found


def _measured(conf: Any, machine: str) -> set[str]:
    """Return the commits of which a machine has results, as files are named by them."""
    names = _names(Path(conf.results_dir, machine))
    return {name.partition("-")[0] for name in names}


def _names(directory: Path) -> list[str]:
    if not directory.is_dir():
        return []
    return [name for name in os.listdir(directory) if name.endswith(".json") and "-" in name]


def _is_complete(path: str, benchmarks: Any, skipped: Skipped) -> bool:
    """Return whether asv would pass over all benchmarks of a file that there may be."""
    if not os.path.exists(path):
        return False
    try:
        results = Results.load(path)
    except UserError as error:
        log.warning(str(error))
        return False
    passed = set()
    for name in results.get_result_keys(benchmarks):
        value = results.get_result_value(name, benchmarks[name]["params"])
        is_failed = value is None or (isinstance(value, list) and None in value)
        if skipped.failed if is_failed else skipped.successful:
            passed.add(name)
    return passed >= {*benchmarks}


def counts(results_dir: str, environments: Collection[str]) -> Counter[tuple[str, str]]:
    """Return how many commits each machine has results of, by machine and environment."""
    found: Counter[tuple[str, str]] = Counter()
    commit = "0" * _HASH_LENGTH
    ends = {os.path.basename(get_filename("", commit, e))[_HASH_LENGTH:]: e for e in environments}
    top = Path(results_dir)
    for directory in top.iterdir() if top.is_dir() else ():
        for name in _names(directory):
            if name[_HASH_LENGTH:] in ends:
                found[directory.name, ends[name[_HASH_LENGTH:]]] += 1
    return found

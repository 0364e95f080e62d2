"""asv's results that two machines made apart -> one directory with the results of both.

Where both have a list of benchmarks, that of the newer commit decides what a
benchmark is. Results of one commit in one environment are taken together value
by value.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from asv.benchmarks import Benchmarks
from asv.util import UserError, write_json

from gopybench.asvdata import definitions, mapping, soundness, verdicts, versusfile, wholefiles
from gopybench.asvdata.migration import migrate
from gopybench.asvdata.parameters import Layout
from gopybench.asvdata.resultsfile import ResultsFile

_Entries = Mapping[str, dict[str, Any]]


def merge(ours: Path, theirs: Path, before: Path, later: Collection[str]) -> None:
    """Take into the results in *ours* what those in *theirs* have besides.

    Both began with those in *before*. *later* are the hashes of commits that
    come after the one that ours are of: if theirs are of any, theirs are newer.
    Nothing is lost but what the list of the newer commit no longer has. Raises
    asv's UserError for what is damaged; nothing has changed then.
    """
    with wholefiles.locked(str(ours)):
        mine, others, both = map(_entries, (ours, theirs, before))
        files = {name: _load(theirs / name) for name in _names(theirs)}
        is_older = any(file.head["commit_hash"] in later for file in files.values())
        newer, older = (others, mine) if is_older else (mine, others)
        entries = {
            name: merged(newer[name], older[name]) if name in newer and name in older else entry
            for name, entry in {**older, **newer}.items()
            if name in newer or name not in both
        }
        changed = {file.path: file for file in migrate(str(ours), mine, entries)}
        for file in migrate(str(theirs), others, entries):
            files[os.path.relpath(file.path, theirs)] = file
        writers: dict[str, Callable[[str], object]] = {f.path: f.write for f in changed.values()}
        for name, file in files.items():
            path = str(ours / name)
            known = changed.get(path) or ResultsFile.load(path)
            if known is None:
                writers[path] = file.write
            elif known.take(file):
                writers[path] = known.write
        writers.update(_ours_beside(ours, theirs))
        for other in theirs.rglob("*"):
            path = str(ours / other.relative_to(theirs))
            if other.is_file() and not os.path.exists(path):
                writers.setdefault(path, partial(shutil.copyfile, other))
        if entries != mine:
            path = Benchmarks.get_benchmark_file_path(str(ours))
            writers[path] = lambda aside: write_json(aside, entries, Benchmarks.api_version)
        wholefiles.write_all(writers, str(ours))


def _ours_beside(ours: Path, theirs: Path) -> dict[str, Callable[[str], object]]:
    """Return what writes the files of ours that lie beside asv's, where theirs have more."""
    writers: dict[str, Callable[[str], object]] = {}
    judged = verdicts.load(ours)
    if (both := verdicts.merged(judged, verdicts.load(theirs))) != judged:
        writers[str(ours / verdicts.NAME)] = verdicts.writer(both)
    runs = versusfile.load(ours)
    if (all_runs := versusfile.merged([*runs, *versusfile.load(theirs)])) != runs:
        writers[str(ours / versusfile.NAME)] = versusfile.writer(all_runs)
    return writers


def _entries(directory: Path) -> dict[str, dict[str, Any]]:
    return definitions.load(SimpleNamespace(results_dir=str(directory)))


def _names(directory: Path) -> list[str]:
    paths = (path for path, _ in soundness.result_paths(str(directory)))
    return [os.path.relpath(path, directory) for path in paths]


def _load(path: Path) -> ResultsFile:
    file = ResultsFile.load(str(path))
    assert file is not None
    return file


def merged(newer: dict[str, Any], older: dict[str, Any]) -> dict[str, Any]:
    """Return a benchmark's entry, in Go with the parameters that either has."""
    if newer.get("go") != older.get("go") or "go" not in newer or older.get(definitions.ASSUMED):
        return newer
    layout, choices = Layout.of(older), itertools.product(*older["params"])
    metric = mapping.Metric("", newer["type"], newer["unit"])
    benchmarks = (layout.benchmark("", of) for of in choices)
    try:
        return definitions.define(newer["name"], newer["go"], metric, benchmarks, newer)
    except definitions.DoesNotFit:
        return newer


def main() -> int:
    """Merge ``OURS THEIRS BEFORE COMMIT``, three directories and what ours are of, here in git."""
    ours, theirs, before, commit = sys.argv[1:]
    command = ["git", "rev-list", "--all", "--ancestry-path", f"^{commit}"]
    try:
        later = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        merge(Path(ours), Path(theirs), Path(before), later.split())
    except (UserError, subprocess.SubprocessError) as error:
        print(f"cannot merge {theirs} into {ours}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

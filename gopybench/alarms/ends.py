"""The results at the ends of a step: the files that asv's graph has its values from."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping

from asv.results import Results
from asv.util import UserError

from gopybench.alarms.steps import Alarm
from gopybench.asvdata import soundness


class Ends:
    """The results files of a directory, each read once and only where a step has an end."""

    def __init__(self, results_dir: str) -> None:
        """Look at which files there are; raise asv's UserError for a damaged machine.json."""
        self._paths: dict[tuple[str, str], list[str]] = defaultdict(list)
        for path, machine in soundness.result_paths(results_dir):
            self._paths[machine, os.path.basename(path).partition("-")[0]].append(path)
        self._read: dict[str, Results | None] = {}

    def of(self, alarm: Alarm) -> tuple[Results, Results] | None:
        """Return the results before and after; None where the files are gone meanwhile."""
        before, after = (self._at(alarm, commit) for commit in (alarm.before, alarm.after))
        return (before, after) if before is not None and after is not None else None

    def _at(self, alarm: Alarm, commit: str) -> Results | None:
        """Return the newest results of a commit that the alarm's graph shows."""
        series = dict(alarm.series)
        machine = str(series.get("machine"))
        found = []
        # asv names a file by the beginning of the hash.
        for path in self._paths.get((machine, commit[:8]), ()):
            results = self._load(path, machine)
            if results is None or results.commit_hash != commit or not _is_of(results, series):
                continue
            if alarm.benchmark in results.get_all_result_keys():
                found.append(results)
        started = [results.started_at.get(alarm.benchmark) or 0 for results in found]
        return found[started.index(max(started))] if found else None

    def _load(self, path: str, machine: str) -> Results | None:
        if path not in self._read:
            try:
                self._read[path] = Results.load(path, machine)
            except UserError:
                # asv has said so, and its graph is without it.
                self._read[path] = None
        return self._read[path]


def _is_of(results: Results, series: Mapping[str, str | None]) -> bool:
    """Return whether results are shown in the graph of these parameters."""
    own = {key: "" if value is None else value for key, value in results.params.items()}
    own.update({f"env-{key}": value for key, value in results.env_vars.items()})
    return all(own.get(key) == value for key, value in series.items())

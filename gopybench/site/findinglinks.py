"""Where a finding leads: its commits, their comparison, and the history of a step."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from urllib.parse import urlencode

from gopybench.alarms.groups import Finding
from gopybench.alarms.steps import Alarm
from gopybench.site.htmltemplates import COMPARE, HISTORY
from gopybench.site.model import Site
from gopybench.site.sitesteps import environment_place


class Links:
    """Addresses, and what is known of commits.

    Attributes:
        subjects: the commits' first lines, by hash.
    """

    def __init__(
        self,
        site: Site,
        subjects: Mapping[str, str],
        between: Mapping[tuple[str, str], int],
    ) -> None:
        """Take the site, and how many commits lie between two."""
        self._commits = "" if site.show_commit_url in ("", "#") else site.show_commit_url
        self.subjects = subjects
        self._between = between
        self._site = site
        self._benchmarks = {benchmark.name: benchmark for benchmark in site.benchmarks}
        self._place = environment_place(site)

    def commit(self, commit: str) -> dict[str, str]:
        """Return how a commit is shown; its address is empty without a place to see it."""
        return {
            "hash": commit,
            "short": commit[:8],
            "address": f"{self._commits}{commit}" if self._commits else "",
            "subject": self.subjects.get(commit, ""),
        }

    def between(self, finding: Finding) -> int | None:
        """Return how many commits lie between those of a finding; None where nobody knows."""
        return self._between.get((finding.before, finding.after))

    def compare(self, finding: Finding) -> str:
        """Return the address of the comparison of a finding's commits in its runtime."""
        digits = self._site.hash_length
        asked = {"before": finding.before[:digits], "after": finding.after[:digits]}
        place = self._place(finding.alarms[0])
        if len(self._site.machines) > 1:
            asked |= {f"{side}-machine": finding.machine for side in ("before", "after")}
        if place is not None:
            asked["before-runtime"] = self._site.environments[place].label
        return f"{COMPARE}?{urlencode(asked)}"

    def history(self, alarm: Alarm) -> str:
        """Return the address of the history of a step: its line alone, at the commit after it."""
        asked = {"benchmark": alarm.benchmark}
        place, benchmark = self._place(alarm), self._benchmarks.get(alarm.benchmark)
        if place is not None and benchmark is not None:
            environment = self._site.environments[place]
            machine = self._site.machines[environment.machine].name
            values = next(itertools.islice(itertools.product(*benchmark.shown), alarm.index, None))
            line = json.dumps([environment.label, machine, *values], ensure_ascii=False)
            asked |= {"machine": machine, "line": line}
        asked["commit"] = alarm.after[: self._site.hash_length]
        return f"{HISTORY}?{urlencode(asked)}"

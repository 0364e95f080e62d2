"""Where a finding leads: its commits, the history of a step, and the comparison of both sides."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from typing import Any

from gopybench.alarms.groups import Finding
from gopybench.alarms.steps import Alarm


class Links:
    """Addresses, and what is known of commits.

    Attributes:
        subjects: the commits' first lines, by hash.
    """

    def __init__(
        self,
        conf: Any,
        graphs: Any,
        subjects: Mapping[str, str],
        between: Mapping[tuple[str, str], int],
    ) -> None:
        """Take asv's configuration and graphs, and how many commits lie between two."""
        self._commits = "" if conf.show_commit_url in ("", "#") else conf.show_commit_url
        self.subjects = subjects
        self._between = between
        # What is the same everywhere is in no address.
        self._shown = {key for key, values in graphs.get_params().items() if len(values) > 1}

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

    def history(self, alarm: Alarm) -> str:
        """Return the address of the history of a step: asv's graph of it."""
        params = {key: value for key, value in alarm.series if key in self._shown}
        params.update({f"p-{name}": value for name, value in alarm.parameters})
        params["commits"] = f"{alarm.before}-{alarm.after}"
        pairs = [(key, "[none]" if value is None else value) for key, value in params.items()]
        return f"asv.html#{alarm.benchmark}?{urllib.parse.urlencode(pairs)}"

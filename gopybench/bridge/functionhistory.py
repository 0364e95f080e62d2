"""Commits -> those whose own test files declare benchmark functions that are not known yet."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Callable, Container
from typing import Any

from asv.util import ProcessError, pick_n

# As many commits are looked at: git needs some milliseconds for each.
_MAX_COMMITS = 200

_DECLARED = re.compile(r":([^:]+)/[^/:]+_test\.go:func Benchmark(?![a-z])(\w*)")

# A function's package's directory in the repository, and its name without "Benchmark".
_Key = tuple[str, str]


class FunctionHistory:
    """Which commits to look at for benchmark functions, from the texts of their test files.

    *wants* says whether a package's directory in the repository and a function's
    name are of interest, *commits* are the newest first.
    """

    def __init__(self, repo: Any, wants: Callable[[str, str], bool], commits: list[str]) -> None:
        """Ask git what each commit declares."""
        self._commits: dict[_Key, list[str]] = defaultdict(list)
        self._looked_at: set[str] = set()
        for commit in pick_n(commits, _MAX_COMMITS):
            for key in _declared(repo, commit):
                if wants(*key):
                    self._commits[key].append(commit)

    def unknown(self, known: Container[_Key]) -> list[_Key]:
        """Return the functions that are not among those that are known."""
        return [key for key in self._commits if key not in known]

    def next_commit(self, known: Container[_Key]) -> str | None:
        """Return the commit that tells most of what is not known; None where none is left.

        The oldest and the newest that have a function are looked at: where the
        working tree's files fit both, they hide it in between as well.
        """
        votes: dict[str, int] = defaultdict(int)
        for key in self.unknown(known):
            for commit in {self._commits[key][-1], self._commits[key][0]} - self._looked_at:
                votes[commit] += 1
        if not votes:
            return None
        commit = max(votes, key=lambda commit: votes[commit])
        self._looked_at.add(commit)
        return commit


def _declared(repo: Any, commit: str) -> set[_Key]:
    """Return the functions in a commit's test files; none where it is not of git."""
    options = ["--no-color", "--no-line-number", "--full-name", "-IE"]
    command = ["grep", *options, r"^func Benchmark\w*\s*\(", commit, "--", "*_test.go"]
    try:
        lines = repo._run_git(command, display_error=False, dots=False, valid_return_codes=(0, 1))
    except (ProcessError, AttributeError, TypeError):
        return set()
    found = set()
    for line in lines.splitlines():
        if match := _DECLARED.search(line.replace(":", ":./", 1)):
            found.add((os.path.normpath(match[1]), match[2]))
    return found

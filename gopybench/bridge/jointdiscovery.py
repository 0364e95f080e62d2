"""Environments and commits -> Python's benchmarks and Go's, discovered where each of them is."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asv import environment
from asv.console import log
from asv.repo import NoSuchNameError
from asv.util import ProcessError, UserError, pick_n

from gopybench.asvdata import definitions
from gopybench.bridge import patterns
from gopybench.bridge.discovered import Discovered
from gopybench.bridge.environment import GoEnvironment
from gopybench.bridge.functionhistory import FunctionHistory

# At how many more commits benchmarks are discovered, where one is not enough.
_MORE_COMMITS = 10

# What asv makes of Ctrl-C.
INTERRUPTED = "Interrupted."


@dataclass
class JointDiscovery:
    """Discovers the benchmarks of a project that has Go's.

    Attributes:
        asked: asv's own discovery, of environments, commits and whether to check them.
        conf: asv's configuration.
        repo: asv's repository.
    """

    asked: Callable[[list[Any], list[str], bool], Any]
    conf: Any
    repo: Any

    def discover(self, environments: list[Any], commits: list[str], check: bool) -> Discovered:
        """Discover all, and let Go's environments know of it; raise asv's UserError."""
        go = [env for env in environments if isinstance(env, GoEnvironment)]
        python = [env for env in environments if env not in go]
        entries = {}
        if _has_python(self.conf.benchmark_dir):
            for entry in self._discover_python(python, commits, check):
                entries[entry["name"]] = entry
        try:
            found = self.asked(go, commits, check)
            found = self._discover_more(go, commits) or found
        except UserError as error:
            if check or not entries or str(error) == INTERRUPTED:
                raise
            log.warning("Go's benchmarks were not discovered: taken as they were known before")
            found = [entry for entry in definitions.load(self.conf).values() if "go" in entry]
        suite = next((env.suite for env in go if env.suite.functions), go[0].suite)
        suite.check_joins(entries)
        for entry in found:
            entries.setdefault(entry["name"], entry)
        joint = Discovered(
            list(entries.values()),
            frozenset(self._gone(go)),
            suite.functions,
            frozenset(suite.left_out),
        )
        joint.give(go)
        return joint

    def _gone(self, go: list[Any]) -> set[str]:
        newest = []
        for branch in self.conf.branches:
            with contextlib.suppress(NoSuchNameError, ProcessError):
                name = self.repo.get_branch_name(branch)
                newest.append(self.repo.get_hash_from_name(name))
        with contextlib.suppress(UserError):
            known = definitions.load(self.conf)
            return {name for name in known if any(env.suite.lacks(name, newest) for env in go)}
        return set()

    def _discover_more(self, go: list[Any], commits: list[str]) -> list[Any] | None:
        """Discover Go's benchmarks at more commits, where one is not enough.

        That is where one failed such that what there is of it is not known, where
        every commit is measured with its own, and where others have functions that
        this one does not have. Return all entries, None where it was enough.
        """
        first = next((env for env in go if env.suite.functions), None)
        if first is None:
            return None
        found = None
        own = any(block.from_commit for block in first.suite.blocks.blocks)
        others = [(env, commits[0]) for env in go if env is not first]
        others += [(first, commit) for commit in pick_n(commits[1:], _MORE_COMMITS)]
        for env, at in others:
            failed = any(f.problem and not f.complete for f in first.suite.functions.values())
            if not failed and not own:
                break
            found = self._discover_at(env, at, first.suite) or found
        if all(block.from_tree for block in first.suite.blocks.blocks):
            return found
        wants = functools.partial(patterns.may_want, first.suite.blocks)
        history = FunctionHistory(self.repo, wants, commits)
        for _ in range(_MORE_COMMITS):
            commit = history.next_commit(first.suite.functions)
            if commit is None:
                return found
            found = self._discover_at(first, commit, first.suite) or found
        left = history.unknown(first.suite.functions)
        if left:
            names = ", ".join(f"Benchmark{name}" for _, name in left[:5])
            log.warning(f"{len(left)} functions that only other commits have are left out: {names}")
        return found

    def _discover_at(self, env: Any, commit: str, suite: Any) -> Any:
        env.suite.functions = suite.functions
        try:
            return self.asked([env], [commit], False)
        except UserError as error:
            if str(error) == INTERRUPTED:
                raise
            return None

    def _discover_python(self, environments: list[Any], commits: list[str], check: bool) -> Any:
        """Discover Python's, also where only Go's are asked for: Go's values join them."""
        if environments:
            return self.asked(environments, commits, check)
        for env in environment.get_environments(self.conf, None, verbose=False):
            if isinstance(env, GoEnvironment):
                continue
            try:
                return self.asked([env], commits[:1], False)
            except UserError as error:
                if str(error) == INTERRUPTED:
                    raise
                log.warning(f"Python's benchmarks are taken as they were known before: {error}")
                break
        return [e for e in definitions.load(self.conf).values() if not definitions.is_go(e)]


def _has_python(benchmark_dir: str) -> bool:
    files = [path for path in Path(benchmark_dir).rglob("*.py") if path.stat().st_size]
    return bool(files) or not Path(benchmark_dir, "__init__.py").exists()

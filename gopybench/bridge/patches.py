"""Where asv has no hook of its own: its functions that must know of Go or lose nothing, wrapped.

What is wrapped stays what it is wherever Go is not concerned. It is that of
asv 0.6; :func:`install` wraps once in a process.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from asv import environment, runner, util
from asv.benchmarks import Benchmarks
from asv.commands import run as run_command
from asv.console import log
from asv.results import Results
from asv.runner import BenchmarkResult
from asv.util import UserError, pick_n

from gopybench.asvdata import definitions, store
from gopybench.bridge.environment import GoEnvironment
from gopybench.machine import provenance, toolchains

# Where a process notes which results it changed.
_CHANGED = "_changed_here"

# At how many more commits benchmarks are discovered, where one is not enough.
_MORE_COMMITS = 10

# What asv makes of Ctrl-C.
INTERRUPTED = "Interrupted."

_installed = False


def install() -> None:
    """Make this process's asv know of Go."""
    global _installed
    if _installed:
        return
    _installed = True
    environment.Environment.__new__ = staticmethod(_new_environment)
    environment.iter_matrix = _without_requirements(environment.iter_matrix)
    runner.get_spawner = _spawning_go(runner.get_spawner)
    runner.run_benchmark = _go_alone(runner.run_benchmark)
    run_command.run_benchmarks = _noting_origin(run_command.run_benchmarks)
    Benchmarks._disc_benchmarks = classmethod(_both(Benchmarks._disc_benchmarks.__func__))
    Benchmarks.save = _keeping_go(Benchmarks.save)
    Results.add_result = _noting(Results.add_result, lambda benchmark: benchmark["name"])
    Results.remove_result = _noting(Results.remove_result, str)
    Results.remove_samples = _noting(Results.remove_samples, str)
    Results.save = _losing_nothing(Results.save)
    util.write_json = functools.partial(store.write_whole, util.write_json)


def _new_environment(cls: type, *args: Any, **kwargs: Any) -> Any:
    """Make Go's environment for a Go version, whichever type asv was told to make.

    asv has one type for all of ``pythons``.
    """
    if cls is not GoEnvironment and len(args) > 1 and toolchains.is_spec(args[1]):
        return GoEnvironment(*args, **kwargs)
    return object.__new__(cls)


def _without_requirements(iter_matrix: Callable[..., Any]) -> Callable[..., Any]:
    """Leave Python's requirements out of the matrix for Go, and what is then there twice."""

    @functools.wraps(iter_matrix)
    def wrapped(
        environment_type: Any, pythons: list[str], conf: Any, explicit_selection: bool = False
    ) -> Iterator[Any]:
        only_go = environment_type == GoEnvironment.tool_name
        seen = []
        for entries in iter_matrix(environment_type, pythons, conf, explicit_selection):
            python = entries.get(("python", None))
            if only_go and not explicit_selection and not toolchains.is_spec(python):
                continue
            if only_go or toolchains.is_spec(python):
                entries = {key: value for key, value in entries.items() if key[0] != "req"}
                if entries in seen:
                    continue
                seen.append(entries)
            yield entries

    return wrapped


def _spawning_go(get_spawner: Callable[..., Any]) -> Callable[..., Any]:
    """Start Go's benchmarks as programs: there is no Python to fork."""

    @functools.wraps(get_spawner)
    def wrapped(env: Any, benchmark_dir: str, launch_method: Any) -> Any:
        if isinstance(env, GoEnvironment):
            launch_method = "spawn"
        return get_spawner(env, benchmark_dir, launch_method)

    return wrapped


def _go_alone(run_benchmark: Callable[..., Any]) -> Callable[..., Any]:
    """Answer n/a for Python where a benchmark is Go's alone: Python would call it unknown."""

    @functools.wraps(run_benchmark)
    def wrapped(benchmark: Any, spawner: Any, *args: Any, **kwargs: Any) -> Any:
        if not definitions.is_go(benchmark) or isinstance(spawner.env, GoEnvironment):
            return run_benchmark(benchmark, spawner, *args, **kwargs)
        count = len(definitions.combinations(benchmark))
        nothing = [None] * count
        return BenchmarkResult([math.nan] * count, nothing, nothing, 0, "", None)

    return wrapped


def _noting_origin(run_benchmarks: Callable[..., Any]) -> Callable[..., Any]:
    """Note in the results what they were measured with."""

    @functools.wraps(run_benchmarks)
    def wrapped(benchmarks: Any, env: Any, results: Any = None, **kwargs: Any) -> Any:
        if results is not None:
            results._requirements = {**results._requirements, **provenance.of(env)}
        return run_benchmarks(benchmarks, env, results=results, **kwargs)

    return wrapped


def _both(discover: Callable[..., Any]) -> Callable[..., Any]:
    """Discover Python's benchmarks in Python's environments and Go's in Go's."""

    @functools.wraps(discover)
    def wrapped(
        cls: Any, conf: Any, repo: Any, environments: list[Any], commits: list[str], check: bool
    ) -> list[Any]:
        go = [env for env in environments if isinstance(env, GoEnvironment)]
        python = [env for env in environments if env not in go]
        if not go:
            return list(discover(cls, conf, repo, python, commits, check))
        entries = {}
        if _has_python(conf.benchmark_dir):
            for entry in _discover_python(discover, cls, conf, repo, python, commits, check):
                entries[entry["name"]] = entry
        try:
            found = discover(cls, conf, repo, go, commits, check)
            found = _discover_more(discover, cls, conf, repo, go, commits) or found
        except UserError as error:
            if check or not entries or str(error) == INTERRUPTED:
                raise
            log.warning("Go's benchmarks were not discovered: taken as they were known before")
            found = [entry for entry in definitions.load(conf).values() if "go" in entry]
        suite = next((env.suite for env in go if env.suite.functions), go[0].suite)
        suite.check_joins(entries)
        for entry in found:
            entries.setdefault(entry["name"], entry)
        for env in go:
            env.suite.known = entries
            env.suite.functions = suite.functions
            env.suite.left_out = suite.left_out
        return list(entries.values())

    return wrapped


def _discover_more(
    discover: Callable[..., Any], cls: Any, conf: Any, repo: Any, go: list[Any], commits: list[str]
) -> list[Any] | None:
    """Discover Go's benchmarks at more commits, where one is not enough.

    That is where every commit is measured with its own benchmarks, and where
    one failed such that what there is of it is not known. Return all entries,
    None where it was enough.
    """
    first = next((env for env in go if env.suite.functions), None)
    if first is None:
        return None
    others = [(env, commits[:1]) for env in go if env is not first]
    others += [(first, [commit]) for commit in pick_n(commits[1:], _MORE_COMMITS)]
    found = None
    for env, commit in others:
        functions = first.suite.functions
        unknown = any(f.problem and not f.complete for f in functions.values())
        if not unknown and not first.suite.settings.from_commit:
            break
        env.suite.functions = functions
        try:
            found = discover(cls, conf, repo, [env], commit, False)
        except UserError as error:
            if str(error) == INTERRUPTED:
                raise
    return found


def _has_python(benchmark_dir: str) -> bool:
    files = [path for path in Path(benchmark_dir).rglob("*.py") if path.stat().st_size]
    return bool(files) or not Path(benchmark_dir, "__init__.py").exists()


def _discover_python(
    discover: Callable[..., Any],
    cls: Any,
    conf: Any,
    repo: Any,
    environments: list[Any],
    commits: list[str],
    check: bool,
) -> list[Any]:
    """Discover Python's benchmarks also where only Go's are asked for: Go's values join them."""
    if environments:
        return list(discover(cls, conf, repo, environments, commits, check))
    for env in environment.get_environments(conf, None, verbose=False):
        if isinstance(env, GoEnvironment):
            continue
        try:
            return list(discover(cls, conf, repo, [env], commits[:1], False))
        except UserError as error:
            if str(error) == INTERRUPTED:
                raise
            log.warning(f"Python's benchmarks are taken as they were known before: {error}")
            break
    return [e for e in definitions.load(conf).values() if not definitions.is_go(e)]


def _keeping_go(save: Callable[..., Any]) -> Callable[..., Any]:
    """Keep the entries of Go alone when asv writes a list without having discovered Go's.

    Those that were imported are always kept.
    """

    @functools.wraps(save)
    def wrapped(self: Any) -> None:
        with store.locked(self._conf.results_dir, store.LOCK_TIMEOUT_OF_ASV):
            keep(self)
            save(self)

    def keep(self: Any) -> None:
        try:
            known = definitions.load(self._conf)
        except UserError as error:
            # asv writes the list anew: that is how to mend a damaged one.
            log.warning(f"Benchmarks that were imported are lost, import them again: {error}")
            known = {}
        discovered = any(
            "go" in entry and not entry.get(definitions.IMPORTED)
            for entry in self._all_benchmarks.values()
        )
        for name, entry in known.items():
            # One that Go no longer has goes, as asv's own do.
            if definitions.is_go(entry) and (entry.get(definitions.IMPORTED) or not discovered):
                self._all_benchmarks.setdefault(name, entry)

    return wrapped


def _noting(change: Callable[..., Any], name_of: Callable[[Any], str]) -> Callable[..., Any]:
    """Note which benchmarks' results this process changes."""

    @functools.wraps(change)
    def wrapped(self: Any, what: Any, *args: Any, **kwargs: Any) -> Any:
        self.__dict__.setdefault(_CHANGED, set()).add(name_of(what))
        return change(self, what, *args, **kwargs)

    return wrapped


def _losing_nothing(save: Callable[..., Any]) -> Callable[..., Any]:
    """Keep what was imported into the same file while asv measured."""

    @functools.wraps(save)
    def wrapped(self: Any, result_dir: str) -> None:
        with store.locked(result_dir, store.LOCK_TIMEOUT_OF_ASV):
            store.adopt(self, result_dir, self.__dict__.get(_CHANGED, ()))
            save(self, result_dir)

    return wrapped

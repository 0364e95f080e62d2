"""Where asv has no hook of its own: those of its functions that must know of Go, wrapped.

What is wrapped stays what it is wherever Go is not concerned. It is that of
asv 0.6; :func:`install` wraps once in a process.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from asv import environment, runner
from asv.benchmarks import Benchmarks
from asv.console import log
from asv.runner import BenchmarkResult
from asv.util import UserError

from gopybench.bridge import definitions, toolchain
from gopybench.bridge.environment import GoEnvironment

# What asv makes of Ctrl-C.
_INTERRUPTED = "Interrupted."

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
    Benchmarks._disc_benchmarks = classmethod(_both(Benchmarks._disc_benchmarks.__func__))
    Benchmarks.save = _keeping_go(Benchmarks.save)


def _new_environment(cls: type, *args: Any, **kwargs: Any) -> Any:
    """Make Go's environment for a Go version, whichever type asv was told to make.

    asv has one type for all of ``pythons``.
    """
    if cls is not GoEnvironment and len(args) > 1 and toolchain.is_spec(args[1]):
        return GoEnvironment(*args, **kwargs)
    return object.__new__(cls)


def _without_requirements(iter_matrix: Callable[..., Any]) -> Callable[..., Any]:
    """Leave Python's requirements out of the matrix for Go, and what is then there twice."""

    @functools.wraps(iter_matrix)
    def wrapped(environment_type: Any, pythons: list[str], *args: Any) -> Iterator[Any]:
        if environment_type == GoEnvironment.tool_name and len(pythons) > 1:
            pythons = [python for python in pythons if toolchain.is_spec(python)]
        seen = []
        for entries in iter_matrix(environment_type, pythons, *args):
            python = entries.get(("python", None))
            if environment_type == GoEnvironment.tool_name or toolchain.is_spec(python):
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
        except UserError as error:
            if check or not entries or str(error) == _INTERRUPTED:
                raise
            log.warning("Go's benchmarks were not discovered: taken as they were known before")
            found = [entry for entry in definitions.load(conf).values() if "go" in entry]
        for entry in found:
            name = entry["name"]
            if name not in entries:
                entries[name] = entry
            elif (why := _misfit(entries[name], entry)) is not None:
                log.warning(f"{entry['go']} is left out: {name}: {why}")
        functions = next((env.functions for env in go if env.functions), {})
        for env in go:
            env.measure(entries, functions)
        return list(entries.values())

    return wrapped


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
    others = [
        env
        for env in environment.get_environments(conf, None, verbose=False)
        if not isinstance(env, GoEnvironment)
    ]
    try:
        return list(discover(cls, conf, repo, others, commits, False))
    except UserError as error:
        if str(error) == _INTERRUPTED:
            raise
        log.warning(f"Python's benchmarks are taken as they were known before: {error}")
        return [e for e in definitions.load(conf).values() if not definitions.is_go(e)]


def _misfit(python: Any, go: Any) -> str | None:
    try:
        definitions.check_joins(python, go["type"], go["unit"])
    except definitions.DoesNotFit as reason:
        return str(reason)
    return None


def _keeping_go(save: Callable[..., Any]) -> Callable[..., Any]:
    """Keep the entries of Go alone whenever asv writes its list of benchmarks.

    An importer added them, or an earlier commit has them.
    """

    @functools.wraps(save)
    def wrapped(self: Any) -> None:
        try:
            known = definitions.load(self._conf)
        except UserError as error:
            # asv writes the list anew: that is how to mend a damaged one.
            log.warning(f"Benchmarks of Go alone are lost, import them again: {error}")
            known = {}
        for name, entry in known.items():
            if definitions.is_go(entry):
                self._all_benchmarks.setdefault(name, entry)
        save(self)

    return wrapped

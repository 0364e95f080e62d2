"""Base and head, each built in environments of its own, and the values of their benchmarks."""

from __future__ import annotations

import contextlib
import copy
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asv import environment, runner, util
from asv.commands.setup import Setup
from asv.console import log

from gopybench.bridge import store
from gopybench.bridge.environment import GoEnvironment

# asv's attributes of one process: there are many, so that each may be short.
_ONE_PROCESS = {"rounds": 1, "repeat": [1, 10, 0.5]}

# In directories of names that are as long as each other, as a name's length can be felt.
_NAMES = ("base", "head")


class Failed(Exception):
    """A benchmark, or the build of a commit, failed; the message is the reason."""


class Missing(util.UserError):  # type: ignore[misc]
    """A configured environment is not here; the message names it."""


@dataclass(frozen=True)
class Place:
    """One combination of parameters of an asv benchmark, in one environment.

    Attributes:
        environment: the environment's name.
        benchmark: asv's definition.
        index: the combination's place in asv's list of results.
    """

    environment: str
    benchmark: Any
    index: int

    @property
    def name(self) -> str:
        """The benchmark's name and the values of its parameters, as asv writes them."""
        values = ", ".join(self.parameters.values())
        return f"{self.benchmark['name']}({values})" if values else str(self.benchmark["name"])

    @property
    def parameters(self) -> dict[str, str]:
        """The values of the parameters, by name."""
        params = self.benchmark["params"]
        if not params:
            return {}
        values = next(itertools.islice(itertools.product(*params), self.index, None))
        return dict(zip(self.benchmark["param_names"], values))


@dataclass
class Side:
    """One of the two commits.

    Attributes:
        commit: its hash.
        environments: asv's environments by name, for this commit alone.
        broken: why an environment has nothing to measure, by its name.
    """

    commit: str
    environments: dict[str, Any]
    broken: dict[str, str] = field(default_factory=dict)
    _caches: dict[tuple[str, str], str] = field(default_factory=dict)
    # By environment: what Go's environment last ran for.
    _ran: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    def build(self, conf: Any, repo: Any) -> None:
        """Create the environments and install the commit into each; note what fails."""
        for name, env in self.environments.items():
            try:
                Setup.perform_setup([env], parallel=1)
                env.install_project(conf, repo, self.commit)
            except (util.ProcessError, util.UserError, OSError) as error:
                self.broken[name] = f"does not build: {error}"

    def value(self, place: Place, benchmark_dir: str, turn: int) -> float:
        """Measure one value in a fresh process; NaN where it is n/a.

        A time is the shortest of the process's samples, which a busy machine
        changes least. Raises Failed, and asv's
        UserError when it is interrupted.
        """
        if place.environment in self.broken:
            raise Failed(self.broken[place.environment])
        env = self.environments[place.environment]
        if isinstance(env, GoEnvironment):
            # Its values of one turn come from one run.
            run = (place.benchmark["name"].rpartition(".")[0], place.index, turn)
            if self._ran.get(env.name) != run:
                env.suite.forget()
            self._ran[env.name] = run
        spawner = runner.get_spawner(env, benchmark_dir, "spawn")
        result = runner.run_benchmark(
            place.benchmark,
            spawner,
            profile=False,
            selected_idx={place.index},
            extra_params=dict(_ONE_PROCESS),
            cwd=self._cache(place, spawner),
        )
        value, samples = result.result[place.index], result.samples[place.index]
        if value is None:
            raise Failed(_last_line(result.stderr) or f"exit status {result.errcode}")
        if samples is not None:
            return float(min(samples))
        if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isinf(value):
            raise Failed(f"its value is {value!r}, which is not a number")
        return float(value)

    def _cache(self, place: Place, spawner: Any) -> str | None:
        """Return the directory that the benchmark's setup_cache filled, None without one."""
        key = place.benchmark.get("setup_cache_key")
        if key is None or isinstance(spawner.env, GoEnvironment):
            return None
        if (place.environment, key) not in self._caches:
            timeout = place.benchmark.get("setup_cache_timeout", place.benchmark["timeout"])
            directory, words = spawner.create_setup_cache(place.benchmark["name"], timeout, "{}")
            if directory is None:
                raise Failed(f"setup_cache failed: {_last_line(words)}")
            self._caches[place.environment, key] = directory
        return self._caches[place.environment, key]

    def close(self) -> None:
        """Remove what setup_cache made."""
        for directory in self._caches.values():
            util.long_path_rmtree(directory, True)


@contextlib.contextmanager
def sides(conf: Any, specs: list[str], base: str, head: str) -> Iterator[tuple[Side, Side]]:
    """Yield base and head with their environments, neither created nor built yet.

    *specs* select environments as asv's ``-E`` does; without any all that are
    configured are wanted. Raises Missing, and asv's UserError where another
    gate is at work.
    """
    directory = Path(conf.env_dir, "gate")
    both = []
    for name, commit in zip(_NAMES, (base, head)):
        own = copy.copy(conf)
        own.env_dir = str(directory / name)
        found = _environments(own, specs)
        both.append(Side(commit, {env.name: env for env in found}))
    with store.locked(str(directory), timeout=0.0):
        try:
            yield both[0], both[1]
        finally:
            for side in both:
                side.close()


def _environments(conf: Any, specs: list[str]) -> list[Any]:
    wanted: list[tuple[Any, list[str] | None, str]] = [(conf, [spec], spec) for spec in specs]
    if not specs:
        for python in conf.pythons:
            one = copy.copy(conf)
            one.pythons = [python]
            wanted.append((one, None, python))
    found, missing = [], []
    for of, spec, name in wanted:
        try:
            environments = list(environment.get_environments(of, spec))
        except util.UserError as error:
            log.warning(str(error))
            environments = []
        found += environments
        if not environments:
            missing.append(name)
    if missing:
        raise Missing(
            f"no environment {', '.join(missing)} here: `gopybench runtimes` says how to get it, "
            "and -E selects others"
        )
    return found


def places(benchmarks: Any, environments: list[str], timeout: float) -> Iterator[Place]:
    """Yield all that is to be compared, benchmark by benchmark.

    *timeout* is that of benchmarks that have none, in seconds.
    """
    for name, benchmark in sorted(benchmarks.items()):
        if benchmark.get("timeout") is None:
            benchmark["timeout"] = timeout
        selected = benchmarks.benchmark_selection.get(name)
        for env in environments:
            for index in [0] if selected is None else selected:
                yield Place(env, benchmark, index)


def is_nothing(value: float) -> bool:
    """Return whether a value stands for n/a."""
    return math.isnan(value)


def _last_line(words: str) -> str:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return lines[-1] if lines else ""

"""One side, a commit built in environments of its own, and the values of its benchmarks."""

from __future__ import annotations

import contextlib
import itertools
import math
import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from asv import runner, util

from gopybench.asvdata import definitions, noted
from gopybench.bridge import measurement
from gopybench.bridge.environment import GoEnvironment
from gopybench.bridge.prepared import Trial
from gopybench.turns.gosampler import FreshGoSampler, GoSampler
from gopybench.turns.keptprocess import Failed
from gopybench.turns.pythonsampler import PythonSampler
from gopybench.turns.samplers import LONG, Sampler

# asv's attributes of a process whose samples are asked for one by one.
_ALONE: dict[str, Any] = {"rounds": 1}
# Of one that gives what is no time.
_SHORT: dict[str, Any] = {"rounds": 1, "repeat": [1, 10, 0.5]}

# What Go says last where it said why before.
_SAYS_NOTHING = re.compile(r"FAIL\b|exit status [0-9]+$|--- FAIL: |too many errors$")


@dataclass(frozen=True)
class Place:
    """One combination of parameters of an asv benchmark, in one environment.

    Attributes:
        environment: the environment's name.
        benchmark: asv's definition.
        index: the combination's place in asv's list of results.
        head_index: that of head, where it has another combination.
    """

    environment: str
    benchmark: Any
    index: int
    head_index: int | None = None

    @property
    def of_head(self) -> Place:
        """The combination that head has."""
        return self if self.head_index is None else replace(self, index=self.head_index)

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
    """One of the two sides: a commit at a time.

    Attributes:
        conf: asv's configuration, with environments of this side's own.
        repo: asv's repository.
        environments: asv's environments of this side alone, by the name that both sides
            have for theirs.
        where: what a message calls it: at base.
        commit: the hash of the commit that is installed.
        broken: why an environment has nothing to measure, by its name.
    """

    conf: Any
    repo: Any
    environments: dict[str, Any]
    where: str = ""
    commit: str = ""
    broken: dict[str, str] = field(default_factory=dict)
    _uncreated: dict[str, str] = field(default_factory=dict)
    # By environment and setup_cache: its directory, or why there is none.
    _caches: dict[tuple[str, str], str | Failed] = field(default_factory=dict)
    # By environment: the turn that Go's environment last ran in.
    _ran: dict[str, int] = field(default_factory=dict)
    _temporary: str | None = None
    # Of Go's times: what a first run showed.
    _trials: dict[tuple[str, str, int], Trial | None] = field(default_factory=dict)

    def go_to(self, commit: str) -> None:
        """Build and install a commit; note what fails."""
        self.close()
        self.commit = commit
        self.broken = dict(self._uncreated)
        self._caches.clear()
        self._ran.clear()
        self._trials.clear()
        self.install()

    def install(self) -> None:
        """Install the commit into each environment that has another; note what fails."""
        for name, env in self.environments.items():
            if name not in self.broken:
                try:
                    env.install_project(self.conf, self.repo, self.commit)
                except (util.ProcessError, util.UserError, OSError) as error:
                    self.broken[name] = f"does not build: {reason(str(error))}"

    def note_uncreated(self, name: str, error: Exception) -> None:
        """Note that an environment cannot be created, and so holds no commit."""
        self._uncreated[name] = f"does not build: {reason(str(error))}"

    def code(self, place: Place) -> noted.Code | None:
        """Return with which code a benchmark of Go is measured; None if that is not known."""
        env = self.environments[place.environment]
        found = env.code([place.benchmark["name"]]) if isinstance(env, GoEnvironment) else {}
        return next(iter(found.values()), None)

    def declares(self, place: Place) -> bool:
        """Return whether the commit's own files define a benchmark of Python of that name."""
        function = place.benchmark["name"].rpartition(".")[2]
        command = ["grep", "-qw", "-e", f"def {function}", self.commit, "--", "*.py"]
        with contextlib.suppress(util.ProcessError, AttributeError):
            self.repo._run_git(command, display_error=False, dots=False)
            return True
        return False

    def _environment(self, place: Place) -> Any:
        """Return the environment of a place; None where it cannot have the benchmark."""
        if place.environment in self.broken:
            raise Failed(self.broken[place.environment])
        env = self.environments[place.environment]
        is_absent = definitions.is_go(place.benchmark) and not isinstance(env, GoEnvironment)
        return None if is_absent else env

    def begin(self, place: Place, benchmark_dir: str, number: int) -> Sampler | None:
        """Begin the benchmark of a time in a fresh process; None where it is n/a.

        A sample has *number* runs; with 0 that is found out. Raises Failed.
        """
        env = self._environment(place)
        deadline = time.monotonic() + place.benchmark["timeout"]
        if env is None:
            return None
        if isinstance(env, GoEnvironment):
            return self._begin_go(env, place, number, deadline)
        spawner = runner.get_spawner(env, benchmark_dir, "spawn")
        cwd = self._cache(place, spawner) or self._directory()
        name = place.benchmark["name"]
        benchmark_id = f"{name}-{place.index}" if place.benchmark["params"] else name
        how = {**_ALONE, "number": number} if number else _ALONE
        return PythonSampler(env, benchmark_dir, benchmark_id, how, Path(cwd), deadline)

    def _begin_go(
        self, env: GoEnvironment, place: Place, number: int, deadline: float
    ) -> Sampler | None:
        name = place.benchmark["name"]
        key = (env.name, name, place.index)
        try:
            variables = {**os.environ, **env.env_vars, "TMPDIR": self._directory()}
            installed = env.installation(variables)
            prepared = env.suite.prepared(name, place.index, _ALONE, installed)
            if prepared is None:
                return None
            if key not in self._trials:
                self._trials[key] = prepared.trial()
        except measurement.Failed as failure:
            raise Failed(reason(str(failure)) or "it failed") from None
        trial = self._trials[key]
        if trial is None:
            return None
        number = number or trial.number
        is_long = trial.once * number >= LONG
        if trial.prints or is_long:
            return FreshGoSampler(prepared, number, is_long=is_long)
        return GoSampler(prepared, number, deadline)

    def value(self, place: Place, benchmark_dir: str, turn: int) -> float:
        """Measure one value that is no time in a fresh process; NaN where it is n/a.

        Raises Failed, and asv's UserError when it is interrupted.
        """
        env = self._environment(place)
        if env is None:
            return math.nan
        if isinstance(env, GoEnvironment):
            # The values of one benchmark in one turn come from one run.
            if self._ran.get(env.name) != turn:
                env.suite.forget()
            self._ran[env.name] = turn
        spawner = runner.get_spawner(env, benchmark_dir, "spawn")
        result = runner.run_benchmark(
            place.benchmark,
            spawner,
            profile=False,
            selected_idx={place.index},
            extra_params=_SHORT,
            cwd=self._cache(place, spawner),
        )
        value, samples = result.result[place.index], result.samples[place.index]
        if value is None:
            why = f"exit status {result.errcode}" if result.errcode else "it returned nothing"
            raise Failed((reason(result.stderr) if result.errcode else "") or why)
        if samples is not None:
            return float(statistics.median(samples))
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            if not isinstance(value, (str, bool)) and not math.isinf(float(value)):
                return float(value)
        raise Failed(f"its value is no number that can be compared: {str(value)[:40]}")

    def _directory(self) -> str:
        """Return a new directory for what a process writes."""
        if self._temporary is None:
            self._temporary = tempfile.mkdtemp(prefix="gopybench-")
        return tempfile.mkdtemp(dir=self._temporary)

    def _cache(self, place: Place, spawner: Any) -> str | None:
        """Return the directory that the benchmark's setup_cache filled, None without one."""
        key = place.benchmark.get("setup_cache_key")
        if key is None or isinstance(spawner.env, GoEnvironment):
            return None
        if (place.environment, key) not in self._caches:
            timeout = place.benchmark.get("setup_cache_timeout", place.benchmark["timeout"])
            directory, words = spawner.create_setup_cache(place.benchmark["name"], timeout, "{}")
            failure = Failed(f"setup_cache failed: {reason(words or '')}")
            self._caches[place.environment, key] = failure if directory is None else directory
        cache = self._caches[place.environment, key]
        if isinstance(cache, Failed):
            raise cache
        return cache

    def close(self) -> None:
        """Remove what setup_cache and the processes made."""
        for directory in [*self._caches.values(), self._temporary]:
            if isinstance(directory, str):
                util.long_path_rmtree(directory, True)
        self._temporary = None


def places(benchmarks: Any, environments: list[str]) -> Iterator[Place]:
    """Yield all places of asv's benchmarks, benchmark by benchmark."""
    for name, benchmark in sorted(benchmarks.items()):
        if benchmark.get("timeout") is None:
            benchmark["timeout"] = benchmarks._conf.default_benchmark_timeout
        selected = benchmarks.benchmark_selection.get(name)
        for env in environments:
            for index in [0] if selected is None else selected:
                yield Place(env, benchmark, index)


def reason(words: str) -> str:
    """Return the line that says why something failed: the last, or the head of what Go prints."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    if not lines or lines[-1].startswith("asv: "):
        return lines[-1] if lines else ""
    heads = [line for line in lines if re.match(r"panic: |fatal error: ", line)]
    told = [line for line in lines if not _SAYS_NOTHING.match(line)]
    return (heads[:1] or told[-1:] or lines[-1:])[0]

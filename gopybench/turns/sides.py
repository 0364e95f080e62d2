"""Base and head, each built in environments of its own, and the values of their benchmarks."""

from __future__ import annotations

import contextlib
import copy
import itertools
import logging
import math
import os
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from asv import environment, runner, util
from asv.commands.setup import Setup

from gopybench.asvdata import definitions, noted, wholefiles
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

# In directories of names that are as long as each other, as a name's length can be felt.
_NAMES = ("base", "head")


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
        conf: asv's configuration, with environments of this side's own.
        commit: its hash.
        environments: asv's environments by name, for this commit alone.
        broken: why an environment has nothing to measure, by its name.
    """

    conf: Any
    commit: str
    environments: dict[str, Any]
    broken: dict[str, str] = field(default_factory=dict)
    # By environment and setup_cache: its directory, or why there is none.
    _caches: dict[tuple[str, str], str | Failed] = field(default_factory=dict)
    # By environment: the turn that Go's environment last ran in.
    _ran: dict[str, int] = field(default_factory=dict)
    _temporary: str | None = None
    # Of Go's times: what a first run showed.
    _trials: dict[tuple[str, str, int], Trial | None] = field(default_factory=dict)

    def build(self, repo: Any) -> None:
        """Create the environments and install the commit into each; note what fails."""
        for name, env in self.environments.items():
            try:
                Setup.perform_setup([env], parallel=1)
            except (util.ProcessError, util.UserError, OSError) as error:
                self._note(name, error)
        self.install(repo)

    def install(self, repo: Any) -> None:
        """Install the commit into each environment that has another; note what fails."""
        for name, env in self.environments.items():
            if name not in self.broken:
                try:
                    env.install_project(self.conf, repo, self.commit)
                except (util.ProcessError, util.UserError, OSError) as error:
                    self._note(name, error)

    def _note(self, name: str, error: Exception) -> None:
        self.broken[name] = f"does not build: {reason(str(error))}"

    def code(self, place: Place) -> noted.Code | None:
        """Return with which code a benchmark of Go is measured; None if that is not known."""
        env = self.environments[place.environment]
        found = env.code([place.benchmark["name"]]) if isinstance(env, GoEnvironment) else {}
        return next(iter(found.values()), None)

    def declares(self, place: Place, repo: Any) -> bool:
        """Return whether the commit's own files define a benchmark of Python of that name."""
        function = place.benchmark["name"].rpartition(".")[2]
        command = ["grep", "-qw", "-e", f"def {function}", self.commit, "--", "*.py"]
        with contextlib.suppress(util.ProcessError, AttributeError):
            repo._run_git(command, display_error=False, dots=False)
            return True
        return False

    def _environment(self, place: Place) -> Any:
        """Return the environment of a place; None where it cannot have the benchmark."""
        if place.environment in self.broken:
            raise Failed(self.broken[place.environment])
        env = self.environments[place.environment]
        is_absent = definitions.is_go(place.benchmark) and not isinstance(env, GoEnvironment)
        return None if is_absent else env

    def begin(self, place: Place, benchmark_dir: str) -> Sampler | None:
        """Begin the benchmark of a time in a fresh process; None where it is n/a.

        Raises Failed.
        """
        env = self._environment(place)
        deadline = time.monotonic() + place.benchmark["timeout"]
        if env is None:
            return None
        if isinstance(env, GoEnvironment):
            return self._begin_go(env, place, deadline)
        spawner = runner.get_spawner(env, benchmark_dir, "spawn")
        cwd = self._cache(place, spawner) or self._directory()
        name = place.benchmark["name"]
        benchmark_id = f"{name}-{place.index}" if place.benchmark["params"] else name
        sampler = PythonSampler(env, benchmark_dir, benchmark_id, _ALONE, Path(cwd), deadline)
        if not sampler.number:
            sampler.close()
            return None
        return sampler

    def _begin_go(self, env: GoEnvironment, place: Place, deadline: float) -> Sampler | None:
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
        is_long = trial.once * trial.number >= LONG
        if trial.prints or is_long:
            return FreshGoSampler(prepared, trial.number, is_long=is_long)
        return GoSampler(prepared, trial.number, deadline)

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


@contextlib.contextmanager
def sides(conf: Any, specs: list[str], base: str, head: str) -> Iterator[tuple[Side, Side]]:
    """Yield base and head with their environments, neither created nor built yet.

    *specs* select environments as asv's ``-E`` does; without any all that are
    configured are wanted. Raises Missing, and asv's UserError where another
    gate is at work or an environment cannot hold a commit.
    """
    directory = Path(conf.env_dir, "gate")
    both = []
    for name, commit in zip(_NAMES, (base, head)):
        own = copy.copy(conf)
        own.env_dir = str(directory / name)
        found = _environments(own, specs)
        both.append(Side(own, commit, {env.name: env for env in found}))
    with wholefiles.locked(str(directory), timeout=0.0):
        try:
            yield both[0], both[1]
        finally:
            for side in both:
                side.close()


def _environments(conf: Any, specs: list[str]) -> list[Any]:
    found, missing = _of_spec(conf, None)
    if specs:
        # asv looks at all that are configured before each one that is asked for.
        skipped, found, missing = len(missing), [], []
        for spec in specs:
            environments, said = _of_spec(conf, [spec])
            found += environments
            missing += said[skipped:] or ([] if environments else [f"no environment {spec}"])
    if missing or not found:
        which = "; ".join(dict.fromkeys(missing)) or "no environment is configured"
        raise Missing(f"{which} (`gopybench runtimes` says how to get it; -E selects others)")
    for env in found:
        if not env.can_install_project():
            raise util.UserError(
                f"{env.name} has one version of the project: it cannot be compared"
            )
    return found


def _of_spec(conf: Any, spec: list[str] | None) -> tuple[list[Any], list[str]]:
    """Return the environments that are here, and what asv says of those that are not."""
    said: list[str] = []

    def keep(record: logging.LogRecord) -> bool:
        if record.levelno == logging.WARNING:
            said.append(record.getMessage())
        return record.levelno != logging.WARNING

    # asv writes to the root logger.
    logging.getLogger().addFilter(keep)
    try:
        return list(environment.get_environments(conf, spec)), said
    finally:
        logging.getLogger().removeFilter(keep)


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

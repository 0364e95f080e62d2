"""asv's own functions that are replaced, where it has no hook for Go or would lose results.

Each says why, and what in asv would make it unnecessary. Where Go is not
concerned they do what they did. :func:`install` replaces them once in a process.
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from asv import environment, results, runner, util
from asv.benchmarks import Benchmarks
from asv.commands import Command
from asv.console import log
from asv.results import Results
from asv.runner import BenchmarkResult
from asv.util import UserError

from gopybench.asvdata import (
    adoption,
    definitions,
    noted,
    parsedresults,
    soundness,
    wholefiles,
)
from gopybench.asvdata.migration import migrate
from gopybench.bridge import discovered, lastwords, novalues
from gopybench.bridge.environment import GoEnvironment
from gopybench.bridge.jointdiscovery import JointDiscovery
from gopybench.bridge.transcript import Transcript
from gopybench.machine import machinelock, provenance, toolchains, wheelhouse

# Where results keep which benchmarks this process has measured.
_MEASURED = "_measured_here"

# Where an environment keeps what its benchmarks say that give no value.
_HEARD = "_heard_here"

# Why the commit that was built last could not be, by environment.
_unbuilt: dict[str, str] = {}

# The commands that measure; each has imported asv's run_benchmarks by name.
_MEASURING = ("Run", "Find", "Profile")

_installed = False


def install() -> None:
    """Make this process's asv know of Go."""
    global _installed
    if _installed:
        return
    _installed = True
    environment.Environment.__new__ = staticmethod(_new_environment)
    environment.iter_matrix = _without_requirements(environment.iter_matrix)
    commands = {command.__name__: command for command in util.iter_subclasses(Command)}
    for name in _MEASURING:
        module: Any = sys.modules[commands[name].__module__]
        module.run_benchmarks = _measuring(module.run_benchmarks)
    runner._run_benchmark_single_param = _heard(runner._run_benchmark_single_param)
    environment.Environment.install_project = _explained(environment.Environment.install_project)
    Benchmarks._disc_benchmarks = classmethod(_both(Benchmarks._disc_benchmarks.__func__))
    Benchmarks.save = _keeping_go(Benchmarks.save)
    Results.save = _losing_nothing(Results.save)
    # asv ends with a traceback at a value of the wrong kind; this says which it is.
    # Unnecessary if it looked at what it loads.
    load = Results.load.__func__
    Results.load = classmethod(parsedresults.remembered(load, soundness.checked(load)))
    # asv warns of every file in results/ that is none of its own. Unnecessary if it
    # looked into machines' directories alone.
    results.iter_results_paths = soundness.without_ours(results.iter_results_paths)
    # asv writes a file in place: Ctrl-C or a full disk would leave half of it.
    # Unnecessary if asv wrote beside it and renamed.
    util.write_json = functools.partial(wholefiles.write_whole, util.write_json)


def take_discovered(path: Path) -> None:
    """Have this process's asv take what another one has discovered in place of discovering.

    Unnecessary if ``asv run`` could be given a list of benchmarks.
    """

    def discover(
        cls: Any, conf: Any, _: Any, environments: list[Any], *__: Any, regex: Any = None
    ) -> Any:
        found = discovered.Discovered.load(path)
        discovered.note(conf, found)
        found.give(environments)
        return cls(conf, [*found.entries], regex=regex)

    Benchmarks.discover = classmethod(discover)


def _new_environment(cls: type, *args: Any, **kwargs: Any) -> Any:
    """Make Go's environment for a Go version, whichever type asv was told to make.

    asv has one type for all of ``pythons``. Unnecessary if each of them could have
    its own. A type of our own for both would have to be named in every
    configuration, ``-E`` and ``exclude``. So would one that is made from a
    wheelhouse, which takes the place of asv's virtualenv where it is configured.
    """
    if cls is not GoEnvironment and len(args) > 1 and toolchains.is_spec(args[1]):
        return GoEnvironment(*args, **kwargs)
    return object.__new__(wheelhouse.environment_class(cls, args[0]) if args else cls)


def _without_requirements(iter_matrix: Callable[..., Any]) -> Callable[..., Any]:
    """Leave Python's requirements out of the matrix for Go, and what is then there twice.

    Unnecessary if an environment type could say which parts of the matrix it takes.
    """

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


def _measuring(run_benchmarks: Callable[..., Any]) -> Callable[..., Any]:
    """Measure what an environment has, in the way that it can, and note with what.

    Python would call a benchmark of Go's alone unknown; Go has no Python to fork
    or to profile; asv has no place for such notes, and prints what each of a
    thousand combinations says. Unnecessary if asv asked the environment for it.
    """

    @functools.wraps(run_benchmarks)
    def wrapped(benchmarks: Any, env: Any, results: Any = None, **kwargs: Any) -> Any:
        in_go = isinstance(env, GoEnvironment)
        only_go = (
            [] if in_go else [n for n, entry in benchmarks.items() if definitions.is_go(entry)]
        )
        if results is None:
            if in_go or only_go:
                raise UserError(
                    "asv profile reads profiles of Python alone: select a Python with -E, "
                    "or profile Go with `asv run --profile`"
                )
            return run_benchmarks(benchmarks, env, **kwargs)
        if in_go:
            kwargs["launch_method"] = "spawn"
            env.transcript = Transcript()
        setattr(results, _MEASURED, set(benchmarks))
        heard = novalues.NoValues(benchmarks, results)
        setattr(env, _HEARD, heard)
        results._requirements = {**results._requirements, **provenance.of(env)}
        if in_go:
            code = env.code(benchmarks)
            results._requirements = noted.with_code(results._requirements, code)
        if only_go:
            log.info(f"{env.name}: n/a for {len(only_go)} that only Go has")
        for name in only_go:
            log.step()
            heard.say(name, "only Go has this benchmark")
            results.add_result(
                benchmarks[name],
                _not_available(benchmarks[name]),
                selected_idx=benchmarks.benchmark_selection.get(name),
            )
        try:
            with machinelock.held(log.info):
                found = run_benchmarks(
                    benchmarks.filter_out(only_go), env, results=results, **kwargs
                )
        finally:
            delattr(env, _HEARD)
        if in_go:
            ran_with = env.suite.gomaxprocs
            results._requirements = noted.with_gomaxprocs(results._requirements, ran_with)
        results._requirements = heard.noted(results)
        return found

    return wrapped


def _heard(run_single: Callable[..., Any]) -> Callable[..., Any]:
    """Keep why a combination of parameters has no value.

    asv drops what a benchmark said once it is printed, and joins what all combinations
    said. Unnecessary if its results kept it.
    """

    @functools.wraps(run_single)
    def wrapped(benchmark: Any, spawner: Any, param_idx: int, **kwargs: Any) -> Any:
        result = run_single(benchmark, spawner, param_idx, **kwargs)
        if heard := getattr(spawner.env, _HEARD, None):
            heard.hear(benchmark, param_idx, spawner.env, result)
        return result

    return wrapped


def _explained(install_project: Callable[..., Any]) -> Callable[..., Any]:
    """Keep why a commit cannot be built, which asv only prints. Unnecessary as the last one."""

    @functools.wraps(install_project)
    def wrapped(self: Any, conf: Any, repo: Any, commit_hash: str) -> None:
        _unbuilt.pop(self.name, None)
        try:
            install_project(self, conf, repo, commit_hash)
        except util.ProcessError as error:
            words = "\n".join(filter(None, [error.stdout, error.stderr])) or str(error)
            _unbuilt[self.name] = lastwords.failure(words, error.retcode)
            raise

    return wrapped


def _not_available(benchmark: Any) -> BenchmarkResult:
    count = len(definitions.combinations(benchmark))
    return BenchmarkResult([math.nan] * count, [None] * count, [None] * count, 0, "", None)


def _both(discover: Callable[..., Any]) -> Callable[..., Any]:
    """Discover Python's benchmarks in Python's environments and Go's in Go's.

    asv takes what the first environment has that works, at one commit.
    Unnecessary if it asked one environment of each type.
    """

    @functools.wraps(discover)
    def wrapped(
        cls: Any, conf: Any, repo: Any, environments: list[Any], commits: list[str], check: bool
    ) -> list[Any]:
        asked = functools.partial(discover, cls, conf, repo)
        if not any(isinstance(env, GoEnvironment) for env in environments):
            return list(asked(environments, commits, check))
        found = JointDiscovery(asked, conf, repo).discover(environments, commits, check)
        discovered.note(conf, found)
        return [*found.entries]

    return wrapped


def _keeping_go(save: Callable[..., Any]) -> Callable[..., Any]:
    """Keep entries that asv did not discover: imported ones, and Go's where Go was not asked.

    Earlier results of benchmarks with other parameters now move with them. asv writes
    the list anew, and publishes nothing that is not in it. Unnecessary if it kept the
    entries of others.
    """

    @functools.wraps(save)
    def wrapped(self: Any) -> None:
        directory = self._conf.results_dir
        with wholefiles.locked(directory, wholefiles.LOCK_TIMEOUT_OF_ASV):
            known = _known(self._conf)
            for name, entry in _undiscovered(self, known).items():
                self._all_benchmarks.setdefault(name, entry)
            moved = migrate(directory, known, self._all_benchmarks)
            if not moved:
                save(self)
                return
            path = self.get_benchmark_file_path(directory)
            writers: dict[str, Callable[[str], object]] = {f.path: f.write for f in moved}
            writers[path] = lambda aside: util.write_json(
                aside, self._all_benchmarks, self.api_version
            )
            wholefiles.write_all(writers, directory)

    return wrapped


def _known(conf: Any) -> dict[str, dict[str, Any]]:
    try:
        return definitions.load(conf)
    except UserError as error:
        # asv writes the list anew: that is how to mend a damaged one.
        log.warning(f"Benchmarks that were imported are lost, import them again: {error}")
        return {}


def _undiscovered(benchmarks: Any, known: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    # One that Go no longer has goes, as asv's own do.
    gone = discovered.noted(benchmarks._conf).gone
    return {
        name: entry
        for name, entry in known.items()
        if definitions.is_go(entry) and (entry.get(definitions.IMPORTED) or name not in gone)
    }


def _losing_nothing(save: Callable[..., Any]) -> Callable[..., Any]:
    """Keep what was imported into the same file while asv measured, and what was noted in it.

    asv reads a file, measures for minutes, and writes it whole. Unnecessary if
    it wrote what it measured into the file as it then is.
    """

    @functools.wraps(save)
    def wrapped(self: Any, result_dir: str) -> None:
        with wholefiles.locked(result_dir, wholefiles.LOCK_TIMEOUT_OF_ASV):
            # Of a commit that does not build it has been told so, benchmark by benchmark.
            measured = getattr(self, _MEASURED, None)
            if measured is None and self._errcode:
                measured = {*self._errcode}
                why = _unbuilt.get(self._env_name, "")
                self._requirements = novalues.unbuilt(self, why)
            if measured is not None:
                adoption.adopt(self, result_dir, measured)
            save(self, result_dir)

    return wrapped

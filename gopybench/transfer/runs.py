"""Runs told apart: which commit, machine and environment results belong to."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asv import util
from asv.machine import Machine
from asv.results import get_filename

from gopybench.asvdata import commits
from gopybench.asvdata.noted import notes
from gopybench.asvdata.resultsfile import ResultsFile
from gopybench.machine import toolchains
from gopybench.transfer import origin, safetext
from gopybench.transfer.collect import PackageResults
from gopybench.transfer.origin import Origin
from gopybench.transfer.summary import Summary


@dataclass(frozen=True)
class Run:
    """Where a result belongs: one of asv's results files.

    Attributes:
        commit: its full hash.
        machine: its name; None for the machine of the import.
        environment: the environment's name.
        python: the runtime.
        requirements, env_vars: the environment's.
    """

    commit: str
    machine: str | None
    environment: str
    python: str
    requirements: tuple[tuple[str, str], ...] = ()
    env_vars: tuple[tuple[str, str], ...] = ()


def tell_runs_apart(
    conf: Any,
    repo: Any,
    packages: Iterable[PackageResults],
    commit: str | None,
    go_version: str | None,
    summary: Summary,
) -> dict[Run, list[PackageResults]]:
    """Group results by run: as given, else as configuration lines say, else as is here.

    *commit* is a revision and *go_version* as Go prints it. A configuration line
    that names no commit or no Go version costs its own results alone: they are
    problems in *summary*. Raises asv's UserError where no results are left.
    """
    if commit is not None:
        commit = commits.full_hash(repo, commit)
    runtime = _runtime(go_version, conf) if go_version is not None else None
    packages = list(packages)
    named = {results.origin.commit or "HEAD" for results in packages} if commit is None else set()
    hashes = commits.full_hashes(repo, named)
    runs: dict[Origin, Run | None] = {}
    results_of: dict[Run, list[PackageResults]] = defaultdict(list)
    systems: dict[Run, dict[str, tuple[str, str]]] = defaultdict(dict)
    for results in packages:
        given = results.origin._replace(benchmark=None, gomaxprocs=None, system=())
        if given not in runs:
            found = commit or hashes[given.commit or "HEAD"]
            try:
                if isinstance(found, util.UserError):
                    raise found
                runs[given] = _run(found, runtime, given, conf)
            except (util.UserError, ValueError) as error:
                runs[given] = None
                summary.problems.append(f"{results.first}: {error}")
        run = runs[given]
        if run is None:
            continue
        if other := _other_machine(results, systems[run]):
            summary.problems.append(other)
        else:
            results_of[run].append(results)
    if not results_of:
        raise util.UserError("; ".join(summary.problems))
    return results_of


def _other_machine(results: PackageResults, system: dict[str, tuple[str, str]]) -> str:
    """Return how results contradict what is known of a run's machine; empty where they do not.

    What they say of it is added to *system*, with where they say it.
    """
    for part, here in zip(origin.SYSTEM, results.origin.system):
        before, where = system.setdefault(part, (here, results.first)) if here else ("", "")
        if here != before:
            return (
                f"{results.first}: another {part} than at {where}, so another machine; "
                "left out: import it by itself with --machine"
            )
    return ""


def _run(commit: str, runtime: str | None, given: Origin, conf: Any) -> Run:
    """Return where results of an origin belong.

    Raises asv's UserError or ValueError for what cannot be a part of a file's
    name, or is not what it should be.
    """
    if given.machine is not None:
        safetext.check_text("a machine's name", given.machine, is_file=True)
    if runtime is not None or given.environment is None:
        if given.toolchain and not toolchains.is_version(given.toolchain):
            # As "baseline" and "experiment": two of one version, to be compared.
            runtime = given.toolchain
            safetext.check_text("a toolchain's name", runtime, is_file=True)
        runtime = runtime or _runtime(given.go_version or given.toolchain, conf)
        return Run(commit, given.machine, runtime, runtime)
    environment = given.environment
    safetext.check_text("an environment's name", environment, is_file=True)
    safetext.check_text("a runtime", given.python or "")
    requirements = safetext.parse_strings(given.requirements)
    env_vars = safetext.parse_strings(given.env_vars)
    # They stand beside the machine's in what asv keeps.
    if taken := requirements.keys() & {"python", "branch", *(key for key, _ in Machine.fields)}:
        raise ValueError(f"not a requirement: {', '.join(sorted(taken))}")
    return Run(
        commit,
        given.machine,
        environment,
        given.python or environment,
        tuple(sorted(requirements.items())),
        tuple(sorted(env_vars.items())),
    )


def _runtime(version: str | None, conf: Any) -> str:
    try:
        if version is None:
            version = toolchains.on_path().version
        return toolchains.runtime_of(version, conf.pythons)
    except toolchains.ToolchainNotFound as error:
        raise util.UserError(
            f"the input does not say which Go made it, and {error}; --go-version names it"
        ) from None
    except ValueError as error:
        raise util.UserError(f"{error}; --go-version names one") from None


def open_results(conf: Any, run: Run, machine: Machine, date: int) -> ResultsFile:
    """Return a run's results file, with what it holds so far; *date* is its commit's."""
    name = get_filename(machine.machine, run.commit, run.environment)
    path = os.path.join(conf.results_dir, name)
    before = ResultsFile.load(path) or ResultsFile(path, {"requirements": {}}, {})
    requirements = dict(run.requirements)
    head = {
        "commit_hash": run.commit,
        "env_name": run.environment,
        "date": date,
        "params": {**requirements, **machine.__dict__, "python": run.python},
        "python": run.python,
        # What was noted of an earlier measurement stands.
        "requirements": {**requirements, **notes(before.head["requirements"])},
    }
    kept = {"env_vars": dict(run.env_vars), "durations": {}, **before.head}
    return ResultsFile(path, {**kept, **head}, before.rows)
